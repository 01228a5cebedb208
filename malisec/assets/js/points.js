// Up to a million points on a Leaflet map: one canvas, a legend that hides and shows, a popup for each point.

import { brush } from "./brush.js";
import { dayText, decode, degrees, digits, filtered, nearest, position, texts, together, UNKNOWN, within } from "./codec.js";
import { surroundings } from "./context.js";
import { el } from "./dom.js";
import { lang, many, number, onLang, t } from "./lang.js";
import { symbol } from "./shapes.js";
import { everyMonth } from "./state.js";

/** Fewer points in view than this are discs; more are dots of two pixels. */
const FEW = 5000;
/** More points in view than this are dots of two pixels of the screen, however fine it is. */
const CROWD = 200000;
/** How far from a point one may press, in pixels. */
const REACH = 12;
const PAPER = "#fffdf8", INK = "#1d1d1b";

// --- dots: each cell of the canvas holds a colour, and above it how many points lie there ----------------------------
const ALPHA = Int32Array.from({ length: 256 }, (_, c) => Math.min(255, 110 + 45 * c));
const SHADE = Int32Array.from({ length: 256 }, (_, c) => Math.round(256 * (1 - 0.5 * Math.max(0, Math.log(c / 3) / Math.log(85)))));

/** A colour as a number of a pixel without its opacity: blue, green, red. */
export function pixel(colour) {
  const v = parseInt(colour.slice(1), 16);
  return ((v & 255) << 16) | (v & 0xff00) | (v >>> 16);
}

/**
 * Lay points on a picture `width` cells wide; `view` turns lines of the grid to cells.
 * A cell keeps the colour of one of its points, each as likely as any other: means of many colours would be brown, and
 * the last point's colour would be that of the last rows of the table.
 */
export function stamp(cells, width, { x, y, category }, ids, m, { ax, bx, ay, by }, colours) {
  for (let k = 0; k < m; k++) {
    const i = ids[k], p = ((y[i] * ay + by) | 0) * width + ((x[i] * ax + bx) | 0), old = cells[p], count = old >>> 24;
    const lot = Math.imul(i + 1, 0x9e3779b1) >>> 24, more = count < 255 ? count + 1 : 255;
    cells[p] = (more << 24) | (lot * (count + 1) < 256 ? colours[category[i]] : old & 0xffffff);
  }
}

/** Turn counts to opacity, and to shade where many points lie. */
export function settle(cells) {
  for (let p = 0; p < cells.length; p++) {
    const cell = cells[p];
    if (cell === 0) continue;
    const count = cell >>> 24, shade = SHADE[count];
    cells[p] = (ALPHA[count] << 24) | ((((cell & 0xff00ff) * shade) >>> 8) & 0xff00ff) | ((((cell & 0xff00) * shade) >>> 8) & 0xff00);
  }
}

/** The canvas of cells, as large as the window needs. */
function cellsFor(state, width, height) {
  if (state.picture?.width === width && state.picture.height === height) {
    state.cells.fill(0);
    return;
  }
  const canvas = el("canvas", { width, height });
  state.fine = canvas.getContext("2d");
  state.picture = state.fine.createImageData(width, height);
  state.cells = new Int32Array(state.picture.data.buffer);
}

