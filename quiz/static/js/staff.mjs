// @ts-check
/** What every page of staff shares: what stops a form takes the focus, and a second click sends nothing again. */

const AGAIN_MS = 3000;
/** Nobody means to send a form again so soon. The server counts a form once in any case. */

const summary = document.querySelector("[data-focus]");
if (summary instanceof HTMLElement) summary.focus();

/** When each form was last sent. @type {WeakMap<EventTarget, number>} */
let sent = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  const before = sent.get(form);
  if (before !== undefined && event.timeStamp - before < AGAIN_MS) event.preventDefault();
  else sent.set(form, event.timeStamp);
});

// A page that comes back as it was left can be sent again at once.
window.addEventListener("pageshow", () => (sent = new WeakMap()));
