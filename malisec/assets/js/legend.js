// Keys that filter: event types, who did it, how sure that is. Each says how many events it has in the dates chosen.

import { el } from "./dom.js";
import { lang, number, t } from "./lang.js";
import { radius, symbol } from "./shapes.js";
import { counts } from "./state.js";

const HEADS = { type: "Event types", by: "Perpetrators", sure: "How sure who did it" };
const SURE = { claimed: "claimed", attributed: "attributed", suspected: "suspected", unknown: "nobody named" };

function textOf(state, facet, key) {
  if (key === "other") return t("others");
  if (facet === "type") return t(state.types.get(key)?.label || key);
  if (facet === "sure") return t(SURE[key] || key);
  return key === "unknown" ? t("unknown") : t(state.actors[key] || key);
}

/** Build the keys of `state` in `box`; `changed` is called when one is pressed. */
export function legend(box, state, changed) {
  const chips = [], groups = [];

  function chip(facet, key) {
    const type = facet === "type" ? state.types.get(key) : null;
    const text = el("span", {}), count = el("b", {});
    const node = el("button", { type: "button", class: "ms-key", "data-key": `${facet}:${key}` }, type ? symbol(type.shape, type.colour, 6) : null, text, count);
    node.addEventListener("click", () => {
      if (!state.off[facet].delete(key)) state.off[facet].add(key);
      changed(true);
    });
    chips.push({ facet, key, node, text, count });
    return node;
  }

  function group(facet) {
    const { keys } = state.facets[facet];
    const head = el("span", { class: "ms-head-text" }), all = el("button", { type: "button", class: "ms-button ms-all" });
    all.addEventListener("click", () => {
      const none = state.off[facet].size === 0;
      state.off[facet].clear();
      if (none) keys.forEach((k) => state.off[facet].add(k));
      changed(true);
    });
    const row = el("div", { class: "ms-legend", role: "group" }, ...keys.map((key) => chip(facet, key)), all);
    groups.push({ facet, head, all, row });
    return facet === "type" ? row : el("details", { class: "ms-more" }, el("summary", {}, head), row);
  }

  const sizes = el("p", { class: "ms-howto" });
  box.replaceChildren(...Object.keys(HEADS).filter((facet) => state.facets[facet].keys.length).map(group), sizes);

  function update() {
    const found = Object.fromEntries(groups.map(({ facet }) => [facet, counts(state, facet)]));
    for (const { facet, key, node, text, count } of chips) {
      node.setAttribute("aria-pressed", String(!state.off[facet].has(key)));
      text.textContent = textOf(state, facet, key);
      count.textContent = number(found[facet].get(key));
    }
    for (const { facet, head, all, row } of groups) {
      const off = state.off[facet].size;
      head.textContent = t(HEADS[facet]) + (off ? ` (${t("{n} hidden", { n: number(off) })})` : "");
      row.setAttribute("aria-label", t("{what}: press to hide or show", { what: t(HEADS[facet]) }));
      all.textContent = off ? t("Show all") : t("Hide all");
    }
    const drawn = `${lang()} ${state.factor}`;
    if (state.events.length && sizes.dataset.drawn !== drawn) sizes.replaceChildren(...howto(state));
    sizes.dataset.drawn = drawn;
  }
  return { update };
}

/** What size, fill, outline and ring of a symbol mean. */
function howto(state) {
  const factor = state.factor || 1;
  const one = (text, n, how = {}) => el("span", { class: "ms-sample" }, symbol("circle", "#635f57", factor * radius(n), how), text);
  return [
    el("span", { class: "ms-sample" }, t("Killed, by the figure used:")), ...[0, 10, 100].map((n) => one(number(n), n)),
    one(t("nobody gave a toll"), null, { silent: true }), one(t("toll told only together with other places"), null, { joint: true }), one(t("place known to an area only"), 10, { hollow: true }),
    el("span", {}, t("Dashed ring: how far the true place may lie; no ring: the site is known to within {km} km. Dotted line: one wave. Grey: outside the dates chosen. On a full map ring and wave are drawn for the event chosen. An event known by week or month is in view when any of its days may be.", { km: number(state.siteKm) })),
  ];
}
