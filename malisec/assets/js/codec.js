// Reads what malisec/maps/codec.py writes: many points in few bytes. Pure, so that it is tested without a browser.

import { lang } from "./lang.js";
import { day as written } from "./write.js";

/** Day of a point whose date nobody knows. */
export const UNKNOWN = -(2 ** 31);

/** The bytes behind base64. */
export function bytes(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const raw = atob(text), out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out;
}

/** Every second bit of a number of 32 bits, put together. */
function compact(code) {
  let v = code & 0x55555555;
  v = (v | (v >>> 1)) & 0x33333333;
  v = (v | (v >>> 2)) & 0x0f0f0f0f;
  v = (v | (v >>> 4)) & 0x00ff00ff;
  return (v | (v >>> 8)) & 0xffff;
}

/** The lines of the grid that `n` points lie on, from differences of Morton codes in LEB128. */
export function places(raw, n) {
  const x = new Uint16Array(n), y = new Uint16Array(n);
  let at = 0, code = 0;
  for (let i = 0; i < n; i++) {
    let shift = 0, byte = raw[at++], step = byte & 127;
    // the fifth byte holds bits 28 to 31: | 0 wraps them as the sum below does
    while (byte > 127) {
      byte = raw[at++];
      step |= (byte & 127) << (shift += 7);
    }
    code = (code + step) | 0;
    x[i] = compact(code);
    y[i] = compact(code >>> 1);
  }
  if (at !== raw.length) throw new Error(`places: expected ${n} points in ${raw.length} bytes, read ${at}`);
  return { x, y };
}

/** Numbers of `width` bytes each (at most four), the lowest byte first. */
export function unpacked({ width, bytes: text }, n) {
  const raw = bytes(text), out = new Uint32Array(n);
  if (raw.length !== n * width) throw new Error(`numbers: expected ${n * width} bytes, found ${raw.length}`);
  for (let b = 0; b < width; b++) for (let i = 0, at = b; i < n; i++, at += width) out[i] |= raw[at] << (8 * b);
  return out;
}

/** Points as typed arrays: `x`, `y` (lines of the grid), `days` (since 1970-01-01, or UNKNOWN) and `category`. */
export function decode(data) {
  const { n, first, categories } = data, codes = unpacked(data.codes, n), days = new Int32Array(n), category = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const code = codes[i], since = Math.floor(code / categories);
    days[i] = since ? first + since - 1 : UNKNOWN;
    category[i] = code - since * categories;
  }
  return { n, days, category, ...places(bytes(data.places), n) };
}

/** Degrees of a point of the grid. */
export function degrees(data, x, y) {
  const across = data.x[0] + x * data.x[1], down = data.y[0] + y * data.y[1];
  return { lon: across * 360 - 180, lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * down))) * 180) / Math.PI };
}

/** How many decimals of a degree the grid can tell apart; six where it is finer than that. */
export function digits(data) {
  const step = 360 * Math.max(data.x[1], data.y[1]);
  return step ? Math.min(6, Math.max(0, Math.ceil(-Math.log10(step)))) : 6;
}

/** A position in words: 14.4973° N, 4.1960° W. */
export function position({ lat, lon }, decimals) {
  const fr = lang() === "fr", put = (v) => (fr ? Math.abs(v).toFixed(decimals).replace(".", ",") : Math.abs(v).toFixed(decimals));
  return `${put(lat)}° ${lat < 0 ? "S" : "N"}, ${put(lon)}° ${lon < 0 ? (fr ? "O" : "W") : "E"}`;
}

/** A day in words: 1 July 2025. */
export function dayText(day) {
  return written(day === UNKNOWN ? null : new Date(day * 864e5).toISOString().slice(0, 10));
}

/** Which points are drawn: those from one day to another, inclusive, of categories that are not off. Without a date, only while no end is set. */
export function filtered({ days, category }, { from = null, to = null, off = new Set() }, out) {
  const least = from ?? -Infinity, most = to ?? Infinity, undated = from === null && to === null;
  const hidden = new Uint8Array(256);
  for (const k of off) hidden[k] = 1;
  for (let i = 0; i < days.length; i++) {
    const day = days[i];
    out[i] = !hidden[category[i]] && (day === UNKNOWN ? undated : day >= least && day <= most) ? 1 : 0;
  }
  return out;
}

/** Which points lie in a window: their numbers in the first places of `out`, and how many they are. `view` turns lines of the grid to pixels. */
export function within({ x, y }, shown, view, { width, height }, out) {
  const { ax, bx, ay, by } = view;
  let m = 0;
  for (let i = 0; i < shown.length; i++) {
    if (!shown[i]) continue;
    const px = x[i] * ax + bx, py = y[i] * ay + by;
    if (px >= 0 && px <= width && py >= 0 && py <= height) out[m++] = i;
  }
  return m;
}

/** The nearest of the first `m` points of `ids` to a place of the window, or -1 where none lies within `reach` pixels. */
export function nearest({ x, y }, ids, m, view, at, reach) {
  let best = -1, least = reach * reach;
  for (let k = 0; k < m; k++) {
    const i = ids[k], dx = x[i] * view.ax + view.bx - at.x, dy = y[i] * view.ay + view.by - at.y, d = dx * dx + dy * dy;
    if (d < least || (d === least && best < 0)) {
      least = d;
      best = i;
    }
  }
  return best;
}

/** All points drawn at the place of point `i`: they follow each other, since places are sorted. */
export function together({ x, y }, shown, i) {
  const same = (k) => x[k] === x[i] && y[k] === y[i];
  let from = i, to = i;
  while (from > 0 && same(from - 1)) from--;
  while (to + 1 < x.length && same(to + 1)) to++;
  const ids = [];
  for (let k = from; k <= to; k++) if (shown[k]) ids.push(k);
  return ids;
}

/** A function from point to text: each different text is held once. */
export function texts(labels, n) {
  if (!labels) return () => "";
  if (!labels.index) return (i) => labels.texts[i];
  const index = unpacked(labels.index, n);
  return (i) => labels.texts[index[i]];
}
