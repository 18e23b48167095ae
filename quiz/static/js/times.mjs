// @ts-check
/**
 * Shows times as the reader's own clock has them, with its zone. The server writes them in UTC, and says so: where this
 * script does not run, or the browser knows no zones, that is what is shown.
 */

/** How a moment is shown, by what its element asks for. @type {Record<string, Intl.DateTimeFormatOptions>} */
const SHAPES = {
  moment: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
  day: { day: "numeric", month: "short", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
};

/** A time of day that another script writes, as the server told it. */
const TOLD = /(\d\d):(\d\d):(\d\d) UTC/;

/** @param {Date} moment @param {string} shape */
export function local(moment, shape) {
  // The pages are in British English: so are the names of months, and the day has 24 hours.
  return new Intl.DateTimeFormat("en-GB", { ...SHAPES[shape], hourCycle: "h23" }).format(moment).replace(" at ", ", ");
}

/** @param {HTMLTimeElement} element */
function translate(element) {
  const moment = new Date(element.dateTime);
  const shape = element.dataset.local ?? "";
  if (Number.isNaN(moment.getTime()) || !(shape in SHAPES)) return;
  element.title = element.textContent ?? "";
  element.textContent = local(moment, shape);
}

/** @param {Element} element */
function translateWritten(element) {
  const found = TOLD.exec(element.textContent ?? "");
  if (!found) return;
  const moment = new Date();
  moment.setUTCHours(Number(found[1]), Number(found[2]), Number(found[3]), 0);
  const text = (element.textContent ?? "").replace(TOLD, local(moment, "second"));
  // Where the reader's zone is UTC nothing changes, and must not: writing the same again would never end.
  if (text !== element.textContent) element.textContent = text;
}

try {
  for (const element of document.querySelectorAll("time[data-local]")) {
    translate(/** @type {HTMLTimeElement} */ (element));
  }
  for (const element of document.querySelectorAll("[data-save-text]")) {
    new MutationObserver(() => translateWritten(element)).observe(element, { childList: true, characterData: true });
  }
} catch {
  // UTC stays, and it is said that it is UTC.
}
