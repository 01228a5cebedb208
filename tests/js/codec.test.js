// What reads many points out of few bytes. Whether it reads what Python writes is asked in tests/test_points.py.

import assert from "node:assert/strict";
import { test } from "node:test";

import { UNKNOWN, bytes, dayText, decode, degrees, digits, filtered, nearest, places, position, texts, together, unpacked, within } from "../../malisec/assets/js/codec.js";
import { pixel, settle, stamp } from "../../malisec/assets/js/points.js";

const base64 = (...numbers) => Buffer.from(numbers).toString("base64");
/** Ends of the range of 32 bits: both coordinates 0, and both 65,535. */
const CORNERS = base64(0, 0xff, 0xff, 0xff, 0xff, 0x0f);
const four = { x: Uint16Array.of(0, 10, 10, 20), y: Uint16Array.of(0, 10, 10, 20), days: Int32Array.of(100, 200, UNKNOWN, 300), category: Uint8Array.of(0, 1, 1, 0) };
const all = () => new Uint8Array(4).fill(1);
const view = { ax: 1, bx: 0, ay: 1, by: 0 };

test("places reach from one corner of the grid to the other", () => {
  assert.deepEqual(places(bytes(CORNERS), 2), { x: Uint16Array.of(0, 65535), y: Uint16Array.of(0, 65535) });
});

test("no points are read from no bytes", () => {
  assert.equal(places(bytes(""), 0).x.length, 0);
  assert.equal(unpacked({ width: 0, bytes: "" }, 0).length, 0);
});

test("data that were cut short or hold more than was said are refused", () => {
  assert.throws(() => places(bytes(CORNERS), 1), /expected 1 points/);
  assert.throws(() => unpacked({ width: 2, bytes: base64(1) }, 1), /expected 2 bytes/);
});

test("base64 is read alike with and without the browser's own reader", () => {
  const own = Uint8Array.fromBase64;
  Uint8Array.fromBase64 = (text) => Uint8Array.from(Buffer.from(text, "base64"));
  try {
    assert.deepEqual(bytes(CORNERS), Uint8Array.of(0, 255, 255, 255, 255, 15));
  } finally {
    if (own) Uint8Array.fromBase64 = own;
    else delete Uint8Array.fromBase64;
  }
  assert.deepEqual(bytes(CORNERS), Uint8Array.of(0, 255, 255, 255, 255, 15));
});

test("numbers of four bytes keep their highest bit", () => {
  assert.deepEqual([...unpacked({ width: 4, bytes: base64(255, 255, 255, 255) }, 1)], [4294967295]);
});

test("numbers of no bytes are all zero: one category, no dates", () => {
  const read = decode({ n: 2, first: 0, categories: 1, codes: { width: 0, bytes: "" }, places: CORNERS });
  assert.deepEqual([...read.category], [0, 0]);
  assert.deepEqual([...read.days], [UNKNOWN, UNKNOWN]);
});

test("a day and a category come out of one number", () => {
  const read = decode({ n: 2, first: -5, categories: 3, codes: { width: 1, bytes: base64(2, 7) }, places: CORNERS });
  assert.deepEqual([...read.days], [UNKNOWN, -4]);
  assert.deepEqual([...read.category], [2, 1]);
});

test("the corner of the Web Mercator world is where it is on every map", () => {
  const { lon, lat } = degrees({ x: [0, 1 / 65535], y: [0, 1 / 65535] }, 0, 0);
  assert.equal(lon, -180);
  assert.ok(Math.abs(lat - 85.0511287798) < 1e-9);
});

test("coordinates have no more decimals than the grid can tell apart", () => {
  assert.equal(digits({ x: [0, 0.046 / 65535], y: [0, 0.04 / 65535] }), 4);
  assert.equal(digits({ x: [0, 0], y: [0, 0] }), 6);
  assert.equal(digits({ x: [0, 1 / 65535], y: [0, 1 / 65535] }), 3);
});

test("a position names its hemispheres", () => {
  assert.equal(position({ lat: 14.49731, lon: -4.196 }, 4), "14.4973° N, 4.1960° W");
  assert.equal(position({ lat: -1, lon: 2 }, 0), "1° S, 2° E");
});

