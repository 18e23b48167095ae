// @ts-check
/**
 * Says beside the box how a number is read while it is typed. The server reads it, and has the last word; the words are
 * those of `PublicNumber.reading` in `question.py`.
 */

const PAUSE = 600;
const TYPED = /^[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})$/;
const THOUSANDS = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;
const GROUPS = /^[+-]?[1-9]\d{0,2}(['_\u066c]\d{3})+([.,]\d+)?$/;
const EITHER = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;

/** The value of a decimal digit of any script: the ten are consecutive, from nought to nine. @param {string} digit */
function ascii(digit) {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(/** @type {number} */ (digit.codePointAt(0)) - before - 1))) before += 1;
  return String(before % 10);
}

/** The text in plain digits and signs, without what cannot be seen. @param {string} text */
function fold(text) {
  return text
    .normalize("NFKC")
    .replace(/\p{Cf}|\p{Variation_Selector}/gu, "")
    .replace(/[\p{Pd}\u2212\u2796\u02d7]/gu, "-")
    .replace(/[\u2018\u2019\u02bc\u2032]/g, "'")
    .replace(/[\u066b\u3002]/g, ".")
    .replace(/[\u060c\u3001]/g, ",")
    .replace(/\p{Nd}/gu, ascii)
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * How a number is read, in words; empty where that is plain, or where it is not a number.
 *
 * @param {string} typed
 * @param {string} unit
 */
export function reading(typed, unit) {
  let bare = fold(typed);
  const end = fold(unit).toLowerCase();
  if (end && bare.toLowerCase().endsWith(end)) bare = bare.slice(0, -end.length);
  bare = bare.replaceAll(" ", "");
  if (GROUPS.test(bare)) bare = bare.replace(/['_\u066c]/g, "");
  const whole = bare.replaceAll(",", "");
  if (THOUSANDS.test(bare)) {
    if (!EITHER.test(bare)) return `Read as ${whole}.`;
    return `Read as ${whole} or as ${bare.replace(",", ".")}: whichever is right counts.`;
  }
  const first = bare.includes(".") ? bare : bare.replace(",", ".");
  if (!TYPED.test(first)) return "";
  if (EITHER.test(first)) return `Read as ${first}, with a decimal point. Thousands are written without a point.`;
  return first === typed.trim() ? "" : `Read as ${first}.`;
}

/** @param {HTMLElement} root - the element with `data-number-entry` */
function enhance(root) {
  const box = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const note = /** @type {HTMLElement} */ (root.querySelector("[data-reading]"));
  let timer = 0;

  function say() {
    const words = reading(box.value, root.dataset.unit ?? "");
    if (note.textContent !== words) note.textContent = words;
  }

  // A pause, so that a screen reader says it once and not after every digit.
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(say, PAUSE);
  });
  root.closest("form")?.addEventListener("answer-filled", say);
  say();
}

for (const root of document.querySelectorAll("[data-number-entry]")) enhance(/** @type {HTMLElement} */ (root));
