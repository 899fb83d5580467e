/**
 * From the call to the complaint. The phone rings: the caller is found by the number, and what is wrong becomes a ticket
 * and a visit while the session ends under the dispatcher's hands. The technician works it offline and finds nobody to sign;
 * the client signs by the mailed link. Support calls back, the client is not content, and a complaint goes its way.
 */
import assert from "node:assert/strict";

const FAULT = "Scanner at the counter is dead";
const DETAILS = "Blinks red since this morning.";
const PLAN = "Network plan.pdf";
const SAID = { override: "Called on the way from another client.", done: "Changed the scanner's power supply.", isAdHoc: true };
const ABSENT = "Ms Dubois had to leave for the airport.";
const UNHAPPY = "The technician came two hours late.";
const NEEDS = "A spare charger for the meeting room";
const SETTLED = "Apologised; the next visit is free.";

/** The dispatcher takes the call. Returns the desk, and the visit's id. */
async function takeTheCall(stage) {
  const desk = await stage.desk();
  const { own, page } = desk;
  await desk.logIn(stage.dispatcher, stage.password);
  await desk.go("/tickets");
  await page.getByRole("heading", { name: own.tickets.title, exact: true }).waitFor();
  await page.keyboard.press("n");
  await desk.field(own.tickets.phone).fill(stage.number.slice(-6));
  await page.locator(".call__caller", { hasText: stage.contact }).click();
  await page.getByText(own.tickets.openTickets).waitFor();
  await desk.field(own.tickets.what).fill(FAULT);
  await desk.field(own.tickets.details).fill(DETAILS);
  await page.locator("label.segment", { hasText: desk.words.priority.high }).click();

  await stage.ask("the session ends");
  await desk.button(own.tickets.createAndPlan).click();
  const again = page.getByRole("dialog", { name: own.shell.loginAgain });
  await again.waitFor();
  await desk.phone.isAccessible("login again");
  // Whoever types on is asked for the password, and no key throws away what they typed before.
  const isFocused = await again.locator("input[type=password]").evaluate((field) => field === document.activeElement);
  assert.equal(isFocused, true, "the password has the focus");
  for (const key of ["Escape", "Escape"]) await page.keyboard.press(key);
  assert.equal(await again.isVisible(), true, "Escape does not end the session");
  await desk.tryToLogIn(stage.dispatcher, stage.password, again);
  await again.waitFor({ state: "detached" });
  stage.say("The session ended; after the login the ticket was made, and nothing had to be typed again.");

  const plan = page.getByRole("dialog", { name: own.plan.newVisit });
  await plan.waitFor();
  await desk.phone.isAccessible("new visit");
  await desk.pick(own.plan.site, stage.site, plan);
  await desk.pick(own.plan.technician, stage.technicianName, plan);
  await desk.field(own.plan.date, plan).fill(stage.day);
  await plan.getByRole("button", { name: own.plan.create, exact: true }).click();
  await plan.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: FAULT }).waitFor();
  await page.locator(".row", { hasText: stage.technicianName }).waitFor();
  const { tickets, visits } = await stage.ask("what came of the call", { title: FAULT });
  assert.equal(tickets.length, 1, "one ticket, however often it was sent");
  const [ticket] = tickets;
  assert.equal(ticket.fields.priority, "high");
  assert.equal(ticket.fields.description, DETAILS);
  assert.equal(visits.length, 1);
  const [visit] = visits;
  assert.equal(visit.fields.status, "scheduled");
  assert.deepEqual(visit.fields.ticket_ids, [ticket.id]);

  // The link in the ticket leads to the visit on the board, and Back to the ticket.
  await page.locator(".row", { hasText: stage.technicianName }).click();
  await page.getByRole("dialog").getByText(FAULT).first().waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: FAULT }).waitFor();
  await page.goForward();
  await page.getByRole("dialog").getByText(FAULT).first().waitFor();
  stage.say("From the call to the visit, and back again.");

  const open = page.getByRole("dialog");
  await open.locator("input[type=file]").setInputFiles({ name: PLAN, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  await open.getByRole("button", { name: PLAN }).click();
  await desk.button(desk.own.parts.openTab).waitFor();
  await desk.phone.isAccessible("a document");
  await page.keyboard.press("Escape");
  stage.say("A plan of the network went to the visit.");
  return { desk, visit: visit.id };
}

/** The technician, whose app hears of the visit by itself, works it offline; the client has left before the end. */
async function workOffline(stage, app, visit) {
  const { phone, words } = app;
  await phone.go(`/visits/${visit}`);
  await app.button(words.visit.accept).waitFor();
  await app.button(PLAN).click();
  await app.button(words.photos.openDocument).waitFor();
  await phone.isAccessible("a document from the office");
  await app.button(words.ui.close).click();
  await phone.goOffline();
  await app.work(visit, stage.contact, SAID);
  await app.button(words.sheet.noSignature).click();
  await app.button(words.ui.save).click();
  await app.sees(words.ui.required);
  await app.field(words.sheet.absentReason).fill(ABSENT);
  await phone.isAccessible("nobody signs");
  await app.button(words.ui.save).click();
  await app.sees(words.sheetStatus.absent);
  await app.sees(ABSENT);
  await phone.goOnline();
  await app.isInStep();
  stage.say("Worked offline; nobody was there to sign, and why is written down.");
}

/** The client reads what was done on a phone of their own, and signs. Looking uses nothing up. */
async function signByLink(stage, visit) {
  const link = await stage.ask("the link in the mail", { visit, kind: "sheet_unsigned", part: "/sign/" });
  const client = await stage.client();
  for (let look = 0; look < 2; look += 1) {
    assert.equal(await client.opens(link), 200);
    await client.page.getByText(SAID.done).first().waitFor();
  }
  await client.phone.isAccessible("a sheet behind its link");
  assert.equal(await client.signs(stage.contact), 200);
  assert.equal(await client.opens(link), 410, "a signature uses the link up");
  const { visit: held, sheet } = await stage.ask("what became of the visit", { visit });
  assert.equal(held.status, "closed");
  assert.equal(held.preparation_override, SAID.override);
  assert.equal(held.solution, SAID.done);
  assert.equal(sheet.status, "signed");
  assert.equal(sheet.reason, ABSENT);
  assert.equal(await client.opens(await stage.ask("the link in the mail", { visit, kind: "survey", part: "/survey/" })), 200);
  stage.say("The client signed by the mailed link, and has the signed sheet and a survey by mail.");
}

/** Support calls, by keyboard: one client does not answer, ours is not content. */
async function callBack(stage, visit) {
  const desk = await stage.desk();
  const { page } = desk;
  const { callbacks, complaints } = desk.own;
  await desk.logIn(stage.support, stage.password);
  await desk.go("/callbacks");
  // Names come after the rows.
  const first = page.locator(".table__open").filter({ hasNotText: "…" }).first();
  await first.waitFor();
  const silent = await first.textContent();
  const due = await desk.rows().count();
  await first.click();
  const call = page.getByRole("article");
  await call.getByRole("heading", { name: silent }).waitFor();
  await desk.phone.isAccessible("callback");
  await page.keyboard.press("n");
  await desk.sees(callbacks.again(silent));
  await desk.has(due - 1);
  stage.say("A call nobody answered is noted with one key and comes again later.");

  const callback = await stage.ask("the callback", { visit });
  await desk.button(new RegExp(callbacks.groups.later)).click();
  await page.locator(`.table__open[href*="${callback}"]`).click();
  const story = call.getByRole("region", { name: callbacks.story });
  await story.getByText(SAID.done).waitFor();
  const heading = call.getByRole("heading", { level: 2 }).first();
  const unhappy = await heading.textContent();
  await heading.focus();
  await page.keyboard.press("1");
  await call.getByText(callbacks.low).waitFor();
  await desk.field(callbacks.comment).fill(UNHAPPY);
  await desk.field(callbacks.needs).fill(NEEDS);
  await page.keyboard.press("Control+Enter");
  await desk.sees(callbacks.required.assignee);
  await page.getByRole("combobox", { name: callbacks.assignee }).fill("Helen");
  await page.getByRole("option").first().click();
  await page.keyboard.press("Control+Enter");
  await desk.sees(callbacks.savedLow(unhappy));
  stage.say("A score of 1 alerts and opens a complaint; new needs go to somebody with a day.");

  await page.locator(".toasts").getByRole("button", { name: callbacks.toComplaint }).click();
  const complaint = page.getByRole("article");
  await complaint.getByText(UNHAPPY).first().waitFor();
  const open = page.getByRole("region", { name: complaints.status.open });
  await open.getByRole("listitem").filter({ hasText: unhappy }).filter({ hasText: UNHAPPY }).waitFor();
  await desk.phone.isAccessible("complaint");
  await desk.button(complaints.steps.acknowledge).click();
  await desk.button(complaints.steps.begin).click();
  await desk.button(complaints.steps.resolve).click();
  await desk.field(complaints.solution).fill(SETTLED);
  await desk.button(desk.words.ui.save).click();
  await desk.button(complaints.steps.close).click();
  await complaint.getByText(complaints.status.closed, { exact: true }).first().waitFor();
  const held = await stage.ask("what became of the callback", { callback });
  assert.equal(held.callback.score, 1);
  assert.equal(held.callback.comment, UNHAPPY);
  assert.equal(held.complaint.status, "closed");
  assert.equal(held.complaint.level, 2);
  assert.equal(held.complaint.solution, SETTLED);
  assert.equal(held.ticket.title, NEEDS);
  stage.say("The complaint stands on the board, and goes from open to closed, with who told the client.");

  await page.goto(await stage.ask("the link in the mail", { visit, kind: "low_score", part: "/console#" }));
  await story.getByText(SAID.done).waitFor();
  stage.say("The mail about the low score leads to its callback.");
}

export default async function play(stage) {
  const app = await stage.app();
  await app.logIn(stage.technician, stage.password);
  await app.isInStep();
  const { desk, visit } = await takeTheCall(stage);
  const panel = desk.page.getByRole("dialog");
  await workOffline(stage, app, visit);
  await panel.getByText(desk.words.visitStatus.closed, { exact: true }).waitFor();
  await panel.getByText(desk.words.sheetStatus.absent).waitFor();
  await signByLink(stage, visit);
  await panel.getByText(desk.words.sheetStatus.signed).waitFor();
  stage.say("The dispatcher saw each step on the board without loading anything again.");
  await callBack(stage, visit);
}
