// What a reader has chosen on one map: dates, filters, event; and which events that leaves. Knows no picture.

import { barOf, extent, monthsOf } from "./time.js";

/** Facets of the legend: which values an event has of each. */
const FACETS = {
  type: (e) => [e.type],
  by: (e) => (e.by.length && e.sure !== "unknown" ? e.by : ["unknown"]),
  sure: (e) => [e.sure],
};
/** So many perpetrators have a key of their own; the others share one. */
const KEYS = 8;
export const HIDDEN = 0;
export const OUTSIDE = 1;
export const SHOWN = 2;

function tally(values) {
  const found = new Map();
  for (const list of values) for (const v of list) found.set(v, (found.get(v) || 0) + 1);
  return found;
}

/** Values of each facet in the order of the legend, and the key that each event's values stand under. */
function facetsOf(events, types) {
  const found = {};
  for (const [facet, of] of Object.entries(FACETS)) {
    const seen = tally(events.map(of));
    let keys = [...seen.keys()].sort((a, b) => seen.get(b) - seen.get(a) || (a < b ? -1 : 1));
    if (facet === "type") keys = types.map((x) => x.id).filter((id) => seen.has(id));
    if (facet === "sure") keys = ["claimed", "attributed", "suspected", "unknown"].filter((k) => seen.has(k));
    const own = new Set(facet === "by" && keys.length > KEYS + 1 ? keys.slice(0, KEYS) : keys);
    const rest = keys.some((k) => !own.has(k));
    found[facet] = { keys: [...own, ...(rest ? ["other"] : [])], of: events.map((e) => [...new Set(of(e).map((v) => (own.has(v) ? v : "other")))]) };
  }
  return found;
}

/** The state of a map whose reader has chosen nothing yet. */
export function makeState(data) {
  const events = data.events, whole = extent(events);
  return {
    events,
    actors: data.actors || {},
    sources: data.sources || {},
    types: new Map(data.types.map((type) => [type.id, type])),
    months: events.map(monthsOf),
    bars: events.map(barOf),
    facets: facetsOf(events, data.types),
    // events of one day keep the order of the tables; those without a date come last
    order: events.map((_, i) => i).sort((a, b) => ((events[a].date || "9") < (events[b].date || "9") ? -1 : (events[a].date || "9") > (events[b].date || "9") ? 1 : a - b)),
    whole,
    range: whole && [...whole],
    off: { type: new Set(), by: new Set(), sure: new Set() },
    siteKm: data.site_km ?? 0,
    first: data.first ?? null,
    current: data.first ?? null,
  };
}

/** Whether the months chosen are all there are. */
export function everyMonth({ whole, range }) {
  return !whole || (range[0] <= whole[0] && range[1] >= whole[1]);
}

/** Whether an event may lie in the dates chosen; one without a date fits only where all dates are chosen. */
export function inDates(state, i) {
  const months = state.months[i];
  return months ? months[0] <= state.range[1] && months[1] >= state.range[0] : everyMonth(state);
}

function passes(state, i, but = null) {
  for (const facet in FACETS) {
    const off = state.off[facet];
    if (off.size && facet !== but && state.facets[facet].of[i].every((v) => off.has(v))) return false;
  }
  return true;
}

/** For each event: hidden by a filter, outside the dates, or shown. */
export function flags(state) {
  return Uint8Array.from(state.events, (_, i) => (passes(state, i) ? (inDates(state, i) ? SHOWN : OUTSIDE) : HIDDEN));
}

/** Indices of the events shown, in the order of time. */
export function shown(state, flag = flags(state)) {
  return state.order.filter((i) => flag[i] === SHOWN);
}

/** How many events in the dates each key of a facet has, whatever that facet itself hides. */
export function counts(state, facet) {
  const { keys, of } = state.facets[facet];
  const found = new Map(keys.map((k) => [k, 0]));
  state.events.forEach((_, i) => {
    if (inDates(state, i) && passes(state, i, facet)) for (const v of of[i]) found.set(v, found.get(v) + 1);
  });
  return found;
}

/** How many events each month has that no filter hides: an array from the first month of the whole. */
export function monthly(state, flag = flags(state)) {
  if (!state.whole) return [];
  const bars = new Array(state.whole[1] - state.whole[0] + 1).fill(0);
  state.bars.forEach((m, i) => m !== null && flag[i] !== HIDDEN && bars[m - state.whole[0]]++);
  return bars;
}

/** Cut a range to the months there are, the earlier first. */
export function setRange(state, a, b) {
  const [first, last] = state.whole;
  const cut = (m) => Math.min(last, Math.max(first, Math.round(m)));
  state.range = [Math.min(cut(a), cut(b)), Math.max(cut(a), cut(b))];
}

/** Move the range as a whole, keeping its length. */
export function moveRange(state, by) {
  const [first, last] = state.whole, [a, b] = state.range;
  const step = Math.max(first - a, Math.min(last - b, Math.round(by)));
  state.range = [a + step, b + step];
}
