// @ts-check
/**
 * What this browser holds until the server has confirmed it: one record for each question and page with an unsaved
 * change, so that two tabs never overwrite each other's. A browser that refuses storage only loses this second safety;
 * everything else works without it.
 *
 * @typedef {import("./fields.mjs").Answer} Answer
 * @typedef {Answer & {base: number, writer: string, edit: number, url: string, words: string[], at: number}} AnswerRecord
 *   `url` leads to the question; `words` are the answer for people to read; `at` is when, by this device's clock
 */

const PREFIX = "quiz:";

/** @param {string} sitting @param {string} number @param {string} writer */
const key = (sitting, number, writer) => `${PREFIX}${sitting}:${number}:${writer}`;

/** @param {string} sitting @param {string} number @param {AnswerRecord} record */
export function keepRecord(sitting, number, record) {
  try {
    localStorage.setItem(key(sitting, number, record.writer), JSON.stringify(record));
  } catch {
    // Storage is full or forbidden.
  }
}

/**
 * Forgets an edit that the server has confirmed, or an earlier one of its page.
 *
 * @param {string} sitting @param {string} number @param {{writer: string, edit: number}} confirmed
 */
export function dropRecord(sitting, number, { writer, edit }) {
  const name = key(sitting, number, writer);
  const kept = read(name);
  if (!kept || kept.edit > edit) return;
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

/** What pages of this browser could not deliver, the newest first. @param {string} sitting @param {string} number */
export const recordsOf = (sitting, number) => all(`${PREFIX}${sitting}:${number}:`).map(({ record }) => record);

/**
 * The changes of an attempt that the server has not confirmed to this browser, in the order of the questions.
 *
 * @param {string} sitting
 * @returns {{number: number, record: AnswerRecord}[]}
 */
export const unconfirmed = (sitting) =>
  all(`${PREFIX}${sitting}:`)
    .map(({ name, record }) => ({ number: Number(name.split(":")[2]), record }))
    .sort((a, b) => a.number - b.number);

/** Forgets what is kept of an attempt: the next person at this computer must not find it. @param {string} sitting */
export function forgetRecords(sitting) {
  for (const { name } of all(`${PREFIX}${sitting}:`)) localStorage.removeItem(name);
}

/** @param {string} prefix @returns {{name: string, record: AnswerRecord}[]} */
function all(prefix) {
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      const record = name.startsWith(prefix) ? read(name) : null;
      if (record) found.push({ name, record });
    }
  } catch {
    return [];
  }
  return found.sort((a, b) => b.record.at - a.record.at);
}

/** @param {string} name @returns {AnswerRecord | null} null where there is none, or none that today's pages wrote */
function read(name) {
  try {
    const record = JSON.parse(localStorage.getItem(name) ?? "null");
    return record && typeof record.writer === "string" && record.fields ? record : null;
  } catch {
    return null;
  }
}
