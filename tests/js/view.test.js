// What a reader chooses on a map: dates, filters, the address, and how it is written in two languages.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";

import { readHash, readView, writeHash, writeView } from "../../malisec/assets/js/address.js";
import { rowsOf, years } from "../../malisec/assets/js/brush.js";
import { apart, marksOf } from "../../malisec/assets/js/card.js";
import { lasted } from "../../malisec/assets/js/context.js";
import { cell, csv } from "../../malisec/assets/js/csv.js";
import { many, number, setLang, t, teach } from "../../malisec/assets/js/lang.js";
import { shade, written } from "../../malisec/assets/js/regions.js";
import { words } from "../../malisec/assets/js/report.js";
import { fold, found, sorted } from "../../malisec/assets/js/rows.js";
import { counts, everyMonth, flags, HIDDEN, inDates, makeState, monthly, moveRange, OUTSIDE, setRange, SHOWN, shown } from "../../malisec/assets/js/state.js";
import { barOf, extent, monthName, monthOf, monthsOf } from "../../malisec/assets/js/time.js";
import { between, chips, dated, day, figure, label, toll, when, where } from "../../malisec/assets/js/write.js";

const FRENCH = Object.assign({}, ...Object.values(JSON.parse(readFileSync(new URL("../../malisec/i18n/fr.json", import.meta.url), "utf8"))));
teach(FRENCH);
afterEach(() => setLang("en"));

const TYPES = [{ id: "ambush", label: "Ambush", colour: "#e69f00", shape: "triangle" }, { id: "ied", label: "Explosive device", colour: "#cc79a7", shape: "diamond" }];
const base = { lat: 14, lon: -6, place: "Niono", region: "Ségou", at: "town", type: "ambush", by: ["jnim"], sure: "claimed", killed: null, tolls: [], who: [], src: [], voices: 1, summary: "s", resume: "r" };
const event = (id, date, more = {}) => ({ ...base, id, date, ...more });
const EVENTS = [
  event("a", "2024-01-10"), event("b", "2024-03-31", { precision: "week", type: "ied" }), event("c", "2024-05-01", { precision: "month", by: [], sure: "unknown" }),
  event("d", "2024-01-01", { precision: "year", by: ["fama", "jnim"], sure: "attributed" }), event("e", null, { lat: null, lon: null, place: null }), event("f", "2024-07-30", { end: "2024-09-02" }),
];
const fresh = (events = EVENTS) => makeState({ events, types: TYPES, actors: { jnim: "JNIM", fama: "FAMa" }, sources: {}, first: 0 });
const ids = (state) => shown(state).map((i) => state.events[i].id).join("");

// --- dates
test("a date stands for every month it may lie in, and for no day it does not name", () => {
  assert.deepEqual(EVENTS.map(monthsOf).map((s) => s && s.map(monthName)), [["2024-01", "2024-01"], ["2024-03", "2024-04"], ["2024-05", "2024-05"], ["2024-01", "2024-12"], null, ["2024-07", "2024-09"]]);
  assert.deepEqual(EVENTS.map(barOf).map((m) => m && monthName(m)), ["2024-01", "2024-03", "2024-05", null, null, "2024-07"]);
  assert.deepEqual(extent(EVENTS).map(monthName), ["2024-01", "2024-12"]);
  assert.equal(extent([event("x", null)]), null);
});

