/**
 * How visits end, all offline: a sheet that is signed, printed and shared, and changed afterwards; a client who refuses.
 * What the server holds is for the test to judge. (A client who is not there: `call.mjs`.)
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const DONE = "Replaced the patch cable, port 12 is up again.";
const LATER = "Replaced the patch cable and the wall socket.";
const NOT_PREPARED = "Called on the way from another client.";
const REFUSED = "Wants the second printer repaired first.";

/** The browser's own sharing and printing have no screen here: what they are handed is kept. */
function keepWhatLeaves() {
  window.printed = 0;
  window.print = () => window.printed++;
  navigator.canShare = () => Boolean(window.mayShare);
  navigator.share = async ({ files }) => {
    window.shared = { name: files[0].name, text: await files[0].text() };
  };
}

async function sign(app, contact) {
  const { words, page } = app;
  await app.button(words.sheet.present).click();
  await app.button(words.sheet.clientSigns).click();
  await app.draw();
  await app.button(words.sheet.confirm).click();
  await app.sees(words.sheet.signed(contact));
  await app.button(words.sheet.technicianSigns).click();
  await app.draw();
  await app.button(words.sheet.confirm).click();
  await app.button(words.sheet.complete).click();
  await page.getByText(words.visitStatus.closed).waitFor();
}

/** The paper alone is on the printed page; shared, it is a page of its own that needs nothing of the app. */
async function leavesThePhone(stage, app) {
  const { page, phone, words } = app;
  await app.button(words.sheet.print).click();
  assert.equal(await page.evaluate(() => window.printed), 1);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".top-bar").isVisible(), false);
  assert.equal(await app.button(words.sheet.print).isVisible(), false);
  assert.equal(await page.locator(".paper").isVisible(), true);
  await phone.picture(join(stage.folder, "printed.png"));
  await page.emulateMedia({ media: null });

  const saving = page.waitForEvent("download");
  await app.button(words.sheet.share).click();
  const file = join(stage.folder, "shared.html");
  const download = await saving;
  await download.saveAs(file);
  assert.match(download.suggestedFilename(), /\.html$/);
  const text = readFileSync(file, "utf8");
  await page.evaluate(() => (window.mayShare = true));
  await app.button(words.sheet.share).click();
  await page.waitForFunction(() => window.shared);
  assert.deepEqual(await page.evaluate(() => window.shared), { name: download.suggestedFilename(), text });

  const reader = await phone.context.newPage();
  await reader.goto(`file://${file}`);
  await reader.getByText(DONE).waitFor();
  await reader.screenshot({ path: join(stage.folder, "shared.png"), fullPage: true });
  assert.equal(await reader.locator("script").count(), 0);
  assert.equal(await reader.locator("img").count(), 2, "both signatures are on it");
  await reader.close();
}

export default async function play(stage) {
  const app = await stage.app();
  const { phone, words, page } = app;
  const { contact, visits } = stage;
  const said = { override: NOT_PREPARED, done: DONE };
  await phone.context.addInitScript(keepWhatLeaves);
  await app.logIn(stage.technician, stage.password);
  await app.isInStep();
  await phone.goOffline();

  await app.work(visits.signed, contact, said);
  await sign(app, contact);
  await phone.go(`/visits/${visits.signed}/sheet`);
  await leavesThePhone(stage, app);
  await phone.go("/");
  await page.getByRole("heading", { name: words.today.finished }).waitFor();
  stage.say("A sheet is signed, printed and shared offline, and the visit counts as done.");

  await app.work(visits.refused, contact, said);
  await app.button(words.sheet.present).click();
  await app.button(words.sheet.noSignature).click();
  await app.field(words.sheet.refusedReason).fill(REFUSED);
  await app.button(words.ui.save).click();
  await app.sees(words.sheetStatus.refused);
  stage.say("The client refused, and why is written down.");

  await phone.goOnline();
  await app.isInStep();
  await phone.go(`/tickets/${stage.ticket}`);
  await app.write(words.tickets.solution, LATER);
  await app.isInStep();
  await phone.go(`/visits/${visits.signed}/sheet`);
  await app.sees(words.amendment.title);
  await app.sees(words.amendment.status.proposed);
  await page.locator(".amendment", { hasText: LATER }).waitFor();
  await phone.isAccessible("a sheet that was changed later");
  await phone.picture(join(stage.folder, "amended.png"));
  stage.say("What was changed after signing is told beside what was signed.");

  assert.deepEqual(await stage.ask("judge", { done: DONE, later: LATER, override: NOT_PREPARED, refused: REFUSED }), "as entered");
}
