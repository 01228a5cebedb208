// The events in view as a table: sorted by any column, searched, written out as CSV. The same selection as the map, for those who
// cannot see it, and for paper.

import { csv } from "./csv.js";
import { el, link } from "./dom.js";
import { summary } from "./card.js";
import { lang, many, number, t } from "./lang.js";
import { symbol, size } from "./shapes.js";
import { names, toll, when } from "./write.js";

/** So many rows are shown until more are asked for. */
const FIRST = 25;

/** Letters without accents, small: what is looked for and what it is looked for in. */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

const region = (e) => (e.region ? e.region + (e.was ? ` (${e.was})` : "") : t("unknown"));
const perpetrator = (e, state) => (e.sure === "unknown" || !e.by.length ? t("unknown") : `${names(e.by, state.actors)} (${t(e.sure)})`);
/** Columns: heading, what is shown, what it is sorted by. */
const COLUMNS = [
  { head: "date", text: when, by: (e) => e.date || null },
  { head: "place", text: (e) => t(e.place || "unknown"), by: (e) => (e.place ? fold(e.place) : null) },
  { head: "region (before 2023)", text: region, by: (e) => (e.region ? fold(e.region) : null) },
  { head: "type", text: (e, state) => t(state.types.get(e.type).label), by: (e, state) => t(state.types.get(e.type).label) },
  { head: "perpetrator", text: perpetrator, by: (e, state) => (e.sure === "unknown" || !e.by.length ? null : fold(perpetrator(e, state))) },
  { head: "killed", text: (e) => (!e.killed && e.joint ? t("joint toll, see card") : toll(e.killed)), by: (e) => size(e.killed), number: true },
  { head: "what", text: (e) => summary(e).text, by: (e) => fold(summary(e).text), long: true },
  { head: "sources", text: (e) => many(e.src.length, "{n} page", "{n} pages"), by: (e) => e.src.length },
];

/** Indices in the order of a column; equal ones keep the order of time, and what is unknown comes last whichever way. */
export function sorted(state, ids, column, down) {
  const keys = new Map(ids.map((i) => [i, COLUMNS[column].by(state.events[i], state)]));
  const way = down ? -1 : 1;
  return [...ids].sort((a, b) => {
    const x = keys.get(a), y = keys.get(b);
    if (x === null || y === null) return (x === null) - (y === null);
    return x < y ? -way : x > y ? way : 0;
  });
}

/** Whether every word looked for stands somewhere in the event's row. */
export function found(state, i, words) {
  if (!words.length) return true;
  const e = state.events[i];
  const text = fold([when(e), e.place, e.site, region(e), COLUMNS[3].text(e, state), perpetrator(e, state), e.summary, e.resume, e.id, e.note].filter(Boolean).join(" "));
  return words.every((w) => text.includes(w));
}

