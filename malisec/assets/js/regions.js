// Regions shaded in classes: a legend in which no data is not zero, and a value for each region by pointer and keyboard.

import { el, svg } from "./dom.js";
import { number, onLang, t } from "./lang.js";

const NOUGHT = "#fffdf8";

/** The colour of a value: its class's, paper for nought, null where there is no data. */
export function shade(value, classes) {
  if (value == null) return null;
  if (value === 0) return NOUGHT;
  return (classes.find((c) => value <= c.high) || classes[classes.length - 1])?.colour ?? NOUGHT;
}

/** A value as it is read: whole counts whole, rates to three figures. */
export function written(value) {
  return Number.isInteger(value) ? number(value) : number(Number(value.toPrecision(3)));
}

function hatch(id) {
  return svg("svg", { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" },
    svg("defs", {}, svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { width: 6, height: 6, fill: "#f3eee2" }), svg("rect", { width: 1.4, height: 6, fill: "#b9b1a2" }))));
}

function swatch(fill) {
  return svg("svg", { width: 22, height: 14, "aria-hidden": "true" }, svg("rect", { x: 0.5, y: 0.5, width: 21, height: 13, fill, stroke: "#8a7f6c" }));
}

/** Shade the regions of the JSON element `id` on a Leaflet map. */
export function regions(map, id) {
  const data = JSON.parse(document.getElementById(id).textContent);
  const none = `${id}-none`;
  map.getContainer().append(hatch(none));
  map.attributionControl?.setPrefix(false);
  const name = (r) => `${r}: ${data.values[r] == null ? t("no data") : `${written(data.values[r])} ${t(data.unit)}`}${data.values[r] != null && data.per ? ` ${t("per {n}", { n: number(data.per) })}` : ""}`;
  const shapes = L.geoJSON(data.outlines, {
    style: (f) => ({ color: "#8a7f6c", weight: 1, fillOpacity: 1, fillColor: shade(data.values[f.properties.region], data.classes) ?? `url(#${none})` }),
    onEachFeature: (f, layer) => layer.bindTooltip(() => el("span", {}, name(f.properties.region)), { sticky: true }),
  }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
  map.fitBounds(data.bounds, { padding: [8, 8], animate: false });
  const box = map.getContainer().closest(".ms-shaded")?.querySelector(".ms-legendbox");

  const names = L.layerGroup().addTo(map);

  function speak() {
    names.clearLayers();
    for (const c of data.countries) L.marker([c.lat, c.lon], { interactive: false, keyboard: false, icon: L.divIcon({ className: "ms-country", html: el("span", { "aria-hidden": "true" }, t(c.name)), iconSize: null, iconAnchor: [30, 8] }) }).addTo(names);
    shapes.eachLayer((layer) => {
      const path = layer.getElement(), region = layer.feature.properties.region;
      path.setAttribute("role", "img");
      path.setAttribute("tabindex", "0");
      path.setAttribute("aria-label", name(region));
      path.onfocus = () => layer.openTooltip(layer.getCenter());
      path.onblur = () => layer.closeTooltip();
    });
    const values = Object.values(data.values);
    const rows = [
      ...(values.some((v) => v == null) ? [[`url(#${none})`, t("no data")]] : []), ...(values.includes(0) ? [[NOUGHT, "0"]] : []),
      ...data.classes.map((c) => [c.colour, c.low === c.high ? written(c.low) : `${written(c.low)}–${written(c.high)}`]),
    ];
    box?.replaceChildren(el("p", { class: "ms-howto" }, el("span", {}, t(data.unit) + (data.per ? ` ${t("per {n}", { n: number(data.per) })}` : "")), ...rows.map(([fill, text]) => el("span", { class: "ms-sample" }, swatch(fill), text))));
  }
  speak();
  onLang(speak);
  map.getContainer().dataset.ready = "yes";
}
