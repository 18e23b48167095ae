// @ts-check
/**
 * Saves the answer of a question page as the candidate changes it.
 *
 * A change is first kept in this browser, then sent; one request is in flight at a time; whatever changed meanwhile goes
 * after it; what fails is tried again until it arrives. What a save is based on, and when it is a conflict, is said in
 * `draft.mjs`.
 */

import { Draft } from "./draft.mjs";
import { fillAnswer, inWords, isEmpty, readAnswer } from "./fields.mjs";
import { sendSave } from "./transport.mjs";

/** @typedef {import("./fields.mjs").Answer} Answer */
/** @typedef {import("./draft.mjs").Packet} Packet */
/** @typedef {{seq: number, described: string[], settled: boolean} & Answer} StoredAnswer - what the server holds, with words for it */

const TYPING_PAUSE = 400;
const ANSWER_WITHIN = 15_000;
const LONGEST_WAIT = 30_000;
const QUIET = 10_000;
const RETRYING = "Not saved yet: retrying";
const WAITING = "Not saved yet: retrying. You will continue as soon as it is saved.";

export class Saver {
  /** @type {"" | "conflict" | "signed out" | "refused"} why nothing is sent at present */
  #stopped = "";
  #flights = 0;
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
    this.baseInput = this.#input("base");
    this.editInput = this.#input("edit");
    this.tokenInput = this.#input("csrf_token");
    this.state = /** @type {HTMLElement} */ (form.querySelector("[data-save-state]"));
    this.status = /** @type {HTMLElement} */ (form.querySelector("[data-save-status]"));
    this.problem = /** @type {HTMLElement | null} */ (form.querySelector("[data-problem]"));
    this.interruption = /** @type {HTMLElement} */ (document.querySelector("[data-interruption]"));
    const { sitting = "", number = "" } = form.dataset;
    const page = { sitting, number, url: location.pathname, writer: this.#input("writer").value };
    const next = { base: Number(this.baseInput.value), edit: Number(this.editInput.value) };
    this.draft = new Draft({ ...page, ...next }, readAnswer(form));
    this.tabs = "BroadcastChannel" in window ? new BroadcastChannel(`quiz:${sitting}:${number}`) : null;

    form.addEventListener("input", (event) => this.#changed(event));
    form.addEventListener("change", () => this.#timer && !this.#failures && void this.send());
    form.addEventListener("submit", (event) => this.#submitting(event));
    this.tabs?.addEventListener("message", (event) => this.#otherTab(event.data));
    window.addEventListener("online", () => this.#again());
    window.addEventListener("pagehide", () => void this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.draft.unsaved && !this.#leaving) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.flush();
      else this.#again();
    });
    this.#begin();
  }

  /** @param {string} name @returns {HTMLInputElement} */
  #input(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }

  #begin() {
    const refused = this.form.dataset.refused;
    if (!refused) return this.#takeUp();
    // The form was submitted, and its answer was not stored: it waits for the candidate.
    this.#stopped = refused === "conflict" ? "conflict" : "refused";
    document.querySelector("[data-give-up]")?.addEventListener("click", () => this.draft.giveUp());
  }

  /** Takes up an answer that an earlier page of this browser could not deliver. */
  #takeUp() {
    if (!this.draft.restore()) return;
    fillAnswer(this.form, this.draft.answer);
    void this.send();
  }

  /** Sends the newest answer unless one is on its way; the reply to that one sends what is newer. */
  async send() {
    if (this.#flights === 0) await this.#send();
  }

  /** Sends the newest answer now, even beside an older one: the page may be about to go. */
  async flush() {
    if (this.#flights === 0 || this.draft.lastSent < this.draft.edit) await this.#send();
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

  async #send() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.draft.unsaved || this.#stopped || this.#leaving) return;
    const sent = this.draft.packet();
    this.#flights += 1;
    if (!this.#failures) this.#show("saving", "Saving…");
    const reply = await sendSave(this.form.action, sent, this.tokenInput.value, ANSWER_WITHIN);
    this.#flights -= 1;
    if (!this.#leaving) this.#arrived(sent, reply);
  }

  /** @param {Packet} sent @param {Awaited<ReturnType<typeof sendSave>>} reply */
  #arrived(sent, reply) {
    if (typeof reply?.body.remaining_ms === "number") this.onRemaining(reply.body.remaining_ms);
    if (reply?.status === 410) {
      this.leave(reply.body.location);
    } else if (reply?.status === 200) {
      this.#saved(sent, reply.body.seq, reply.body.saved_at);
    } else if (this.draft.overtaken(sent)) {
      if (!this.#timer) void this.send();
    } else if (reply?.status === 409 && reply.body.settled) {
      this.#settled(sent, reply.body);
    } else if (reply?.status === 409) {
      this.#stop("conflict", "Not saved: choose which answer to keep");
      this.#askWhichToKeep(reply.body);
    } else if (reply?.status === 401 || reply?.status === 403) {
      this.#stop("signed out", "Not saved");
      this.#askToSignIn();
    } else if (reply && [400, 413, 422].includes(reply.status)) {
      if (sent.edit < this.draft.edit) return void this.send();
      if (this.#held !== undefined) return this.#submit(); // The page that comes then says what is wrong.
      this.#stop("refused", "Not saved");
      this.#showProblem(reply.body.message);
    } else {
      this.#retry(reply?.retryAfter ?? 0);
    }
  }

  /** @param {Packet} sent @param {number} seq - the stored version @param {string} at - the server's time of day */
  #saved(sent, seq, at) {
    // After trouble the good news is always told.
    if (this.#failures) this.#lastSaid = -Infinity;
    this.#failures = 0;
    this.draft.confirm(sent, seq);
    this.#number();
    if (this.draft.unsaved) return void this.send();
    this.tabs?.postMessage({ seq, at, ...this.draft.answer });
    this.#showSaved(this.draft.answer, at);
    if (this.#held !== undefined) this.#submit();
    else this.#takeUp();
  }

  /** Something newer is stored, and there is nothing to choose. @param {Packet} sent @param {StoredAnswer} stored */
  #settled(sent, stored) {
    if (!this.draft.isNewest(sent)) {
      this.draft.drop(sent);
      return void this.send();
    }
    this.#failures = 0;
    this.#follow(stored);
    this.#showSaved(stored, "");
    if (this.#held !== undefined) this.#submit();
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
    this.draft.change(readAnswer(this.form), inWords(this.form));
    this.#number();
    if (this.#stopped === "refused") {
      this.#stopped = "";
      this.#showProblem("");
    }
    if (this.#stopped || this.#failures) return;
    this.#show("unsaved", "Unsaved change");
    if (typing) this.#sendAfter(TYPING_PAUSE);
    else void this.send();
  }

  /** A submit of the form carries the same edit as a save of it would. */
  #number() {
    this.baseInput.value = String(this.draft.base);
    this.editInput.value = String(Math.max(this.draft.edit, 1));
  }

  /**
   * A submit goes ahead once its answer is saved: while saves fail, it would lead to the browser's error page. A second
   * press goes ahead at once.
   *
   * @param {SubmitEvent} event
   */
  #submitting(event) {
    const stopped = this.#stopped && this.#stopped !== "signed out";
    if (!this.draft.unsaved || stopped || this.#held !== undefined) {
      this.#leaving = true;
      return;
    }
    event.preventDefault();
    this.#held = event.submitter;
    if (!this.#failures && navigator.onLine && !this.#stopped) return void this.flush();
    this.#again();
    this.#show("retrying", WAITING);
    this.#say(`${WAITING} Press again to continue now.`);
  }

  /** Submits the form as its button would have. */
  #submit() {
    const button = this.#held;
    if (button instanceof HTMLButtonElement) button.click();
    else this.form.submit();
  }

  /**
   * Another tab of this browser has saved this question: follow it, unless something newer is here. That is a conflict,
   * and the server will say so.
   *
   * @param {Answer & {seq: number, at: string}} message
   */
  #otherTab(message) {
    if (message.seq <= this.draft.base || this.draft.unsaved || this.#stopped) return;
    this.#follow(message);
    this.#showSaved(message, message.at);
  }

  /** Takes over what is stored. @param {Answer & {seq: number}} stored */
  #follow(stored) {
    fillAnswer(this.form, stored);
    this.draft.follow(stored);
    this.#number();
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
      this.draft.insist(stored, inWords(this.form));
      this.#number();
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
