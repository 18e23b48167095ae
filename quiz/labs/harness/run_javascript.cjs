// Runs one JavaScript program as Node.js would, and tells what came of it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const util = require("node:util");
const vm = require("node:vm");
const { pathToFileURL } = require("node:url");

const PROBE = "{{probe}}";
const channel = Number(process.env.QUIZ_FACTS);
const { probe } = JSON.parse(fs.readFileSync(process.env.QUIZ_REQUEST, "utf8")).request;
delete process.env.QUIZ_FACTS;
delete process.env.QUIZ_REQUEST;

const file = process.argv[2];
const name = path.basename(file);
process.argv.splice(1, 1);
const facts = { compiled: true };

const shown = (value) => util.inspect(value, { breakLength: Infinity, depth: 6, compact: 100 });
globalThis.__see__ = (value) => {
  facts.returned = shown(value);
};

function lineOf(error) {
  const found = new RegExp(`${name.replace(".", "\\.")}:(\\d+)`).exec(String(error?.stack ?? ""));
  return found ? Number(found[1]) : 0;
}

function thrown(error) {
  const named = error instanceof Error;
  facts.thrown ??= {
    kind: named ? error.constructor.name || error.name : typeof error,
    message: named ? error.message : shown(error),
    line: lineOf(error),
  };
}

function refused(error) {
  facts.compiled = false;
  facts.diagnostics = [{ line: lineOf(error), message: error.message }];
}

process.on("uncaughtException", (error) => {
  thrown(error);
  process.exit(1);
});
process.on("exit", (status) => {
  if (status && !facts.thrown && facts.compiled) {
    facts.exit = status;
  }
  fs.writeSync(channel, JSON.stringify(facts));
});

const text = fs.readFileSync(file, "utf8").replace(PROBE, `__see__(${probe});`);
const asksAtEnd = probe !== null && !fs.readFileSync(file, "utf8").includes(PROBE);
const isModule = /^\s*(import\s*[\w{*"']|export\s)/m.test(text) || /^\s*await\s/m.test(text);

if (isModule) {
  const source = path.join(path.dirname(file), name.replace(/\.js$/, ".mjs"));
  fs.writeFileSync(source, asksAtEnd ? `${text}\n__see__(${probe});\n` : text);
  import(pathToFileURL(source)).catch((error) => {
    if (error instanceof SyntaxError) {
      refused(error);
    } else {
      thrown(error);
    }
    process.exit(1);
  });
} else {
  // As in a CommonJS module: `require` is there, and what the program declares stays its own.
  globalThis.require = require;
  globalThis.module = { exports: {} };
  globalThis.exports = globalThis.module.exports;
  let script;
  try {
    script = new vm.Script(text, { filename: name });
  } catch (error) {
    refused(error);
    process.exit(1);
  }
  script.runInThisContext();
  if (asksAtEnd) {
    // After what the program itself has put off: timers and promises.
    process.once("beforeExit", () => globalThis.__see__(vm.runInThisContext(probe)));
  }
}
