// @ts-check
/**
 * One page's answer to one question, and what the server has confirmed of it. It knows of no page and no network.
 *
 * Each page is a writer of its own and counts its edits. A save names its writer, its edit and its base: the stored
 * version that the candidate has seen here. The server stores it unless something else is stored that was not seen
 * here; then the candidate chooses. Until the server has confirmed an edit, this browser keeps it.
 */

import { sameAnswer } from "./fields.mjs";
import { dropRecord, keepRecord, recordsOf } from "./records.mjs";

/**
 * @typedef {import("./fields.mjs").Answer} Answer
 * @typedef {import("./records.mjs").AnswerRecord} AnswerRecord
 * @typedef {Answer & {base: number, writer: string, edit: number}} Packet - one save, as it is sent
 * @typedef {Answer & {seq: number}} Version - what the server holds
 */

export class Draft {
  /** The number of the newest edit that was sent. */
  lastSent = 0;
  /** The number of the newest edit that the server has confirmed. */
  #confirmed;
  /** @type {AnswerRecord | null} an answer of an earlier page, to be sent as that page would have sent it */
  #inherited = null;

  /**
   * @param {{sitting: string, number: string, url: string, writer: string, base: number, edit: number}} page
   *   `edit` is the number that this page's next edit has
   * @param {Answer} answer - what the page shows
   */
  constructor({ sitting, number, url, writer, base, edit }, answer) {
    this.sitting = sitting;
    this.number = number;
    this.url = url;
    this.writer = writer;
    /** The stored version that the candidate has seen here. */
    this.base = base;
    /** The number of the newest edit. */
    this.edit = edit - 1;
    this.answer = answer;
    this.#confirmed = this.edit;
  }

  /** Whether something is here that the server has not confirmed. */
  get unsaved() {
    return this.#inherited !== null || this.edit > this.#confirmed;
  }

  /**
   * Takes up what an earlier page of this browser could not deliver; the server says whether it still may.
   *
   * @returns {boolean} whether there is such an answer
   */
  restore() {
    for (const record of recordsOf(this.sitting, this.number)) {
      if (!sameAnswer(record, this.answer)) {
        this.#inherited = record;
        this.base = record.base;
        this.answer = { fields: record.fields, flagged: record.flagged };
        return true;
      }
      dropRecord(this.sitting, this.number, record);
    }
    return false;
  }

  /** The candidate has changed the answer. @param {Answer} answer @param {string[]} words - the answer in words */
  change(answer, words) {
    this.edit += 1;
    this.answer = answer;
    this.keep(words);
  }

  /** Keeps the newest edit in this browser. @param {string[]} words */
  keep(words) {
    const { base, writer, edit, url, answer } = this;
    keepRecord(this.sitting, this.number, { base, writer, edit, url, words, at: Date.now(), ...answer });
  }

  /** The next save to send. An inherited answer goes first, under the name of its own writer. @returns {Packet} */
  packet() {
    const { base, writer, edit, fields, flagged } = this.#inherited ?? { ...this, ...this.answer };
    if (writer === this.writer) this.lastSent = edit;
    return { base, writer, edit, fields, flagged };
  }

  /** Whether something newer than this save was sent meanwhile. @param {Packet} sent */
  overtaken(sent) {
    return sent.writer === this.writer && sent.edit < this.lastSent;
  }

  /** Whether nothing here is newer than this save. @param {Packet} sent */
  isNewest(sent) {
    return sent.writer === this.writer ? sent.edit === this.edit : this.edit === this.#confirmed;
  }

  /**
   * The server holds what was sent, or something newer from the same page.
   *
   * @param {Packet} sent
   * @param {number} seq - the stored version
   */
  confirm(sent, seq) {
    this.base = Math.max(this.base, seq);
    this.drop(sent);
    if (sent.writer === this.writer) this.#confirmed = Math.max(this.#confirmed, sent.edit);
  }

  /** What was sent needs no keeping any more: it is stored, or it was when the server got it before. @param {Packet} sent */
  drop(sent) {
    dropRecord(this.sitting, this.number, sent);
    if (sent.writer === this.#inherited?.writer) this.#inherited = null;
  }

  /** The candidate keeps this page's answer, having seen what is stored. @param {Version} stored @param {string[]} words */
  insist(stored, words) {
    this.#dropInherited();
    this.base = stored.seq;
    this.change(this.answer, words);
  }

  /** Takes over what is stored; whatever was here is given up. @param {Version} stored */
  follow({ seq, fields, flagged }) {
    this.giveUp();
    this.base = seq;
    this.answer = { fields, flagged };
  }

  /** The candidate does without what is here. */
  giveUp() {
    this.#dropInherited();
    dropRecord(this.sitting, this.number, this);
    this.#confirmed = this.edit;
  }

  #dropInherited() {
    if (this.#inherited) this.drop(this.#inherited);
  }
}
