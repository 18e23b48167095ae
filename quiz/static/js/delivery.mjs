// @ts-check
/**
 * Sends what earlier pages of this browser could not deliver, and names what is still not with the server: while the
 * quiz runs, the questions to open; after its end, the changes that came too late, for the candidate to show.
 */

import { dropRecord, unconfirmed } from "./records.mjs";
import { sendSave } from "./transport.mjs";

const ANSWER_WITHIN = 15_000;

/** @param {HTMLElement} root - the element with `data-undelivered` */
export async function deliver(root) {
  const { sitting = "", token = "" } = root.dataset;
  const list = /** @type {HTMLElement} */ (root.querySelector("[data-undelivered-list]"));
  const send = async () => {
    const lines = [];
    for (const { number, record } of unconfirmed(sitting)) {
      const reply = await sendSave(record.url, record, token, ANSWER_WITHIN);
      if (reply?.status === 200 || reply?.body.settled) dropRecord(sitting, String(number), record);
      else lines.push("late" in root.dataset ? late(number, record.words) : open(number, record.url));
    }
    list.replaceChildren(...lines);
    root.hidden = lines.length === 0;
  };
  window.addEventListener("online", () => void send());
  await send();
}

/** @param {number} number @param {string} url */
function open(number, url) {
  const line = document.createElement("li");
  line.append(Object.assign(document.createElement("a"), { href: url, textContent: `Question ${number}` }));
  return line;
}

/** @param {number} number @param {string[]} words */
function late(number, words) {
  const line = document.createElement("li");
  line.append(`Question ${number}: `);
  const answer = document.createElement("bdi");
  answer.className = "as-typed";
  answer.textContent = words.length ? words.join("; ") : "No answer";
  line.append(answer);
  return line;
}
