// @ts-check
/** What every page of staff shares: what stops a form takes the focus. Every page works without this script. */

const summary = document.querySelector("[data-focus]");
if (summary instanceof HTMLElement) summary.focus();
