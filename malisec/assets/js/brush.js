// Events per month under a map, and on them the range of months that everything follows. Turning points stand above.

import { el, set, svg } from "./dom.js";
import { lang, number, t } from "./lang.js";
import { everyMonth, moveRange, setRange } from "./state.js";
import { monthOf } from "./time.js";
import { month } from "./write.js";

const BARS = 44, AXIS = 16, SIDE = 14;

/** Least width in months that a pressed empty place opens. */
const WINDOW = 12;

const eventsOf = (n, all) => t("{n} of {all} events", { n, all });

/** Where the labels of turning points go: each on the lowest of `rows` lines that is free, or nowhere. */
export function rowsOf(labels, rows) {
  const taken = Array.from({ length: rows }, () => -Infinity);
  return labels.map(({ x, width }) => {
    const row = taken.findIndex((end) => x >= end);
    if (row < 0) return null;
    taken[row] = x + width + 6;
    return row;
  });
}

/** Years worth a label on an axis of so many pixels. */
export function years(first, last, width) {
  const n = Math.floor(last / 12) - Math.floor(first / 12) + 1;
  const step = [1, 2, 5, 10].find((s) => (n / s) * 40 <= width) || 20;
  const found = [];
  for (let y = Math.ceil(first / 12); 12 * y <= last; y++) if (y % step === 0 || n <= 2) found.push(y);
  return found;
}

/**
 * Build a brush in `box`. `dates` holds `whole` and `range`, each a first and a last month; `changed` is called when the range is,
 * with true when a drag has ended; `notes` returns what stands in no bar, `tell` says how many are in view.
 */
