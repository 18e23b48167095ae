// @ts-check
/** Counts what is chosen, and says at once where it is more than is asked for: such an answer is not saved. */

/** @param {HTMLElement} root - the element with `data-most` */
function enhance(root) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll("input[type=checkbox]")]);
  const note = /** @type {HTMLElement} */ (root.querySelector("[data-chosen]"));
  const most = Number(root.dataset.most);

  function say() {
    const chosen = boxes.filter((box) => box.checked).length;
    const words = `${chosen} of ${most} chosen`;
    note.textContent = chosen > most ? `${words}: untick ${chosen - most}, because more than ${most} cannot be saved.` : chosen ? words : "";
    note.classList.toggle("chosen-too-many", chosen > most);
  }

  root.addEventListener("input", say);
  root.closest("form")?.addEventListener("answer-filled", say);
  say();
}

for (const root of document.querySelectorAll("[data-most]")) enhance(/** @type {HTMLElement} */ (root));
