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
const PAPER = "#fffdf8", INK = "#1d1d1b";
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

/**
 * What a symbol looks like: filled where the place is known, hollow where only the area is; pale where no toll is told of this place
 * alone, its outline then dashed where nobody gave any and solid where one is told together with other places.
 */
export function look(shape, colour, { hollow = false, silent = false, joint = false } = {}) {
  return {
    d: PATHS[shape] || PATHS.circle,
    fill: hollow ? PAPER : colour,
    "fill-opacity": (silent || joint) && !hollow ? 0.45 : 1,
    stroke: hollow || silent || joint ? colour : INK,
    "stroke-width": hollow || silent || joint ? 1.8 : 0.7,
    ...(silent && !joint ? { "stroke-dasharray": "2.2 1.6" } : {}),
    "vector-effect": "non-scaling-stroke",
  };
}

/** A symbol alone, for keys. */
export function symbol(shape, colour, r, how = {}) {
  const box = Math.ceil(2 * r + 4);
  const path = svg("path", { ...look(shape, colour, how), transform: `scale(${r.toFixed(2)})` });
  return svg("svg", { width: box, height: box, viewBox: `${-box / 2} ${-box / 2} ${box} ${box}`, "aria-hidden": "true" }, path);
}

/** Radius in pixels whose area grows with the dead; an unknown toll takes the least size. */
export function radius(best) {
  return best == null ? 5.5 : Math.min(22, 5.5 + 1.25 * Math.sqrt(best));
}

/** The figure that a symbol's size stands for; nothing where nobody gave one. */
export function size(killed) {
  return killed ? killed.best ?? killed.low ?? killed.high ?? null : null;
}

/** How much smaller symbols are drawn the more of them there are, and how much larger the nearer one looks. */
export function scale(count, closer) {
  // in steps, so that one event more or less does not change them all
  const step = Math.round(20 * (1.12 - 0.095 * Math.log(count + 1))) / 20;
  return Math.min(1.25, Math.max(0.5, step) * (1 + 0.14 * Math.max(0, closer)));
}
