// Days and months as numbers, and which of them a date known only roughly may mean.

/** Days since 1970 of an ISO date. */
export function dayNumber(iso) {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / 86400000);
}

/** Number of a month: 12 times the year and the month from 0. */
export function monthOf(iso) {
  return 12 * Number(iso.slice(0, 4)) + Number(iso.slice(5, 7)) - 1;
}

/** A month's number as "2025-07". */
export function monthName(month) {
  return `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/** First and last month that an event may lie in; null when nothing is known. */
export function monthsOf(e) {
  if (!e.date) return null;
  const first = monthOf(e.date);
  if (e.precision === "year") return [first - (first % 12), first - (first % 12) + 11];
  if (e.precision === "month") return [first, Math.max(first, e.end ? monthOf(e.end) : first)];
  const last = e.precision === "week" ? new Date((dayNumber(e.date) + 6) * 86400000).toISOString().slice(0, 10) : e.date;
  return [first, Math.max(first, monthOf(last), e.end ? monthOf(e.end) : first)];
}

/** The month whose bar an event stands in; null for one that is known by year only, or not at all. */
export function barOf(e) {
  return !e.date || e.precision === "year" ? null : monthOf(e.date);
}

/** First and last month of all events; null when none has a date. */
export function extent(events) {
  const spans = events.map(monthsOf).filter(Boolean);
  if (!spans.length) return null;
  return [spans.reduce((a, s) => Math.min(a, s[0]), Infinity), spans.reduce((a, s) => Math.max(a, s[1]), -Infinity)];
}
