// @ts-check
/**
 * Saves the answer of a question page as the candidate changes it.
 *
 * Every change raises the sequence number, which the PUT of that change and a submit of the form both carry, so the
 * server can tell a repeat from a conflict. A change is first kept in this browser, then sent; one request is in
 * flight at a time; whatever changed meanwhile goes after it; what fails is tried again until it arrives.
 */

import { fillAnswer, isEmpty, readAnswer, sameAnswer } from "./fields.mjs";
import { dropRecord, findRecord, keepRecord } from "./records.mjs";

/** @typedef {import("./fields.mjs").Answer} Answer */
/** @typedef {{seq: number, described: string[]} & Answer} StoredAnswer - what the server holds, with words for it */

const TYPING_PAUSE = 400;
const ANSWER_WITHIN = 15_000;
const LONGEST_WAIT = 30_000;
const QUIET = 10_000;
const RETRYING = "Not saved yet: retrying";
const WAITING = "Not saved yet: retrying. You go on as soon as it is saved.";

export class Saver {
  /** The number of the newest answer in the form. */
  seq;
  /** Whether the form holds what the server has not confirmed. */
  unsaved = false;

  /** @type {"" | "conflict" | "signed out" | "refused"} why nothing is sent at present */
  #stopped = "";
  #flights = 0;
  #lastSent = 0;
  #failures = 0;
  #leaving = false;
  /** @type {number | undefined} */
  #timer;
  /** @type {HTMLElement | null | undefined} the button of a submit that waits for the save */
  #held;
  #lastSaid = -Infinity;

