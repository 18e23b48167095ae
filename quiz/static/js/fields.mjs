// @ts-check
/**
 * The answer fields of a question's form: those named `answer` or `answer-<something>`.
 *
 * @typedef {Record<string, string[]>} Fields - each field's name and what a browser would submit for it
 * @typedef {{fields: Fields, flagged: boolean}} Answer
 */

/** @param {string} name */
const isAnswer = (name) => name === "answer" || name.startsWith("answer-");

/**
 * What the form would submit now.
 *
 * @param {HTMLFormElement} form
 * @returns {Answer}
 */
export function readAnswer(form) {
  /** @type {Fields} */
  const fields = {};
  const data = new FormData(form);
  for (const [name, value] of data) {
    if (isAnswer(name)) (fields[name] ??= []).push(String(value));
  }
  return { fields, flagged: data.has("flagged") };
}

/**
 * Sets the form to an answer, and tells those who draw from it by the event `answer-filled`.
 *
 * @param {HTMLFormElement} form
 * @param {Answer} answer
 */
export function fillAnswer(form, { fields, flagged }) {
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && control.name === "flagged") {
      control.checked = flagged;
    } else if (control instanceof HTMLInputElement && isAnswer(control.name)) {
      const values = fields[control.name] ?? [];
      if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    } else if (control instanceof HTMLSelectElement && isAnswer(control.name)) {
      control.value = fields[control.name]?.[0] ?? "";
    }
  }
  form.dispatchEvent(new CustomEvent("answer-filled"));
}

/**
 * What is answered, for people to read: a line for each choice made and each text typed.
 *
 * @param {HTMLFormElement} form
 * @returns {string[]}
 */
export function inWords(form) {
  const lines = [];
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && isAnswer(control.name)) {
      const picks = control.type === "radio" || control.type === "checkbox";
      if (picks ? control.checked : control.value) lines.push(picks ? labelOf(control) : control.value);
    } else if (control instanceof HTMLSelectElement && isAnswer(control.name) && control.value) {
      lines.push(`${labelOf(control)}: ${control.selectedOptions[0].text}`);
    }
  }
  return lines;
}

/** @param {HTMLInputElement | HTMLSelectElement} control */
const labelOf = (control) => (control.labels?.[0]?.innerText || control.getAttribute("aria-label") || "").trim();

/**
 * Whether nothing is answered.
 *
 * @param {Answer} answer
 */
export const isEmpty = ({ fields }) => Object.values(fields).flat().every((value) => value === "");

/**
 * Whether two answers say the same: the order of fields and of ticked boxes does not matter, nor does an empty field.
 *
 * @param {Answer} one
 * @param {Answer} other
 */
export function sameAnswer(one, other) {
  /** @param {Answer} answer */
  const plain = ({ fields, flagged }) =>
    JSON.stringify([
      flagged,
      Object.entries(fields)
        .map(([name, values]) => [name, values.filter((value) => value !== "").sort()])
        .filter(([, values]) => values.length > 0)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ]);
  return plain(one) === plain(other);
}