export function brush(box, dates, { marks = [], notes = () => [], tell = eventsOf, changed }) {
  // room for turning points, where there are any
  const TOP = marks.length ? 34 : 6;
  const root = svg("svg", { class: "ms-brush", role: "group" });
  const text = el("span", { class: "ms-range-text" });
  // read out when the hand has come to rest, not at every step
  const told = el("span", { class: "ms-hush", role: "status" });
  const play = el("button", { type: "button", class: "ms-button" }), reset = el("button", { type: "button", class: "ms-button" });
  const note = el("p", { class: "ms-small" });
  box.replaceChildren(root, el("div", { class: "ms-brushbar" }, play, reset, text, told), note);
  if (!dates.whole) {
    root.remove();
    play.remove();
    reset.remove();
    return { update: (bars, found, all) => (text.textContent = all ? t("No event here has a known date.") : ""), rename: () => {}, stop: () => {} };
  }
  const [first, last] = dates.whole, n = last - first + 1;
  let width = 600, timer = null, nodes = null;
  const x = (m) => SIDE + ((width - 2 * SIDE) * (m - first)) / n;
  const at = (px) => first + Math.floor(((px - SIDE) / (width - 2 * SIDE)) * n);

  function frame() {
    width = Math.max(240, box.clientWidth || 600);
    const height = TOP + BARS + AXIS;
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) root.setAttribute(name, value);
    const axis = years(first, last, width).map((y) => svg("text", { x: x(12 * y), y: height - 3, class: "ms-year" }, String(y)));
    nodes = {
      ground: svg("rect", { x: 0, y: TOP, width, height: BARS, class: "ms-ground" }),
      bars: Array.from({ length: n }, (_, k) => svg("rect", { x: x(first + k) + 0.3, width: Math.max(0.8, (width - 2 * SIDE) / n - 0.6) })),
      window: svg("rect", { y: TOP, height: BARS, class: "ms-window" }),
      ends: [0, 1].map((k) => handle(k)),
    };
    root.replaceChildren(...turning(), nodes.ground, ...nodes.bars, svg("line", { x1: SIDE, x2: width - SIDE, y1: TOP + BARS, y2: TOP + BARS, class: "ms-base" }), ...axis, nodes.window, ...nodes.ends);
  }

  function turning() {
    const found = marks.map((m) => ({ m, x: x(monthOf(m.date) + Number(m.date.slice(8, 10)) / 31), text: lang() === "fr" ? m.fr || m.label : m.label })).filter((o) => o.x >= SIDE && o.x <= width - SIDE);
    const free = rowsOf(found.map((o) => ({ x: o.x, width: o.text.length * 5.1 })), 3);
    return found.flatMap((o, k) => {
      if (free[k] === null || o.x + o.text.length * 5.1 > width) return [];
      return [svg("line", { x1: o.x, x2: o.x, y1: 2 + 10 * (2 - free[k]), y2: TOP + BARS, class: "ms-turn" }), svg("text", { x: o.x + 3, y: 10 + 10 * (2 - free[k]), class: "ms-turn-text" }, o.text)];
    });
  }

  function handle(k) {
    const grip = svg("g", { class: "ms-handle", role: "slider", tabindex: 0, "aria-valuemin": first, "aria-valuemax": last },
      svg("rect", { x: k ? -6 : -22, y: TOP - 4, width: 28, height: BARS + 8, fill: "transparent" }), svg("rect", { x: -1.5, y: TOP - 4, width: 3, height: BARS + 8, class: "ms-grip" }), svg("rect", { x: -4.5, y: TOP + BARS / 2 - 9, width: 9, height: 18, rx: 3, class: "ms-grip" }));
    grip.dataset.end = k;
    return grip;
  }

  /** The end that is moved goes no further than the other. */
  function moveEnd(k, m) {
    const [a, b] = dates.range;
    if (k === 0) setRange(dates, Math.min(m, b), b);
    else setRange(dates, a, Math.max(m, a));
  }

  function drag(down) {
    if (down.button) return;
    const left = root.getBoundingClientRect().left;
    const from = at(down.clientX - left), grip = down.target.closest(".ms-handle"), inside = down.target === nodes.window && !everyMonth(dates);
    const before = [...dates.range];
    stop();
    root.setPointerCapture(down.pointerId);
    const move = (event) => {
      const m = at(event.clientX - left);
      if (grip) moveEnd(Number(grip.dataset.end), m);
      else if (inside) {
        dates.range = [...before];
        moveRange(dates, m - from);
      } else setRange(dates, from, m);
      changed();
    };
    const over = new AbortController();
    const up = (event) => {
      over.abort();
      // a press without a drag, on no handle: a year from here
      if (!grip && !inside && at(event.clientX - left) === from && event.type === "pointerup") setRange(dates, from - WINDOW / 2, from + WINDOW / 2 - 1);
      changed(true);
    };
    root.addEventListener("pointermove", move, { signal: over.signal });
    for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, up, { signal: over.signal });
    down.preventDefault();
    grip?.focus({ preventScroll: true });
  }

  function pressed(event) {
    const grip = event.target.closest(".ms-handle");
    if (!grip) return;
    const k = Number(grip.dataset.end), by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    if (event.shiftKey && Number.isFinite(by)) moveRange(dates, by);
    else moveEnd(k, Number.isFinite(by) ? dates.range[k] + by : by < 0 ? first : last);
    changed(true);
  }

  function stop() {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    label();
  }

  function start() {
    if (timer !== null) return stop();
    if (everyMonth(dates)) setRange(dates, first, first + Math.min(WINDOW, Math.max(1, Math.ceil(n / 6))) - 1);
    else if (dates.range[1] >= last) moveRange(dates, first - dates.range[0]);
    timer = setInterval(() => {
      if (dates.range[1] >= last) stop();
      else moveRange(dates, 1);
      changed(timer === null);
    }, 260);
    label();
    changed();
  }

  function label() {
    play.textContent = t(timer === null ? "▶ Play" : "❚❚ Pause");
    play.setAttribute("aria-pressed", String(timer !== null));
    reset.textContent = t("All dates");
    reset.disabled = everyMonth(dates);
  }

  root.addEventListener("pointerdown", drag);
  root.addEventListener("keydown", pressed);
  play.addEventListener("click", start);
  reset.addEventListener("click", () => {
    stop();
    setRange(dates, first, last);
    changed(true);
  });

  /** Draw range and bars anew; `bars` counts what each month has, `found` of `all` are in view. */
  function update(bars, found, all, settled = true) {
    if (!nodes) frame();
    const [a, b] = dates.range;
    const top = Math.max(1, ...bars);
    bars.forEach((count, k) => {
      const h = (BARS - 4) * (count / top), node = nodes.bars[k];
      set(node, "y", (TOP + BARS - h).toFixed(1));
      set(node, "height", h.toFixed(1));
      set(node, "class", first + k >= a && first + k <= b ? "ms-bar-in" : "ms-bar-out");
    });
    nodes.window.setAttribute("x", x(a).toFixed(1));
    nodes.window.setAttribute("width", (x(b + 1) - x(a)).toFixed(1));
    [a, b + 1].forEach((m, k) => {
      nodes.ends[k].setAttribute("transform", `translate(${x(m).toFixed(1)},0)`);
      nodes.ends[k].setAttribute("aria-valuenow", dates.range[k]);
      nodes.ends[k].setAttribute("aria-valuetext", month(dates.range[k]));
    });
    text.textContent = `${a === b ? month(a) : `${month(a)} – ${month(b)}`} · ${tell(number(found), number(all))}`;
    if (settled && timer === null) told.textContent = text.textContent;
    label();
  }

  /** Say everything again in the language chosen. */
  function rename() {
    frame();
    root.setAttribute("aria-label", t("Events per month; the handles choose the dates"));
    nodes.ends[0].setAttribute("aria-label", t("First month"));
    nodes.ends[1].setAttribute("aria-label", t("Last month"));
    note.textContent = notes().join(" ");
    note.hidden = !note.textContent;
  }

  new ResizeObserver(() => {
    if (Math.abs((box.clientWidth || 600) - width) < 2) return;
    rename();
    changed();
  }).observe(box);
  rename();
  return { update, rename, stop };
}