function dots(state, ratio) {
  const { canvas, pen, view } = state, side = state.count > CROWD ? 2 : Math.max(2, Math.round(2 * ratio));
  // cells are anchored to the world, not to the window, so that a map that is moved does not shimmer
  const rest = [view.corner.x, view.corner.y].map((v) => (((v * ratio) % side) + side) % side), f = ratio / side;
  cellsFor(state, Math.ceil(canvas.width / side) + 2, Math.ceil(canvas.height / side) + 2);
  const { width, height } = state.picture;
  stamp(state.cells, width, state.points, state.ids, state.count, { ax: view.ax * f, bx: view.bx * f + rest[0] / side, ay: view.ay * f, by: view.by * f + rest[1] / side }, state.pixels);
  settle(state.cells);
  state.fine.putImageData(state.picture, 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(state.fine.canvas, -rest[0], -rest[1], width * side, height * side);
}

function disc(pen, { x, y }, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

const size = (count) => (count < 500 ? 6 : count < 2000 ? 5 : 4);
const pixelOf = ({ points: { x, y }, view }, i) => ({ x: x[i] * view.ax + view.bx, y: y[i] * view.ay + view.by });

function discs(state) {
  const { pen, points: all } = state, radius = size(state.count);
  pen.lineWidth = 1;
  pen.strokeStyle = PAPER;
  for (let k = 0; k < state.count; k++) {
    const i = state.ids[k];
    disc(pen, pixelOf(state, i), radius);
    pen.fillStyle = state.data.colours[all.category[i]];
    pen.fill();
    pen.stroke();
  }
}

/** A ring around the point whose popup is open. */
function ring(state) {
  if (state.chosen < 0 || !state.shown[state.chosen]) return;
  disc(state.pen, pixelOf(state, state.chosen), size(state.count) + 3);
  state.pen.lineWidth = 2;
  state.pen.strokeStyle = INK;
  state.pen.stroke();
}

// --- the layer -----------------------------------------------------------------------------------------------------
/** How lines of the grid become pixels of the window: no projection is left to be done, since the grid is Web Mercator's. */
function viewOf(map, data) {
  const scale = map.options.crs.scale(map.getZoom()), corner = map.getPixelBounds().min;
  return { corner, ax: data.x[1] * scale, bx: data.x[0] * scale - corner.x, ay: data.y[1] * scale, by: data.y[0] * scale - corner.y };
}

function draw(state) {
  const { map, canvas, pen } = state, { x: width, y: height } = map.getSize(), ratio = window.devicePixelRatio || 1;
  const corner = map.containerPointToLayerPoint([0, 0]);
  L.DomUtil.setPosition(canvas, corner);
  Object.assign(state, { zoom: map.getZoom(), corner: map.layerPointToLatLng(corner), view: viewOf(map, state.data) });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  // setting the width empties the canvas as well
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  state.count = within(state.points, state.shown, state.view, { width, height }, state.ids);
  if (!canvas.width || !canvas.height) return;
  const few = state.count < FEW;
  if (!few) dots(state, ratio);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (few) discs(state);
  ring(state);
}

/** Draw, and say how much is in view: not at every step of a movement, which would be read out. */
function redraw(state) {
  cancelAnimationFrame(state.frame);
  state.frame = 0;
  draw(state);
  state.map.getContainer().dataset.count = state.count;
  if (state.said) state.said.textContent = t("{n} of {all} points in view.", { n: number(state.count), all: number(state.data.n) });
}

/** Follow a zoom that is under way by stretching what was drawn. */
function stretch(state, { center, zoom }) {
  const { map, canvas } = state, moved = L.DomUtil.getPosition(map.getPane("mapPane"));
  const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2)).add(moved).round();
  L.DomUtil.setTransform(canvas, map.project(state.corner, zoom).subtract(origin), map.getZoomScale(zoom, state.zoom));
}

function later(state) {
  state.frame ||= requestAnimationFrame(() => {
    state.frame = 0;
    draw(state);
  });
}

function layerOf(state) {
  return new (L.Layer.extend({
    days: state.points.days,
    onAdd(map) {
      state.canvas = el("canvas", { class: "leaflet-zoom-animated ms-canvas", "aria-hidden": "true" });
      state.pen = state.canvas.getContext("2d");
      state.map = map;
      this.getPane().append(state.canvas);
      redraw(state);
    },
    onRemove() {
      cancelAnimationFrame(state.frame);
      state.frame = 0;
      state.canvas.remove();
    },
    getEvents: () => ({ move: () => later(state), moveend: () => redraw(state), resize: () => redraw(state), viewreset: () => redraw(state), zoomanim: (e) => stretch(state, e) }),
    /** Draw the points from one day to another (since 1970-01-01, inclusive, null: no end) and of categories not in `off`; what is left out stays as it was. */
    show(choice) {
      Object.assign(state.choice, choice);
      filtered(state.points, state.choice, state.shown);
      if (state.chosen >= 0 && !state.shown[state.chosen]) state.map.closePopup();
      state.press?.();
      redraw(state);
      state.tally?.();
      return this;
    },
  }))();
}

