// Every page there is, looked at by axe in light and dark and at a telephone's width; and no page asks anybody but its own site.
import test, { before, after } from "node:test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { startDemo, startBrowser, privateWindow, signIn, enterAirlock, runJobs } from "./demo.mjs";

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const desk = { width: 1280, height: 900 }, telephone = { width: 390, height: 844 };
let demo, browser, researcher, admin, checker, coordinator, request, job, asked, invitation;

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
  coordinator = await privateWindow(browser, { bypassCSP: true });
  await signIn(coordinator.page, demo, "cora");
  invitation = await invite("Ben Brandt", "ben");
  await mayChooseCommits("ada");
  checker = await privateWindow(browser, { bypassCSP: true });
  await signIn(checker.page, demo, "ben");
  await enterAirlock(checker.page, demo, "ben");
}, { timeout: 120000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const project = () => demo.workspace.split("/").slice(0, 3).join("/") + "/";

// Cora invites somebody; the path that his letter leads to.
async function invite(name, username) {
  const { page } = coordinator;
  await page.goto(demo.server + project() + "invite-users/");
  await page.getByLabel(name).check();
  await page.getByLabel("Project Collaborator").check();
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByText("1 person is invited").waitFor();
  await admin.page.goto(demo.server + "/staff/outbox/");
  await admin.page.getByRole("row", { name: username }).getByRole("link", { name: /Project Invite/ }).click();
  const letter = await admin.page.locator("main").innerText();
  return new URL(letter.match(/https:\S+\/accept-invite\/\S+/)[0]).pathname;
}

// The role that runs another commit than the newest; staff give it.
async function mayChooseCommits(username) {
  const { page } = admin;
  await page.goto(demo.server + `/staff/users/${username}/`);
  await page.locator('input[name="roles"][value="OpensafelyInteractive"]').check();
  await page.locator("form", { has: page.locator('input[name="roles"]') }).getByRole("button").click();
  await page.locator('input[name="roles"][value="OpensafelyInteractive"]:checked').waitFor();
}

async function faultsOf(page, url) {
  await page.goto(url);
  const found = [];
  await page.setViewportSize(telephone);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wider > 0) found.push(`${url}: is ${wider} pixels wider than a telephone`);
  await picture(page, url, "390");
  await page.setViewportSize(desk);
  await picture(page, url, "1280");
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axeSource);
    const result = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values }, iframes: false }), tags);
    for (const v of result.violations)
      found.push(`${url} (${colorScheme}): ${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")}`);
  }
  return found;
}

// With PICTURES=FOLDER, what a person would see.
async function picture(page, url, width) {
  if (!process.env.PICTURES) return;
  const { pathname, search } = new URL(url);
  const name = (pathname + search).replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home";
  await page.screenshot({ path: `${process.env.PICTURES}/${name}-${width}.png`, fullPage: true });
}

test("axe finds nothing on any page of the server", { timeout: 300000 }, async () => {
  const ws = demo.workspace, org = ws.split("/").slice(0, 2).join("/") + "/";
  const commit = await pickedCommit();
  const open = ["/login/", "/docs/", "/docs/researcher/", "/docs/checker/", "/docs/operator/", "/docs/project-yaml/", "/no-such-page/"];
  const hers = ["/", "/settings/", "/event-log/", "/orgs/", "/status/", org, project(), ws, ws + "run-jobs/", ws + "logs/", request, job,
    ws + "releases/", project() + "releases/", ws + "pick-commit/", ws + "pick-commit/?after=" + commit.split("/").at(-2), commit];
  const coordinates = [project() + "invite-users/", project() + "settings/"], invited = [invitation, project()];
  const staff = ["/staff/", "/staff/users/", "/staff/users/new/", "/staff/orgs/new/", `/staff/orgs${org}`, "/staff/backends/", "/staff/backends/new/",
    "/staff/backends/demo/", "/staff/outbox/"];
  const nobody = await privateWindow(browser, { bypassCSP: true });
  const found = [];
  for (const path of ["/", ...open]) found.push(...await faultsOf(nobody.page, demo.server + path));
  for (const path of hers) found.push(...await faultsOf(researcher.page, demo.server + path));
  for (const path of coordinates) found.push(...await faultsOf(coordinator.page, demo.server + path));
  for (const path of invited) found.push(...await faultsOf(checker.page, demo.server + path));
  for (const path of staff) found.push(...await faultsOf(admin.page, demo.server + path));
  assert.deepEqual(found, []);
});

// The page for running a chosen commit, by the link that the choice has.
async function pickedCommit() {
  await researcher.page.goto(demo.server + demo.workspace + "run-jobs/");
  await researcher.page.getByRole("link", { name: "Choose another commit" }).click();
  const link = researcher.page.locator("main table a").first();
  const path = await link.getAttribute("href");
  await link.click();
  await researcher.page.getByText("chosen by you").waitFor();
  return path;
}

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
  const elsewhere = [...researcher.asked, ...admin.asked, ...checker.asked, ...coordinator.asked].filter(
    (url) => !url.startsWith(demo.server + "/") && !url.startsWith(demo.airlock + "/") && !url.startsWith("data:"));
  assert.deepEqual(elsewhere, []);
  assert.ok(researcher.asked.length > 50, "the pages were really asked for");
});
