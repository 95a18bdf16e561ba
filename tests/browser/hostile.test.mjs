// Every file of tests/data/hostile in a real browser, at the airlock and on the server: no script runs, nobody outside is
// asked, no other file is read, no dialog and no window opens. With scripts allowed they run, and open no connection.
import test, { before, after } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startDemo, startBrowser, privateWindow, signIn, enterAirlock, runJobs } from "./demo.mjs";

const corpus = JSON.parse(readFileSync(new URL("../data/hostile/corpus.json", import.meta.url)));
const folder = "output/hostile/";
let demo, browser, canary, canaryByUdp, ada, ben, asked, files;
let caught = 0; // connections to the address that nobody may ask, and packets for it

function bytesOf(file, address) {
  return Buffer.concat(file.parts.map((part) => {
    if (typeof part === "string") return Buffer.from(part.replaceAll("{{canary}}", "http://" + address).replaceAll("{{canary-ws}}", "ws://" + address));
    return part.hex === undefined ? Buffer.from(part.repeat.repeat(part.times)) : Buffer.from(part.hex, "hex");
  }));
}

function plant(address) {
  const store = readdirSync(demo.folder, { recursive: true }).find((p) => p.endsWith("medium/workspaces/sample-study"));
  for (const file of corpus) {
    const path = join(demo.folder, store, folder, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytesOf(file, address));
  }
}

async function ask(page) {
  await page.goto(demo.airlock + "/workspaces/sample-study/");
  for (const box of await page.locator(`input[name="file"][value^="${folder}"]`).all()) await box.check();
  for (const field of ["#context", "#controls"]) await page.locator(field).fill("x");
  await page.getByRole("button", { name: "Ask for a release" }).click();
  await page.getByRole("heading", { name: /^Request/ }).waitFor();
  return new URL(page.url()).pathname;
}

async function approveAll(page) {
  for (const { vote } of files) {
    await page.goto(demo.airlock + vote);
    await page.locator('input[name="choice"][value="approved"]').check();
    await page.locator("#reason").fill("made up"); // a file with findings wants one
    await page.getByRole("button", { name: /^Save/ }).click();
    await page.waitForURL((url) => url.pathname !== vote);
  }
  await page.goto(demo.airlock + asked);
  await page.getByRole("button", { name: "Finish my review" }).click();
  await page.getByText("Your review is finished").first().waitFor();
}