// --- popups --------------------------------------------------------------------------------------------------------
function about(state, i) {
  const { data, points: all } = state, label = state.label(i);
  const head = [data.dated ? dayText(all.days[i]) : null, data.names && t(data.names[all.category[i]])].filter(Boolean);
  return [
    el("p", { class: "ms-eyebrow" }, ...head.flatMap((text, k) => [k ? " · " : null, el("bdi", {}, text)])),
    label ? el("p", { class: "ms-pointlabel", dir: "auto" }, label) : null,
    el("p", { class: "ms-why" }, `${position(degrees(data, all.x[i], all.y[i]), digits(data))}, ${t("within {error}", { error: data.error })}`),
  ].filter(Boolean);
}

/** What is known of a point, and buttons to leaf through all that lie at its place. */
function leaves(state, i) {
  const ids = together(state.points, state.shown, i), text = el("div", {});
  let at = ids.indexOf(i);
  const where = el("span", {});
  const turn = (by) => {
    at = (at + by + ids.length) % ids.length;
    state.chosen = ids[at];
    text.replaceChildren(...about(state, ids[at]));
    where.textContent = t("{n} of {all} at this place", { n: number(at + 1), all: number(ids.length) });
  };
  turn(0);
  const button = (words, sign, by) => {
    const made = el("button", { type: "button", "aria-label": words }, sign);
    made.addEventListener("click", () => turn(by));
    return made;
  };
  return el("div", { class: "ms-point" }, text, ids.length > 1 ? el("p", { class: "ms-leaf" }, button(t("Previous point"), "‹", -1), where, button(t("Next point"), "›", 1)) : null);
}

function open(state, i) {
  const { x, y } = state.points, { lat, lon } = degrees(state.data, x[i], y[i]), narrow = Math.min(300, state.map.getSize().x - 110);
  const popup = L.popup({ maxWidth: narrow, minWidth: Math.min(180, narrow), maxHeight: 260, offset: [0, -2], autoPanPaddingTopLeft: [58, 8], autoPanPaddingBottomRight: [8, 8] }).setLatLng([lat, lon]).setContent(leaves(state, i));
  popup.on("remove", () => {
    if (state.popup !== popup) return;
    state.chosen = -1;
    draw(state);
  });
  state.popup = popup;
  popup.openOn(state.map);
  state.chosen = i;
  draw(state);
}

function listen(state) {
  const { map } = state, box = map.getContainer();
  const find = (at, reach) => nearest(state.points, state.ids, state.count, state.view, at, reach);
  map.on("click", ({ containerPoint: at }) => {
    const i = find(at, REACH);
    if (i >= 0) open(state, i);
  });
  // a hand over what can be pressed; among tens of thousands everything can
  map.on("mousemove", ({ containerPoint: at }) => box.classList.toggle("ms-over", state.count < FEW && find(at, REACH) >= 0));
  box.addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Enter" || pressed.target !== box) return;
    pressed.preventDefault();
    const i = find(map.getSize().divideBy(2), Infinity);
    if (i >= 0) open(state, i);
  });
  // read out, since the keyboard stays on the map
  map.getPane("popupPane").setAttribute("aria-live", "polite");
}

// --- the brush -----------------------------------------------------------------------------------------------------
/** The month of each day from the first to the last, counted from year 0: a table, since a date for each point would take long. */
export function monthTable(first, last) {
  const found = new Int32Array(last - first + 1);
  for (let day = first; day <= last; day++) {
    const date = new Date(day * 86400000);
    found[day - first] = 12 * date.getUTCFullYear() + date.getUTCMonth();
  }
  return found;
}

/** First and last day that points are known for; null when none is. */
export function daysOf(days, unknown) {
  let first = Infinity, last = -Infinity;
  for (let i = 0; i < days.length; i++) {
    if (days[i] === unknown) continue;
    if (days[i] < first) first = days[i];
    if (days[i] > last) last = days[i];
  }
  return first > last ? null : [first, last];
}

const firstDay = (month) => Math.round(Date.UTC(Math.floor(month / 12), month % 12, 1) / 86400000);

