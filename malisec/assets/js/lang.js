// French or English: which is chosen, what a text of ours is called in it, and who is told of a change.

let words = {};
/** The language of a reader who has chosen none: that of the browser, where it is one of ours. */
export function own() {
  return globalThis.document && /^fr\b/i.test(globalThis.navigator?.language || "") ? "fr" : "en";
}

// from the address, before anything is drawn
let chosen = (/[#&]lang=(en|fr)(&|$)/.exec(globalThis.location?.hash || "") || [])[1] || own();
const told = [];

/** Take the French of each English text. */
export function teach(dictionary) {
  words = dictionary;
}

/** The language chosen, "en" or "fr". */
export function lang() {
  return chosen;
}

/** Choose a language and tell everything on the page. */
export function setLang(language) {
  chosen = language === "fr" ? "fr" : "en";
  for (const tell of told) tell(chosen);
}

/** Call `tell` after each change of language. */
export function onLang(tell) {
  told.push(tell);
}

/** A text of ours in the language chosen, with {values} filled in. */
export function t(text, values = {}) {
  const said = chosen === "fr" && Object.hasOwn(words, text) ? words[text] : text;
  return said.replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? String(values[name]) : all));
}

// made once: toLocaleString makes one anew at every call, which thousands of figures feel
const writers = { en: new Intl.NumberFormat("en"), fr: new Intl.NumberFormat("fr") };
/** A number as the language writes it. */
export function number(n) {
  return writers[chosen].format(n);
}

/** The text for one or for many; French says one of nought as well. */
export function many(n, one, more, values = {}) {
  return t((chosen === "fr" ? Math.abs(n) < 2 : n === 1) ? one : more, { n: number(n), ...values });
}
