/**
 * The phone rings: the caller is found by the number, what is wrong becomes a ticket while the session ends under the
 * dispatcher's hands, and a visit is planned at once.
 */
import assert from "node:assert/strict";

export default async function play(stage) {
  const desk = await stage.desk();
  const { own, page } = desk;
  await desk.logIn(stage.dispatcher, stage.password);
  await desk.go("/tickets");
  await page.getByRole("heading", { name: own.tickets.title, exact: true }).waitFor();
  await page.keyboard.press("n");
  await desk.field(own.tickets.phone).fill(stage.number.slice(-6));
  await page.locator(".call__caller", { hasText: stage.contact }).click();
  await page.getByText(own.tickets.openTickets).waitFor();
  await desk.field(own.tickets.what).fill("Scanner at the counter is dead");
  await desk.field(own.tickets.details).fill("Blinks red since this morning.");
  await page.locator("label.segment", { hasText: desk.words.priority.high }).click();

  await stage.ask("the session ends");
  await desk.button(own.tickets.createAndPlan).click();
  const again = page.getByRole("dialog", { name: own.shell.loginAgain });
  await again.waitFor();
  await desk.phone.isAccessible("login again");
  await desk.tryToLogIn(stage.dispatcher, stage.password, again);
  await again.waitFor({ state: "detached" });
  stage.say("The session ended; after the login the ticket was made, and nothing had to be typed again.");

  const plan = page.getByRole("dialog", { name: own.plan.newVisit });
  await plan.waitFor();
  await desk.phone.isAccessible("new visit");
  await desk.pick(own.plan.technician, stage.technician, plan);
  await desk.field(own.plan.date, plan).fill(stage.day);
  await plan.getByRole("button", { name: own.plan.create, exact: true }).click();
  await plan.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Scanner at the counter is dead" }).waitFor();
  await page.locator(".row", { hasText: stage.technician }).waitFor();
  const made = await stage.ask("what came of it");
  assert.equal(made.tickets.length, 1, "one ticket, however often it was sent");
  assert.equal(made.tickets[0].fields.priority, "high");
  assert.equal(made.tickets[0].fields.description, "Blinks red since this morning.");
  assert.equal(made.visits.length, 1);
  assert.equal(made.visits[0].fields.status, "scheduled");
  assert.deepEqual(made.visits[0].fields.ticket_ids, [made.tickets[0].id]);

  // The link in the ticket leads to the visit on the board, and Back to the ticket.
  await page.locator(".row", { hasText: stage.technician }).click();
  await page.getByRole("dialog").getByText("Scanner at the counter is dead").first().waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Scanner at the counter is dead" }).waitFor();
  stage.say("From the call to the visit, and back again.");
}
