// Looking at files: sorting, columns, changes and pictures as people use them; axe and a telephone are content with all.
import test, { before, after } from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDemo, startBrowser, privateWindow, signIn, enterAirlock, runJobs } from "./demo.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let demo, browser, ada, ben, here;

function put(name, text) {
  const store = readdirSync(demo.folder, { recursive: true }).find((p) => p.endsWith("medium/workspaces/sample-study"));
  const path = join(demo.folder, store, "output", name);
  const old = readFileSync(path, { encoding: "utf8", flag: "a+" });
  rmSync(path);
  writeFileSync(path, text(old));
}

async function release(names) {
  await ada.page.goto(demo.airlock + "/workspaces/sample-study/");
  for (const name of names) await ada.page.locator(`input[value="output/${name}"]`).check();
  for (const field of ["#context", "#controls"]) await ada.page.locator(field).fill("x");
  await ada.page.getByRole("button", { name: "Ask for a release" }).click();
  await ada.page.getByRole("heading", { name: /^Request/ }).waitFor();
  const asked = new URL(ada.page.url()).pathname;
  const dina = await privateWindow(browser);
  await signIn(dina.page, demo, "dina");
  await enterAirlock(dina.page, demo, "dina");
  for (const { page } of [ben, dina]) {
    await page.goto(demo.airlock + asked);
    await page.getByRole("link", { name: "Review the files" }).click();
    for (let left = names.length; left; left--) {
      const here = page.url();
      await page.locator('input[value="approved"]').check();
      await page.getByRole("button", { name: /^Save/ }).click();
      await page.waitForURL((url) => url.href !== here);
    }
    await page.getByRole("button", { name: "Finish my review" }).click();
    await page.getByText("Your review is finished").first().waitFor();
  }
  await dina.page.getByRole("button", { name: "Release approved files" }).click();
  await dina.page.locator("[data-live]").getByText("Released").waitFor();
}

