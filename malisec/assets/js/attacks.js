// A map of events that one can question: symbols, brush, legend, card and rows, all of one state. Knows the parts, draws nothing itself.

import { readHash, readView, writeView } from "./address.js";
import { brush } from "./brush.js";
import { card } from "./card.js";
import { surroundings } from "./context.js";
import { el } from "./dom.js";
import { many, onLang, t } from "./lang.js";
import { legend } from "./legend.js";
import { put } from "./report.js";
import { rows } from "./rows.js";
import { flags, HIDDEN, makeState, monthly, OUTSIDE, shown } from "./state.js";
import { symbols } from "./symbols.js";

const read = new Map();
function parsed(id) {
  if (!read.has(id)) read.set(id, JSON.parse(document.getElementById(id).textContent));
  return read.get(id);
}

/** The data of a map; what several maps of the page show stands in an element of its own. */
function dataOf(id) {
  const data = parsed(id);
  if (!data.shared) return data;
  const all = parsed(data.shared);
  return { ...data, events: data.events.map((key) => all.events[key]), sources: all.sources, context: all.context };
}

/** Fields that lean data leaves out when they are empty. */
function whole(e) {
  return { by: [], tolls: [], who: [], src: [], ...e };
}

/** Where the parts of a map go: the boxes of a report, or controls of a plain Leaflet map. */
function homes(map) {
  const figure = map.getContainer().closest(".ms-mapbox");
  if (figure) {
    const find = (kind) => figure.querySelector(kind);
    return { key: figure.dataset.map, brush: find(".ms-brushbox"), legend: find(".ms-legendbox"), card: find(".ms-card"), rows: figure.parentElement.querySelector(`.ms-rowsbox`), figure };
  }
  const made = { key: "map", brush: el("div", { class: "ms-brushbox" }), legend: el("div", { class: "ms-legendbox" }), card: null, rows: null, figure: null };
  const box = el("details", { class: "ms-plain" }, el("summary", {}, "≡"), made.brush, made.legend);
  new (L.Control.extend({
    onAdd() {
      L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
      return box;
    },
  }))({ position: "bottomleft" }).addTo(map);
  return made;
}

function notes(state) {
  const vague = state.events.filter((e) => e.date && e.precision === "year").length, silent = state.events.filter((e) => !e.date).length;
  return [
    vague ? many(vague, "{n} event is known by its year only and stands in no bar.", "{n} events are known by their year only and stand in no bar.") : "",
    silent ? many(silent, "{n} event has no known date; it shows only while all dates do.", "{n} events have no known date; they show only while all dates do.") : "",
  ].filter(Boolean);
}

/** Draw the events of the JSON element `id` on a Leaflet map. */
export function attacks(map, id) {
  const data = dataOf(id);
  const state = makeState({ ...data, events: data.events.map(whole) });
  const home = homes(map);
  const container = map.getContainer();
  map.attributionControl?.setPrefix(false);
  if (data.bounds) map.fitBounds(data.bounds, { padding: [8, 8], animate: false });
  state.home = map.getZoom();
  const open = { lat: map.getCenter().lat, lng: map.getCenter().lng, zoom: state.home };
  const listed = home.brush && el("div", { class: "ms-siegebox" });
  const around = surroundings(map, data.context, { on: data.regions || [], listed });
  const points = symbols(state, (i) => choose(i)).addTo(map);
  const keys = legend(home.legend, state, changed);
  const dates = brush(home.brush, state, { marks: data.context.milestones || [], notes: () => notes(state), changed });
  home.brush.append(listed);
  const table = home.rows && rows(home.rows, state, { key: home.key, choose });
  let asked = false, moved = false;

  /** Everything follows the state; `settled` when the hand has come to rest. */
  function draw(settled = true) {
    const flag = flags(state);
    points.update(flag);
    keys.update();
    dates.update(monthly(state, flag), flag.reduce((n, f) => n + (f > OUTSIDE), 0), state.events.length);
    around.update(state.range);
    table?.update(shown(state, flag), settled);
    container.dataset.count = points.count();
    if (home.card && state.current !== null) home.card.classList.toggle("ms-away", flag[state.current] === HIDDEN);
  }

  function changed(settled = false) {
    if (settled) {
      draw(true);
      note();
    } else if (!asked) {
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        draw(false);
      });
    }
  }

  function choose(i, from = false) {
    state.current = i;
    draw();
    show();
    points.follow(i);
    table?.mark();
    note();
    const e = state.events[i];
    if (e.lat != null && !map.getBounds().contains([e.lat, e.lon])) map.panTo([e.lat, e.lon]);
    if (from && home.figure) home.figure.scrollIntoView({ block: "nearest" });
  }

  function show() {
    if (state.current === null) return;
    const i = state.current, made = card(state, i, { choose, row: (k) => table?.link(k) });
    if (home.card) home.card.replaceChildren(made);
    else L.popup({ maxWidth: 320, maxHeight: 340 }).setLatLng([state.events[i].lat, state.events[i].lon]).setContent(made).openOn(map);
  }

  function note() {
    if (!home.figure) return;
    const centre = map.getCenter(), zoom = map.getZoom();
    const apart = Math.abs(zoom - open.zoom) > 0.01 || map.latLngToLayerPoint(centre).distanceTo(map.latLngToLayerPoint(open)) > 3;
    put(home.key, writeView(state, moved && apart ? { lat: centre.lat, lng: centre.lng, zoom } : null));
  }

  /** Take the view from the address. */
  function follow(hash, first) {
    const said = readHash(hash).maps[home.key];
    if (first && !said) return;
    state.current = state.first;
    const at = readView(state, said);
    if (at) map.setView([at.lat, at.lng], at.zoom, { animate: false });
    moved = Boolean(at);
    if (!first) {
      draw();
      if (home.card) show();
    }
  }

  if (home.figure) {
    follow(location.hash, true);
    map.on("dragend zoomend", () => {
      moved = true;
      note();
    });
    addEventListener("hashchange", () => follow(location.hash, false));
  }
  function rename() {
    around.rename();
    points.rename();
    dates.rename();
    table?.rename();
    draw();
    if (home.card) show();
    container.querySelector(".ms-plain > summary")?.setAttribute("aria-label", t("Dates and legend"));
  }
  onLang(rename);
  rename();
  drawn.set(home.key, map);
  container.dataset.ready = "yes";
}

const drawn = new Map();
/** Let two maps of the page move together. */
export function together(...keys) {
  const maps = keys.map((key) => drawn.get(key)).filter(Boolean);
  let leading = false;
  for (const one of maps) {
    one.on("move zoomend", () => {
      if (leading) return;
      leading = true;
      for (const other of maps) if (other !== one) other.setView(one.getCenter(), one.getZoom(), { animate: false });
      leading = false;
    });
  }
}
