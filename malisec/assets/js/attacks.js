// A layer of events on a Leaflet map: symbols, rings of uncertainty, lines of a wave, legend, card.

import { el } from "./dom.js";
import { card } from "./card.js";
import { radius, symbol } from "./shapes.js";

/** Offsets in pixels that lay events of one point beside each other (sunflower order). */
export function spread(n) {
  return Array.from({ length: n }, (_, i) => {
    if (n === 1) return [0, 0];
    const r = 9 * Math.sqrt(i + 0.6), angle = i * 2.39996;
    return [Math.round(r * Math.cos(angle)), Math.round(r * Math.sin(angle))];
  });
}

/** Index pairs that chain the events of each wave from west to east. */
export function chains(events) {
  const waves = new Map();
  events.forEach((e, i) => e.wave && waves.set(e.wave, [...(waves.get(e.wave) || []), i]));
  return [...waves.values()].flatMap((ids) => {
    const order = ids.sort((a, b) => events[a].lon - events[b].lon);
    return order.slice(1).map((id, k) => [order[k], id]);
  });
}

function legend(state, types, redraw) {
  const chips = types.map((type) => {
    const count = state.events.filter((e) => e.type === type.id).length;
    const chip = el("button", { type: "button", class: "ms-key", "aria-pressed": "true" }, symbol(type.shape, type.colour, 6), el("span", {}, type.label), el("b", {}, String(count)));
    chip.addEventListener("click", () => {
      const on = chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-pressed", String(on));
      state.off[on ? "delete" : "add"](type.id);
      redraw();
    });
    return chip;
  });
  return el("div", { class: "ms-legend", role: "group", "aria-label": "Event types: press to hide or show" }, ...chips);
}

const toll = (e) => e.killed.best ?? e.killed.low ?? e.killed.high;

function icon(e, offset, scale) {
  const picture = symbol(e.shape, e.colour, scale * radius(toll(e)), toll(e) == null);
  const size = Number(picture.getAttribute("width"));
  return L.divIcon({ html: picture, className: "ms-mark", iconSize: [size, size], iconAnchor: [size / 2 - offset[0], size / 2 - offset[1]] });
}

/** On a full map, the ring and the wave of one event only. */
function follow(state, i) {
  if (!state.crowd) return;
  state.chosen.clearLayers();
  if (state.layers[i].ring) state.chosen.addLayer(state.layers[i].ring);
  for (const [pair, line] of state.lines) if (state.events[i].wave && state.events[pair[0]].wave === state.events[i].wave) state.chosen.addLayer(line);
}

/** Mark the event chosen, and draw its ring and wave, unless its type is hidden. */
function mark(state) {
  const i = state.current, hidden = i === null || state.off.has(state.events[i].type);
  state.layers.forEach((layer, k) => layer.mark.getElement()?.classList.toggle("ms-chosen", k === i && !hidden));
  if (!hidden) follow(state, i);
  else if (state.crowd) state.chosen.clearLayers();
}

function choose(state, i) {
  const e = state.events[i];
  state.current = i;
  mark(state);
  if (!state.card) {
    L.popup({ maxWidth: 320, maxHeight: 340 }).setLatLng([e.lat, e.lon]).setContent(card(e, state.sources)).openOn(state.map);
    return;
  }
  state.card.replaceChildren(card(e, state.sources));
}

function layerOf(state, e, i, offset) {
  // the larger lies behind the smaller, so that none is out of reach
  const mark = L.marker([e.lat, e.lon], { icon: icon(e, offset, state.crowd ? 0.75 : 1), title: `${e.when}, ${e.place}: ${e.typeLabel}`, alt: `${e.when}, ${e.place}: ${e.typeLabel}, killed ${e.killed.text}`, riseOnHover: true, zIndexOffset: -100 * Math.round(radius(toll(e))) });
  mark.on("click", () => choose(state, i));
  mark.on("keydown", ({ originalEvent: pressed }) => {
    if (pressed.key !== "Enter" && pressed.key !== " ") return;
    pressed.preventDefault(); // the space bar would scroll the page away
    choose(state, i);
  });
  const ring = e.ring && L.circle([e.lat, e.lon], { radius: e.ring * 1000, color: e.colour, weight: 1, dashArray: "2 4", fillOpacity: e.ring > 50 ? 0.02 : 0.08, opacity: 0.7, interactive: false });
  return { mark, ring, group: L.layerGroup(ring && !state.crowd ? [ring, mark] : [mark]) };
}