test("a day is written as people write it, also before 1970, and an unknown one as unknown", () => {
  assert.equal(dayText(20270), "1 July 2025");
  assert.equal(dayText(-1), "31 December 1969");
  assert.equal(dayText(UNKNOWN), "date unknown");
});

test("a span of days takes in both its ends and leaves out points of unknown date", () => {
  assert.deepEqual([...filtered(four, { from: 100, to: 200 }, all())], [1, 1, 0, 0]);
  assert.deepEqual([...filtered(four, { from: 201 }, all())], [0, 0, 0, 1]);
  assert.deepEqual([...filtered(four, { to: 0 }, all())], [0, 0, 0, 0]);
});

test("without a span every date is drawn, the unknown as well", () => {
  assert.deepEqual([...filtered(four, {}, new Uint8Array(4))], [1, 1, 1, 1]);
  assert.deepEqual([...filtered(four, { off: new Set([1]) }, all())], [1, 0, 0, 1]);
});

test("only what is drawn and in the window counts as in view", () => {
  const ids = new Int32Array(4), shown = Uint8Array.of(1, 0, 1, 1);
  const m = within(four, shown, view, { width: 15, height: 15 }, ids);
  assert.deepEqual([...ids.slice(0, m)], [0, 2]);
});

test("the nearest point is found within reach, and none beyond it", () => {
  const ids = Int32Array.of(0, 1, 2, 3);
  assert.equal(nearest(four, ids, 4, view, { x: 19, y: 19 }, 12), 3);
  assert.equal(nearest(four, ids, 4, view, { x: 40, y: 40 }, 12), -1);
  assert.equal(nearest(four, ids, 4, view, { x: 400, y: 400 }, Infinity), 3);
  assert.equal(nearest(four, ids, 0, view, { x: 0, y: 0 }, Infinity), -1);
});

test("points of one place are leafed through together, hidden ones left out", () => {
  assert.deepEqual(together(four, all(), 2), [1, 2]);
  assert.deepEqual(together(four, Uint8Array.of(1, 0, 1, 1), 2), [2]);
  assert.deepEqual(together(four, all(), 3), [3]);
});

test("labels are found with and without an index, and are empty where there are none", () => {
  assert.equal(texts(null, 2)(1), "");
  assert.equal(texts({ texts: ["a", "b"] }, 2)(1), "b");
  assert.equal(texts({ texts: ["a", "b"], index: { width: 1, bytes: base64(1, 1, 0) } }, 3)(2), "a");
});

test("a dot has its colour, and a place of many dots is darker and hides what lies below", () => {
  const cells = new Int32Array(2), many = { x: new Uint16Array(301), y: new Uint16Array(301), category: new Uint8Array(301) };
  many.x[0] = 1;
  stamp(cells, 2, many, Int32Array.from({ length: 301 }, (_, i) => i), 301, view, [pixel("#d55e00")]);
  settle(cells);
  const [[r, , , a], [r1, g1, b1, a1]] = [0, 1].map((k) => [...new Uint8Array(cells.buffer, 4 * k, 4)]);
  assert.deepEqual([r1, g1, b1], [0xd5, 0x5e, 0]);
  assert.equal(a, 255);
  assert.ok(r < r1 && a1 < a);
});

test("of many points of one cell each colour is as likely as its share, whatever the order of the rows", () => {
  const n = 4000, colours = [pixel("#0072b2"), pixel("#d55e00")];
  const x = Uint16Array.from({ length: n }, (_, i) => i % 400), y = new Uint16Array(n);
  // rows of the second category all come last
  const category = Uint8Array.from({ length: n }, (_, i) => (i < 0.7 * n ? 0 : 1)), cells = new Int32Array(400);
  stamp(cells, 400, { x, y, category }, Int32Array.from({ length: n }, (_, i) => i), n, view, colours);
  const second = [...cells].filter((cell) => (cell & 0xffffff) === colours[1]).length / 400;
  assert.ok(Math.abs(second - 0.3) < 0.08, String(second));
  assert.ok([...cells].every((cell) => cell >>> 24 === 10));
});