before(async () => {
  [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
  here = demo.airlock + "/workspaces/sample-study/files/output/";
  ada = await privateWindow(browser, { bypassCSP: true });
  ben = await privateWindow(browser, { bypassCSP: true });
  await signIn(ada.page, demo, "ada");
  await runJobs(ada.page, demo, ["run_all"]);
  await ada.page.getByText("6 of 6 succeeded").waitFor();
  await enterAirlock(ada.page, demo, "ada");
  await signIn(ben.page, demo, "ben");
  await enterAirlock(ben.page, demo, "ben");
  await release(["compare.csv", "compare.svg", "report.txt"]);
  put("compare.csv", (old) => old.replace("650", "900") + "west,no,120,[REDACTED],50\n");
  put("compare.svg", (old) => old.replace("</svg>", '<circle cx="60" cy="60" r="20" fill="red"/></svg>'));
  put("report.txt", (old) => old + "one more line\n");
  put("many.csv", () => "id,group,n\n" + Array.from({ length: 3000 }, (_, i) => `${i},${"abc"[i % 3]},${i % 9 ? i * 5 : "*"}\n`).join(""));
}, { timeout: 240000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("a table is sorted by its headings, redacted values last", { timeout: 60000 }, async () => {
  const { page } = ben;
  await page.goto(here + "many.csv");
  await page.getByText("Rows 1 to 200 of 3,000").waitFor();
  await page.getByRole("link", { name: "n", exact: true }).click();
  assert.deepEqual(await page.locator("tbody tr td:nth-child(4)").evaluateAll((c) => c.slice(0, 3).map((x) => x.textContent)), ["5", "10", "15"]);
  await page.getByRole("link", { name: "n", exact: true }).click();
  assert.equal(await page.locator('th[aria-sort="descending"]').count(), 1);
  assert.equal(await page.locator("tbody tr td:nth-child(4)").first().innerText(), "14995");
  await page.getByRole("link", { name: "Last" }).click();
  assert.equal(await page.locator("tbody tr td:nth-child(4)").last().innerText(), "*");
  await page.getByRole("link", { name: "Columns" }).click();
  await page.getByRole("rowheader", { name: "group" }).waitFor();
  assert.match(await page.locator("tbody tr", { hasText: "whole number" }).last().innerText(), /334[\s\S]*all/);
});

test("the keyboard goes from file to file", { timeout: 60000 }, async () => {
  const { page } = ben;
  await page.goto(here + "compare.csv");
  await page.keyboard.press("j");
  await page.waitForURL(here + "compare.svg");
  await page.keyboard.press("k");
  await page.waitForURL(here + "compare.csv");
});

test("what changed since the release is marked by sign, word and colour", { timeout: 60000 }, async () => {
  const { page } = ben;
  await page.goto(here + "compare.csv");
  await page.getByRole("link", { name: "Changes" }).click();
  await page.getByText("1 row changed").waitFor();
  assert.equal(await page.locator("td.changed").innerText().then((t) => t.replace(/\s+/g, " ")), "was 650 → now 900");
  await page.getByText("+ new").waitFor();
  await page.goto(here + "report.txt?show=changes");
  await page.getByText("one more line").waitFor();
});

test("a picture is laid over the one before", { timeout: 60000 }, async () => {
  const { page } = ben, shade = () => page.locator(".blend-new").evaluate((p) => getComputedStyle(p).opacity);
  await page.goto(here + "compare.svg?show=changes");
  assert.equal(await shade(), "0.5");
  await page.getByLabel("Old to new").focus();
  await page.keyboard.press("Home");
  assert.equal(await shade(), "0");
  await page.getByLabel("three quarters").check();
  assert.equal(await shade(), "0.75");
  const plain = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true, storageState: await ben.context.storageState() });
  const quiet = await plain.newPage();
  await quiet.goto(here + "compare.svg?show=changes");
  await quiet.getByLabel("old", { exact: true }).check();
  assert.equal(await quiet.getByLabel("Old to new").isVisible(), false);
  assert.ok(await quiet.locator(".blend-new").evaluate((p) => p.matches(".blend:has(input.blend-0:checked) .blend-new")));
  await plain.close();
});

test("the columns of a huge table come by themselves", { timeout: 60000 }, async () => {
  const { page } = ben;
  put("huge.csv", () => "region,n\n" + "north,15\n".repeat(2 << 20));
  await page.goto(here + "huge.csv?show=columns");
  await page.getByRole("heading", { name: "The first rows" }).waitFor();
  await page.getByText("2,097,152 rows, 2 columns").waitFor();
  await page.getByText("31457280").waitFor(); // the sum
  await page.reload();
  assert.equal(await page.locator("[data-live]").count(), 0, "it is kept");
});

test("scripts are offered where the operator allowed them only", { timeout: 60000 }, async () => {
  const { page } = ben, offer = page.getByRole("link", { name: "Allow scripts for this look" });
  await page.goto(here + "report.html");
  await page.getByText("On this site scripts of files never run").waitFor();
  assert.equal(await offer.count(), 0);
  const answer = await page.goto(here + "report.html?scripts=1");
  assert.equal(answer.status(), 403);
  await page.getByText("ask the operator to allow them (--allow-scripts)").waitFor();
});

test("axe and a telephone are content with every way to look", { timeout: 240000 }, async () => {
  const ways = ["many.csv", "many.csv?sort=3&down=1", "many.csv?show=columns", "compare.csv?show=changes", "report.txt", "report.txt?show=changes",
    "compare.svg", "compare.svg?show=changes", "compare.svg?show=source", "report.html", "report.html?show=source"];
  const found = [];
  const look = async (page, url) => {
    await page.goto(url);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axeSource);
      const result = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values }, iframes: false }), tags);
      for (const v of result.violations)
        found.push(`${url} (${colorScheme}): ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")}`);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 0) found.push(`${url}: is ${wider} pixels wider than a telephone`);
    await page.setViewportSize({ width: 1280, height: 900 });
  };
  for (const way of ways) await look(ben.page, here + way);
  for (const way of ["compare.csv", "compare.csv?show=columns", "compare.svg", "report.txt"])
    await look(ada.page, demo.server + demo.workspace + "outputs/latest/output/" + way);
  assert.deepEqual(found, []);
});
