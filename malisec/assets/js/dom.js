// Building elements from data. Data only ever becomes a text node or a checked attribute, never markup.

/** Make an element: el("a", {href: url, class: "x"}, child, "text", …). Null children are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Set an attribute where it differs, for what is drawn again with every move of a hand; null takes it away. */
export function set(node, name, value) {
  const text = value === null ? null : String(value);
  if (node.getAttribute(name) === text) return;
  if (text === null) node.removeAttribute(name);
  else node.setAttribute(name, text);
}

/** A link to an http(s) address; anything else stays text. */
export function link(text, url) {
  return /^https?:\/\//.test(url || "") ? el("a", { href: url, rel: "noopener noreferrer" }, text) : el("span", {}, text);
}
