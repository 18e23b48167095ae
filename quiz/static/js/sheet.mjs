// @ts-check
/** A scorecard: all its questions opened at once, and for print. */

const all = /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details.answer")]);
const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-open-all]"));

/** What a printed page leaves open, to be closed again. @type {HTMLDetailsElement[]} */
let opened = [];

window.addEventListener("beforeprint", () => {
  opened = all.filter((one) => !one.open);
  for (const one of opened) one.open = true;
});

window.addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
  opened = [];
});

if (button) {
  const draw = () => (button.textContent = all.every((one) => one.open) ? "Close all" : "Open all");
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = !all.every((one) => one.open);
    for (const one of all) one.open = open;
    draw();
  });
  for (const one of all) one.addEventListener("toggle", draw);
}
