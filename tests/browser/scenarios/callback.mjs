/**
 * The support desk calls a client who is not content: the score is entered by keyboard, new needs go to somebody with a day,
 * a complaint opens by itself and goes its way until the client was told.
 */
import assert from "node:assert/strict";

export default async function play(stage) {
  const desk = await stage.desk();
  const { page } = desk;
  const { callbacks, complaints } = desk.own;
  await desk.logIn(stage.support, stage.password);
  await desk.go("/callbacks");
  // Names come after the rows.
  const first = page.locator(".table__open").filter({ hasNotText: "…" }).first();
  await first.waitFor();
  const client = await first.textContent();
  const due = await desk.rows().count();
  await first.click();
  const call = page.getByRole("article");
  await call.getByRole("heading", { name: client }).waitFor();
  await call.getByRole("region", { name: callbacks.story }).waitFor();
  await desk.phone.isAccessible("callback");

  // Nobody answers: it leaves the list until later.
  await page.keyboard.press("n");
  await desk.sees(callbacks.again(client));
  await desk.has(due - 1);
  stage.say("A call nobody answered is noted with one key and comes again later.");

  const heading = call.getByRole("heading", { level: 2 }).first();
  const unhappy = await heading.textContent();
  await heading.focus();
  await page.keyboard.press("1");
  await call.getByText(callbacks.low).waitFor();
  await desk.field(callbacks.comment).fill("The technician came two hours late.");
  await desk.field(callbacks.needs).fill("A spare charger for the meeting room");
  await page.keyboard.press("Control+Enter");
  await desk.sees(callbacks.required.assignee);
  await page.getByRole("combobox", { name: callbacks.assignee }).fill("Helen");
  await page.getByRole("option").first().click();
  await page.keyboard.press("Control+Enter");
  await desk.sees(callbacks.savedLow(unhappy));
  await desk.has(due - 2);
  stage.say("A score of 1 alerts and opens a complaint; new needs go to somebody with a day.");

  await page.locator(".toasts").getByRole("button", { name: callbacks.toComplaint }).click();
  const complaint = page.getByRole("article");
  await complaint.getByText("The technician came two hours late.").first().waitFor();
  await desk.phone.isAccessible("complaint");
  await desk.button(complaints.steps.acknowledge).click();
  await desk.button(complaints.steps.begin).click();
  await desk.button(complaints.steps.resolve).click();
  await desk.field(complaints.solution).fill("Apologised; the next visit is free.");
  await desk.button(desk.words.ui.save).click();
  await desk.button(complaints.steps.close).click();
  await complaint.getByText(complaints.status.closed, { exact: true }).first().waitFor();
  const held = await stage.ask("what became of the callback");
  assert.equal(held.score, 1);
  assert.equal(held.complaint.status, "closed");
  assert.equal(held.complaint.level, 2);
  assert.equal(held.ticket.title, "A spare charger for the meeting room");
  stage.say("The complaint goes from open to closed, with who told the client.");
}
