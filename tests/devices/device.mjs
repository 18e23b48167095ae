/**
 * One device of a candidate: the drafts of its tabs, and what its browser keeps. It is driven by lines of JSON, and runs
 * the code of the pages themselves; only the network and the clock are the test's.
 */

import { createInterface } from "node:readline";

const kept = new Map();
globalThis.localStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
  removeItem: (name) => kept.delete(name),
};
// The keys of a browser's storage are those of the map here.
const keys = Object.keys;
Object.keys = (value) => (value === globalThis.localStorage ? [...kept.keys()] : keys(value));
let now = 0;
Date.now = () => (now += 1);

const { Draft } = await import(process.argv[2]);
const answer = (text) => ({ fields: text ? { answer: [text] } : {}, flagged: false });
const words = ({ fields }) => fields.answer?.[0] ?? "";

const drafts = new Map();
/** The page whose undelivered answer a draft takes up, if there is one. */
const inherited = (draft) => (draft.restore() ? draft.packet().writer : null);

const actions = {
  /** A new candidate sits down at this device. */
  reset() {
    drafts.clear();
    kept.clear();
  },
  /** The question is opened in a tab; a page that was there is gone without a word. */
  open({ tab, writer, base, text }) {
    const draft = new Draft({ sitting: "s", number: "1", url: "/1", writer, base, edit: 1 }, answer(text));
    drafts.set(tab, draft);
    return inherited(draft);
  },
  type: ({ draft, text }) => draft.change(answer(text), [text]),
  packet: ({ draft }) => draft.packet(),
  overtaken: ({ draft, packet }) => draft.overtaken(packet),
  saved({ draft, packet, seq }) {
    draft.confirm(packet, seq);
    return draft.unsaved ? null : inherited(draft);
  },
  settled({ draft, packet, seq, text }) {
    const follows = draft.isNewest(packet);
    if (follows) draft.follow({ seq, ...answer(text) });
    else draft.drop(packet);
    return follows;
  },
  insist: ({ draft, seq }) => draft.insist({ seq }, []),
  follow: ({ draft, seq, text }) => draft.follow({ seq, ...answer(text) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { action, tab, ...rest } = JSON.parse(line);
  const result = actions[action]({ tab, draft: drafts.get(tab), ...rest }) ?? null;
  const draft = drafts.get(tab);
  const state = draft ? { unsaved: draft.unsaved, base: draft.base, text: words(draft.answer) } : null;
  console.log(JSON.stringify({ result, state, kept: [...kept.values()].map((record) => words(JSON.parse(record))) }));
}
