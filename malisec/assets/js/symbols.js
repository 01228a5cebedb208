// The events on a Leaflet map: one symbol each, rings of uncertainty to scale, lines between the events of a wave.

import { el, set, svg } from "./dom.js";
import { t } from "./lang.js";
import { look, radius, scale, size } from "./shapes.js";
import { OUTSIDE, SHOWN } from "./state.js";
import { label } from "./write.js";

/** Up to so many events in view, every ring and wave is drawn; else only those of the event chosen. */
export const CROWD = 60;

/** Offsets in pixels that lay events of one point beside each other (sunflower order). */
export function spread(n) {
  return Array.from({ length: n }, (_, i) => {
    if (n === 1) return [0, 0];
    const r = 9 * Math.sqrt(i + 0.6), angle = i * 2.39996;
    return [Math.round(r * Math.cos(angle)), Math.round(r * Math.sin(angle))];
  });
}

/** Index pairs that chain the events of each wave from west to east; `among` says which events take part. */
export function chains(events, among = () => true) {
  const waves = new Map();
  events.forEach((e, i) => e.wave && e.lat != null && among(i) && waves.set(e.wave, [...(waves.get(e.wave) || []), i]));
  return [...waves.values()].flatMap((ids) => {
    const order = ids.sort((a, b) => events[a].lon - events[b].lon);
    return order.slice(1).map((id, k) => [order[k], id]);
  });
}

/** A dotted bow from one point to another. */
export function bow([x1, y1], [x2, y2]) {
  const lift = 0.18 * Math.hypot(x2 - x1, y2 - y1);
  return `M${x1.toFixed(1)},${y1.toFixed(1)}Q${((x1 + x2) / 2).toFixed(1)},${((y1 + y2) / 2 - lift).toFixed(1)} ${x2.toFixed(1)},${y2.toFixed(1)}`;
}

/** Pixels of a kilometre at a latitude. */
export function pixels(km, lat, zoom) {
  return (km * 1000) / ((40075016.686 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom));
}

/** Which of the shown symbols a press means: the nearest first, those it covers after it. */
export function hits(points, x, y, slack) {
  return points
    .map((p) => ({ i: p.i, far: Math.hypot(p.x - x, p.y - y), r: p.r }))
    .filter((p) => p.far <= Math.max(p.r + 3, slack))
    .sort((a, b) => a.far - b.far || a.i - b.i)
    .map((p) => p.i);
}

