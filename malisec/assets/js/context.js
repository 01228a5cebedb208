// What lies around the events: regions, water, roads, blockades, names. Quiet, and in the order of a map.

import { el, link } from "./dom.js";
import { lang, t } from "./lang.js";
import { monthOf } from "./time.js";
import { between, dated } from "./write.js";

const TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";

/** Hide each label that would lie on one shown before it. */
function declutter(labels) {
  const kept = [];
  for (const node of labels) {
    node.style.visibility = "";
    const box = node.getBoundingClientRect();
    if (kept.some((k) => box.left < k.right && box.right > k.left && box.top < k.bottom && box.bottom > k.top)) node.style.visibility = "hidden";
    else kept.push(box);
  }
}

/** Whether a blockade lay in any of these months; one without an end goes on. */
export function lasted(b, [first, last]) {
  return monthOf(b.start) <= last && (!b.end || monthOf(b.end) >= first);
}

/** When a blockade began and ended. */
export function span(b) {
  return b.end ? between(b.start, b.precision, b.end) : t("{first}, no end known", { first: dated(b.start, b.precision, "since") });
}

/** On paper a window of the screen would be cut off: the map is drawn anew for the width of a page. */
function printing(map) {
  const frame = map.getContainer().closest(".ms-mapframe");
  if (!frame) return;
  let before = null;
  const resized = () => map.invalidateSize({ pan: false, animate: false });
  addEventListener("beforeprint", () => {
    before = { centre: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
    frame.style.width = `${Math.min(680, frame.clientWidth)}px`;
    resized();
    map.fitBounds(before.bounds, { animate: false });
  });
  addEventListener("afterprint", () => {
    frame.style.width = "";
    resized();
    if (before) map.setView(before.centre, before.zoom, { animate: false });
  });
}

/** A page is scrolled past a map; the map takes wheel and finger once it has been pressed. */
function courteous(map) {
  const take = (on) => {
    for (const way of [map.scrollWheelZoom, ...(matchMedia("(pointer: coarse)").matches ? [map.dragging] : [])]) way?.[on ? "enable" : "disable"]();
  };
  take(false);
  map.getContainer().addEventListener("focusin", () => take(true));
  map.getContainer().addEventListener("focusout", (event) => !map.getContainer().contains(event.relatedTarget) && take(false));
  map.on("click", () => map.getContainer().contains(document.activeElement) || map.getContainer().focus({ preventScroll: true }));
}

function outlines(shapes, on) {
  return L.geoJSON(shapes, { interactive: false, style: (f) => ({ color: "#bdb3a0", weight: 0.9, fillColor: on.has(f.properties.region) ? "#ece3cd" : "#f3eee2", fillOpacity: 1 }) });
}

/** Draw the surroundings on a map; `listed` is where blockades are told in words, if anywhere. */
export function surroundings(map, shapes, { on = [], listed = null } = {}) {
  const below = map.createPane("msGround");
  below.style.zIndex = 300;
  const named = map.createPane("msNames");
  named.style.zIndex = 460;
  named.style.pointerEvents = "none";
  const set = new Set(on);
  const division = { 2023: outlines(shapes.regions, set), 1991: outlines(shapes.old, new Set()) };
  const water = L.geoJSON(shapes.water, { interactive: false, style: { color: "#8fb7cf", weight: 1.4, fillColor: "#8fb7cf", fillOpacity: 0.6 } });
  const roads = new Map(shapes.roads.map((r) => [r.id, L.polyline(r.line, { interactive: false, color: "#8a7f6c", weight: 1.1, dashArray: "6 3", opacity: 0.8 })]));
  const road = L.layerGroup([...roads.values()]), blocked = L.layerGroup();
  const tiles = L.tileLayer(TILES, { maxZoom: 12, attribution: "© OpenStreetMap", opacity: 0.75, referrerPolicy: "strict-origin-when-cross-origin" });
  const choice = { division: "2023", roads: true, towns: true, tiles: false };
  let labels = [], dates = null, inView = [];

  function label(place, kind) {
    const node = el("span", { "aria-hidden": "true" }, t(place.name));
    const at = place.at || [place.lat, place.lon];
    const marker = L.marker(at, { pane: "msNames", interactive: false, keyboard: false, icon: L.divIcon({ className: kind, html: node, iconSize: null, iconAnchor: kind === "ms-town" ? [-9, 8] : [30, 8] }) });
    return { marker, node, zoom: place.zoom || 0, kind };
  }

  function name() {
    for (const l of labels) l.marker.remove();
    labels = [...shapes.countries.map((c) => label(c, "ms-country")), ...shapes.towns.map((p) => label(p, "ms-town"))];
    tidy();
  }

  function tidy() {
    const zoom = map.getZoom(), view = map.getBounds().pad(0.1);
    const seen = [];
    for (const l of labels) {
      const fits = zoom >= l.zoom && (choice.towns || l.kind !== "ms-town") && view.contains(l.marker.getLatLng());
      if (fits) seen.push(l.marker.addTo(map) && l.node);
      else l.marker.remove();
    }
    declutter(seen);
  }

  // said where tiles are shown, and nowhere else: nothing else here is OpenStreetMap's
  const credit = L.control.attribution({ prefix: false, position: "bottomright" });

  function ground() {
    if (choice.tiles) credit.addTo(map);
    else credit.remove();
    for (const layer of Object.values(division)) layer.remove();
    division[choice.division].addTo(map).bringToBack();
    for (const [layer, wanted] of [[water, true], [road, choice.roads], [blocked, choice.roads], [tiles, choice.tiles]]) {
      if (wanted) layer.addTo(map);
      else layer.remove();
    }
    division[choice.division].setStyle(choice.tiles ? { fillOpacity: 0 } : { fillOpacity: 1 });
  }

  /** Blockades of the months chosen: roads and places on the map, and each in words with its dates and pages. */
  function siege() {
    inView = dates ? shapes.blockades.filter((b) => lasted(b, dates)) : [];
    blocked.clearLayers();
    for (const b of inView) {
      for (const id of b.roads) if (roads.has(id)) blocked.addLayer(L.polyline(roads.get(id).getLatLngs(), { interactive: false, color: "#a61c3c", weight: 3, opacity: 0.22 }));
      for (const p of b.places) blocked.addLayer(L.circleMarker(p.at, { interactive: false, radius: 11, color: "#a61c3c", weight: 1.2, opacity: 0.5, fill: false, dashArray: "4 3" }));
    }
    if (!listed) return;
    const items = inView.map((b) => el("li", {}, el("strong", {}, span(b)), lang() === "fr" ? " : " : ": ", el("span", { lang: lang() === "fr" && b.fr ? "fr" : "en" }, lang() === "fr" && b.fr ? b.fr : b.summary), " ", ...b.pages.flatMap(([text, url], k) => [k ? ", " : null, link(text, url)])));
    const open = listed.querySelector("details")?.open || false;
    listed.replaceChildren(...(items.length ? [el("details", { class: "ms-more", open }, el("summary", {}, t("Blockades in these dates: {n} (red on the map)", { n: items.length })), el("ul", { class: "ms-sieges" }, ...items))] : []));
  }

  const panel = el("details", { class: "ms-layers" });
  function controls() {
    const box = (type, text, checked, change) => {
      const input = el("input", { type, name: `ms-division-${L.stamp(map)}`, checked });
      input.addEventListener("change", () => {
        change(input.checked);
        ground();
        tidy();
      });
      return el("label", {}, input, ` ${t(text)}`);
    };
    panel.replaceChildren(el("summary", {}, t("Layers")),
      box("radio", "Regions of 2023", choice.division === "2023", () => (choice.division = "2023")),
      box("radio", "Regions of 1991", choice.division === "1991", () => (choice.division = "1991")),
      box("checkbox", "Roads and blockades", choice.roads, (v) => (choice.roads = v)),
      box("checkbox", "Towns", choice.towns, (v) => (choice.towns = v)),
      box("checkbox", "OpenStreetMap (asks its servers over the network)", choice.tiles, (v) => (choice.tiles = v)));
  }
  new (L.Control.extend({
    onAdd() {
      L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
      return panel;
    },
  }))({ position: "topright" }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  printing(map);
  courteous(map);
  map.on("moveend zoomend resize", tidy);
  // names are as wide as their letters, which are there a moment later
  document.fonts?.ready.then(tidy);
  ground();

  return {
    /** Draw what lasted in these months. */
    update(now) {
      if (dates && now && dates[0] === now[0] && dates[1] === now[1] && inView.length) return;
      dates = now;
      siege();
    },
    rename() {
      controls();
      name();
      siege();
    },
  };
}
