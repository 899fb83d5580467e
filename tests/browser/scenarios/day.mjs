/**
 * A whole day without a network. The technician works a visit from setting out to the client's signature; meanwhile the
 * office edits the same ticket and moves the visit, and the server loses power. Back in the network, the tab dies in the
 * middle of a photo's upload. What was entered is told to the test, which compares it with what the server holds.
 */
import assert from "node:assert/strict";
import { App } from "../lib/app.mjs";

const DIAGNOSIS = "The drum is worn: streaks on every third page.";
const SOLUTION = "Drum changed, 20 test pages clean. 更换了硒鼓。";
const WORK = "Opened the copier, changed the drum.";
const NOTE = "Fan rattles when it starts.";
const ADVICE = "Have the fan replaced within three months.";

export default async function play(stage) {
  const phone = await stage.phone();
  const app = new App(phone);
  const visit = `/visits/${stage.visit}`;

  await app.logIn(stage.technician, stage.password);
  await app.isInStep();
  await phone.go(visit);
  await app.button("Accept").click();
  await app.tick("Mail read: content, time, place, contact", "Contact confirmed", "Tools packed", "Sheet and inspection forms ready");
  await app.sees("All set. You can set out.");
  await app.isInStep();
  stage.say("Accepted and prepared.");

  await phone.goOffline();
  await phone.go(visit);
  await app.button("Set out").click();
  await app.button("I have arrived").click();
  await app.tick("Met Claire Dubois", "What is to be done is confirmed");
  stage.say("Offline: travelled, arrived, met the contact.");

  await stage.ask("the office edits the ticket and moves the visit");
  await stage.ask("the server dies");

  await phone.go(`/tickets/${stage.ticket}?visit=${stage.visit}`);
  await app.button("Start work").click();
  await app.write("Diagnosis", DIAGNOSIS);
  await app.write("Solution", SOLUTION);
  await app.page.locator("section", { hasText: "Worked on it" }).getByRole("button", { name: "Add" }).click();
  await app.field("Minutes").fill("45");
  await app.write("What was done", WORK);
  await app.button("Save").click();
  await app.page.getByText(WORK).waitFor();
  await app.button("Solved").click();
  await app.sees("Ticket solved");
  stage.say("The ticket is diagnosed and solved, 45 minutes are written down.");

  await phone.go(`${visit}/inspect/${stage.device}`);
  const noisy = app.page.locator(".item", { hasText: stage.item });
  await app.choose("Attention", noisy);
  await noisy.getByLabel("Note", { exact: true }).fill(NOTE);
  await noisy.getByRole("button", { name: "Advice" }).click();
  await app.field("What do you advise?").fill(ADVICE);
  await app.button("Save").click();
  await app.sees("Advice written down");
  for (const reading of await app.page.getByLabel("Reading", { exact: true }).all()) {
    await reading.fill("23");
    await reading.blur();
  }
  if (await app.button("All normal").isVisible()) await app.button("All normal").click();
  await app.button("Finish this device").click();
  await app.sees("Device finished");
  stage.say("A device is inspected, with a finding and advice.");

  await phone.go(visit);
  await app.page.locator("input[type=file]").setInputFiles(stage.photo);
  await app.sees("Photo added");
  await app.page.getByRole("button", { name: "Photo 1" }).waitFor();
  await app.button("Finish the work").click();
  await app.page.getByRole("dialog").getByRole("button", { name: /^Finish/ }).click();
  await app.sees("Work finished");
  await app.tick("Talked Claire Dubois through the work", "Workplace cleaned", "Goodbye said");

  await phone.go(`${visit}/sheet`);
  await app.button("Show it to the client").click();
  await app.page.getByText("Hand the phone to the client").waitFor();
  await app.button("Client signs").click();
  await app.draw();
  await app.button("Sign").click();
  await app.sees("Claire Dubois has signed");
  await app.button("You sign").click();
  await app.draw();
  await app.button("Sign").click();
  await app.page.locator("label:has(input[aria-label='5 stars'])").click();
  await app.button("Finish").click();
  await app.sees("Signed. It is sealed and mailed once it is sent.");
  await app.page.getByRole("button", { name: "Show the sheet" }).waitFor();
  stage.say("The client has signed, the technician too; five stars.");

  await phone.page.reload();
  await phone.go(`${visit}/sheet`);
  await app.sees("Sent to the client once the server has it.");
  stage.say("All of it survives closing and opening the app offline.");

  // A network again, a slow one, and then the server; the tab dies while the photo is under way.
  await phone.goOnline();
  await phone.isSlow(100);
  const uploading = phone.page.waitForRequest((request) => request.method() === "PATCH" && request.url().includes("/v1/files/"));
  await stage.ask("the server comes back");
  await phone.go("/sync");
  await app.button("Sync now").click();
  await uploading;
  await phone.killTab();
  await stage.ask("the server dies");
  await stage.ask("the server comes back");
  stage.say("The tab died in the middle of an upload, and the server again.");

  await app.isInStep();
  await app.sees("Two values for “Diagnosis”");
  await app.sees(DIAGNOSIS);
  await app.sees("A dispatcher decides. Both values are kept; you need not do anything.");
  await phone.isAccessible("sync with a conflict");
  await phone.go(`${visit}/sheet`);
  await app.page.getByText(/^Mailed to /).waitFor();
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
  await app.sees("Decided: Yours was taken.");
  await phone.go(visit);
  await app.sees("Work finished");
  stage.say("The office decided for the technician, and the phone says so.");
}
