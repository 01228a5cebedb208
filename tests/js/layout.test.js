// The pure functions behind the maps: where symbols lie, how large they are, what they look like.
// Run with: node --test tests/js/*.test.js

import assert from "node:assert/strict";
import { test } from "node:test";

import { chains, spread } from "../../malisec/assets/js/attacks.js";
import { PATHS, radius } from "../../malisec/assets/js/shapes.js";

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
  const events = [{ wave: "w", lon: 3 }, { wave: "w", lon: -9 }, { wave: "w", lon: -1 }];
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
  const events = [{ wave: "a", lon: 0 }, { wave: "b", lon: 1 }, { wave: "a", lon: 2 }, { wave: "b", lon: 3 }];
  const lines = chains(events);
  assert.equal(lines.length, 2);
  for (const [from, to] of lines) assert.equal(events[from].wave, events[to].wave);
});

test("chaining leaves the events as they were", () => {
  const events = Object.freeze([{ wave: "w", lon: 3 }, { wave: "w", lon: -9 }].map(Object.freeze));
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
  assert.ok(sizes.every((size) => Number.isFinite(size) && size >= ZERO && size <= 22));
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
