// @ts-check
/**
 * The clock of a running attempt. The server's clock decides; this one only counts down, by `performance.now()`, from
 * what the server last said was left, so a wrong or changed clock on the device does no harm. At zero it asks again.
 */

import { ask } from "./transport.mjs";

const ASK_EVERY = 60_000;
const PATIENCE = 10_000;
const LONGEST_WAIT = 15_000;

/** @param {number} count @param {string} unit */
const plural = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;

/**
 * What is left, in words: minutes, and seconds too in the last two minutes. It rounds down: never promise more.
 *
 * @param {number} milliseconds
 * @param {(count: number, unit: string) => string} [write] - how a count and its unit are written
 */
export function timeLeft(milliseconds, write = plural) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) return write(seconds, "second");
  if (seconds < 120) return `${write(minutes, "minute")} ${write(seconds % 60, "second")}`;
  if (minutes < 60) return write(minutes, "minute");
  return minutes % 60 ? `${write(hours, "hour")} ${write(minutes % 60, "minute")}` : write(hours, "hour");
}

/** The same for the narrow place in the header: "1 min 20 s". @param {number} count @param {string} unit */
const short = (count, unit) => `${count} ${{ hour: "h", minute: "min", second: "s" }[unit]}`;

/**
 * @typedef {object} Clock
 * @property {(remaining: number) => void} sync - takes over what the server says is left, in milliseconds
 */

/**
 * @param {HTMLElement} root - the element with `data-clock`
 * @param {{beforeEnd: () => Promise<unknown>, leave: (url: string) => void}} page
 *   `beforeEnd` sends what is not saved yet; `leave` goes to another page without asking
 * @returns {Clock}
 */
export function startClock(root, { beforeEnd, leave }) {
  /** @param {string} name */
  const part = (name) => /** @type {HTMLElement} */ (root.querySelector(`[data-clock-${name}]`));
  const [text, toggle, status, alert] = ["text", "toggle", "status", "alert"].map(part);
  const url = root.dataset.clockUrl ?? "";
  const limit = Number(root.dataset.limitMs ?? 0);

  const warnings = [
    ...(limit ? [{ at: limit / 2, node: status, text: "Half of your time is left" }] : []),
    { at: 600_000, node: status, text: "10 minutes left" },
    { at: 300_000, node: status, text: "5 minutes left" },
    { at: 60_000, node: alert, text: "1 minute left" },
    { at: 30_000, node: alert, text: "30 seconds left" },
  ]
    .filter(({ at }) => !limit || at < limit)
    .sort((a, b) => b.at - a.at);

  let end = performance.now() + Number(root.dataset.remainingMs);
  let asking = false;
  const remaining = () => end - performance.now();

  // A warning may fall between two pages: what was last said is remembered for the attempt, in this tab.
  const memory = `quiz-clock:${root.dataset.sitting}`;
  const remembered = Math.max(Number(read(sessionStorage, memory)), remaining());
  let due = warnings.filter(({ at }) => at < remembered);

  function warn() {
    const left = remaining();
    const passed = due.filter(({ at }) => left <= at);
    const latest = passed[passed.length - 1];
    if (!latest) return;
    due = due.filter(({ at }) => left > at);
    latest.node.textContent = `${latest.text}.`;
    write(sessionStorage, memory, String(left));
  }

  function draw() {
    const left = remaining();
    text.textContent = left > 0 ? `${timeLeft(left, short)} left` : "Time is up";
    root.classList.toggle("clock-ending", left <= 120_000);
  }

  function tick() {
    draw();
    warn();
    if (remaining() <= 0) void finish();
  }

  /** Asks the server what is left. */
  async function inquire() {
    const reply = await ask(url, PATIENCE);
    if (reply?.status !== 200) return;
    const { remaining_ms, over, location } = reply.body;
    if (over && location) leave(location);
    else sync(remaining_ms);
  }

  /** Time is up by our count: send what is unsaved, then ask until the server says so too, or gives more time. */
  async function finish() {
    if (asking) return;
    asking = true;
    alert.textContent = "Time is up. Your saved answers are being handed in.";
    await Promise.race([beforeEnd(), sleep(5000)]);
    for (let wait = 1000; remaining() <= 0; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      await inquire();
      if (remaining() > 0) break;
      await sleep(wait);
    }
    alert.textContent = "";
    asking = false;
  }

  /** @param {number} milliseconds */
  function sync(milliseconds) {
    const gained = milliseconds - remaining();
    end = performance.now() + milliseconds;
    if (gained > 60_000) {
      status.textContent = `You were given more time: ${timeLeft(milliseconds)} left.`;
      alert.textContent = "";
      due = warnings.filter(({ at }) => at < milliseconds);
      write(sessionStorage, memory, String(milliseconds));
    }
  }

  /** @param {boolean} hidden */
  function hide(hidden) {
    text.hidden = hidden;
    root.classList.toggle("clock-hidden", hidden);
    toggle.textContent = hidden ? "Show time" : "Hide time";
    // The button says the time when it takes the focus, unless the candidate has hidden it.
    if (hidden) toggle.removeAttribute("aria-describedby");
    else toggle.setAttribute("aria-describedby", text.id);
  }

  toggle.addEventListener("click", () => {
    const hidden = !text.hidden;
    hide(hidden);
    write(localStorage, "quiz-clock-hidden", hidden ? "yes" : "no");
    if (!hidden) status.textContent = `${timeLeft(remaining())} left.`;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void inquire().then(draw);
  });
  window.addEventListener("online", () => void inquire());

  hide(read(localStorage, "quiz-clock-hidden") === "yes");
  part("plain").hidden = true;
  part("live").hidden = false;
  write(sessionStorage, memory, String(remembered));
  draw();
  setInterval(tick, 500);
  setInterval(() => void inquire(), ASK_EVERY);
  return { sync };
}

/** @param {number} milliseconds */
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @param {Storage} storage @param {string} name */
function read(storage, name) {
  try {
    return storage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {Storage} storage @param {string} name @param {string} value */
function write(storage, name, value) {
  try {
    storage.setItem(name, value);
  } catch {
    // The browser keeps nothing: then nothing is remembered.
  }
}