/** Points per month under the map, and the months that it shows; nothing where points have no dates. */
function calendar(state, layer) {
  const box = state.map.getContainer().closest(".ms-mapbox")?.querySelector(".ms-brushbox");
  const span = state.data.dated ? daysOf(state.points.days, UNKNOWN) : null;
  if (!box || !span) return null;
  // a span of centuries would be a table of centuries
  if (span[1] - span[0] > 80000) return null;
  const table = monthTable(...span), whole = [table[0], table[table.length - 1]], dates = { whole, range: [...whole] };
  const silent = state.points.days.reduce((n, d) => n + (d === UNKNOWN), 0);
  const notes = () => (silent ? [many(silent, "{n} point has no known date; it shows only while all dates do.", "{n} points have no known date; they show only while all dates do.")] : []);
  let asked = false;
  const changed = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      const every = everyMonth(dates);
      layer.show(every ? { from: null, to: null } : { from: firstDay(dates.range[0]), to: firstDay(dates.range[1] + 1) - 1 });
    });
  };
  const drawn = brush(box, dates, { notes, changed, tell: (n, all) => t("{n} of {all} points", { n, all }) });
  state.tally = () => {
    const bars = new Array(whole[1] - whole[0] + 1).fill(0), { days, category } = state.points, off = state.choice.off;
    let found = 0;
    for (let i = 0; i < days.length; i++) {
      found += state.shown[i];
      if (days[i] !== UNKNOWN && !off.has(category[i])) bars[table[days[i] - span[0]] - whole[0]]++;
    }
    drawn.update(bars, found, state.data.n);
  };
  return { rename: () => {
    drawn.rename();
    state.tally();
  } };
}

// --- legend ----------------------------------------------------------------------------------------------
function legend(state, layer) {
  const keys = state.data.keys.map((key) => {
    const chip = el("button", { type: "button", class: "ms-key" }, symbol("circle", key.colour, 6), el("bdi", {}, lang() === "fr" ? key.fr || t(key.label) : key.label), el("b", {}, number(key.count)));
    chip.addEventListener("click", () => {
      const off = new Set(state.choice.off), way = chip.getAttribute("aria-pressed") === "true" ? "add" : "delete";
      for (const k of key.of) off[way](k);
      layer.show({ off });
    });
    return [chip, key];
  });
  state.press = () => keys.forEach(([chip, key]) => chip.setAttribute("aria-pressed", String(!key.of.every((k) => state.choice.off.has(k)))));
  state.press();
  return keys.length ? el("div", { class: "ms-legend", role: "group", "aria-label": t("{what}: press to hide or show", { what: t("Categories") }) }, ...keys.map(([chip]) => chip)) : null;
}

function aside(state, layer) {
  const box = state.map.getContainer().closest(".ms-mapbox")?.querySelector(".ms-legendbox");
  state.said = el("p", { class: "ms-inview", "aria-live": "polite" });
  const parts = [legend(state, layer), state.said];
  if (box) box.replaceChildren(...parts.filter(Boolean));
  else {
    const folded = el("details", { class: "ms-fold", open: window.innerWidth > 640 }, el("summary", {}, t("Key")), ...parts, el("p", { class: "ms-inview" }, state.data.note[lang() === "fr" ? 1 : 0]));
    L.DomEvent.disableClickPropagation(folded);
    L.DomEvent.disableScrollPropagation(folded);
    new (L.Control.extend({ onAdd: () => folded }))({ position: "bottomleft" }).addTo(state.map);
  }
}

/** Draw the points of the JSON element `id` on a Leaflet map, and return their layer. */
export function points(map, id) {
  const data = JSON.parse(document.getElementById(id).textContent), all = decode(data);
  const state = { map, data, points: all, label: texts(data.labels, data.n), shown: new Uint8Array(data.n).fill(1), ids: new Int32Array(data.n), pixels: data.colours.map(pixel), choice: { from: null, to: null, off: new Set() }, chosen: -1, count: 0, frame: 0 };
  map.attributionControl?.setPrefix(false);
  map.fitBounds(data.bounds, { padding: [12, 12], animate: false, maxZoom: 11 });
  const around = surroundings(map, data.context);
  const layer = layerOf(state);
  layer.addTo(map);
  const dates = calendar(state, layer);
  const rename = () => {
    around.rename();
    aside(state, layer);
    dates?.rename();
    redraw(state);
  };
  onLang(rename);
  rename();
  listen(state);
  map.getContainer().dataset.ready = "yes";
  return layer;
}
