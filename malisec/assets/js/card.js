// The card of one event: when, where, who, and the toll as a range with every speaker marked on it.

import { el, link, svg } from "./dom.js";
import { lang, many, number, t } from "./lang.js";
import { chips, day, figure, names, toll, when, where } from "./write.js";

/** So many claims of one block are shown at first. */
const FIRST = 40;
const HEADS = {
  killed: "Killed, attacked side and civilians",
  killed_everyone: "Killed, all sides and civilians",
  killed_attackers: "Killed, attackers",
  killed_all: "Killed, both sides together",
  injured_attackers: "Wounded, attackers",
  injured_all: "Wounded, both sides together",
  injured: "Wounded, attacked side and civilians",
  neutralised_attackers: "Neutralised (killed or captured, not told apart), attackers",
  neutralised: "Neutralised (killed or captured, not told apart), attacked side",
  abducted: "Taken away",
  missing: "Missing",
  captured: "Captured, attacked side",
  captured_attackers: "Captured, attackers",
  vehicles_destroyed: "Vehicles destroyed, attacked side",
  vehicles_destroyed_attackers: "Vehicles destroyed, attackers",
};

/** Marks on a range, those of one figure together, with the numbers of the claims in the list below that they are made of. */
export function marksOf(block) {
  const found = new Map();
  for (const tick of block.ticks || []) {
    const mark = found.get(tick.at) || { at: tick.at, used: false, lines: [] };
    mark.used ||= Boolean(tick.used);
    for (const n of tick.of) if (!mark.lines.includes(n + 1)) mark.lines.push(n + 1);
    found.set(tick.at, mark);
  }
  return [...found.values()].sort((a, b) => a.at - b.at);
}

/** Texts that would lie on one before them are left out; `marks` are sorted by where they stand. */
export function apart(marks, x, width = (text) => 6.2 * text.length) {
  let end = -Infinity;
  return marks.map((mark) => {
    const text = mark.lines.length > 3 ? `${mark.lines.slice(0, 2).join(",")}…` : mark.lines.join(",");
    const from = x(mark.at) - width(text) / 2;
    if (!text || from < end) return "";
    end = from + width(text) + 3;
    return text;
  });
}

/** The range of a toll with a mark for each speaker; null when nobody gave a figure. */
export function rangeBar(block) {
  const { low, best, high, open } = block;
  if (low == null && high == null) return null;
  const least = low ?? high, most = high ?? low;
  const top = Math.max(1, most) * 1.15;
  const from = most - least < 0.25 * most ? Math.max(0, least - 0.3 * most) : 0;
  const x = (v) => 8 + (284 * (v - from)) / (top - from);
  const text = (v, y, kind, anchor = "middle") => svg("text", { x: x(v).toFixed(1), y, "text-anchor": anchor, class: kind }, typeof v === "number" ? number(v) : v);
  const marks = marksOf(block);
  const bar = svg("svg", { viewBox: "0 0 300 50", class: "ms-range", role: "img", "aria-label": toll(block) });
  bar.append(svg("path", { d: "M8,22H292", class: "ms-axis" }));
  bar.append(svg("path", { d: `M${x(least)},22H${open ? 292 : x(most)}`, class: open ? "ms-span ms-open" : "ms-span" }));
  const written = apart(marks, x);
  marks.forEach((mark, k) => {
    bar.append(svg("path", { d: `M${x(mark.at)},15v14`, class: mark.used ? "ms-tick ms-used" : "ms-tick" }, svg("title", {}, `${number(mark.at)}: ${[...new Set(mark.lines.map((n) => block.says[n - 1].by))].join(", ")}`)));
    if (written[k]) bar.append(svg("text", { x: x(mark.at).toFixed(1), y: 46, "text-anchor": "middle", class: "ms-who" }, written[k]));
  });
  if (best != null) bar.append(svg("circle", { cx: x(best), cy: 22, r: 5, class: "ms-best" }));
  for (const v of new Set([least, most, ...(best == null ? [] : [best])])) {
    const near = v !== best && best != null && Math.abs(x(v) - x(best)) < 22;
    if (!near && !(v === most && v !== best && x(most) - x(least) < 24 && least !== most)) bar.append(text(v, 10, v === best ? "ms-strong" : ""));
  }
  return bar;
}

function pages(ids, all) {
  return ids.flatMap((id, i) => [i ? ", " : null, link(all[id][0], all[id][1])]);
}

function speaker(s) {
  const notes = [s.gone ? t("replaced later") : "", s.joint ? t("joint toll of several places") : ""].filter(Boolean).map((n) => ` (${n})`).join("");
  return s.by + (s.on ? `, ${day(s.on)}` : "") + notes;
}

function headed(...heads) {
  return el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, h === "#" ? el("span", { class: "ms-hush" }, t("number on the range")) : t(h)))));
}

