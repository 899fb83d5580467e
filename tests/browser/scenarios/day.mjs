/**
 * A whole day without a network. The technician works a visit from setting out to the client's signature; meanwhile the
 * office edits the same ticket and moves the visit, and the server loses power. Back in the network, the tab dies in the
 * middle of a photo's upload. What was entered is told to the test, which compares it with what the server holds.
 */
import assert from "node:assert/strict";
import { wordsOf } from "../lib/words.mjs";

const DIAGNOSIS = "The drum is worn: streaks on every third page.";
const SOLUTION = "Drum changed, 20 test pages clean. 更换了硒鼓。";
const WORK = "Opened the copier, changed the drum.";
const NOTE = "Fan rattles when it starts.";
const ADVICE = "Have the fan replaced within three months.";

export default async function play(stage) {
  const app = await stage.app({ language: stage.language });
  const { phone, words } = app;
  const contact = stage.contact;
  // The sheet is in the client's language, which need not be the technician's.
  const onSheet = await wordsOf(stage.sheetLanguage);
  const visit = `/visits/${stage.visit}`;

  await app.logIn(stage.technician, stage.password);
  await app.isInStep();
  await phone.go(visit);
  await app.button(words.visit.accept).click();
  await app.tick(words.prepare.mail, words.prepare.contact, words.prepare.tools, words.prepare.forms);
  await app.sees(words.prepare.open);
  await app.isInStep();
  await phone.go(visit);
  await phone.isAccessible("a prepared visit");
  stage.say("Accepted and prepared.");

  await phone.goOffline();
  await phone.go(visit);
  await app.button(words.visit.setOut).click();
  await phone.isAccessible("on the way");
  await app.button(words.visit.arrived).click();
  await phone.isAccessible("just arrived");
  await app.tick(words.work.contactMet(contact), words.work.purposeConfirmed);
  stage.say("Offline: travelled, arrived, met the contact.");

  await stage.ask("the office edits the ticket and moves the visit");
  await stage.ask("the server dies");

  await phone.go(`/tickets/${stage.ticket}?visit=${stage.visit}`);
  await app.button(words.tickets.start).click();
  await app.write(words.tickets.diagnosis, DIAGNOSIS);
  await app.write(words.tickets.solution, SOLUTION);
  await app.page.locator("section", { hasText: words.tickets.worklog }).getByRole("button", { name: words.ui.add }).click();
  await phone.isAccessible("writing down work");
  await app.field(words.work.minutes).fill("45");
  await app.write(words.work.note, WORK);
  await app.button(words.ui.save).click();
  await app.page.getByText(WORK).waitFor();
  await app.button(words.tickets.solve).click();
  await app.button(words.tickets.reopen).waitFor();
  stage.say("The ticket is diagnosed and solved, 45 minutes are written down.");

  await phone.go(`${visit}/inspect/${stage.device}`);
  const noisy = app.page.locator(".item", { hasText: stage.item });
  await app.choose(words.inspect.flag, noisy);
  await noisy.getByLabel(words.inspect.note, { exact: true }).fill(NOTE);
  await noisy.getByRole("button", { name: words.inspect.addAdvice }).click();
  await phone.isAccessible("giving advice");
  await app.field(words.advice.text).fill(ADVICE);
  await app.button(words.ui.save).click();
  await app.sees(ADVICE);
  for (const reading of await app.page.getByLabel(words.inspect.reading, { exact: true }).all()) {
    await reading.fill("23");
    await reading.blur();
  }
  if (await app.button(words.inspect.allNormal).isVisible()) await app.button(words.inspect.allNormal).click();
  await phone.isAccessible("an inspection under way");
  await app.button(words.inspect.finish).click();
  await app.button(words.inspect.reopen).waitFor();
  await phone.isAccessible("a finished inspection");
  stage.say("A device is inspected, with a finding and advice.");

  await phone.go(visit);
  await app.page.locator("input[type=file]").setInputFiles(stage.photo);
  await app.page.getByRole("button", { name: words.photos.photo(1) }).waitFor();
  await phone.isAccessible("at work, with a photo");
  await app.button(words.visit.finish).click();
  await phone.isAccessible("finishing");
  await app.page.getByRole("dialog").locator("button.button--primary").click();
  await app.sees(words.visitStatus.finished);
  await app.tick(words.wrapUp.explained(contact), words.wrapUp.cleaned, words.wrapUp.goodbye);

  await phone.isAccessible("wrapped up");
  await phone.go(`${visit}/sheet`);
  await app.button(words.sheet.present).click();
  await app.page.getByText(onSheet.sheet.handOver).waitFor();
  await phone.isAccessible("a sheet shown to the client");
  await app.button(onSheet.sheet.clientSigns).click();
  await app.draw();
  await phone.isAccessible("the client signs");
  await app.button(onSheet.sheet.confirm).click();
  await app.sees(words.sheet.signed(contact));
  await app.button(words.sheet.technicianSigns).click();
  await app.draw();
  await app.button(words.sheet.confirm).click();
  await app.page.locator(`label:has(input[aria-label='${onSheet.sheet.star(5)}'])`).click();
  await app.button(words.sheet.complete).click();
  await app.sees(words.visitStatus.closed);
  stage.say("The client has signed, the technician too; five stars.");

  await phone.page.reload();
  await phone.go(`${visit}/sheet`);
  await app.sees(words.sheet.mailWaiting);
  stage.say("All of it survives closing and opening the app offline.");

  // A network again, a slow one, and then the server; the tab dies while the photo is under way.
  await phone.goOnline();
  await phone.isSlow(100);
  const uploading = phone.page.waitForRequest((request) => request.method() === "PATCH" && request.url().includes("/v1/files/"));
  await stage.ask("the server comes back");
  await phone.go("/sync");
  await app.button(words.sync.now).click();
  await uploading;
  await phone.killTab();
  await stage.ask("the server dies");
  await stage.ask("the server comes back");
  stage.say("The tab died in the middle of an upload, and the server again.");

  await app.isInStep();
  await app.sees(words.sync.conflictTitle(words.field.diagnosis));
  await app.sees(DIAGNOSIS);
  await app.sees(words.sync.decides);
  await phone.isAccessible("sync with a conflict");
  await phone.go(`${visit}/sheet`);
  await app.sees(words.sheet.mailSent(stage.client));
  stage.say("Everything is sent, the conflict is explained, the sheet was mailed.");

  assert.deepEqual(
    await stage.ask("judge", {
      diagnosis: DIAGNOSIS,
      solution: SOLUTION,
      work: WORK,
      minutes: 45,
      note: NOTE,
      advice: ADVICE,
      rating: 5,
    }),
    "as entered",
  );

  await stage.ask("the office decides for the technician");
  await phone.go("/sync");
  await app.sees(`${words.sync.decided}: ${words.sync.keptYours}`);
  await phone.go(visit);
  await app.sees(words.visitStatus.closed);
  stage.say("The office decided for the technician, and the phone says so.");
}
