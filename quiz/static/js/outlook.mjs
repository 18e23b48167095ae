// @ts-check
/**
 * Says beside the form of a new assessment, while it is being filled in, whether the banks have enough questions and how
 * long they take. The server decides; without this script it says the same when the form is sent.
 */

import { ask } from "./transport.mjs";

const PAUSE_MS = 400;
const TIMEOUT_MS = 10_000;

const form = document.querySelector("form[data-plan]");
const box = document.querySelector("[data-outlook]");
const text = document.querySelector("[data-outlook-text]");

if (form instanceof HTMLFormElement && box instanceof HTMLElement && text instanceof HTMLElement) {
  const invitation = text.textContent ?? "";
  let pause = 0;
  let latest = 0;

  /** @param {"none" | "feasible" | "tight" | "infeasible" | "unknown"} state @param {string} words */
  const show = (state, words) => {
    box.dataset.state = state;
    if (text.textContent !== words) text.textContent = words;
  };

  const draws = () => [...new FormData(form)].some(([name, value]) => name.startsWith("draw ") && Number(value) > 0);

  const look = async () => {
    const mine = (latest += 1);
    if (!draws()) return show("none", invitation);
    const reply = await ask(form.dataset.outlookUrl ?? "", TIMEOUT_MS, { method: "POST", body: new FormData(form) });
    if (mine !== latest) return;
    if (reply === null) show("unknown", "This could not be checked just now. It will be checked again when you publish.");
    else if (reply.status !== 200) show("unknown", reply.body.message);
    else show(reply.body.feasible ? (reply.body.tight ? "tight" : "feasible") : "infeasible", reply.body.text);
  };

  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  });
  if (draws()) void look();
}
