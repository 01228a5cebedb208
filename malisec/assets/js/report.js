// What a report page does beside its maps: show or hide the code.

/** Wire the switch in the header. */
export function report() {
  const button = document.querySelector("[data-code]");
  if (!button) return;
  button.addEventListener("click", () => {
    const on = document.body.classList.toggle("ms-showcode");
    button.setAttribute("aria-pressed", String(on));
  });
}
