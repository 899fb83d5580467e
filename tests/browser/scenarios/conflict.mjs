/**
 * A technician entered another place for a device than the office did meanwhile. A dispatcher decides it by keyboard, takes
 * it back, decides it for good; decides many at once; and gives up an edit that could not be applied.
 */
import assert from "node:assert/strict";

export default async function play(stage) {
  const desk = await stage.desk();
  const { page } = desk;
  const { inbox, table } = desk.own;
  await desk.logIn(stage.dispatcher, stage.password);
  await desk.go("/inbox");
  await desk.sees(inbox.empty);

  // What comes in shows without the page being loaded again.
  await stage.ask("a technician and the office disagree");
  await desk.has(3);
  stage.say("Three conflicts come in while the inbox is open.");
  await desk.phone.isAccessible("inbox");

  await page.getByRole("link", { name: stage.device }).click();
  const detail = page.getByRole("article");
  await detail.getByText(stage.theirs).waitFor();
  await detail.getByText(stage.ours).waitFor();
  await detail.getByText(inbox.stands, { exact: true }).waitFor();
  await desk.phone.isAccessible("conflict");
  const isOurs = await detail.getByRole("region").first().getByText(stage.ours).isVisible();

  // The keys are for what is open, also from its row in the list.
  await page.getByRole("link", { name: stage.device }).focus();
  await page.keyboard.press("2");
  await desk.sees(inbox.decidedTake);
  await desk.has(2);
  const other = isOurs ? stage.theirs : stage.ours;
  assert.equal(await stage.ask("where is the device"), other);
  stage.say("The other value is taken with one key.");

  await desk.undo();
  await desk.has(3);
  assert.equal(await stage.ask("where is the device"), isOurs ? stage.ours : stage.theirs);
  stage.say("The decision is taken back; the conflict is open again, and the record says what it said before.");

  await page.getByRole("link", { name: stage.device }).click();
  await desk.button(inbox.other).click();
  await desk.field(desk.words.field.location).fill("On the shelf");
  await desk.button(desk.words.ui.save).click();
  await desk.sees(inbox.decidedOther);
  assert.equal(await stage.ask("where is the device"), "On the shelf");

  await desk.button(inbox.close).first().click();
  await desk.has(2);
  await desk.field(table.chooseAll).check();
  await desk.sees(table.chosen(2));
  await desk.button(inbox.bulkTake).click();
  await desk.sees(inbox.bulkDone(2));
  await desk.sees(inbox.empty);
  await desk.undo();
  await desk.has(2);
  stage.say("Two are decided at once, and taken back at once.");

  await desk.button(new RegExp(inbox.decided)).click();
  await desk.has(1);
  await page.getByRole("link", { name: stage.device }).click();
  const standing = detail.getByRole("region").first();
  await standing.getByText(inbox.standsDecided, { exact: true }).waitFor();
  await standing.getByText("On the shelf").waitFor();
  stage.say("What was decided is shown as what stands, and no side of the conflict.");

  await desk.button(new RegExp(inbox.quarantine)).click();
  await desk.has(1);
  await page.locator(".table__open").first().click();
  await page.getByRole("article").waitFor();
  await desk.phone.isAccessible("quarantine");
  await desk.field(desk.words.field.name).fill("Label printer");
  await desk.button(inbox.quarantined.applyCorrected).click();
  await desk.sees(inbox.emptyQuarantine);
  assert.equal(await stage.ask("is the label printer there"), true);
  stage.say("What could not be applied is corrected and applied.");
}
