// Notebooks in a JupyterLab that runs: JSON on standard input, {chromium, lab, token, theme, notebooks: {trust: path}, names, pictures: folder
// or null}, gives JSON on standard output, {trust: {name: {faults: [fault], styles: number}}}. The names are those of the outputs, in their order.
"use strict";
const { join } = require("node:path");
const { answer, open, faultsOf, faintIn, together } = require("./browser.cjs");

const OUTPUT = ".jp-OutputArea-output.jp-RenderedHTML";
const WIDTHS = [1100, 700];
const HEIGHT = 600;

async function shown(page, given, trust) {
  await page.goto(`${given.lab}/doc/tree/${given.notebooks[trust]}?token=${given.token}`);
  await page.waitForFunction(
    ([selector, count, light]) =>
      document.body.dataset.jpThemeLight === light &&
      [...document.querySelectorAll(selector)].filter((one) => one.getBoundingClientRect().height > 0).length === count,
    [OUTPUT, given.names.length, String(given.theme === "light")],
  );
  await page.evaluate(() => document.fonts.ready);
  await page.locator(".jp-MarkdownOutput mjx-container").waitFor(); // in the title; by then what is shown would be mathematics too
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function look(browser, given, trust) {
  const view = { width: WIDTHS[0], height: HEIGHT, colorScheme: given.theme };
  const { context, page, faults: errors } = await open(browser, { ...view, server: given.lab });
  const found = Object.fromEntries(given.names.map((name) => [name, { seen: { "on the way": errors } }]));
  await shown(page, given, trust);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    for (const [place, name] of given.names.entries()) {
      const output = page.locator(OUTPUT).nth(place);
      // The notebook scrolls within the page, and what is not in view is not in the picture.
      await page.setViewportSize({ width, height: HEIGHT + Math.ceil((await output.boundingBox()).height) });
      await output.evaluate((one) => one.scrollIntoView({ block: "center" }));
      const faults = [...(await output.evaluate(faultsOf)), ...(await output.evaluate(faintIn))];
      found[name].seen[`${trust}, ${given.theme}, ${width} px`] = faults;
      if (given.pictures) await output.screenshot({ path: join(given.pictures, `${name}-${trust}-${given.theme}-${width}.png`) });
    }
  }
  for (const [place, name] of given.names.entries()) {
    const formulas = await page.locator(OUTPUT).nth(place).locator("mjx-container").count();
    found[name].seen[`${trust}, ${given.theme}`] = formulas ? [`text became mathematics, ${formulas} times`] : [];
    found[name].styles = await page.locator(OUTPUT).nth(place).locator("style").count();
    found[name].faults = together(found[name].seen);
  }
  await context.close();
  return found;
}

answer(async (given, browser) => {
  const found = {};
  for (const trust of Object.keys(given.notebooks)) found[trust] = await look(browser, given, trust);
  return found;
});
