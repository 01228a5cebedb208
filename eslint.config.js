// What is asked of the front end: the rules that ESLint recommends, and no variable that nobody uses.
import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  { files: ["malisec/assets/js/**"], languageOptions: { globals: { ...globals.browser, L: "readonly" } } },
  { files: ["tests/js/**"], languageOptions: { globals: globals.node } },
  { rules: { eqeqeq: ["error", "always", { null: "ignore" }], "no-var": "error", "prefer-const": "error", "no-shadow": "error", "no-implicit-globals": "error", "no-eval": "error", "no-new-func": "error" } },
];
