// Goes before one JavaScript program in Node.js, and tells what the program does not show of itself.
// It is loaded by `--require`: Node.js then runs the program as it runs any, and nothing here has a part in that.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const util = require("node:util");
const vm = require("node:vm");

const MOST = 64 * 1024;
const channel = Number(process.env.QUIZ_FACTS);
const { request, token } = JSON.parse(fs.readFileSync(process.env.QUIZ_REQUEST, "utf8"));
const { probe } = request;
fs.unlinkSync(process.env.QUIZ_REQUEST);
const file = process.argv[1];
const names = path.basename(file).replace(".", "\\.");
for (const name of ["QUIZ_FACTS", "QUIZ_REQUEST", "PYTHONHASHSEED"]) {
  delete process.env[name];
}

// Taken before the program can put others in their place.
const { writeSync } = fs;
const { stringify } = JSON;

function tell(facts) {
  writeSync(channel, `\n${stringify({ ...facts, token })}\n`);
}

function shown(value) {
  return util.inspect(value, { breakLength: Infinity, depth: 6, compact: 100 });
}

function lineOf(error) {
  const found = new RegExp(`${names}:(\\d+)`).exec(String(error?.stack ?? ""));
  return found ? Number(found[1]) : 0;
}

function nameOf(error) {
  // A class of the program's own is known by its name unless it says another.
  const says = Object.hasOwn(error, "name") || Object.hasOwn(Object.getPrototypeOf(error), "name");
  return String((says ? error.name : error.constructor?.name) || error.name);
}

function refused(error, line) {
  tell({ compiled: false, diagnostics: [{ line, message: error.message }] });
  process.exit(1);
}

function lineInModule() {
  // The error of a module does not say where it is; Node.js does when it checks a file.
  const copy = path.join(path.dirname(path.dirname(file)), "checked.mjs");
  fs.writeFileSync(copy, text);
  const { stderr } = spawnSync(process.execPath, ["--check", copy], { encoding: "utf8" });
  return Number(/checked\.mjs:(\d+)/.exec(stderr)?.[1] ?? 0);
}

// It listens without taking the exception from the program or from Node.js.
process.on("uncaughtExceptionMonitor", (error) => {
  if (process.listenerCount("uncaughtException")) {
    return;
  }
  const thrown = util.types.isNativeError(error) || error instanceof Error;
  tell({
    thrown: {
      kind: thrown ? nameOf(error) : typeof error,
      message: (thrown ? String(error.message) : shown(error)).slice(0, MOST),
      line: lineOf(error),
    },
  });
});

globalThis.__probe__ = (value) => {
  const text = shown(value);
  tell(text.length > MOST ? { exceeded: "output" } : { returned: text });
};
Object.defineProperty(globalThis, "__probe__", { enumerable: false });

const PROBE = "{{probe}}";
const written = fs.readFileSync(file, "utf8");
let text = written;
if (probe !== null) {
  const asks = `__probe__((${probe}));`;
  // At the end: after what the program itself has put off, timers and promises.
  text = written.includes(PROBE)
    ? written.replace(PROBE, () => asks)
    : `${written}\nprocess.once("beforeExit", () => { ${asks} });\n`;
  fs.writeFileSync(file, text);
}

function parsedAsModule() {
  try {
    return Boolean(new vm.SourceTextModule(text, { identifier: file }));
  } catch (error) {
    return error;
  }
}

try {
  vm.compileFunction(text, ["exports", "require", "module", "__filename", "__dirname"], { filename: file });
} catch (error) {
  const module = parsedAsModule();
  if (module !== true) {
    // What a module would be refused for is told of a text that wants to be one.
    const wanted = /^\s*(import\b|export\b)/m.test(text);
    refused(wanted ? module : error, wanted ? lineInModule() : lineOf(error));
  }
}
tell({ compiled: true });
