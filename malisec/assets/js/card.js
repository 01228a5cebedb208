// The card of one event: when, where, who, and the toll as a range with every speaker on it.

import { el, link, svg } from "./dom.js";

/** The range of a toll with a tick for each speaker; null when nobody gave a figure. */
export function rangeBar(toll) {
  if (toll.low == null || toll.high == null) return null;
  const ticks = toll.ticks || toll.statements.filter((s) => s.low != null || s.high != null).map((s) => ({ at: s.low ?? s.high, used: s.used }));
  const least = toll.low, most = toll.high;
  const top = Math.max(1, most) * 1.15;
  const from = most - least < 0.25 * most ? Math.max(0, least - 0.3 * most) : 0;
  const x = (v) => 8 + (284 * (v - from)) / (top - from);
  const label = (v, y, anchor = "middle") => svg("text", { x: x(v), y, "text-anchor": anchor }, v.toLocaleString("en"));
  const bar = svg("svg", { viewBox: "0 0 300 44", class: "ms-range", role: "img", "aria-label": toll.text });
  bar.append(svg("path", { d: "M8,22H292", class: "ms-axis" }));
  bar.append(svg("path", { d: `M${x(least)},22H${toll.open ? 292 : x(most)}`, class: toll.open ? "ms-span ms-open" : "ms-span" }));
  for (const tick of ticks) bar.append(svg("path", { d: `M${x(tick.at)},16v12`, class: tick.used ? "ms-tick ms-used" : "ms-tick" }));
  if (least !== toll.best) bar.append(label(least, 11));
  if (x(most) - x(least) > 24 && most !== toll.best) bar.append(label(most, 11));
  if (toll.best != null) {
    bar.append(svg("circle", { cx: x(toll.best), cy: 22, r: 5, class: "ms-best" }));
    bar.append(label(toll.best, 41));
  }
  return bar;
}

function sources(ids, all) {
  return ids.flatMap((id, i) => [i ? ", " : null, link(all[id].publisher, all[id].url)]);
}

function claimsTable(statements, all) {
  const rows = statements.map((s) =>
    el("tr", { class: s.used ? "ms-pref" : null },
      el("td", { class: s.figure === "no figure" ? "ms-none" : null }, s.figure, s.used ? el("em", {}, "used") : null),
      el("td", {}, s.by), el("td", {}, ...sources(s.sources, all))));
  return el("table", { class: "ms-claims" },
    el("thead", {}, el("tr", {}, ...["figure", "said by", "source"].map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, ...rows));
}

function tollBlock(heading, toll, all) {
  if (!toll.statements.length) {
    return toll.always ? [el("h4", {}, heading), el("p", { class: "ms-none" }, "Nobody gave a figure: unknown, not zero.")] : [];
  }
  return [el("h4", {}, heading), rangeBar(toll), claimsTable(toll.statements, all), toll.reason ? el("p", { class: "ms-why" }, `Used: ${toll.reason}.`) : null];
}

function whoTable(claims, all) {
  const rows = claims.map((c) => el("tr", {}, el("td", {}, c.who), el("td", {}, c.by), el("td", {}, ...sources(c.sources, all))));
  return el("table", { class: "ms-claims" },
    el("thead", {}, el("tr", {}, ...["who", "said by", "source"].map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, ...rows));
}

/** Build the card of event `e`; `all` are the sources of the map. */
export function card(e, all) {
  return el("div", { class: "ms-cardbody" },
    el("p", { class: "ms-eyebrow" }, `${e.when} · ${e.where}`),
    el("h3", {}, e.summary),
    el("p", { class: "ms-chips" }, ...e.chips.map((chip, i) => el("span", i ? {} : { class: "ms-type", style: `--c:${e.colour}` }, chip))),
    ...tollBlock("Killed, attacked side and civilians", { ...e.killed, always: true }, all),
    ...e.others.flatMap((other) => tollBlock(other.heading, other, all)),
    ...(e.who.length ? [el("h4", {}, "Who did it, and who says so"), whoTable(e.who, all)] : []),
    el("h4", {}, "Sources"),
    el("ul", { class: "ms-sources" }, ...e.sources.map((id) => el("li", {}, link(all[id].publisher, all[id].url), all[id].published ? `, ${all[id].published}` : ""))),
    e.note ? el("p", { class: "ms-why" }, e.note) : null);
}