before(async () => {
  canary = createServer((socket) => {
    caught++;
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(canary, "listening");
  canaryByUdp = createSocket("udp4", () => { caught++; }).bind(canary.address().port, "127.0.0.1");
  [demo, browser] = await Promise.all([startDemo("--allow-scripts", "confined"), startBrowser()]);
  ada = await privateWindow(browser);
  await signIn(ada.page, demo, "ada");
  await runJobs(ada.page, demo, ["run_all"]);
  await ada.page.getByText("6 of 6 succeeded").waitFor();
  await enterAirlock(ada.page, demo, "ada");
  plant("127.0.0.1:" + canary.address().port);
  asked = await ask(ada.page);
  ben = await privateWindow(browser);
  await signIn(ben.page, demo, "ben");
  await enterAirlock(ben.page, demo, "ben");
  await ben.page.goto(demo.airlock + asked);
  const links = await ben.page.locator(`a[href^="${asked}files/"]`).evaluateAll((all) =>
    all.map((a) => ({ vote: a.getAttribute("href"), name: a.textContent.trim() })));
  files = [...new Map(links.filter((l) => l.name.startsWith(folder)).map((l) => [l.vote, l])).values()];
}, { timeout: 120000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
  canary?.close();
  canaryByUdp?.close();
});

// Opens an address as somebody would, and tells what went wrong. `raw` may be asked for; nothing else of the site may.
async function faultsOf(person, url, raw, mayRun = false) {
  const faults = [], asked = [], page = person.page, before = caught;
  const listen = { dialog: (d) => { faults.push(`a dialog: ${d.message()}`); d.dismiss(); },
    popup: () => faults.push("a window opened"), response: (r) => asked.push(r.url()) };
  for (const [what, act] of Object.entries(listen)) page.on(what, act);
  let kept = false; // a download instead of a page
  await page.goto(url, { waitUntil: mayRun ? "networkidle" : "load" }).catch((e) => {
    kept = /Download is starting/.test(e.message);
    if (!kept && !/ERR_ABORTED/.test(e.message)) throw e;
  });
  if (!kept && page.url() !== url) faults.push(`the page went to ${page.url()}`);
  for (const frame of kept ? [] : page.frames()) {
    const root = frame.locator(":root"), patience = { timeout: 20000 };
    // Frames within a sandboxed page are refused by its policy: what stands there is nothing that can be asked.
    if (frame.parentFrame()?.parentFrame()) continue;
    const ran = await root.getAttribute("ran", patience), reached = await root.getAttribute("reached", patience);
    if (ran && !mayRun) faults.push("a script ran");
    if (reached) faults.push(`a script reached: ${reached}`);
    faults.ran ||= ran && mayRun;
  }
  const origin = new URL(url).origin;
  for (const address of asked) {
    if (/^(data|blob|about|javascript):/.test(address)) continue;
    const part = decodeURIComponent(address.split("?")[0]);
    if (part !== decodeURIComponent(url.split("?")[0]) && part !== decodeURIComponent(raw) && !part.startsWith(origin + "/asset/")) faults.push(`asked for ${address}`);
  }
  for (const [what, act] of Object.entries(listen)) page.off(what, act);
  if (person.context.serviceWorkers().length) faults.push("a service worker");
  if (caught > before) faults.push(`${caught - before} connections to elsewhere`);
  return faults;
}

async function faultsOfAll(person, list) {
  const found = [];
  for (const [url, raw, mayRun] of list)
    for (const fault of await faultsOf(person, url, raw, mayRun)) found.push(`${decodeURI(url)}: ${fault}`);
  return found;
}

test("each file of the corpus is listed and can be asked for", () => {
  assert.equal(files.length, corpus.length);
  assert.ok(corpus.length > 40);
});

// What turns text around is named wherever a name is shown or read aloud.
async function turnedNames(page, url) {
  await page.goto(url);
  return page.evaluate(() => {
    const said = [document.title, document.body.innerText, ...[...document.querySelectorAll("[aria-label], [title], [alt]")]
      .flatMap((e) => [e.getAttribute("aria-label"), e.getAttribute("title"), e.getAttribute("alt")])];
    return { named: document.body.innerText.includes("a‹U+202E›gnp.html"), obeyed: said.filter((s) => /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(s ?? "")) };
  });
}

test("no name of a file turns itself around", { timeout: 60000 }, async () => {
  const { vote } = files.find((f) => f.name.includes("gnp.html"));
  for (const path of [asked, vote, "/workspaces/sample-study/", "/workspaces/sample-study/files/" + encodeURIComponent(folder + "a\u202egnp.html").replaceAll("%2F", "/")])
    assert.deepEqual(await turnedNames(ben.page, demo.airlock + path), { named: true, obeyed: [] }, path);
});

test("hostile files do nothing at the airlock", { timeout: 400000 }, async () => {
  const list = [];
  for (const { vote, name } of files) {
    const url = demo.airlock + vote, raw = url.replace("/files/", "/raw/");
    list.push([url, raw]);
    if (/[a-z].csv$/.test(name)) list.push([url + "?show=columns", raw]);
    if (/html$|svg$/.test(name)) list.push([raw, raw], [raw + "?frame=1&scripts=1", raw], [url + "?show=source", raw]);
  }
  assert.deepEqual(await faultsOfAll(ben, list), []);
});

test("the list of outputs and its files do nothing either", { timeout: 200000 }, async () => {
  const here = demo.airlock + "/workspaces/sample-study/", list = [[here, here]];
  for (const file of corpus.filter((f) => !/^[a-z0-9-]+\.(csv|txt|md|png|gif|jpg|json)$/.test(f.name))) {
    const path = (folder + file.name).split("/").map(encodeURIComponent).join("/");
    list.push([here + "files/" + path, here + "raw/" + path]);
  }
  assert.deepEqual(await faultsOfAll(ben, list), []);
});

test("hostile files do nothing on the server", { timeout: 400000 }, async () => {
  const dina = await privateWindow(browser);
  await signIn(dina.page, demo, "dina");
  await enterAirlock(dina.page, demo, "dina");
  await approveAll(ben.page);
  await approveAll(dina.page);
  await dina.page.getByRole("button", { name: "Release approved files" }).click();
  await dina.page.locator("[data-live]").getByText("Released").waitFor();
  const here = demo.server + demo.workspace + "outputs/latest/", list = [[here, here]];
  await ada.page.goto(here);
  const links = await ada.page.locator("#files a").evaluateAll((all) => all.map((a) => a.href));
  assert.equal(links.length, corpus.length);
  for (const path of ["outputs/latest/", "releases/"]) {
    await ada.page.goto(demo.server + demo.workspace + path);
    await ada.page.locator("details").evaluateAll((all) => all.forEach((d) => { d.open = true; }));
    assert.ok((await ada.page.locator("body").innerText()).includes("a‹U+202E›gnp.html"), path);
    assert.deepEqual((await turnedNames(ada.page, demo.server + demo.workspace + path)).obeyed, [], path);
  }
  for (const url of links) {
    await ada.page.goto(url);
    const raw = await ada.page.locator(".tabs a[download]").evaluate((a) => a.href);
    list.push([url, raw]);
    if (/html$|svg$/.test(url)) list.push([raw, raw], [raw + "?frame=1&scripts=1", raw]);
  }
  assert.deepEqual(await faultsOfAll(ada, list), []);
});

test("scripts that are allowed run without reaching anything", { timeout: 100000 }, async () => {
  for (const name of ["reach.html", "leave.html", "scripts.html", "network.html", "webrtc.html"]) {
    const { vote } = files.find((f) => f.name === folder + name);
    const url = demo.airlock + vote;
    const faults = await faultsOf(ben, url + "?scripts=1", url.replace("/files/", "/raw/"), true);
    assert.deepEqual([...faults], [], name);
    if (/reach|webrtc/.test(name)) assert.ok(faults.ran, "the scripts really ran");
  }
  await ben.page.frameLocator("iframe").locator(":root[gathering=complete]").waitFor({ state: "attached" });
});

test("nobody outside was ever asked", () => assert.equal(caught, 0));
