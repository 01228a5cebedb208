// What a report page does beside its maps: the language, the code, and the view in the address.

import { readHash, writeHash } from "./address.js";
import { el } from "./dom.js";
import { lang, onLang, own, setLang, t } from "./lang.js";

/** Put what a reader has chosen on a map into the address. */
export function put(key, text) {
  const now = readHash(location.hash);
  if (text) now.maps[key] = text;
  else delete now.maps[key];
  write(now);
}

function write(now) {
  const hash = writeHash(now);
  if (hash === location.hash) return;
  try {
    history.replaceState(null, "", hash || location.pathname + location.search);
  } catch {
    // a page inside a notebook has no address of its own
  }
}

/** What stood in the page before anything was said in French. */
const english = new WeakMap();

/** Words of pictures that stand in the page itself: each in the language chosen. */
function reword() {
  for (const node of document.querySelectorAll(".ms-picture text, title[data-fr]")) {
    if (node.children.length) continue;
    if (!english.has(node)) english.set(node, node.textContent);
    // a text that only its chart knows stands beside it
    node.textContent = lang() === "fr" && node.dataset.fr !== undefined ? node.dataset.fr : words(english.get(node));
  }
  for (const node of document.querySelectorAll("[data-fr-label]")) {
    node.dataset.enLabel ??= node.getAttribute("aria-label");
    node.setAttribute("aria-label", lang() === "fr" ? node.dataset.frLabel : node.dataset.enLabel);
  }
}

const MONTHS = { Jan: "janv.", Feb: "févr.", Mar: "mars", Apr: "avr.", May: "mai", Jun: "juin", Jul: "juil.", Aug: "août", Sep: "sept.", Oct: "oct.", Nov: "nov.", Dec: "déc." };
/** A text of a chart in the language chosen: a phrase of ours, or a month of an axis. */
export function words(text) {
  if (lang() !== "fr") return text;
  return t(text).replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?= \d{4}\b)/, (m) => MONTHS[m]);
}

function languages() {
  for (const box of document.querySelectorAll(".ms-langs")) {
    for (const button of box.children) button.setAttribute("aria-pressed", String(button.lang === lang()));
    if (box.children.length) continue;
    box.replaceChildren(...[["en", "English"], ["fr", "Français"]].map(([code, name]) => {
      const button = el("button", { type: "button", lang: code, "aria-pressed": String(lang() === code), title: name }, code.toUpperCase(), el("span", { class: "ms-hush" }, ` ${name}`));
      button.addEventListener("click", () => {
        setLang(code);
        const now = readHash(location.hash);
        write({ ...now, lang: code });
      });
      return button;
    }));
  }
}

/** The other reports open in the same language. */
function lead() {
  for (const a of document.querySelectorAll("a[href]")) {
    const [file, hash = ""] = a.getAttribute("href").split("#");
    if (!/^[\w.-]+\.html$/.test(file)) continue;
    a.setAttribute("href", file + writeHash({ ...readHash(hash), lang: lang() === own() ? null : lang() }));
  }
}

/** Go to a part of the page and keep the rest of the address. */
function anchors() {
  const go = (name) => {
    const part = name && document.getElementById(name);
    part?.scrollIntoView();
    return part;
  };
  for (const a of document.querySelectorAll('a[href^="#"]:not([href="#"])')) {
    a.addEventListener("click", (event) => {
      const anchor = decodeURIComponent(a.hash.slice(1));
      const part = go(anchor);
      if (!part) return;
      event.preventDefault();
      write({ ...readHash(location.hash), anchor });
      if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
      part.focus({ preventScroll: true });
    });
  }
  const { anchor } = readHash(location.hash);
  if (anchor && location.hash !== `#${anchor}`) go(anchor);
}

/** Wire the page. */
export function report() {
  const speak = () => {
    document.documentElement.lang = lang();
    languages();
    reword();
    lead();
  };
  onLang(speak);
  speak();
  addEventListener("hashchange", () => {
    const said = readHash(location.hash).lang;
    if (said && said !== lang()) setLang(said);
  });
  anchors();
  const button = document.querySelector("[data-code]");
  button?.addEventListener("click", () => {
    const on = document.body.classList.toggle("ms-showcode");
    button.setAttribute("aria-pressed", String(on));
  });
}
