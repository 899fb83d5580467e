/**
 * What the app costs: JavaScript before the first screen, from touch to paint with thousands of devices on the phone, and the
 * start without a network on a slow processor. It measures and tells; nothing is judged here.
 */
import { begun, firstLoad, slowDown, slowest, watch } from "../lib/measure.mjs";

/** As many as are measured of each; the middle one is told. */
const STARTS = 5;

/** How many times slower the processor of a cheap phone is. */
const SLOWER = 4;

/** What the app's first screen is known by. */
const FIRST = ".visit-card, .empty, form";

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

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
  return slowest(page);
}

/** From opening the app to its first screen, offline, the browser just started, on a slow processor. */
async function coldStart(app) {
  const { phone } = app;
  const times = [];
  for (let start = 0; start < STARTS; start++) {
    await phone.restart();
    await begun(phone);
    await phone.context.addInitScript(watch, FIRST);
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
  await app.phone.context.addInitScript(watch, FIRST);
  await app.phone.go();
  const load = await firstLoad(app.page);
  await app.tryToLogIn(stage.technician, stage.password);
  await app.page.getByRole("heading", { name: app.words.today.title, exact: true }).waitFor();
  await app.isInStep();
  await app.phone.go("/assets");
  const shown = await app.page.getByText(/^[\d,]+ assets?$/).innerText();
  const plain = await touches(stage, app);
  await slowDown(app.phone, SLOWER);
  const slow = await touches(stage, app);
  await app.page.evaluate(() => navigator.serviceWorker.ready);
  const start = await coldStart(app);
  await stage.ask("measured", { load, assets: Number(shown.replace(/\D/g, "")), touches: plain, slowTouches: slow, start });
}
