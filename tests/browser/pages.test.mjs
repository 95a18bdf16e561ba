// Every page there is, looked at by axe in light and dark; and no page asks anybody but its own site.
import test, { before, after } from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { startDemo, startBrowser, privateWindow, signIn, enterAirlock, runJobs } from "./demo.mjs";

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let demo, browser, researcher, admin, checker, request, job, asked;

before(async () => {
  demo = await startDemo();
  browser = await startBrowser();
  researcher = await privateWindow(browser, { bypassCSP: true });
  await signIn(researcher.page, demo, "ada");
  request = await runJobs(researcher.page, demo, ["run_all"]);
  await researcher.page.getByText("6 of 6 succeeded").waitFor();
  job = await researcher.page.locator("#jobs a").first().getAttribute("href");
  admin = await privateWindow(browser, { bypassCSP: true });
  await signIn(admin.page, demo, "eli");
  await enterAirlock(researcher.page, demo, "ada");
  await researcher.page.goto(demo.airlock + "/workspaces/sample-study/");
  for (const box of await researcher.page.locator('input[name="file"][value^="output/"]').all()) await box.check();
  await researcher.page.getByLabel("What do the files show?").fill("Recovery by region.");
  await researcher.page.getByLabel("What was done to make them safe?").fill("Rounded to 5.");
  await researcher.page.getByRole("button", { name: "Ask for a release" }).click();
  await researcher.page.getByRole("heading", { name: /^Request/ }).waitFor();
  asked = new URL(researcher.page.url()).pathname;
  checker = await privateWindow(browser, { bypassCSP: true });
  await signIn(checker.page, demo, "ben");
  await enterAirlock(checker.page, demo, "ben");
}, { timeout: 120000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function faultsOf(page, url) {
  await page.goto(url);
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axeSource);
    const result = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values }, iframes: false }), tags);
    for (const v of result.violations)
      found.push(`${url} (${colorScheme}): ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")}`);
  }
  return found;
}

test("axe finds nothing on any page of the server", { timeout: 300000 }, async () => {
  const ws = demo.workspace, project = ws.split("/").slice(0, 3).join("/") + "/", org = ws.split("/").slice(0, 2).join("/") + "/";
  const open = ["/login/", "/docs/", "/docs/researcher/", "/docs/checker/", "/docs/operator/", "/docs/project-yaml/", "/no-such-page/"];
  const hers = ["/", "/settings/", "/event-log/", "/orgs/", "/status/", org, project, ws, ws + "run-jobs/", ws + "logs/", request, job,
    ws + "releases/", project + "releases/"];
  const staff = ["/staff/", "/staff/users/", "/staff/users/new/", "/staff/orgs/new/", `/staff/orgs${org}`, "/staff/backends/", "/staff/backends/new/",
    "/staff/backends/demo/", "/staff/outbox/"];
  const nobody = await privateWindow(browser, { bypassCSP: true });
  const found = [];
  for (const path of ["/", ...open]) found.push(...await faultsOf(nobody.page, demo.server + path));
  for (const path of hers) found.push(...await faultsOf(researcher.page, demo.server + path));
  for (const path of staff) found.push(...await faultsOf(admin.page, demo.server + path));
  assert.deepEqual(found, []);
});

test("axe finds nothing on any page of the airlock", { timeout: 300000 }, async () => {
  const files = "/workspaces/sample-study/files/output/";
  const found = [];
  for (const path of ["/", "/notices/", "/me/", "/workspaces/sample-study/", asked, files + "compare.csv", files + "compare.svg", files + "report.html", files + "report.txt"])
    found.push(...await faultsOf(researcher.page, demo.airlock + path));
  for (const path of ["/", "/notices/", "/me/", asked, asked + "files/1/"]) found.push(...await faultsOf(checker.page, demo.airlock + path));
  const nobody = await privateWindow(browser, { bypassCSP: true });
  found.push(...await faultsOf(nobody.page, demo.airlock + "/login/"));
  assert.deepEqual(found, []);
});

test("no page asks anybody but the server and the airlock", () => {
  const elsewhere = [...researcher.asked, ...admin.asked, ...checker.asked].filter(
    (url) => !url.startsWith(demo.server + "/") && !url.startsWith(demo.airlock + "/") && !url.startsWith("data:"));
  assert.deepEqual(elsewhere, []);
  assert.ok(researcher.asked.length > 50, "the pages were really asked for");
});
