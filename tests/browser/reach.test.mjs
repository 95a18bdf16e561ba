// Every page that a person can reach by links: no link is dead, nothing is blocked or broken, all fits a telephone.
import test, { before, after } from "node:test";
import assert from "node:assert/strict";
import { startDemo, startBrowser, privateWindow, signIn, enterAirlock } from "./demo.mjs";

const mostPages = 60; // per person
const telephone = { width: 360, height: 740 };
let demo, browser;
before(async () => { [demo, browser] = await Promise.all([startDemo(), startBrowser()]); });
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// What a page must never do: errors in its console (among them whatever its own policy blocks), broken scripts.
function complaints(page) {
  const said = [];
  page.on("console", (m) => { if (m.type() === "error") said.push(`${page.url()}: ${m.text()}`); });
  page.on("pageerror", (e) => said.push(`${page.url()}: ${e.message}`));
  return said;
}

// Addresses of the same site that the page links to; files to keep are asked for but not opened.
async function linksOf(page) {
  const all = await page.$$eval("a[href]:not([download])", (links) => links.map((a) => a.href));
  const origin = new URL(page.url()).origin + "/";
  return [...new Set(all.map((href) => href.split("#")[0]))].filter((href) => href.startsWith(origin));
}

// The faults of everything within reach of `start`, nearest pages first, and how many were looked at.
async function walk(page, start) {
  const seen = new Set([start]), waiting = [start], faults = [];
  let looked = 0;
  while (waiting.length && looked < mostPages) {
    const url = waiting.shift();
    const answer = await page.request.get(url);
    if (answer.status() >= 400) faults.push(`${url}: answers ${answer.status()}`);
    if (answer.status() >= 400 || !(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    if (/attachment/.test(answer.headers()["content-disposition"] ?? "")) continue;
    await page.goto(url);
    looked++;
    const facts = await page.evaluate(() => ({
      title: document.title.trim(), headings: document.querySelectorAll("h1").length,
      wider: document.documentElement.scrollWidth - window.innerWidth }));
    if (!facts.title) faults.push(`${url}: has no title`);
    if (facts.headings !== 1) faults.push(`${url}: has ${facts.headings} main headings`);
    if (facts.wider > 0) faults.push(`${url}: is ${facts.wider} pixels wider than a telephone`);
    for (const link of await linksOf(page)) {
      if (seen.has(link)) continue;
      seen.add(link);
      waiting.push(link);
    }
  }
  return { faults, looked };
}

for (const username of [null, "ada", "cora", "eli"]) {
  test(`what ${username ?? "a visitor"} can reach on the server`, { timeout: 240000 }, async () => {
    const { page, context } = await privateWindow(browser, { viewport: telephone });
    const said = complaints(page);
    if (username) await signIn(page, demo, username);
    const { faults, looked } = await walk(page, demo.server + "/");
    await context.close();
    assert.deepEqual([...faults, ...said], []);
    assert.ok(looked > 3, `only ${looked} pages were found`);
  });
}

test("what a checker can reach in the airlock", { timeout: 240000 }, async () => {
  const { page, context } = await privateWindow(browser, { viewport: telephone });
  const said = complaints(page);
  await signIn(page, demo, "ben");
  await enterAirlock(page, demo, "ben");
  const { faults, looked } = await walk(page, demo.airlock + "/");
  await context.close();
  assert.deepEqual([...faults, ...said], []);
  assert.ok(looked > 1, `only ${looked} pages were found`);
});

test("without scripts the same pages are there", { timeout: 60000 }, async () => {
  const { page, context } = await privateWindow(browser, { javaScriptEnabled: false });
  const said = complaints(page);
  await signIn(page, demo, "dina"); // each link signs in once
  await page.goto(demo.server + demo.workspace);
  assert.equal(await page.locator("h1").count(), 1);
  assert.ok((await linksOf(page)).length > 3);
  await context.close();
  assert.deepEqual(said, []);
});
