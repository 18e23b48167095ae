// @ts-check
/**
 * Puts the lines of an ordering item into order by buttons. The selects stay: they carry the answer, they are kept in
 * step, and choosing a position in one moves its line there.
 */

/** @param {HTMLElement} root - the element with `data-ordering` */
function enhance(root) {
  const list = /** @type {HTMLElement} */ (root.querySelector("[data-places]"));
  const status = /** @type {HTMLElement} */ (root.querySelector("[data-places-status]"));
  const confirm = /** @type {HTMLElement} */ (root.querySelector("[data-places-confirm]"));

  const lines = () => /** @type {HTMLElement[]} */ ([...list.children]);
  /** @param {HTMLElement} line */
  const select = (line) => /** @type {HTMLSelectElement} */ (line.querySelector("select"));
  /** @param {HTMLElement} line */
  const text = (line) => (line.querySelector("[data-place-text]")?.textContent ?? "").trim();

  /** An order is given when the positions, from the top, are 1, 2, 3 and so on. */
  const given = () => lines().every((line, index) => select(line).value === String(index + 1));

  function draw() {
    const all = lines();
    all.forEach((line, index) => {
      line.querySelector('[data-move="-1"]')?.setAttribute("aria-disabled", String(index === 0));
      line.querySelector('[data-move="1"]')?.setAttribute("aria-disabled", String(index === all.length - 1));
    });
    confirm.hidden = given();
  }

  /** Brings the lines into the order that the selects say; lines without a position come last. */
  function sort() {
    const place = (/** @type {HTMLElement} */ line) => Number(select(line).value) || Infinity;
    const sorted = lines().sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
    list.append(...sorted);
    draw();
  }

  /** Makes the order on the page the answer. */
  function answer() {
    lines().forEach((line, index) => (select(line).value = String(index + 1)));
    draw();
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {HTMLElement} line @param {number} position - from 1 */
  function move(line, position) {
    const others = lines().filter((other) => other !== line);
    others.splice(position - 1, 0, line);
    const focused = document.activeElement;
    list.append(...others);
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
    lines().forEach((each, index) => (select(each).value = String(index + 1)));
    draw();
    status.textContent = `${text(line)}: now ${position} of ${others.length}`;
  }

  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-move]") : null;
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const line = /** @type {HTMLElement} */ (button.closest("[data-place]"));
    move(line, lines().indexOf(line) + 1 + Number(button.getAttribute("data-move")));
    list.dispatchEvent(new Event("input", { bubbles: true }));
  });

  list.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const line = /** @type {HTMLElement} */ (event.target.closest("[data-place]"));
    if (event.target.value) {
      move(line, Number(event.target.value));
    } else {
      lines().forEach((each) => (select(each).value = ""));
      draw();
      status.textContent = "This question is not answered.";
    }
  });

  root.querySelector("[data-places-keep]")?.addEventListener("click", () => {
    answer();
    status.textContent = "This order is your answer.";
    list.querySelector("select")?.focus();
  });

  root.closest("form")?.addEventListener("answer-filled", sort);
  for (const moves of root.querySelectorAll("[data-place-moves]")) moves.removeAttribute("hidden");
  sort();
}

for (const root of document.querySelectorAll("[data-ordering]:not([data-readonly])")) {
  enhance(/** @type {HTMLElement} */ (root));
}