  /**
   * @param {HTMLFormElement} form - the form with `data-question`
   * @param {{onRemaining: (remaining: number) => void}} page - `onRemaining` takes the time left, in milliseconds
   */
  constructor(form, { onRemaining }) {
    this.form = form;
    this.onRemaining = onRemaining;
    this.sitting = form.dataset.sitting ?? "";
    this.number = form.dataset.number ?? "";
    this.seq = Number(form.dataset.seq);
    this.seqInput = /** @type {HTMLInputElement} */ (form.elements.namedItem("seq"));
    this.tokenInput = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token"));
    this.state = /** @type {HTMLElement} */ (form.querySelector("[data-save-state]"));
    this.status = /** @type {HTMLElement} */ (form.querySelector("[data-save-status]"));
    this.problem = /** @type {HTMLElement | null} */ (form.querySelector("[data-problem]"));
    this.interruption = /** @type {HTMLElement} */ (document.querySelector("[data-interruption]"));
    this.tabs = new BroadcastChannel(`quiz:${this.sitting}:${this.number}`);

    form.addEventListener("input", (event) => this.#changed(event));
    form.addEventListener("change", () => this.#timer && !this.#failures && void this.send());
    form.addEventListener("submit", (event) => this.#submitting(event));
    this.tabs.addEventListener("message", (event) => this.#otherTab(event.data));
    window.addEventListener("online", () => this.#again());
    window.addEventListener("pagehide", () => void this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.unsaved && !this.#leaving) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.flush();
      else this.#again();
    });
    this.#restore();
  }

  /** Sends the newest answer unless one is on its way; the reply to that one sends what is newer. */
  async send() {
    if (this.#flights === 0) await this.#put();
  }

  /** Sends the newest answer now, even beside an older one: the page may be about to go. */
  async flush() {
    if (this.#flights === 0 || this.#lastSent < this.seq) await this.#put();
  }

  /** @param {number} milliseconds */
  #sendAfter(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.send();
    }, milliseconds);
  }

  /** Goes to another page without the question whether to leave this one. @param {string} url */
  leave(url) {
    const target = new URL(url, document.baseURI);
    if (target.origin !== location.origin) return;
    this.#leaving = true;
    location.assign(target);
  }

  async #put() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.unsaved || this.#stopped || this.#leaving) return;
    const seq = this.seq;
    const answer = readAnswer(this.form);
    this.#lastSent = seq;
    this.#flights += 1;
    if (!this.#failures) this.#show("saving", "Saving…");
    let response = null;
    let reply = null;
    try {
      response = await fetch(this.form.dataset.saveUrl ?? "", {
        method: "PUT",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRF-Token": this.tokenInput.value },
        body: JSON.stringify({ seq, ...answer }),
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      if ([200, 409, 410, 422].includes(response.status)) reply = await response.json();
    } catch {
      response = null;
    }
    this.#flights -= 1;
    if (this.#leaving) return;
    this.#arrived(seq, answer, response?.status ?? 0, reply, Number(response?.headers.get("Retry-After")) || 0);
  }

  /**
   * @param {number} seq
   * @param {Answer} answer
   * @param {number} status - 0 if nothing came back
   * @param {any} reply
   * @param {number} retryAfter - seconds
   */
  #arrived(seq, answer, status, reply, retryAfter) {
    const overtaken = seq < this.#lastSent;
    if (reply && typeof reply.remaining_ms === "number") this.onRemaining(reply.remaining_ms);

    if (status === 410) {
      dropRecord(this.sitting, this.number);
      this.leave(reply.location);
    } else if (status === 200) {
      this.#saved(seq, answer, reply.saved_at);
    } else if (overtaken) {
      if (!this.#timer) void this.send();
    } else if (status === 409 && sameAnswer(reply, answer)) {
      this.#storedAlready(seq, answer, reply.seq);
    } else if (status === 409) {
      this.#stop("conflict", "Not saved: choose which answer to keep");
      this.#askWhichToKeep(reply);
    } else if (status === 401 || status === 403) {
      this.#stop("signed out", "Not saved");
      this.#askToSignIn();
    } else if (status === 422) {
      if (seq !== this.seq) return void this.send();
      this.#stop("refused", "Not saved");
      this.#showProblem(reply.message);
    } else {
      this.#retry(retryAfter);
    }
  }

  /** @param {number} seq @param {Answer} answer @param {string} at - the server's time of day */
  #saved(seq, answer, at) {
    // After trouble the good news is always told.
    if (this.#failures) this.#lastSaid = -Infinity;
    this.#failures = 0;
    if (seq < this.seq) return void this.send();
    this.unsaved = false;
    dropRecord(this.sitting, this.number);
    this.tabs.postMessage({ seq, ...answer, at });
    this.#showSaved(answer, at);
    if (this.#held !== undefined) this.form.requestSubmit(this.#held);
  }

  /** What we sent is there under a higher number. @param {number} seq @param {Answer} answer @param {number} storedSeq */
  #storedAlready(seq, answer, storedSeq) {
    const newer = this.seq > seq;
    this.seq = Math.max(this.seq, newer ? storedSeq + 1 : storedSeq);
    this.#keep();
    this.#saved(newer ? seq : this.seq, answer, "");
  }

  /** @param {number} retryAfter - seconds that the server asks for, or 0 */
  #retry(retryAfter) {
    if (this.#failures === 0) this.#say("Not saved yet. It is tried again until it is saved.");
    const wait = Math.max(retryAfter * 1000, Math.min(1000 * 2 ** this.#failures, LONGEST_WAIT));
    this.#failures += 1;
    this.#show("retrying", this.#held === undefined ? RETRYING : WAITING);
    // The jitter keeps a room full of candidates from coming back all at once.
    this.#sendAfter(wait * (0.75 + Math.random() / 2));
  }

  /** The network or the candidate is back. */
  #again() {
    if (this.#stopped === "signed out") void this.#signInAgain();
    else if (this.#failures) void this.send();
  }

  /** @param {Event} event */
  #changed(event) {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "text";
    this.seq += 1;
    this.unsaved = true;
    if (this.#stopped === "refused") {
      this.#stopped = "";
      this.#showProblem("");
    }
    this.#keep();
    if (this.#stopped || this.#failures) return;
    this.#show("unsaved", "Unsaved change");
    if (typing) this.#sendAfter(TYPING_PAUSE);
    else void this.send();
  }

  /** Keeps the newest answer in this browser, and its number in the form. */
  #keep({ posted = false } = {}) {
    this.seqInput.value = String(this.seq);
    keepRecord(this.sitting, this.number, { seq: this.seq, url: location.pathname, posted, ...readAnswer(this.form) });
  }

  /** Takes up an answer that an earlier visit could not deliver. The server says whether it still may. */
  #restore() {
    const record = findRecord(this.sitting, this.number);
    if (!record) return;
    const delivered = record.posted && record.seq <= this.seq;
    if (delivered || sameAnswer(record, readAnswer(this.form))) return dropRecord(this.sitting, this.number);
    fillAnswer(this.form, record);
    this.seq = record.seq;
    this.unsaved = true;
    this.#keep();
    void this.send();
  }

  /**
   * A submit while saves fail would lead to the browser's error page: hold it until the save has arrived. A second
   * press goes ahead.
   *
   * @param {SubmitEvent} event
   */
  #submitting(event) {
    const failing = this.#failures > 0 || !navigator.onLine || this.#stopped === "signed out";
    if (this.unsaved && failing && this.#held === undefined) {
      event.preventDefault();
      this.#held = event.submitter;
      this.#again();
      this.#show("retrying", WAITING);
      this.#say(`${WAITING} Press again to go on now.`);
      return;
    }
    this.#leaving = true;
    if (this.unsaved) this.#keep({ posted: true });
  }

  /**
   * Another tab of this browser has saved this question: follow it, or, if there is a newer change here, come after it.
   *
   * @param {Answer & {seq: number, at: string}} message
   */
  #otherTab(message) {
    if (message.seq < this.seq || this.#stopped === "conflict") return;
    if (this.unsaved) {
      this.seq = message.seq + 1;
      this.#keep();
      void this.send();
    } else {
      this.#follow(message);
      this.#showSaved(message, message.at);
    }
  }

  /** Takes over what is stored. @param {Answer & {seq: number}} stored */
  #follow(stored) {
    fillAnswer(this.form, stored);
    this.seq = stored.seq;
    this.seqInput.value = String(stored.seq);
    this.unsaved = false;
    dropRecord(this.sitting, this.number);
  }

  /** @param {StoredAnswer} stored */
  #askWhichToKeep(stored) {
    const notice = this.#interrupt("[data-conflict-template]");
    const list = /** @type {HTMLElement} */ (notice.querySelector("[data-described]"));
    const described = stored.described.length ? stored.described : ["No answer"];
    list.replaceChildren(
      ...described.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    notice.querySelector("[data-use-stored]")?.addEventListener("click", () => {
      this.#follow(stored);
      this.#resume();
      this.#show("saved", "Saved");
      this.#say("The stored answer is in the form.");
    });
    notice.querySelector("[data-keep-mine]")?.addEventListener("click", () => {
      this.seq = Math.max(this.seq, stored.seq) + 1;
      this.#keep();
      this.#resume();
      void this.send();
    });
  }

  #askToSignIn() {
    const notice = this.#interrupt("[data-signed-out-template]");
    notice.querySelector("[data-try-again]")?.addEventListener("click", () => void this.#signInAgain());
  }

  /** Whether the candidate has come in again shows in this page: then it also carries the new token. */
  async #signInAgain() {
    try {
      const response = await fetch(location.href, { cache: "no-store" });
      const [, token] = (await response.text()).match(/name="csrf_token" value="([^"]+)"/) ?? [];
      if (!response.ok || !token) return this.#say("Still not signed in.");
      this.tokenInput.value = token;
    } catch {
      return this.#say("There is no connection.");
    }
    this.#resume();
    void this.send();
  }

  /** @param {string} selector - of the template @returns {HTMLElement} the notice shown */
  #interrupt(selector) {
    const template = /** @type {HTMLTemplateElement} */ (document.querySelector(selector));
    this.interruption.replaceChildren(template.content.cloneNode(true));
    this.interruption.scrollIntoView({ block: "nearest" });
    return this.interruption;
  }

  /** @param {"conflict" | "signed out" | "refused"} why @param {string} text */
  #stop(why, text) {
    this.#stopped = why;
    this.#failures = 0;
    this.#held = undefined;
    this.#show("stopped", text);
  }

  /** The candidate has decided: the notice goes, and the focus comes back to the answer. */
  #resume() {
    const inside = this.interruption.contains(document.activeElement);
    this.#stopped = "";
    this.interruption.replaceChildren();
    if (inside) /** @type {HTMLElement | null} */ (this.form.querySelector("input:not([type=hidden]), select"))?.focus();
  }

  /** @param {string} message - empty to take it back */
  #showProblem(message) {
    if (!this.problem) return;
    this.problem.textContent = message;
    this.problem.hidden = !message;
    const input = this.form.querySelector("input[name=answer][type=text]");
    if (message) input?.setAttribute("aria-invalid", "true");
    else input?.removeAttribute("aria-invalid");
    if (message) this.#say(`Not saved: ${message}`);
  }

  /** @param {Answer} answer @param {string} at */
  #showSaved(answer, at) {
    const text = at ? `Saved ${at}` : "Saved";
    this.#show("saved", isEmpty(answer) ? `${text}: no answer` : text);
    // Once is a comfort, after every letter it is noise.
    if (performance.now() - this.#lastSaid > QUIET) this.#say("Saved");
  }

  /** @param {string} state @param {string} text */
  #show(state, text) {
    this.state.dataset.saveState = state;
    /** @type {HTMLElement} */ (this.state.querySelector("[data-save-text]")).textContent = text;
  }

  /** For those who do not see the state: only what they need to know. @param {string} text */
  #say(text) {
    this.#lastSaid = performance.now();
    this.status.textContent = text;
  }
}
