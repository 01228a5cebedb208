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
import { label } from "./write.js";

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

const drawn = new Map();
/** A name that no map of the page has yet: two may have one title. */
function unlike(name) {
  let key = name;
  for (let n = 2; drawn.has(key); n++) key = `${name}-${n}`;
  return key;
}

/** Where the parts of a map go: the boxes of a report, or controls of a plain Leaflet map. */
function homes(map) {
  const figure = map.getContainer().closest(".ms-mapbox");
  if (figure) {
    const find = (kind) => figure.querySelector(kind);
    return { key: unlike(figure.dataset.map), brush: find(".ms-brushbox"), legend: find(".ms-legendbox"), card: find(".ms-card"), rows: figure.parentElement.querySelector(`.ms-rowsbox`), figure };
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
  // what was chosen, for those who do not see it; the card itself would be read out whole
  const told = el("div", { class: "ms-hush", role: "status" }), peek = el("div", { class: "ms-peek", hidden: true });
  container.append(told, peek);
  L.DomEvent.disableClickPropagation(peek);
  let asked = false, moved = false, led = false, before = null;

  /** Everything follows the state; `settled` when the hand has come to rest. */
  function draw(settled = true) {
    const flag = flags(state);
    points.update(flag);
    keys.update();
    dates.update(monthly(state, flag), flag.reduce((n, f) => n + (f > OUTSIDE), 0), state.events.length, settled);
    around.update(state.range);
    table?.update(shown(state, flag), settled);
    container.dataset.count = points.count();
    const now = state.current === null ? null : flag[state.current];
    // its card says when an event is not in view, and leads to its row when it is
    if (home.card && before !== null && now !== before) show(now);
    before = now;
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

  /** Open an event; `elsewhere`: from a row or a card, whose reader is taken along. */
  function choose(i, elsewhere = false) {
    state.current = i;
    // nothing but the symbols knows which event is chosen: the rows stay as they are
    const flag = flags(state);
    points.update(flag);
    before = flag[i];
    show(before);
    points.follow(i);
    table?.mark();
    const e = state.events[i];
    if (e.lat != null && !map.getBounds().contains([e.lat, e.lon])) map.panTo([e.lat, e.lon]);
    note();
    told.textContent = label(e, state.types.get(e.type));
    if (elsewhere && home.card) {
      home.card.scrollIntoView({ block: "start" });
      home.card.querySelector("h3")?.focus({ preventScroll: true });
    }
    lure(e);
  }

  /** On a phone the card lies below: say so on the map. */
  function lure(e) {
    const below = home.card && home.card.getBoundingClientRect().top > innerHeight - 60;
    peek.hidden = !below;
    if (!below) return;
    const button = el("button", { type: "button", class: "ms-link" }, t("Read the card"));
    button.addEventListener("click", () => {
      peek.hidden = true;
      home.card.scrollIntoView({ block: "start" });
      home.card.querySelector("h3")?.focus({ preventScroll: true });
    });
    peek.replaceChildren(el("span", {}, label(e, state.types.get(e.type))), button);
  }

  function show(flag = flags(state)[state.current]) {
    if (state.current === null) return;
    const i = state.current, e = state.events[i];
    const away = flag === HIDDEN ? t("Not in view: hidden by a filter") : flag === OUTSIDE ? t("Not in view: outside the dates chosen") : "";
    const made = card(state, i, { choose, row: (k) => table?.link(k), away });
    if (home.card) home.card.replaceChildren(made);
    else if (e.lat != null) L.popup({ maxWidth: 320, maxHeight: 340 }).setLatLng([e.lat, e.lon]).setContent(made).openOn(map);
  }

  function note() {
    if (!home.figure) return;
    const centre = map.getCenter(), zoom = map.getZoom();
    const apart = Math.abs(zoom - open.zoom) > 0.01 || map.latLngToLayerPoint(centre).distanceTo(map.latLngToLayerPoint(open)) > 3;
    written = writeView(state, moved && apart ? { lat: centre.lat, lng: centre.lng, zoom } : null);
    put(home.key, written);
  }

  let written = "";
  /** Take the view from the address; what it has said already stays as it is. */
  function follow(hash, first) {
    const said = readHash(hash).maps[home.key] || "";
    if (said === written) return;
    written = said;
    dates.stop();
    state.current = state.first;
    const at = readView(state, said);
    led = true;
    const { lat, lng, zoom } = at || open;
    if (at || !first) map.setView([lat, lng], zoom, { animate: false });
    led = false;
    moved = Boolean(at);
    if (first) return;
    before = null;
    draw();
    table?.mark();
    if (home.card) show();
  }

  if (home.figure) {
    follow(location.hash, true);
    map.on("moveend", () => {
      if (led) return;
      moved = true;
      note();
    });
    addEventListener("hashchange", () => follow(location.hash, false));
  }
  map.on("zoomend", () => keys.update());
  function rename() {
    peek.hidden = true;
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
