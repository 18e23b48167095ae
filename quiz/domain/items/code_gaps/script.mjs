// @ts-check
/**
 * Shows in the listing what its gaps are filled with. The controls below carry the answer; this only makes the code
 * easier to read.
 */

/** @param {HTMLSelectElement | HTMLInputElement} control */
function code(control) {
  if (control instanceof HTMLInputElement) return control.value.trim();
  return control.value ? control.selectedOptions[0].text : "";
}

/** @param {HTMLElement} root - the element with `data-gaps` */
function enhance(root) {
  const controls = /** @type {NodeListOf<HTMLSelectElement | HTMLInputElement>} */ (root.querySelectorAll("[data-fills]"));

  function draw() {
    for (const control of controls) {
      const place = root.querySelector(`[data-gap="${control.dataset.fills}"]`);
      if (place) place.textContent = code(control);
    }
  }

  root.addEventListener("input", draw);
  root.closest("form")?.addEventListener("answer-filled", draw);
  draw();
}

for (const root of document.querySelectorAll("[data-gaps]")) enhance(/** @type {HTMLElement} */ (root));
