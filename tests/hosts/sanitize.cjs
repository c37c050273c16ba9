// HTML as JupyterLab leaves it where a notebook is not trusted. JSON on standard input, {name: html}, gives JSON on standard output.
// The sanitizer and its options are those of @jupyterlab/apputils. The whole package needs a browser; this file of it does not.
"use strict";
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");

function once(text, wanted, instead) {
  if (text.split(wanted).length !== 2) {
    throw new Error(`the sanitizer of @jupyterlab/apputils has not one ${JSON.stringify(wanted)}; adapt ${__filename}`);
  }
  return text.replace(wanted, () => instead);
}

const path = join(dirname(require.resolve("@jupyterlab/apputils/package.json")), "lib", "sanitizer.js");
let source = once(readFileSync(path, "utf8"), "import sanitize from 'sanitize-html';", "");
source = once(source, "export class Sanitizer ", "class Sanitizer ");
const Sanitizer = new Function("sanitize", `${source}\nreturn Sanitizer;`)(createRequire(path)("sanitize-html"));

const sanitizer = new Sanitizer();
const given = Object.entries(JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(Object.fromEntries(given.map(([name, html]) => [name, sanitizer.sanitize(html)]))));
