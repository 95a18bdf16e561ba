// The demo as child process, a browser, and people in it: what every browser test starts from.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { chromium } from "playwright-core";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

export async function startDemo(...options) {
  const child = spawn(process.env.TRESOR, ["demo", "--json", ...options], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return {
    ...JSON.parse(line),
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
    },
  };
}

export function startBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
}

// A private window; every request it makes is kept in `asked`.
export async function privateWindow(browser, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, ...options });
  const asked = [];
  context.on("request", (r) => asked.push(r.url()));
  context.setDefaultTimeout(30000);
  return { context, asked, page: await context.newPage() };
}

export async function signIn(page, demo, username) {
  await page.goto(demo.people.find((p) => p.username === username).link);
  await page.locator("main button").click();
  await page.getByRole("heading", { name: /^Hello/ }).waitFor();
}

// Three words from the server's settings, typed at the airlock.
export async function enterAirlock(page, demo, username) {
  await page.goto(demo.server + "/settings/");
  await page.getByRole("button", { name: "Make three words" }).click();
  const code = await page.locator("main strong code").innerText();
  await page.goto(demo.airlock + "/login/");
  await page.getByLabel("Username or e-mail").fill(username);
  await page.getByLabel("One-time code").fill(code);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Hello/ }).waitFor();
}

// Asks for actions and waits until the live page says that all went well. The request's path.
export async function runJobs(page, demo, actions) {
  await page.goto(demo.server + demo.workspace + "run-jobs/");
  for (const action of actions) await page.locator(`input[name="actions"][value="${action}"]`).check();
  await page.getByRole("button", { name: "Submit" }).click();
  await page.getByRole("heading", { name: /^Logs/ }).waitFor();
  const path = await page.locator("main a").evaluateAll((all) => all.map((a) => a.getAttribute("href")).find((h) => /\/\d+\/$/.test(h)));
  await page.goto(demo.server + path);
  return path;
}
