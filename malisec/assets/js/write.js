// How figures, dates and places are written, in the language chosen. Unknown is never zero, and no date is finer than it is known.

import { lang, many, number, t } from "./lang.js";
import { monthOf } from "./time.js";

const MONTHS = {
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
  fr: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
};
const CERTAINTY = { claimed: "claimed by {who}", attributed: "attributed to {who}", suspected: "suspected: {who}", unknown: "perpetrator unknown" };
const DATES = { day: "day known", week: "week known", month: "month known", year: "year known" };
const PLACES = { exact: "at the site", town: "town", area: "area", region: "region only", unknown: "place unknown" };

/** A month's number in words. */
export function month(number_) {
  return `${MONTHS[lang()][number_ % 12]} ${Math.floor(number_ / 12)}`;
}

/** A date no finer than it is known. */
export function day(iso, precision) {
  if (!iso) return t("date unknown");
  if (precision === "year") return String(Number(iso.slice(0, 4)));
  if (precision === "month") return month(monthOf(iso));
  const d = Number(iso.slice(8, 10));
  const text = `${lang() === "fr" && d === 1 ? "1er" : d} ${month(monthOf(iso))}`;
  return precision === "week" ? t("week of {day}", { day: text }) : text;
}

/** What French puts before a date, by how well it is known. */
const BEFORE = {
  from: { day: "du ", week: "de la ", month: "de ", year: "de " },
  to: { day: "au ", week: "à la ", month: "à ", year: "à " },
  since: { day: "depuis le ", week: "depuis la ", month: "depuis ", year: "depuis " },
};

/** A date within a sentence; English says "since" itself. */
export function dated(iso, precision, how) {
  const text = day(iso, precision);
  if (lang() !== "fr") return how === "since" ? `since ${text}` : text;
  const before = BEFORE[how][precision || "day"];
  return (before === "de " && /^[aeiou]/i.test(text) ? "d’" : before) + text;
}

/** A time from one date to another. */
export function between(first, precision, last) {
  if ((precision || "day") === "day" && first.slice(0, 7) === last.slice(0, 7)) {
    const start = day(first).split(" ")[0];
    return t("{first} to {last}", { first: lang() === "fr" ? `du ${start}` : start, last: dated(last, "day", "to") });
  }
  return t("{first} to {last}", { first: dated(first, precision, "from"), last: dated(last, "day", "to") });
}

/** When an event was. */
export function when(e) {
  return e.end && e.date ? between(e.date, e.precision, e.end) : day(e.date, e.precision);
}

/** A region's name with what it is. */
export function region(name) {
  return name === "Bamako" ? t("District of Bamako") : t("{region} region", { region: name });
}

/** Where an event was: place, region of 2023 and the older one. */
export function where(e) {
  if (!e.place) return t("place unknown");
  const old = e.was ? ` (${t("until 2023: {region}", { region: e.was })})` : "";
  return [t(e.place), e.region ? region(e.region) + old : null].filter(Boolean).join(", ");
}

/** A claimed figure as it was put. */
export function figure(s) {
  const { low, high, q } = s;
  if (low == null && high == null) return t("no figure");
  return t({ forces: "{figure} of the force", civilians: low === 1 && (high === 1 || high == null) ? "{figure} civilian" : "{figure} civilians" }[s.of] || "{figure}", { figure: plainFigure(low, high, q) });
}

function plainFigure(low, high, q) {
  if (q === "words" && low != null) {
    if (high == null) return t("in words, {n} or more", { n: number(low) });
    return low === high ? t("in words, about {n}", { n: number(low) }) : t("in words, {n}", { n: `${number(low)}–${number(high)}` });
  }
  if (high == null) return t("at least {n}", { n: number(low) });
  if (low == null) return t("at most {n}", { n: number(high) });
  const put = low === high ? number(low) : `${number(low)}–${number(high)}`;
  return q === "about" ? t("about {n}", { n: put }) : put;
}

/** A toll as its range with the figure used, or as unknown. */
export function toll(k) {
  if (!k || (k.low == null && k.high == null)) return t("unknown");
  const above = k.open ? "+" : "";
  const least = k.low == null ? "?" : number(k.low);
  const span = k.low === k.high ? `${least}${above}` : `${least}–${number(k.high)}${above}`;
  return k.best == null || (k.low === k.best && k.best === k.high) ? span : `${number(k.best)} (${span})`;
}

/** Names of those an event is laid to. */
export function names(ids, actors) {
  return ids.map((id) => t(actors[id] || id)).join(", ");
}

/** What is known of who did it. */
export function who(e, actors) {
  const named = names(e.by, actors);
  return e.sure === "unknown" || !named ? t("perpetrator unknown") : t(CERTAINTY[e.sure] || "{who}", { who: named });
}

/** What is known, and how well: the chips of a card. */
export function chips(e, type, actors) {
  const ring = e.ring ? `, ±${number(Math.round(e.ring))} km` : "";
  return [t(type.label), who(e, actors), t(DATES[e.date ? e.precision || "day" : ""] || "date unknown"), t(PLACES[e.at] || e.at) + ring,
    many(e.voices, "{n} independent voice", "{n} independent voices")];
}

/** One line that names an event. */
export function label(e, type) {
  return `${when(e)}, ${e.place ? t(e.place) : t("place unknown")}: ${t(type.label)}, ${!e.killed && e.joint ? t("killed: joint toll of several places") : t("killed {toll}", { toll: toll(e.killed) })}`;
}