export function context(map, shapes) {
  if (shapes.regions) L.geoJSON(shapes.regions, { interactive: false, style: (f) => ({ color: "#bdb3a0", weight: 0.9, fillColor: f.properties.on ? "#ece3cd" : "#f3eee2", fillOpacity: 1 }) }).addTo(map);
  if (shapes.rivers) L.geoJSON(shapes.rivers, { interactive: false, style: { color: "#8fb7cf", weight: 1.4, fillColor: "#8fb7cf", fillOpacity: 0.6 } }).addTo(map);
  const labels = [...shapes.countries.map((c) => [c, "ms-country"]), ...shapes.towns.map((t) => [t, "ms-town"])].map(([place, kind]) =>
    L.marker([place.lat, place.lon], { interactive: false, keyboard: false, icon: L.divIcon({ className: kind, html: el("span", { "aria-hidden": "true" }, place.name), iconSize: null, iconAnchor: kind === "ms-town" ? [-9, 8] : [30, 8] }) }).addTo(map));
  const tidy = () => declutter(labels);
  map.on("zoomend resize", tidy);
  setTimeout(tidy, 0);
}

/** Hide each label that would lie on one shown before it. */
function declutter(labels) {
  const kept = [];
  for (const label of labels) {
    const node = label.getElement()?.firstElementChild;
    if (!node) continue;
    node.style.visibility = "";
    const box = node.getBoundingClientRect();
    const hit = kept.some((k) => box.left < k.right && box.right > k.left && box.top < k.bottom && box.bottom > k.top);
    if (hit) node.style.visibility = "hidden";
    else kept.push(box);
  }
}

const read = new Map();
function parsed(id) {
  if (!read.has(id)) read.set(id, JSON.parse(document.getElementById(id).textContent));
  return read.get(id);
}

/** The data of a map; events that several maps of the page show stand in an element of their own. */
function dataOf(id) {
  const data = parsed(id);
  if (!data.shared) return data;
  const all = parsed(data.shared);
  return { ...data, events: data.events.map((key) => all.events[key]), sources: all.sources };
}

/** Draw the events of the JSON element `id` on a Leaflet map. */
export function attacks(map, id) {
  const data = dataOf(id);
  const types = new Map(data.types.map((type) => [type.id, type]));
  // maps of one page may share an event; what its type says of it is the same on all of them
  for (const e of data.events) Object.assign(e, { typeLabel: types.get(e.type).label, colour: types.get(e.type).colour, shape: types.get(e.type).shape });
  const home = map.getContainer().closest(".ms-mapbox");
  const state = { map, events: data.events, sources: data.sources, crowd: data.crowd, current: null, off: new Set(), layers: [], card: home?.querySelector(".ms-card") || null };
  map.attributionControl?.setPrefix(false);
  context(map, data.context);
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);

  const same = new Map();
  data.events.forEach((e, i) => same.set(`${e.lat},${e.lon}`, [...(same.get(`${e.lat},${e.lon}`) || []), i]));
  const offsets = [];
  for (const ids of same.values()) spread(ids.length).forEach((o, k) => (offsets[ids[k]] = o));
  const points = data.events.map((e) => [e.lat, e.lon]);
  state.lines = chains(data.events).map((pair) => [pair, L.polyline(pair.map((i) => points[i]), { color: "#a61c3c", weight: 1.2, opacity: 0.6, dashArray: "1 5", lineCap: "round", interactive: false })]);
  state.chosen = L.layerGroup(state.crowd ? [] : state.lines.map(([, line]) => line)).addTo(map);
  state.layers = data.events.map((e, i) => layerOf(state, e, i, offsets[i]));

  const redraw = () => {
    state.layers.forEach((layer, i) => (state.off.has(data.events[i].type) ? layer.group.remove() : layer.group.addTo(map)));
    mark(state);
  };
  redraw();
  const place = home?.querySelector(".ms-legendbox");
  const shown = data.types.filter((t) => data.events.some((e) => e.type === t.id));
  if (place) place.replaceChildren(legend(state, shown, redraw));
  else L.Control.extend && new (L.Control.extend({ onAdd: () => legend(state, shown, redraw) }))({ position: "bottomleft" }).addTo(map);
  if (data.bounds) map.fitBounds(data.bounds, { padding: [12, 12], animate: false });
  if (state.card && data.first != null) choose(state, data.first);
  map.getContainer().dataset.ready = "yes";
}
