// The pure functions behind the maps: where symbols lie, how large they are, what they look like.
// Run with: node --test tests/js/*.test.js

import assert from "node:assert/strict";
import { test } from "node:test";

import { bow, chains, hits, pixels, spread } from "../../malisec/assets/js/symbols.js";
import { look, PATHS, radius, scale, size } from "../../malisec/assets/js/shapes.js";

const ZERO = 5.5;

/** The corners of a path made of straight lines, in the units of the path. */
function corners(path) {
  const numbers = [];
  let at = [0, 0];
  for (const [, command, rest] of path.matchAll(/([MLHVZ])([^MLHVZ]*)/g)) {
    const values = (rest.match(/-?\d*\.?\d+/g) || []).map(Number);
    if (command === "H") at = [values[0], at[1]];
    else if (command === "V") at = [at[0], values[0]];
    else if (command !== "Z") at = [values[0], values[1]];
    if (command !== "Z") numbers.push(at);
  }
  return numbers;
}

function area(points) {
  const twice = points.reduce((sum, [x, y], i) => {
    const [u, v] = points[(i + 1) % points.length];
    return sum + x * v - u * y;
  }, 0);
  return Math.abs(twice) / 2;
}

test("one event of a place lies on the place", () => {
  assert.deepEqual(spread(1), [[0, 0]]);
});

test("no event needs no room", () => {
  assert.deepEqual(spread(0), []);
});

test("events of one place never lie on each other, however many they are", () => {
  for (const n of [2, 3, 7, 20, 60]) {
    const offsets = spread(n);
    assert.equal(offsets.length, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const apart = Math.hypot(offsets[i][0] - offsets[j][0], offsets[i][1] - offsets[j][1]);
        // the least symbol is 11 pixels wide: half of it must stay in sight
        assert.ok(apart >= 5.5, `${n} events: ${i} and ${j} are ${apart.toFixed(1)} pixels apart`);
      }
    }
  }
});

test("events of one place stay near it", () => {
  const far = Math.max(...spread(20).map(([x, y]) => Math.hypot(x, y)));
  assert.ok(far < 45, `${far} pixels`);
});

test("offsets are whole pixels and the same at each call", () => {
  assert.ok(spread(9).flat().every(Number.isInteger));
  assert.deepEqual(spread(9), spread(9));
});

test("a wave is chained from west to east, whatever the order of its rows", () => {
  const events = [{ wave: "w", lat: 14, lon: 3 }, { wave: "w", lat: 14, lon: -9 }, { wave: "w", lat: 14, lon: -1 }];
  assert.deepEqual(chains(events), [[1, 2], [2, 0]]);
});

test("events without a wave are not chained", () => {
  assert.deepEqual(chains([{ wave: null, lon: 1 }, { wave: null, lon: 2 }]), []);
  assert.deepEqual(chains([]), []);
});

test("a wave seen at one place only has no line", () => {
  assert.deepEqual(chains([{ wave: "w", lon: 1 }, { wave: null, lon: 2 }]), []);
});

test("two waves never share a line", () => {
  const events = [{ wave: "a", lat: 1, lon: 0 }, { wave: "b", lat: 1, lon: 1 }, { wave: "a", lat: 1, lon: 2 }, { wave: "b", lat: 1, lon: 3 }];
  const lines = chains(events);
  assert.equal(lines.length, 2);
  for (const [from, to] of lines) assert.equal(events[from].wave, events[to].wave);
});

test("chaining leaves the events as they were", () => {
  const events = Object.freeze([{ wave: "w", lat: 1, lon: 3 }, { wave: "w", lat: 1, lon: -9 }].map(Object.freeze));
  chains(events);
  assert.deepEqual(events.map((e) => e.lon), [3, -9]);
});

test("an unknown toll takes the least size, and never none", () => {
  assert.equal(radius(null), ZERO);
  assert.equal(radius(0), ZERO);
});

test("a symbol grows with the dead and stays on the map", () => {
  const sizes = [0, 1, 5, 20, 60, 100, 1000, 100000].map(radius);
  for (let i = 1; i < sizes.length; i++) assert.ok(sizes[i] >= sizes[i - 1]);
  assert.ok(radius(20) > radius(5));
  assert.ok(sizes.every((r) => Number.isFinite(r) && r >= ZERO && r <= 22));
});

test("the area that a toll adds grows as the toll", () => {
  const added = (n) => (radius(n) - radius(0)) ** 2;
  assert.ok(Math.abs(added(80) / added(20) - 4) < 1e-9);
});

