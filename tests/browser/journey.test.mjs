// The main job as people do it: by keyboard, without scripts, and live.
import test, { before, after } from "node:test";
import assert from "node:assert/strict";
import { startDemo, startBrowser, privateWindow, signIn, enterAirlock, runJobs } from "./demo.mjs";

let demo, browser, ada, ben;
before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
}, { timeout: 60000 });
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// Tab until the wanted element has the focus; a page where that never happens cannot be used without a mouse.
async function tabTo(page, wanted) {
  for (let i = 0; i < 400; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((w) => {
      const e = document.activeElement;
      return !!e && (e.matches(w) || (e.textContent || "").trim() === w);
    }, wanted).catch(() => false)) return;
  }
  assert.fail(`the keyboard never reaches ${wanted}`);
}

async function reviewByKeyboard(page, path) {
  await page.goto(demo.airlock + path);
  await tabTo(page, "a[href$='/files/1/'].button, a.button[href*='/files/']");
  await page.keyboard.press("Enter");
  while (true) {
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (!(await page.locator('input[name="choice"]').count())) break;
    await tabTo(page, 'input[name="choice"]');
    while (!(await page.locator('input[value="approved"]').isChecked())) await page.keyboard.press("ArrowUp");
    const here = page.url();
    await tabTo(page, "Save and go to the next file");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.href !== here);
  }
  await tabTo(page, "Finish my review");
  await page.keyboard.press("Enter");
  await page.getByText("Your review is finished").first().waitFor();
}

test("a researcher and two checkers do the main job with the keyboard alone", { timeout: 180000 }, async () => {
  ada = await privateWindow(browser);
  ben = await privateWindow(browser);
  const dina = await privateWindow(browser);
  await signIn(ada.page, demo, "ada");
  await ada.page.goto(demo.server + demo.workspace + "run-jobs/");
  await tabTo(ada.page, 'input[name="actions"][value="run_all"]');
  await ada.page.keyboard.press("Space");
  await tabTo(ada.page, "Submit");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("heading", { name: /^Logs/ }).waitFor();
  await ada.page.getByText("6/6").waitFor(); // the log is live
  await enterAirlock(ada.page, demo, "ada");
  await ada.page.goto(demo.airlock + "/workspaces/sample-study/");
  await tabTo(ada.page, 'input[value="output/compare.csv"]');
  await ada.page.keyboard.press("Space");
  await tabTo(ada.page, "#context");
  await ada.page.keyboard.type("Recovery by region.");
  await tabTo(ada.page, "#controls");
  await ada.page.keyboard.type("Rounded to 5.");
  await tabTo(ada.page, "Ask for a release");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("heading", { name: /^Request/ }).waitFor();
  const asked = new URL(ada.page.url()).pathname;
  for (const [name, who] of [["ben", ben], ["dina", dina]]) {
    await signIn(who.page, demo, name);
    await enterAirlock(who.page, demo, name);
    await reviewByKeyboard(who.page, asked);
  }
  await tabTo(dina.page, "Release approved files");
  await dina.page.keyboard.press("Enter");
  await dina.page.locator("[data-live]").getByText("Released").waitFor();
  await ada.page.goto(demo.server + demo.workspace + "outputs/latest/output/compare.csv");
  await ada.page.getByRole("cell", { name: "north" }).first().waitFor();
});

test("a checker decides with single keys", { timeout: 120000 }, async () => {
  const page = ada.page;
  await page.goto(demo.airlock + "/workspaces/sample-study/");
  for (const file of ["output/describe_north.csv", "output/describe_south.csv"]) await page.locator(`input[value="${file}"]`).check();
  await page.locator("#context").fill("Two regions.");
  await page.locator("#controls").fill("Rounded to 5.");
  await page.getByRole("button", { name: "Ask for a release" }).click();
  await page.getByRole("heading", { name: /^Request/ }).waitFor();
  const asked = new URL(page.url()).pathname;
  const look = ben.page;
  await look.goto(demo.airlock + "/");
  await look.locator("#waiting a").first().waitFor();
  await look.keyboard.press("j");
  assert.equal(await look.evaluate(() => document.activeElement.getAttribute("href")), asked);
  await look.goto(demo.airlock + asked);
  await look.getByRole("link", { name: "Review the files" }).click();
  const heading = (name) => look.getByRole("heading", { level: 1, name }).waitFor();
  await heading("output/describe_north.csv");
  await look.keyboard.press("j");
  await heading("output/describe_south.csv");
  await look.keyboard.press("k");
  await heading("output/describe_north.csv");
  await look.keyboard.press("?");
  assert.ok(await look.locator("#keys").evaluate((e) => e.open));
  await look.keyboard.press("c"); // asks for a reason; what is typed there is no command
  await look.keyboard.type("jack, a and r");
  assert.equal(await look.locator("#reason").inputValue(), "jack, a and r");
  await look.keyboard.press("Tab");
  await look.keyboard.press("Enter");
  await heading("output/describe_south.csv");
  await look.keyboard.press("a");
  await heading(/^Request/);
  await look.getByRole("button", { name: "Finish my review" }).click();
  await look.getByText("Your review is finished").first().waitFor();
});

test("the pages work without scripts", { timeout: 60000 }, async () => {
  const { page } = await privateWindow(browser, { javaScriptEnabled: false });
  await page.goto(demo.people.find((p) => p.username === "cora").link);
  await page.locator("main button").click();
  await page.goto(demo.server + demo.workspace + "logs/");
  const path = await page.locator("main a").evaluateAll((all) => all.map((a) => a.getAttribute("href")).find((h) => /\/\d+\/$/.test(h))).catch(() => null)
    ?? (await page.content()).match(/href="([^"]*\/\d+\/)"/)[1];
  await page.goto(demo.server + path);
  const html = await page.content();
  assert.match(html, /6 of 6 succeeded/);
  assert.match(html, /<svg[^>]*>/);
});

test("a request's page changes while somebody looks at it", { timeout: 90000 }, async () => {
  const { page, context } = await privateWindow(browser);
  await page.goto(demo.people.find((p) => p.username === "eli").link);
  await page.locator("main button").click();
  // Staff may run jobs nowhere by themselves: Eli looks on at what Ada's session asks for.
  await page.goto(demo.server + demo.workspace + "logs/");
  const was = await page.locator("[data-live] a[href]").count();
  const path = await runJobs(ada.page, demo, ["report"]);
  await page.waitForFunction((n) => document.querySelectorAll("[data-live] a[href]").length > n, was);
  await ada.page.locator("[data-live]").first().getByText("Succeeded").first().waitFor();
  assert.match(path, /\/\d+\/$/);
  await context.close();
});
