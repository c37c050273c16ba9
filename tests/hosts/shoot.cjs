// Whole pages in a browser: JSON on standard input, {chromium, pages: {name: path}, pictures: folder or null}, gives the faults of each page
// as JSON on standard output, {name: [fault]}. A page is looked at by axe, wide and narrow, light and dark.
"use strict";
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { answer, open, faultsOf, violations, together } = require("./browser.cjs");

async function look(browser, { pages, pictures }, name) {
  const { context, page, faults } = await open(browser, { width: 1100 });
  const url = pathToFileURL(pages[name]).href;
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) faults.push(`asks for ${request.url()}`);
  });
  await page.goto(url);
  await page.evaluate(() => document.fonts.ready);
  const seen = {};
  for (const width of [1100, 480]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      const root = page.locator("html");
      seen[`${width} px ${colorScheme}`] = [...(await root.evaluate(faultsOf)), ...(await violations(root))];
    }
  }
  await context.close();
  return together({ ...seen, "on the way": faults });
}

answer(async (given, browser) => {
  const found = {};
  for (const name of Object.keys(given.pages)) found[name] = await look(browser, given, name);
  return found;
});
