// @ts-check
/**
 * Says beside the form of a new assessment, while it is being filled in, whether the banks have enough questions and how
 * long they take. The server decides; without this script it says the same when the form is sent.
 */

const PAUSE_MS = 400;
const TIMEOUT_MS = 10_000;

const form = document.querySelector("form[data-plan]");
const box = document.querySelector("[data-outlook]");
const text = document.querySelector("[data-outlook-text]");

if (form instanceof HTMLFormElement && box instanceof HTMLElement && text instanceof HTMLElement) {
  const invitation = text.textContent ?? "";
  let pause = 0;
  /** @type {AbortController | null} */
  let asking = null;

  /** @param {"none" | "feasible" | "tight" | "infeasible" | "unknown"} state @param {string} words */
  const show = (state, words) => {
    box.dataset.state = state;
    if (text.textContent !== words) text.textContent = words;
  };

  const draws = () => [...new FormData(form)].some(([name, value]) => name.startsWith("draw ") && Number(value) > 0);

  const ask = async () => {
    asking?.abort();
    if (!draws()) return show("none", invitation);
    const mine = (asking = new AbortController());
    try {
      const response = await fetch(form.dataset.outlookUrl ?? "", {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json", "X-CSRF-Token": String(new FormData(form).get("csrf_token")) },
        signal: AbortSignal.any([mine.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const seen = await response.json();
      if (mine !== asking) return;
      if (!response.ok) show("unknown", seen.message);
      else show(seen.feasible ? (seen.tight ? "tight" : "feasible") : "infeasible", seen.text);
    } catch {
      if (mine === asking && !mine.signal.aborted) show("unknown", "This could not be checked just now. It is checked again when you publish.");
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE_MS);
  });
  if (draws()) ask();
}
