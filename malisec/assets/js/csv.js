// Events as CSV that spreadsheets open: no cell can run, dates are no finer than they are known.

import { names } from "./write.js";

const COLUMNS = {
  event_id: (e) => e.id,
  date: (e) => (!e.date ? "" : e.precision === "year" ? e.date.slice(0, 4) : e.precision === "month" ? e.date.slice(0, 7) : e.date),
  date_precision: (e) => (e.date ? e.precision || "day" : "unknown"),
  date_end: (e) => e.end,
  place: (e) => e.place,
  region_2023: (e) => e.region,
  region_1991: (e) => e.was || e.region,
  latitude: (e) => e.lat,
  longitude: (e) => e.lon,
  location_precision: (e) => e.at,
  ring_km: (e) => e.ring,
  event_type: (e) => e.type,
  perpetrator: (e, state) => names(e.by, state.actors),
  perpetrator_certainty: (e) => e.sure,
  killed_low: (e) => e.killed?.low,
  killed_best: (e) => e.killed?.best,
  killed_high: (e) => e.killed?.high,
  killed_no_upper_bound: (e) => (e.killed ? (e.killed.open ? "yes" : "no") : ""),
  joint_toll_with_other_places: (e) => (e.joint ? "yes" : "no"),
  summary: (e) => e.summary,
  summary_fr: (e) => e.resume,
  source_urls: (e, state) => e.src.map((id) => state.sources[id][1]).filter(Boolean).join(" "),
};

/** One cell: quoted where it must be, and with an apostrophe in front of what a spreadsheet would take for a formula. */
export function cell(value) {
  if (value == null) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The events `ids` of a map, with a first line of column names. */
export function csv(state, ids) {
  const rows = ids.map((i) => Object.values(COLUMNS).map((of) => cell(of(state.events[i], state))).join(","));
  return [Object.keys(COLUMNS).join(","), ...rows].join("\r\n") + "\r\n";
}
