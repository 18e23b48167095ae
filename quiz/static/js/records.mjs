// @ts-check
/**
 * What this browser holds until the server has confirmed it: one record for each question with an unsaved change.
 * A browser that refuses storage only loses this second safety; everything else works without it.
 *
 * @typedef {import("./fields.mjs").Answer} Answer
 * @typedef {Answer & {seq: number, url: string, posted: boolean}} AnswerRecord
 *   `url` leads to the question; `posted` means that the form itself was submitted with this answer
 */

const PREFIX = "quiz:";

/** @param {string} sitting @param {string} number */
const key = (sitting, number) => `${PREFIX}${sitting}:${number}`;

/** @param {string} sitting @param {string} number @param {AnswerRecord} record */
export function keepRecord(sitting, number, record) {
  try {
    localStorage.setItem(key(sitting, number), JSON.stringify(record));
  } catch {
    // Storage is full or forbidden.
  }
}

/** @param {string} sitting @param {string} number @returns {AnswerRecord | null} */
export function findRecord(sitting, number) {
  try {
    return JSON.parse(localStorage.getItem(key(sitting, number)) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} sitting @param {string} number */
export function dropRecord(sitting, number) {
  try {
    localStorage.removeItem(key(sitting, number));
  } catch {
    // Nothing was kept.
  }
}

/**
 * The questions of an attempt whose last change never left this browser.
 *
 * @param {string} sitting
 * @returns {{number: number, url: string}[]}
 */
export function unsentQuestions(sitting) {
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      const [, owner, number] = name.split(":");
      const record = name.startsWith(PREFIX) && owner === sitting ? findRecord(sitting, number) : null;
      if (record && !record.posted) found.push({ number: Number(number), url: record.url });
    }
  } catch {
    return [];
  }
  return found.sort((a, b) => a.number - b.number);
}

/** Forgets everything, when the attempt is over: the next person at this computer must not find it. */
export function forgetRecords() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}