/** A Leaflet layer of the events of `state`; `choose` is called with the index of the event pressed. */
export function symbols(state, choose) {
  const rings = svg("g", { class: "ms-rings", "aria-hidden": "true" }), lines = svg("g", { class: "ms-waves", "aria-hidden": "true" });
  const marks = svg("g", {});
  const root = svg("svg", { class: "ms-symbols leaflet-zoom-hide", width: 1, height: 1, role: "group" }, rings, lines, marks);
  const tip = el("div", { class: "ms-tip", "aria-hidden": "true" });
  const placed = state.events.map((e, i) => i).filter((i) => state.events[i].lat != null);
  // the larger lies behind the smaller, so that none is out of reach
  const layered = [...placed].sort((a, b) => radius(size(state.events[b].killed)) - radius(size(state.events[a].killed)) || a - b);
  const paths = new Map(layered.map((i) => [i, markOf(state, i)]));
  marks.append(...paths.values());
  const points = new Map();
  let map = null, flag = null, stop = null;

  function layout() {
    if (!map || !flag) return;
    const here = new Map();
    for (const i of placed) {
      const e = state.events[i];
      if (flag[i] === SHOWN) here.set(`${e.lat},${e.lon}`, [...(here.get(`${e.lat},${e.lon}`) || []), i]);
    }
    const count = [...here.values()].reduce((n, ids) => n + ids.length, 0);
    const factor = scale(count, map.getZoom() - state.home);
    const offsets = new Map();
    for (const ids of here.values()) spread(ids.length).forEach((o, k) => offsets.set(ids[k], o));
    points.clear();
    for (const i of placed) put(i, offsets.get(i), factor);
    state.factor = factor;
    around();
  }

  function put(i, offset, factor) {
    const e = state.events[i], path = paths.get(i);
    const at = map.latLngToLayerPoint([e.lat, e.lon]);
    const on = flag[i] === SHOWN, out = flag[i] === OUTSIDE;
    const r = on ? factor * radius(size(e.killed)) : 2;
    const x = at.x + (on ? offset[0] * factor : 0), y = at.y + (on ? offset[1] * factor : 0);
    set(path, "transform", `translate(${x.toFixed(1)},${y.toFixed(1)})scale(${r.toFixed(2)})`);
    set(path, "class", `ms-sym${out ? " ms-out" : on ? "" : " ms-off"}${on && i === state.current ? " ms-chosen" : ""}`);
    set(path, "aria-hidden", on ? null : "true");
    if (on) points.set(i, { i, x, y, r });
  }

  /** Rings and waves: of all events where the window holds few, else of the one chosen. */
  function around() {
    if (!map || !flag) return;
    const zoom = map.getZoom(), view = map.getBounds().pad(0.05);
    const seen = (i) => view.contains([state.events[i].lat, state.events[i].lon]);
    const few = [...points.keys()].filter(seen).length <= CROWD;
    const some = (i) => flag[i] === SHOWN && ((few && seen(i)) || i === state.current);
    rings.replaceChildren(...placed.filter((i) => some(i) && state.events[i].ring).map((i) => {
      const e = state.events[i], at = map.latLngToLayerPoint([e.lat, e.lon]), colour = state.types.get(e.type).colour;
      return svg("circle", { cx: at.x, cy: at.y, r: pixels(e.ring, e.lat, zoom).toFixed(1), stroke: colour, fill: colour, "fill-opacity": e.ring > 50 ? 0.02 : 0.08 });
    }));
    const wave = state.current === null || flag[state.current] !== SHOWN ? null : state.events[state.current].wave;
    const among = (i) => flag[i] === SHOWN && (few || state.events[i].wave === wave);
    lines.replaceChildren(...chains(state.events, among).map(([a, b]) => {
      const [from, to] = [a, b].map((i) => [points.get(i).x, points.get(i).y]);
      return svg("path", { d: bow(from, to), class: state.events[a].wave === wave ? "ms-mine" : "" });
    }));
  }

  function focusable(i) {
    if (stop !== null) paths.get(stop)?.setAttribute("tabindex", "-1");
    stop = i;
    if (i !== null) paths.get(i)?.setAttribute("tabindex", "0");
  }

  function step(by) {
    const order = state.order.filter((i) => points.has(i));
    if (!order.length) return;
    const at = order.indexOf(stop);
    focusable(order[Math.min(order.length - 1, Math.max(0, at < 0 ? 0 : at + by))]);
    paths.get(stop).focus({ preventScroll: true });
  }

  function pressed(event) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined && event.key !== "Enter" && event.key !== " ") return;
    // arrows would pan the map, the space bar would scroll the page away
    event.preventDefault();
    event.stopPropagation();
    if (by === undefined) choose(Number(event.target.dataset.i));
    else step(by);
  }

  function show(target) {
    const i = Number(target.dataset.i), p = points.get(i);
    if (!p) return;
    tip.textContent = label(state.events[i], state.types.get(state.events[i].type));
    const at = map.layerPointToContainerPoint([p.x, p.y]), box = map.getSize();
    tip.style.left = `${Math.min(box.x - 250, Math.max(6, at.x - 120))}px`;
    tip.style.top = at.y > box.y - 90 ? `${at.y - p.r - 46}px` : `${at.y + p.r + 8}px`;
    tip.classList.add("ms-on");
  }

  root.addEventListener("keydown", pressed);
  for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    root.addEventListener(on, (event) => event.target.dataset.i && show(event.target));
    root.addEventListener(off, () => tip.classList.remove("ms-on"));
  }

  const layer = new (L.Layer.extend({
    onAdd(onto) {
      map = onto;
      map.createPane("msSymbols").style.zIndex = 450;
      map.getPane("msSymbols").append(root);
      map.getContainer().append(tip);
      map.on("zoomend viewreset resize", layout);
      map.on("moveend", around);
      map.on("click", (event) => {
        const touch = matchMedia("(pointer: coarse)").matches;
        const found = hits([...points.values()], event.layerPoint.x, event.layerPoint.y, touch ? 18 : 6);
        // pressed again: the next of those that lie on each other here
        if (found.length) choose(found[(found.indexOf(state.current) + 1) % found.length]);
      });
      this.rename();
    },
    onRemove() {
      root.remove();
      tip.remove();
      map.off("zoomend viewreset resize", layout);
      map.off("moveend", around);
    },
    /** Draw what the state leaves. */
    update(now) {
      flag = now;
      layout();
      const order = state.order.filter((i) => points.has(i));
      const wanted = points.has(stop) ? stop : points.has(state.current) ? state.current : order.length ? order[0] : null;
      if (wanted !== stop || wanted !== null) focusable(wanted);
    },
    /** Say everything again in the language chosen. */
    rename() {
      root.setAttribute("aria-label", t("Events on the map: arrow keys go from one to the next in time, Enter opens the card"));
      for (const [i, path] of paths) path.setAttribute("aria-label", label(state.events[i], state.types.get(state.events[i].type)));
    },
    /** How many symbols are drawn. */
    count: () => points.size,
    follow: (i) => points.has(i) && focusable(i),
  }))();
  return layer;
}

function markOf(state, i) {
  const e = state.events[i], type = state.types.get(e.type);
  const how = { hollow: e.at === "area" || e.at === "region", silent: size(e.killed) === null, joint: size(e.killed) === null && Boolean(e.joint) };
  return svg("path", { ...look(type.shape, type.colour, how), class: "ms-sym", role: "button", tabindex: "-1", "data-i": String(i), "data-id": e.id });
}
