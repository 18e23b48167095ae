// @ts-check
/** Copies the text of a field. Without this script, or where copying is not allowed, the field can be selected. */

for (const root of document.querySelectorAll("[data-copy]")) {
  const field = /** @type {HTMLInputElement} */ (root.querySelector("[data-copy-text]"));
  const button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-copy-button]"));
  const status = /** @type {HTMLElement} */ (root.querySelector("[data-copy-status]"));

  field.addEventListener("focus", () => field.select());

  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = "Copied.";
    } catch {
      field.focus();
      field.select();
      status.textContent = "This browser does not allow copying from here. The link is selected: copy it yourself.";
    }
  });
}