/** Build the table of `state` in `box`; `choose` opens an event on the map. */
export function rows(box, state, { key, choose }) {
  const by = { column: 0, down: false };
  let ids = [], all = false, printing = false, ask = "", timer = 0;
  const title = el("summary", {}), search = el("input", { type: "search", class: "ms-search", autocomplete: "off" });
  const save = el("button", { type: "button", class: "ms-button" }), more = el("button", { type: "button", class: "ms-button" });
  const heads = COLUMNS.map((c, k) => {
    const button = el("button", { type: "button", class: "ms-sort" });
    button.addEventListener("click", () => {
      if (by.column === k) by.down = !by.down;
      else Object.assign(by, { column: k, down: Boolean(c.number) });
      draw();
    });
    return el("th", { scope: "col", class: c.number ? "n" : null }, button);
  });
  const body = el("tbody", {}), caption = el("caption", {});
  const scroll = el("div", { class: "ms-scroll", tabindex: "0", role: "region" }, el("table", { class: "ms-table ms-rows" }, caption, el("thead", {}, el("tr", {}, ...heads)), body));
  const label = el("label", { class: "ms-find" }, el("span", {}), search);
  box.replaceChildren(el("details", { class: "ms-twin", open: true }, title, el("div", { class: "ms-rowbar" }, label, save), scroll, more));

  const id = (i) => `row-${key}-${state.events[i].id.replace(/[^\w-]/g, "_")}`;

  function line(i) {
    const e = state.events[i], type = state.types.get(e.type), said = summary(e);
    const cells = COLUMNS.map((c, k) => {
      const text = c.text(e, state);
      const unknown = text === t("unknown");
      let inside = unknown ? el("i", { class: "ms-none" }, text) : text;
      if (k === 0) {
        inside = el("button", { type: "button", class: "ms-link", "aria-label": t("Open the card of {event}", { event: `${text}, ${t(e.place || "place unknown")}` }) }, text);
        inside.addEventListener("click", () => choose(i, true));
      } else if (k === 3) inside = [symbol(type.shape, type.colour, 5), ` ${text}`];
      else if (c.head === "sources") inside = sources(e, text);
      const kind = [c.number ? "n" : "", c.long ? "ms-long" : ""].filter(Boolean).join(" ");
      return el("td", { class: kind || null, "data-l": `${t(c.head)} `, ...(c.long ? { lang: said.lang, dir: "auto" } : {}) }, inside);
    });
    return el("tr", { id: id(i), tabindex: "-1", class: i === state.current ? "ms-pref" : null }, ...cells);
  }

  function sources(e, text) {
    const links = e.src.flatMap((n, k) => [k ? ", " : null, link(state.sources[n][0], state.sources[n][1])]);
    return e.src.length <= 2 ? el("span", {}, ...links) : el("details", { class: "ms-pages" }, el("summary", {}, text), ...links);
  }

  function listed() {
    const words = fold(ask).split(/\s+/).filter(Boolean);
    return sorted(state, ids.filter((i) => found(state, i, words)), by.column, by.down);
  }

  function draw() {
    clearTimeout(timer);
    timer = 0;
    const list = listed();
    const count = all || printing ? list.length : Math.min(FIRST, list.length);
    body.replaceChildren(...list.slice(0, count).map(line));
    const n = number(list.length);
    title.textContent = t("The same events as a table ({n})", { n });
    caption.textContent = title.textContent;
    scroll.setAttribute("aria-label", title.textContent);
    more.hidden = count === list.length;
    more.textContent = t("Show all {n} rows", { n });
    if (!list.length) body.replaceChildren(el("tr", {}, el("td", { colspan: COLUMNS.length, class: "ms-none" }, t("No event fits."))));
    heads.forEach((th, k) => th.setAttribute("aria-sort", k !== by.column ? "none" : by.down ? "descending" : "ascending"));
    box.dataset.rows = list.length;
  }

  search.addEventListener("input", () => {
    ask = search.value;
    timer ||= setTimeout(draw, 90);
  });
  more.addEventListener("click", () => {
    const next = body.children.length;
    all = true;
    draw();
    body.children[next]?.focus({ preventScroll: true });
  });
  save.addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob(["\ufeff", csv(state, listed())], { type: "text/csv;charset=utf-8" }));
    el("a", { href: url, download: `${key}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });
  const paper = globalThis.matchMedia?.("print");
  paper?.addEventListener("change", () => {
    printing = paper.matches;
    draw();
  });

  return {
    /** Show these events; while a hand moves, a few times a second. */
    update(now, settled) {
      ids = now;
      if (settled) draw();
      else if (!timer) timer = setTimeout(draw, all ? 400 : 150);
    },
    rename() {
      heads.forEach((th, k) => (th.firstChild.textContent = t(COLUMNS[k].head)));
      label.firstChild.textContent = t("Search");
      save.textContent = t("Download as CSV");
      box.lang = lang();
    },
    mark() {
      for (const tr of body.children) tr.classList.toggle("ms-pref", state.current !== null && tr.id === id(state.current));
    },
    /** A link to the row of an event in view. */
    link(i) {
      if (!ids.includes(i)) return null;
      const button = el("button", { type: "button", class: "ms-link" }, t("Its row in the table"));
      button.addEventListener("click", () => {
        ask = search.value = "";
        all ||= listed().indexOf(i) >= FIRST;
        draw();
        box.firstChild.open = true;
        const row = document.getElementById(id(i));
        row?.scrollIntoView({ block: "center" });
        row?.focus({ preventScroll: true });
      });
      return button;
    },
  };
}
