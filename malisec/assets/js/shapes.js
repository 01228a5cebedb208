// One shape per event type, so that types can be told apart without colour. All have about the same area.

import { svg } from "./dom.js";

function polygon(corners, turn, inner = null) {
  const steps = inner === null ? corners : corners * 2;
  const points = [];
  for (let i = 0; i < steps; i++) {
    const angle = turn + (2 * Math.PI * i) / steps;
    const r = inner !== null && i % 2 ? inner : 1;
    points.push(`${(r * Math.cos(angle)).toFixed(3)},${(r * Math.sin(angle)).toFixed(3)}`);
  }
  return `M${points.join("L")}Z`;
}

const UP = -Math.PI / 2;
/** Paths in a circle of radius 1. */
export const PATHS = {
  circle: "M-0.88,0A0.88,0.88 0 1 0 0.88,0A0.88,0.88 0 1 0 -0.88,0Z",
  star: polygon(5, UP, 0.5),
  triangle: polygon(3, UP),
  down: polygon(3, -UP),
  diamond: polygon(4, UP),
  square: polygon(4, UP / 2),
  pentagon: polygon(5, UP),
  hexagon: polygon(6, 0),
  plus: "M-.36,-1H.36V-.36H1V.36H.36V1H-.36V.36H-1V-.36H-.36Z",
};

/** A symbol: filled when the toll is known, hollow when nobody gave one. */
export function symbol(shape, colour, radius, hollow = false) {
  const size = Math.ceil(2 * radius + 4);
  const path = svg("path", {
    d: PATHS[shape] || PATHS.circle,
    transform: `scale(${radius.toFixed(2)})`,
    fill: hollow ? "#fffdf8" : colour,
    stroke: hollow ? colour : "#1d1d1b",
    "stroke-width": hollow ? 2 : 0.7,
    "vector-effect": "non-scaling-stroke",
  });
  return svg("svg", { width: size, height: size, viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, "aria-hidden": "true" }, path);
}

/** Radius in pixels whose area grows with the dead; an unknown toll takes the least size. */
export function radius(best) {
  return best == null ? 5.5 : Math.min(22, 5.5 + 1.25 * Math.sqrt(best));
}
