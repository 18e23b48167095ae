// @ts-check
/** Wires a candidate's page. Every page works without this script; with it, answers are saved as they change. */

import { forgetRecords, unsentQuestions } from "./records.mjs";
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

const unsent = find("[data-unsent]");
if (unsent) {
  const questions = unsentQuestions(unsent.dataset.sitting ?? "");
  unsent.querySelector("[data-unsent-list]")?.append(
    ...questions.map(({ number, url }) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("a"), { href: url, textContent: `Question ${number}` }));
      return line;
    }),
  );
  unsent.hidden = questions.length === 0;
}

if (find("[data-forget]")) forgetRecords();
find("[data-focus]")?.focus();
