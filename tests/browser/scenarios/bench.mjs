/**
 * What the app costs: JavaScript before the first screen, from touch to paint with thousands of devices on the phone, and the
 * start without a network on a slow processor. It measures and tells; nothing is judged here.
 */
import { gzipSync } from "node:zlib";

/** As many as are measured of each; the middle one is told. */
const STARTS = 5;

/** How many times slower the processor of a cheap phone is. */
const SLOWER = 4;

/** Notes, before anything of the app runs, when a screen stands and how long each touch took until its paint. */
function watch() {
  window.bench = { screen: null, touches: [] };
  new PerformanceObserver((list) => {
    for (const { name, duration, interactionId } of list.getEntries()) {
      if (interactionId) window.bench.touches.push({ name, duration });
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  const stands = () => document.querySelector(".visit-card, .empty, form");
  new MutationObserver((_, observer) => {
    if (!stands()) return;
    observer.disconnect();
    // The frame after the one that has it is the first that the user sees.
    requestAnimationFrame(() => setTimeout(() => (window.bench.screen = performance.now())));
  }).observe(document, { childList: true, subtree: true });
}

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function slowDown(phone, times) {
  const browser = await phone.context.newCDPSession(phone.page);
  await browser.send("Emulation.setCPUThrottlingRate", { rate: times });
}

/** Kilobytes of JavaScript that were fetched before the first screen stood, compressed as gzip does at its best. */
async function firstLoad(app) {
  await app.phone.go();
  await app.page.waitForFunction(() => window.bench.screen !== null);
  const scripts = await app.page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name, startTime }) => new URL(name).pathname.endsWith(".js") && startTime < window.bench.screen)
      .map(({ name }) => name),
  );
  const sizes = await Promise.all(
    [...new Set(scripts)].map(async (url) => gzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer()), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** Touches all over the app; the slowest of them until its paint, in milliseconds. */
async function touches(stage, app) {
  const { page, phone, words } = app;
  const tap = (locator) => locator.first().click();
  const place = (name) => page.locator(".bottom-bar").getByRole("link", { name });
  await phone.go();
  await place(words.app.assets).waitFor();
  await page.evaluate(() => (window.bench.touches = []));
  for (let round = 0; round < 3; round++) {
    await tap(place(words.app.assets));
    await page.getByText(words.assets.title, { exact: true }).first().waitFor();
    await page.getByRole("searchbox").pressSequentially("Room 77", { delay: 60 });
    await page.getByRole("searchbox").fill("");
    await tap(page.locator("main .row"));
    await tap(page.getByRole("button", { name: words.ui.back }));
    await tap(place(words.app.tickets));
    await tap(place(words.app.today));
  }
  await phone.go(`/visits/${stage.visit}/stocktake`);
  for (let found = 0; found < 5; found++) {
    await tap(page.locator("main .list .row"));
    await tap(page.getByRole("button", { name: words.stocktake.markFound, exact: true }));
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  // Entries come a moment after their paint.
  await page.waitForTimeout(500);
  return page.evaluate(() => ({ slowest: Math.max(0, ...window.bench.touches.map(({ duration }) => duration)), count: window.bench.touches.length }));
}

/** From opening the app to its first screen, offline, the browser just started, on a slow processor. */
async function coldStart(app) {
  const { phone } = app;
  const times = [];
  for (let start = 0; start < STARTS; start++) {
    await phone.restart();
    await phone.context.addInitScript(watch);
    await phone.goOffline();
    await slowDown(phone, SLOWER);
    await phone.go();
    await phone.page.waitForFunction(() => window.bench?.screen != null);
    times.push(await phone.page.evaluate(() => window.bench.screen));
  }
  return middle(times);
}

export default async function play(stage) {
  const app = await stage.app();
  await app.phone.context.addInitScript(watch);
  const load = await firstLoad(app);
  await app.tryToLogIn(stage.technician, stage.password);
  await app.page.getByRole("heading", { name: app.words.today.title }).waitFor();
  await app.isInStep();
  await app.phone.go("/assets");
  const shown = await app.page.getByText(/^[\d,]+ assets?$/).innerText();
  const plain = await touches(stage, app);
  await slowDown(app.phone, SLOWER);
  const slow = await touches(stage, app);
  await app.page.evaluate(() => navigator.serviceWorker.ready);
  const start = await coldStart(app);
  await stage.ask("measured", { load, assets: Number(shown.replace(/\D/g, "")), touches: plain.slowest, slowTouches: slow.slowest, start });
}
