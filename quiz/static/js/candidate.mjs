// @ts-check
/** Wires a candidate's page. Every page works without this script; with it, answers are saved as they change. */

import { deliver } from "./delivery.mjs";
import { forgetRecords } from "./records.mjs";
import { Saver } from "./saving.mjs";
import { startClock } from "./timer.mjs";

/** @param {string} selector @returns {HTMLElement | null} */
const find = (selector) => document.querySelector(selector);

// A page that comes back from the back/forward cache shows an old answer and an old clock.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/** @type {import("./timer.mjs").Clock | null} */
let clock = null;
const form = /** @type {HTMLFormElement | null} */ (find("form[data-question]"));
const saver = form && new Saver(form, { onRemaining: (remaining) => clock?.sync(remaining) });

const clockRoot = find("[data-clock]");
if (clockRoot) {
  clock = startClock(clockRoot, {
    beforeEnd: async () => saver?.flush(),
    leave: (url) => (saver ? saver.leave(url) : location.assign(url)),
  });
}

const undelivered = find("[data-undelivered]");
if (undelivered) void deliver(undelivered);

for (const forget of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-forget]"))) {
  forget.addEventListener("click", () => {
    forgetRecords(forget.dataset.sitting ?? "");
    if (undelivered) undelivered.hidden = true;
  });
}
find("[data-focus]")?.focus();
