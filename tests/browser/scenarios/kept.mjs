/**
 * What was entered stays, whatever happens to the app around it: a second tab, the end of the one that talks to the server, a
 * storage that is full, another build while work is unsent, a logout.
 */
import assert from "node:assert/strict";
import { Middle } from "../lib/middle.mjs";

/** The ticket's page. */
const ticket = (stage) => `/tickets/${stage.ticket}?visit=${stage.visit}`;

/** Waits until the server holds a text in the ticket. */
async function holds(stage, field, text) {
  for (let tries = 0; tries < 300; tries += 1) {
    const held = await stage.ask("the ticket");
    if (held[field] === text) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`the server does not get ${field}`);
}

/** One tab talks to the server; when it ends, the other goes on. */
async function twoTabs(stage, app) {
  const { phone, words } = app;
  const tabs = [phone.page, await phone.context.newPage()];
  const pushed = new Set();
  for (const tab of tabs) tab.on("request", (request) => request.url().endsWith("/v1/push") && pushed.add(tab));
  phone.watch(tabs[1]);
  await phone.go(ticket(stage));
  await app.button(words.tickets.start).click();
  await app.button(words.tickets.start).waitFor({ state: "detached" });
  await tabs[0].bringToFront();
  phone.watch(tabs[0]);
  await phone.go(ticket(stage));
  await app.write(words.tickets.diagnosis, "From the first tab.");
  await holds(stage, "diagnosis", "From the first tab.");
  await tabs[1].waitForFunction(() => [...document.querySelectorAll("textarea")].some(({ value }) => value === "From the first tab."));
  const leaders = await tabs[0].evaluate(async () => (await navigator.locks.query()).held.length);
  assert.equal(leaders, 1, "one tab of two talks to the server");
  stage.say("What is entered in one tab shows in the other, and one of them talks to the server.");

  // Whichever it is, it ends; what was entered in it while offline is sent by the other.
  pushed.clear();
  await app.write(words.tickets.diagnosis, "Sent by whoever leads.");
  await holds(stage, "diagnosis", "Sent by whoever leads.");
  assert.equal(pushed.size, 1, "one tab sent it");
  const [leader] = pushed;
  const [other] = tabs.filter((tab) => tab !== leader);
  phone.page = leader;
  await phone.goOffline();
  await app.write(words.tickets.diagnosis, "Entered in the tab that ends.");
  await other.waitForFunction(() => [...document.querySelectorAll("textarea")].some(({ value }) => value === "Entered in the tab that ends."));
  await leader.close();
  phone.page = other;
  await phone.goOnline();
  await holds(stage, "diagnosis", "Entered in the tab that ends.");
  await app.write(words.tickets.diagnosis, "Entered in the tab that is left.");
  await holds(stage, "diagnosis", "Entered in the tab that is left.");
  await app.isInStep();
  stage.say("The tab that led was closed; the other sent its work and its own.");
}

/** The storage is full: that is said in plain words, and nothing that was there or is being typed is lost. */
async function fullStorage(stage, app) {
  const { phone, words, page } = app;
  await phone.goOffline();
  await phone.go(ticket(stage));
  await app.write(words.tickets.solution, "Before the storage was full.");
  const browser = await phone.context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await browser.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  const field = app.field(words.tickets.solution);
  const isTold = () => page.getByText(words.errors.storage_full).first().waitFor({ timeout: 1000 }).then(() => true, () => false);
  let typed = "";
  // The browser goes by what it knew of the storage a few seconds ago.
  for (let tries = 1; ; tries += 1) {
    assert.ok(tries < 60, "the storage does not fill up");
    typed = `Typed into a full storage, ${tries}.`;
    await field.fill(typed);
    await field.blur();
    if (await isTold()) break;
  }
  await phone.isAccessible("a full storage");
  assert.equal(await field.inputValue(), typed, "what was typed stands where it was typed");
  await browser.send("Storage.overrideQuotaForOrigin", { origin });
  await field.focus();
  await field.blur();
  await phone.goOnline();
  await holds(stage, "solution", typed);
  await app.isInStep();
  stage.say("A full storage is told in plain words; what was typed stayed, and was saved once there was room.");
}

/** Another build comes while work is unsent. */
async function update(stage, app, middle) {
  const { phone, words, page } = app;
  await page.evaluate(() => navigator.serviceWorker.ready);
  middle.isHeldBack = true;
  await phone.go(ticket(stage));
  await app.write(words.tickets.solution, "Unsent when the app changed.");
  await phone.go("/sync");
  await app.sees(words.sync.someUnsent(words.sync.amount(1, 0)));
  middle.isNext = true;
  await page.reload();
  await phone.go("/me");
  await app.sees(words.me.update);
  await phone.isAccessible("a new version");
  await app.button(words.me.updateNow).click();
  await middle.reaches(page);
  await phone.go(ticket(stage));
  assert.equal(await app.field(words.tickets.solution).inputValue(), "Unsent when the app changed.");
  await phone.go("/sync");
  await app.sees(words.sync.someUnsent(words.sync.amount(1, 0)));
  middle.isHeldBack = false;
  await app.button(words.sync.now).click();
  await holds(stage, "solution", "Unsent when the app changed.");
  stage.say("The app went over to another build with work unsent; the new one sent it.");
}

/** A logout with unsent work warns, and deletes nothing. */
async function logout(stage, app) {
  const { phone, words, page } = app;
  await phone.goOffline();
  await phone.go(ticket(stage));
  await app.write(words.tickets.solution, "Unsent at the logout.");
  await phone.go("/me");
  await app.button(words.me.logout).click();
  const dialog = page.getByRole("dialog", { name: words.me.unsentTitle });
  await dialog.getByText(words.me.unsentText(words.sync.amount(1, 0))).waitFor();
  await phone.isAccessible("a logout with unsent work");
  await dialog.getByRole("button", { name: words.ui.close }).click();
  await app.button(words.me.logout).click();
  await dialog.getByRole("button", { name: words.me.leave }).click();
  await app.field(words.login.email).waitFor();
  await phone.goOnline();
  await app.tryToLogIn(stage.technician, stage.password);
  await app.isInStep();
  await holds(stage, "solution", "Unsent at the logout.");
  stage.say("A logout with unsent work warned; the work stayed, and was sent at the next login.");
}

export default async function play(stage) {
  const middle = await Middle.before(stage.url);
  const app = await stage.app({ url: middle.url });
  await app.logIn(stage.technician, stage.password);
  await app.isInStep();
  await twoTabs(stage, app);
  await fullStorage(stage, app);
  await update(stage, app, middle);
  await logout(stage, app);
  middle.close();
}
