// @ts-check
/** An author's preview of an item: it behaves as it does for candidates, and saves nothing. */

import { enhanceOrdering } from "./ordering.mjs";

for (const root of document.querySelectorAll("[data-ordering]:not([data-readonly])")) {
  enhanceOrdering(/** @type {HTMLElement} */ (root));
}
