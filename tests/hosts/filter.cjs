// The filters of a page: JSON on standard input, {chromium, page, anchor}, gives what is shown with each button as JSON on standard output:
// {id of the button: [id of each task]}, and the same for "print", for the link "#anchor", and for a browser that is asked for no script.
"use strict";
const { pathToFileURL } = require("node:url");
const { answer } = require("./browser.cjs");

const shown = (page) =>
  page.locator(".scl-tasks > li").evaluateAll((items) => items.filter((item) => item.offsetParent).map((item) => item.id));

answer(async ({ page: path, anchor }, browser) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const url = pathToFileURL(path).href;
  await page.goto(url);
  const found = {};
  for (const button of await page.locator(".scl-filters input").all()) {
    await button.check();
    const id = await button.getAttribute("id");
    found[id] = await shown(page);
    if (id.endsWith("-done")) {
      await page.goto(`${url}#${anchor}`);
      found.link = await shown(page);
      await page.emulateMedia({ media: "print" });
      found.print = await shown(page);
      found.buttons = await page.locator(".scl-filters input").evaluateAll((all) => all.filter((one) => one.offsetParent).length);
      await page.emulateMedia({ media: "screen" });
      await page.goto(url);
    }
    await page.locator(`[name=${await button.getAttribute("name")}]`).first().check();
  }
  await context.close();
  return found;
});
