// The view in the address after "#": an anchor, the language, and for each map what its reader has chosen.

import { everyMonth } from "./state.js";
import { monthName, monthOf } from "./time.js";

/** Read what stands after "#". */
export function readHash(hash) {
  const found = { anchor: "", lang: null, maps: {} };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 0) found.anchor = found.anchor || decode(part);
    else if (part.slice(0, at) === "lang") found.lang = part.slice(at + 1) === "fr" ? "fr" : "en";
    else found.maps[decode(part.slice(0, at))] = part.slice(at + 1);
  }
  return found;
}

/** Write it again. */
export function writeHash({ anchor, lang, maps }) {
  const parts = [anchor && encodeURIComponent(anchor), ...Object.entries(maps).filter(([, v]) => v).map(([k, v]) => `${encodeURIComponent(k)}=${v}`), lang && `lang=${lang}`];
  const text = parts.filter(Boolean).join("&");
  return text ? `#${text}` : "";
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a reader has chosen on a map, as text; nothing for the map as it opens. */
export function writeView(state, at = null) {
  const parts = [];
  if (state.whole && !everyMonth(state)) parts.push(state.range.map(monthName).join(".."));
  for (const [facet, off] of Object.entries(state.off)) if (off.size) parts.push(`${facet}:${[...off].sort().map(encodeURIComponent).join(",")}`);
  if (at) parts.push(`at:${at.lat.toFixed(3)},${at.lng.toFixed(3)},${+at.zoom.toFixed(2)}`);
  if (state.current !== null && state.current !== state.first) parts.push(`event:${encodeURIComponent(state.events[state.current].id)}`);
  return parts.join(";");
}

/** Put what the text says into the state; what it does not know is passed over. Returns where the map stood, or null. */
export function readView(state, text) {
  let at = null;
  state.range = state.whole && [...state.whole];
  for (const facet of Object.keys(state.off)) state.off[facet].clear();
  for (const part of (text || "").split(";")) {
    const dates = /^(\d{4}-\d\d)\.\.(\d{4}-\d\d)$/.exec(part);
    const [key, value = ""] = part.split(/:(.*)/s);
    if (dates && state.whole) {
      const [first, last] = state.whole, [a, b] = [monthOf(dates[1]), monthOf(dates[2])];
      if (a <= b && a <= last && b >= first) state.range = [Math.max(a, first), Math.min(b, last)];
    } else if (Object.hasOwn(state.off, key)) {
      for (const v of value.split(",").map(decode)) if (state.facets[key].keys.includes(v)) state.off[key].add(v);
    } else if (key === "at") {
      const [lat, lng, zoom] = value.split(",").map(Number);
      if ([lat, lng, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lng) <= 180) at = { lat, lng, zoom };
    } else if (key === "event") {
      const i = state.events.findIndex((e) => e.id === decode(value));
      if (i >= 0) state.current = i;
    }
  }
  return at;
}