function claims(block, all) {
  const row = (s, n) => el("tr", { class: s.used ? "ms-pref" : s.gone ? "ms-gone" : null },
    el("td", { class: "ms-n" }, String(n + 1)),
    el("td", { class: s.low == null && s.high == null ? "ms-none" : null }, figure(s), s.used ? el("em", {}, t("used")) : null),
    el("td", {}, speaker(s)), el("td", {}, ...pages(s.src, all)));
  const body = el("tbody", {}, ...block.says.slice(0, FIRST).map(row));
  const table = el("table", { class: "ms-claims" }, headed("#", "figure", "said by", "source"), body);
  if (block.says.length <= FIRST) return [table];
  const more = el("button", { type: "button", class: "ms-button" }, t("Show all {n} claims", { n: number(block.says.length) }));
  more.addEventListener("click", () => {
    const rest = block.says.slice(FIRST).map((s, n) => row(s, n + FIRST));
    body.append(...rest);
    // focus goes on where the list goes on
    rest[0].tabIndex = -1;
    rest[0].focus({ preventScroll: true });
    more.remove();
  });
  return [table, more];
}

function tollBlock(block, all) {
  const why = block.says.find((s) => s.why)?.why;
  return [el("h4", {}, t(HEADS[block.is] || block.is)), rangeBar(block), ...claims(block, all), why ? el("p", { class: "ms-why" }, ...used(why)) : null];
}

/** Why a figure is used; reasons stand in the tables in English. */
function used(why) {
  const [before, after] = t("Used: {why}.", { why: "\u0000" }).split("\u0000");
  return [before, el("span", { lang: "en" }, why), after];
}

function whoTable(e, actors, all) {
  if (!e.who.length) return [];
  const rows = e.who.map((c) => el("tr", {}, el("td", {}, c.who.length ? names(c.who, actors) : t("denies it")), el("td", {}, speaker(c)), el("td", {}, ...pages(c.src, all))));
  return [el("h4", {}, t("Who did it, and who says so")), el("table", { class: "ms-claims" }, headed("who", "said by", "source"), el("tbody", {}, ...rows))];
}

function wave(e, i, state, choose) {
  const rest = e.wave ? state.order.filter((k) => k !== i && state.events[k].wave === e.wave) : [];
  if (!rest.length) return [];
  const buttons = rest.map((k) => {
    const button = el("button", { type: "button", class: "ms-link" }, t(state.events[k].place || "place unknown"));
    button.addEventListener("click", () => choose(k, true));
    return button;
  });
  return [el("h4", {}, many(rest.length, "Same wave: {n} more event", "Same wave: {n} more events")), el("p", { class: "ms-wave" }, ...buttons.flatMap((b, k) => [k ? " · " : null, b]))];
}

/** The row of another dataset that is taken for the same event. */
function same(e, state, choose) {
  const k = e.same ? state.events.findIndex((other) => other.id === e.same) : -1;
  if (k < 0) return [];
  const other = state.events[k];
  const button = el("button", { type: "button", class: "ms-link" }, `${other.place ? t(other.place) : t("place unknown")}, ${when(other)}`);
  button.addEventListener("click", () => choose(k, true));
  return [el("h4", {}, t("Taken for the same event")), el("p", { class: "ms-wave" }, t(state.types.get(other.type).label), ": ", button)];
}

/** Summary in the language chosen, marked when it stands in the other one. */
export function summary(e) {
  if (lang() === "fr") return e.resume ? { text: e.resume, lang: "fr" } : { text: e.summary, lang: "en" };
  return { text: e.summary, lang: "en" };
}

/** Build the card of event `i`; `choose` opens another, `row` returns a way to its row in the table, if it has one, `away` says why it is not in view. */
export function card(state, i, { choose, row = () => null, away = "" }) {
  const e = state.events[i], type = state.types.get(e.type), all = state.sources;
  const said = summary(e), killed = e.tolls.find((b) => b.is === "killed" || b.is === "killed_everyone");
  const line = row(i);
  return el("div", { class: "ms-cardbody" },
    el("p", { class: "ms-eyebrow" }, `${when(e)} · ${where(e)}`, e.site ? el("span", { lang: "en" }, `, ${e.site}`) : null),
    away ? el("p", { class: "ms-awaynote" }, away) : null,
    el("h3", { lang: said.lang, dir: "auto", tabindex: "-1" }, said.text),
    el("p", { class: "ms-chips" }, ...chips(e, type, state.actors).map((chip, k) => el("span", k ? {} : { class: "ms-type", style: `--c:${type.colour}` }, chip))),
    ...same(e, state, choose),
    ...(killed ? [] : [el("h4", {}, t(HEADS.killed)), el("p", { class: "ms-none" }, t("Nobody gave a figure: unknown, not zero."))]),
    ...e.tolls.flatMap((block) => tollBlock(block, all)),
    ...whoTable(e, state.actors, all),
    ...wave(e, i, state, choose),
    el("h4", {}, t("Sources")),
    el("ul", { class: "ms-sources" }, ...e.src.map((id) => el("li", {}, link(all[id][0], all[id][1]), all[id][2] ? `, ${all[id][2]}` : ""))),
    e.note ? el("p", { class: "ms-why", dir: "auto", lang: "en" }, e.note) : null,
    line ? el("p", { class: "ms-why" }, line) : null);
}