test("every shape fits the circle that its size is given for", () => {
  for (const [name, path] of Object.entries(PATHS)) {
    if (path.includes("A")) continue;
    const points = corners(path);
    assert.ok(points.length >= 3, name);
    for (const [x, y] of points) assert.ok(Math.hypot(x, y) <= 1.1, `${name}: ${x},${y}`);
  }
});

test("every shape is closed and no two are alike", () => {
  const paths = Object.values(PATHS);
  assert.ok(paths.every((path) => path.startsWith("M") && path.endsWith("Z")));
  assert.equal(new Set(paths).size, paths.length);
});

test("no shape looks three times as large as another of the same toll", () => {
  const sizes = Object.entries(PATHS).filter(([, path]) => !path.includes("A")).map(([name, path]) => [name, area(corners(path))]);
  const least = Math.min(...sizes.map(([, a]) => a)), most = Math.max(...sizes.map(([, a]) => a));
  assert.ok(least > 0);
  assert.ok(most / least < 3, JSON.stringify(sizes));
});

test("an event of a wave without a place, or out of view, is in no line", () => {
  const events = [{ wave: "w", lat: 1, lon: 0 }, { wave: "w", lat: null, lon: null }, { wave: "w", lat: 1, lon: 2 }, { wave: "w", lat: 1, lon: 4 }];
  assert.deepEqual(chains(events), [[0, 2], [2, 3]]);
  assert.deepEqual(chains(events, (i) => i !== 2), [[0, 3]]);
});

test("the line of a wave begins and ends at its events", () => {
  assert.match(bow([0, 0], [100, 0]), /^M0\.0,0\.0Q50\.0,-18\.0 100\.0,0\.0$/);
});

test("a ring is to scale: ten kilometres at zoom 8 near Mopti", () => {
  // 156543.03 m a pixel at zoom 0 on the equator, halved by each zoom, narrower by the cosine of the latitude
  const expected = 10000 / ((156543.03392 * Math.cos((14.5 * Math.PI) / 180)) / 2 ** 8);
  assert.ok(Math.abs(pixels(10, 14.5, 8) - expected) < 1e-6);
  assert.ok(Math.abs(pixels(10, 14.5, 9) / pixels(10, 14.5, 8) - 2) < 1e-12);
});

test("a press means the nearest symbol, then those it covers, and none that is far", () => {
  const points = [{ i: 0, x: 0, y: 0, r: 4 }, { i: 1, x: 5, y: 0, r: 12 }, { i: 2, x: 60, y: 0, r: 4 }];
  assert.deepEqual(hits(points, 1, 0, 6), [0, 1]);
  assert.deepEqual(hits(points, 30, 0, 6), []);
  assert.deepEqual(hits(points, 45, 0, 18), [2]);
});

test("the figure used makes the size; where there is none the low one, and a toll nobody gave has none", () => {
  assert.equal(size({ low: 1, best: 5, high: 9 }), 5);
  assert.equal(size({ low: 1, high: 9 }), 1);
  assert.equal(size({ high: 9 }), 9);
  assert.equal(size({ low: 0, best: 0, high: 0 }), 0);
  assert.equal(size(null), null);
  assert.equal(size({}), null);
});

test("unknown looks different from nought, and an area from a place", () => {
  const kinds = [{}, { silent: true }, { hollow: true }, { hollow: true, silent: true }, { silent: true, joint: true }].map((how) => JSON.stringify(look("circle", "#d55e00", how)));
  assert.equal(new Set(kinds).size, 5);
  assert.ok(look("circle", "#d55e00", { silent: true })["stroke-dasharray"]);
  assert.equal(look("circle", "#d55e00", {})["stroke-dasharray"], undefined);
  // told together with other places: somebody gave a toll
  assert.equal(look("circle", "#d55e00", { silent: true, joint: true })["stroke-dasharray"], undefined);
});

test("symbols shrink with their number, grow when one comes nearer, and keep within bounds", () => {
  const sizes = [1, 7, 60, 200, 600, 5000].map((n) => scale(n, 0));
  for (let i = 1; i < sizes.length; i++) assert.ok(sizes[i] <= sizes[i - 1]);
  assert.ok(scale(600, 3) > scale(600, 0));
  for (const n of [0, 1, 1e6]) for (const z of [-3, 0, 9]) assert.ok(scale(n, z) >= 0.5 && scale(n, z) <= 1.25);
});