test("the bars count each event once, those known by year or not at all in none", () => {
  const state = fresh();
  const bars = monthly(state);
  assert.equal(bars.length, 12);
  assert.deepEqual(bars, [1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
});

test("an event is in view when any of its days may be in the dates", () => {
  const state = fresh();
  assert.equal(ids(state), "dabcfe");
  setRange(state, monthOf("2024-04-01"), monthOf("2024-04-01"));
  assert.equal(ids(state), "db");
  setRange(state, monthOf("2024-09-01"), monthOf("2024-12-01"));
  assert.equal(ids(state), "df");
  assert.equal(inDates(state, 4), false, "an event without a date fits no choice of dates");
});

test("a range stays within the months there are, whichever end was given first", () => {
  const state = fresh();
  setRange(state, monthOf("2030-01-01"), monthOf("1990-01-01"));
  assert.ok(everyMonth(state));
  setRange(state, state.whole[0] + 2, state.whole[0] + 3);
  moveRange(state, 99);
  assert.deepEqual(state.range.map(monthName), ["2024-11", "2024-12"]);
  moveRange(state, -99);
  assert.deepEqual(state.range.map(monthName), ["2024-01", "2024-02"]);
});

// --- filters
test("a filter hides what it names; dates leave the rest grey", () => {
  const state = fresh();
  state.off.type.add("ied");
  setRange(state, state.whole[0], state.whole[0]);
  assert.deepEqual([...flags(state)], [SHOWN, HIDDEN, OUTSIDE, SHOWN, OUTSIDE, OUTSIDE]);
});

test("an event laid to two shows while one of them does", () => {
  const state = fresh();
  state.off.by.add("jnim");
  assert.equal(ids(state), "dc");
  state.off.by.add("fama");
  assert.equal(ids(state), "c");
});

test("a key counts what it would show: in the dates, past the other filters, whatever its own facet hides", () => {
  const state = fresh();
  assert.deepEqual(Object.fromEntries(counts(state, "by")), { jnim: 5, fama: 1, unknown: 1 });
  state.off.by.add("jnim").add("unknown");
  assert.deepEqual(Object.fromEntries(counts(state, "by")), { jnim: 5, fama: 1, unknown: 1 });
  assert.deepEqual(Object.fromEntries(counts(state, "type")), { ambush: 1, ied: 0 });
});

test("many perpetrators share one key, and none is lost", () => {
  const events = Array.from({ length: 40 }, (_, i) => event(`e${i}`, "2024-01-01", { by: [`actor${i % 15}`] }));
  const state = fresh(events);
  assert.equal(state.facets.by.keys.length, 9);
  assert.equal([...counts(state, "by").values()].reduce((a, b) => a + b), 40);
  state.off.by.add("other");
  assert.equal(shown(state).length, 40 - counts(state, "by").get("other"));
});

// --- the address
test("a view comes back from the address as it went in", () => {
  const state = fresh();
  setRange(state, monthOf("2024-02-01"), monthOf("2024-08-01"));
  state.off.type.add("ied");
  state.off.sure.add("unknown").add("claimed");
  state.current = 3;
  const text = writeView(state, { lat: 14.1234, lng: -6, zoom: 7.25 });
  assert.equal(text, "2024-02..2024-08;type:ied;sure:claimed,unknown;at:14.123,-6.000,7.25;event:d");
  const again = fresh();
  assert.deepEqual(readView(again, text), { lat: 14.123, lng: -6, zoom: 7.25 });
  assert.deepEqual([again.range, again.off, again.current], [state.range, state.off, state.current]);
});

test("the map as it opens has no address, and an address of nothing opens it so", () => {
  const state = fresh();
  assert.equal(writeView(state), "");
  state.off.type.add("ied");
  readView(state, "");
  assert.equal(state.off.type.size, 0);
});

test("an address that knows no such thing is passed over", () => {
  for (const text of ["1999-01..1999-02", "2024-09..2024-02", "type:nothing", "at:1,2", "at:x,y,z", "at:400,0,3", "event:gone", "event:%E0%A4%A", "__proto__:x", ";;;", "2024-01..", "constructor:a"]) {
    const state = fresh();
    assert.equal(readView(state, text), null, text);
    assert.equal(ids(state), "dabcfe", text);
    assert.equal(state.current, 0, text);
  }
});

test("anchor, language and maps share the address", () => {
  const hash = "#part-s%C3%A9gou&mali-all-events=2024-01..2024-02;event:a&other=type:ied&lang=fr";
  const said = readHash(hash);
  assert.deepEqual(said, { anchor: "part-ségou", lang: "fr", maps: { "mali-all-events": "2024-01..2024-02;event:a", other: "type:ied" } });
  assert.equal(writeHash(said), hash);
  assert.equal(writeHash(readHash("")), "");
  assert.equal(readHash("#lang=xx").lang, "en");
});

// --- words
test("dates are no finer than they are known, in both languages", () => {
  assert.equal(day("2025-07-01"), "1 July 2025");
  assert.equal(day("2025-07-01", "month"), "July 2025");
  assert.equal(day("2025-07-01", "year"), "2025");
  assert.equal(day(null), "date unknown");
  assert.equal(when(event("x", "2022-03-27", { end: "2022-03-31" })), "27 to 31 March 2022");
  assert.equal(when(EVENTS[5]), "30 July 2024 to 2 September 2024");
  assert.equal(dated("2025-05-01", "month", "since"), "since May 2025");
  setLang("fr");
  assert.equal(day("2025-07-01"), "1er juillet 2025");
  assert.equal(day("2025-07-02", "week"), "semaine du 2 juillet 2025");
  assert.equal(when(event("x", "2022-03-01", { end: "2022-03-31" })), "du 1er au 31 mars 2022");
  assert.equal(when(event("x", "2021-07-07", { end: "2021-09-01", precision: "week" })), "de la semaine du 7 juillet 2021 au 1er septembre 2021");
  assert.equal(between("2023-06-01", "month", "2025-03-29"), "de juin 2023 au 29 mars 2025");
  assert.equal(between("2023-08-01", "month", "2025-03-29"), "d’août 2023 au 29 mars 2025");
  assert.equal(dated("2025-05-01", "month", "since"), "depuis mai 2025");
  assert.equal(dated("2023-08-08", "week", "since"), "depuis la semaine du 8 août 2023");
  assert.equal(dated("2021-05-02", "day", "since"), "depuis le 2 mai 2021");
});

test("figures are written as they were put, unknown never as zero", () => {
  assert.deepEqual([{ low: 30, q: "at_least" }, { high: 4, q: "at_most" }, { low: 4, high: 5 }, { low: 3, high: 3, q: "about" }, { q: "none" }, { low: 2, q: "words" }, { low: 1, high: 1, of: "civilians" }, { low: 1500, high: 1500, of: "forces" }].map(figure),
    ["at least 30", "at most 4", "4–5", "about 3", "no figure", "in words, 2 or more", "1 civilian", "1,500 of the force"]);
  assert.equal(toll(null), "unknown");
  assert.equal(toll({ low: 0, best: 0, high: 0 }), "0");
  assert.equal(toll({ low: 30, best: 60, high: 100, open: true }), "60 (30–100+)");
  assert.equal(toll({ high: 5 }), "?–5");
  setLang("fr");
  assert.equal(figure({ low: 1500, q: "at_least" }), "au moins 1\u202f500");
  assert.equal(toll(undefined), "inconnu");
});

test("a place is told with both regions where they differ", () => {
  assert.equal(where({ place: "Boulkessi", region: "Douentza", was: "Mopti", site: "army camp" }), "Boulkessi, Douentza region (until 2023: Mopti)");
  assert.equal(where({ place: "Sénou", region: "Bamako" }), "Sénou, District of Bamako");
  assert.equal(where({}), "place unknown");
  setLang("fr");
  assert.equal(where({ place: "Boulkessi", region: "Douentza", was: "Mopti" }), "Boulkessi, région de Douentza (jusqu’en 2023 : Mopti)");
});

test("chips say type, claim, precision of date and place, and the voices", () => {
  const e = { ...EVENTS[1], ring: 2, voices: 4 };
  assert.deepEqual(chips(e, TYPES[1], { jnim: "JNIM" }), ["Explosive device", "claimed by JNIM", "week known", "town, ±2 km", "4 independent voices"]);
  assert.equal(chips({ ...e, sure: "unknown" }, TYPES[1], {})[1], "perpetrator unknown");
  assert.match(label(e, TYPES[1]), /^week of 31 March 2024, Niono: Explosive device, killed unknown$/);
  assert.match(label({ ...e, joint: true }, TYPES[1]), /killed: joint toll of several places$/);
});

test("one and many, and what French calls one", () => {
  assert.equal(many(1, "{n} page", "{n} pages"), "1 page");
  assert.equal(many(0, "{n} page", "{n} pages"), "0 pages");
  assert.equal(many(2000, "{n} page", "{n} pages"), "2,000 pages");
  setLang("fr");
  assert.equal(many(0, "{n} page", "{n} pages"), "0 page");
  assert.equal(number(1234567), "1\u202f234\u202f567");
});

test("a text without French stays what it is, and a value is never a template", () => {
  setLang("fr");
  assert.equal(t("no such text {n}", { n: 3 }), "no such text 3");
  assert.equal(t("Used: {why}.", { why: "{n} {why} $& __proto__" }), "Retenu : {n} {why} $& __proto__.");
  assert.equal(t("constructor"), "constructor");
});

test("every text of ours that the front end says has its French", async () => {
  const { readdirSync } = await import("node:fs");
  const folder = new URL("../../malisec/assets/js/", import.meta.url);
  const missing = [];
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");
    const said = [...text.matchAll(/\bt\("((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]);
    for (const m of text.matchAll(/\bmany\([^,]+, "([^"]*)", "([^"]*)"/g)) said.push(m[1], m[2]);
    for (const m of text.matchAll(/\bconst (?:HEADS|SURE|CERTAINTY|DATES|PLACES) = \{([^}]*)\}/g)) said.push(...[...m[1].matchAll(/: "([^"]*)"/g)].map((v) => v[1]));
    for (const m of text.matchAll(/\bhead: "([^"]*)"/g)) said.push(m[1]);
    for (const m of text.matchAll(/\bbox\("\w+", "([^"]*)"/g)) said.push(m[1]);
    for (const m of text.matchAll(/\bheaded\(([^)]*)\)/g)) said.push(...[...m[1].matchAll(/"([^"#]*)"/g)].map((v) => v[1]));
    missing.push(...said.filter((s) => /[a-z]/.test(s) && !Object.hasOwn(FRENCH, s)).map((s) => `${file}: ${s}`));
  }
  assert.deepEqual(missing, []);
});

test("French keeps every value of the English", () => {
  const values = (s) => [...s.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort().join();
  for (const [english, french] of Object.entries(FRENCH)) {
    assert.equal(values(french), values(english), english);
    assert.ok(french.trim(), english);
  }
});

test("months of a chart's axis follow the language, other words do not turn into months", () => {
  assert.equal(words("Jul 2025"), "Jul 2025");
  setLang("fr");
  assert.equal(words("Jul 2025"), "juil. 2025");
  assert.equal(words("Mar"), "Mar");
});

// --- card
test("each statement that counts has a mark on the range, those of one figure together, with the claims it is made of", () => {
  const says = [{ by: "A", low: 5, high: 5 }, { by: "B", low: 9, high: 9, used: true }, { by: "A", low: 3, high: 3, of: "civilians" }];
  assert.deepEqual(marksOf({ says, ticks: [{ at: 9, used: true, of: [1] }, { at: 8, of: [0, 2] }, { at: 8, of: [2] }] }), [{ at: 8, used: false, lines: [1, 3] }, { at: 9, used: true, lines: [2] }]);
  assert.deepEqual(marksOf({ says }), []);
});

test("numbers under a range do not lie on each other", () => {
  const marks = [{ at: 0, lines: [1] }, { at: 1, lines: [2] }, { at: 50, lines: [3, 4, 5, 6] }];
  assert.deepEqual(apart(marks, (v) => v), ["1", "", "3,4…"]);
});

// --- rows
test("rows are found without accents and small letters, by words of either language", () => {
  const state = fresh([event("a", "2024-01-10", { place: "Ségou", resume: "Une embuscade" }), event("b", "2024-02-10", { place: "Kayes" })]);
  const hit = (ask) => [0, 1].filter((i) => found(state, i, fold(ask).split(" ").filter(Boolean)));
  assert.deepEqual(hit("SEGOU"), [0, 1], "Kayes lies in the region Ségou of this test");
  assert.deepEqual(hit("embuscade segou"), [0]);
  assert.deepEqual(hit(""), [0, 1]);
  assert.deepEqual(hit("jnim claimed"), [0, 1]);
  assert.deepEqual(hit("nowhere"), []);
});

test("rows are sorted by what they say; what is unknown comes last whichever way, and equal ones stay in the order of time", () => {
  const state = fresh([event("a", "2024-01-10", { killed: { low: 3, best: 3, high: 3 } }), event("b", "2024-02-10"), event("c", null, { killed: { low: 0, best: 0, high: 0 } })]);
  assert.deepEqual(sorted(state, [0, 1, 2], 5, true), [0, 2, 1]);
  assert.deepEqual(sorted(state, [0, 1, 2], 5, false), [2, 0, 1]);
  assert.deepEqual(sorted(state, [2, 1, 0], 0, false), [0, 1, 2]);
  assert.deepEqual(sorted(state, [2, 1, 0], 0, true), [1, 0, 2]);
  assert.deepEqual(sorted(state, [0, 1, 2], 1, true), [0, 1, 2]);
});

test("a cell of the CSV cannot run, and keeps what it says", () => {
  assert.equal(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
  assert.equal(cell("+1"), "'+1");
  assert.equal(cell(-3.5), "-3.5");
  assert.equal(cell('say "x", y'), '"say ""x"", y"');
  assert.equal(cell(null), "");
  assert.equal(cell("a\nb"), '"a\nb"');
});

test("the CSV says no day that is not known", () => {
  const lines = csv(fresh(), [0, 2, 3, 4]).split("\r\n");
  assert.equal(lines.length, 6);
  assert.deepEqual(lines.slice(1, 5).map((l) => l.split(",").slice(0, 3)), [["a", "2024-01-10", "day"], ["c", "2024-05", "month"], ["d", "2024", "year"], ["e", "", "unknown"]]);
});

// --- what lies around
test("a blockade shows in the months it lasted, one without an end from its start on", () => {
  const m = (iso) => monthOf(`${iso}-01`);
  assert.ok(lasted({ start: "2024-05-20", end: "2024-07-01" }, [m("2024-07"), m("2024-08")]));
  assert.ok(!lasted({ start: "2024-05-20", end: "2024-07-01" }, [m("2024-08"), m("2024-09")]));
  assert.ok(lasted({ start: "2024-05-20" }, [m("2026-01"), m("2026-01")]));
  assert.ok(!lasted({ start: "2024-05-20" }, [m("2023-01"), m("2024-04")]));
});

test("labels of turning points never lie on each other", () => {
  assert.deepEqual(rowsOf([{ x: 0, width: 50 }, { x: 10, width: 50 }, { x: 20, width: 50 }, { x: 70, width: 10 }], 2), [0, 1, null, 0]);
});

test("the axis names as many years as there is room for", () => {
  assert.deepEqual(years(monthOf("2012-01-01"), monthOf("2026-05-01"), 800).length, 15);
  assert.ok(years(monthOf("2012-01-01"), monthOf("2026-05-01"), 320).length <= 8);
  assert.deepEqual(years(monthOf("2025-03-01"), monthOf("2025-09-01"), 300), []);
});

test("no data is not nought, and each value has the colour of its class", () => {
  const classes = [{ low: 1, high: 3, colour: "a" }, { low: 5, high: 9, colour: "b" }];
  assert.deepEqual([null, 0, 1, 3, 5, 9].map((v) => shade(v, classes)), [null, "#fffdf8", "a", "a", "b", "b"]);
  assert.equal(written(12.3456), "12.3");
  assert.equal(written(1200), "1,200");
});
