// What the scripts that look at pages share: the browser, the input, and the faults of a layout.
"use strict";
const { readFileSync } = require("node:fs");
const axe = require("axe-core");
const { chromium } = require("playwright-core");

const SLOWEST = 30_000; // milliseconds that a single step may take

/** The faults of the layout below an element. It runs in the page. */
function faultsOf(root) {
  const near = 1.5; // pixels that rounding may cost
  const faults = [];
  const told = (element) => `<${element.localName}> "${(element.innerText || "").trim().slice(0, 60)}"`;
  for (const cell of root.querySelectorAll("th, td")) {
    const box = cell.getBoundingClientRect();
    const within = document.createRange();
    within.selectNodeContents(cell);
    const beyond = [...within.getClientRects()].map((one) =>
      one.width && one.height ? Math.max(box.left - one.left, one.right - box.right, box.top - one.top, one.bottom - box.bottom) : 0,
    );
    const furthest = Math.max(0, ...beyond);
    if (furthest > near) faults.push(`${told(cell)} prints ${Math.round(furthest)} px beyond its cell`);
  }
  for (const table of root.querySelectorAll("table")) {
    for (const row of table.rows) {
      const boxes = [...row.cells].map((cell) => cell.getBoundingClientRect());
      boxes.slice(1).forEach((box, place) => {
        const before = boxes[place];
        const across = Math.min(box.right, before.right) - Math.max(box.left, before.left);
        const down = Math.min(box.bottom, before.bottom) - Math.max(box.top, before.top);
        if (across > near && down > near) faults.push(`${told(row.cells[place + 1])} lies over the cell before it`);
      });
    }
  }
  for (const image of root.querySelectorAll("img")) {
    if (!image.complete || !image.naturalWidth) faults.push(`the picture "${image.alt}" is not shown`);
    if (!image.alt) faults.push(`a picture has no words in its place: ${image.src.slice(0, 60)}`);
  }
  if (root.scrollWidth > root.clientWidth + near) {
    faults.push(`${root.scrollWidth} px wide where there are ${root.clientWidth} px`);
  }
  return faults;
}

/** What an answer is made from: the JSON on standard input and a browser, which is closed whatever happens. */
async function answer(work) {
  const given = JSON.parse(readFileSync(0, "utf8"));
  const browser = await chromium.launch({ executablePath: given.chromium, timeout: SLOWEST });
  try {
    process.stdout.write(JSON.stringify(await work(given, browser)));
  } finally {
    await browser.close();
  }
}

/** A page of that size and scheme, with an array of what went wrong in it. Nothing is fetched from but one server, where there is one. */
async function open(browser, { width, height = 900, colorScheme, server }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  context.setDefaultTimeout(SLOWEST);
  const page = await context.newPage();
  const faults = [];
  const outside = (url) => /^(https?|wss?):$/.test(url.protocol) && url.origin !== server;
  await page.route(outside, (route) => route.abort());
  page.on("pageerror", (error) => faults.push(`an error in the page: ${error.message}`));
  return { context, page, faults };
}

/**
 * The text below an element that is too faint to be read, as WCAG 1.4.3 has it. It runs in the page. Axe leaves out what lies in the panels of
 * JupyterLab, where it takes all of it to be out of view.
 */
function faintIn(root) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const paint = (color, opacity = 1) => {
    context.globalAlpha = opacity;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue; // the luminance
  };
  const faults = [];
  for (const element of root.querySelectorAll("*")) {
    const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!text.length || !element.checkVisibility() || element.closest("style, svg, mjx-container")) continue;
    const around = [];
    for (let one = element; one; one = one.parentElement) around.unshift(getComputedStyle(one));
    const ground = ["white", ...around.map((style) => style.backgroundColor)].map((color) => paint(color)).at(-1);
    const style = around.at(-1);
    const ink = paint(style.color, around.reduce((opacity, one) => opacity * one.opacity, 1));
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (contrast < wanted) faults.push(`color-contrast of "${text[0].data.trim().slice(0, 60)}": ${contrast.toFixed(2)}, wanted ${wanted}`);
  }
  return faults;
}

/** What axe finds fault with below an element. */
async function violations(locator) {
  await locator.page().evaluate(`globalThis.axe ?? (() => { ${axe.source} })()`);
  const found = await locator.evaluate((element) => globalThis.axe.run(element, { resultTypes: ["violations"] }));
  return found.violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target, html }) => `axe ${id} (${impact}): ${help}\n    ${target.join(" ")}: ${html.slice(0, 200)}`),
  );
}

/** Each fault once, with the views in which it was seen: from {view: [fault]} to [text]. */
function together(seen) {
  const views = new Map();
  for (const [view, faults] of Object.entries(seen)) {
    for (const fault of new Set([...faults])) views.set(fault, [...(views.get(fault) ?? []), view]);
  }
  return [...views].map(([fault, where]) => `${fault}\n    seen: ${where.join(", ")}`);
}

module.exports = { answer, open, faultsOf, faintIn, violations, together };
