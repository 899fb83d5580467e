/**
 * A dispatcher plans a week by keyboard and mouse; another sees it without loading anything again. Then both move the same
 * visit: one wins, the other is told, and decides.
 */
import assert from "node:assert/strict";

export default async function play(stage) {
  const desk = await stage.desk();
  const other = await stage.desk();
  await desk.logIn(stage.dispatcher, stage.password);
  await other.logIn(stage.manager, stage.password);
  const { shell } = desk.own;
  for (const one of [desk, other]) {
    await one.go(`/board?view=week&day=${stage.day}`);
    await one.page.getByRole("region", { name: stage.technicians[0].name }).waitFor();
  }

  // By keyboard: the first that waits goes to the first technician.
  const [first, second] = stage.technicians;
  const waiting = desk.page.locator(".queue__item");
  const count = await waiting.count();
  await desk.takeHold(waiting.first());
  await desk.page.keyboard.press("ArrowDown");
  await desk.page.keyboard.press("Enter");
  const told = desk.page.locator(".toast");
  await told.filter({ hasText: first.name }).waitFor();
  await desk.page.waitForFunction((count) => document.querySelectorAll(".queue__item").length === count, count - 1);
  const planned = await stage.ask("what was planned", { technician: first.id });
  assert.equal(planned.length, 1, "one more visit is the technician's");
  const visit = planned[0].id;
  await other.block(visit).waitFor();
  assert.equal(await other.rowOf(visit), first.name);
  stage.say(`${first.name} has a visit, and the other desk sees it.`);

  // By keyboard again: to the next technician and day, and a quarter of an hour longer.
  await desk.takeHold(desk.block(visit));
  await desk.page.keyboard.press("ArrowDown");
  await desk.page.keyboard.press("ArrowRight");
  await desk.page.keyboard.press("Shift+ArrowRight");
  await desk.page.keyboard.press("Enter");
  await desk.page.getByRole("region", { name: second.name }).locator(`[data-visit="${visit}"]`).waitFor();
  await told.filter({ hasText: second.name }).waitFor();
  const moved = await stage.ask("the visit", { visit });
  assert.equal(moved.technician_id, second.id);
  const length = (of) => Date.parse(of.planned_end) - Date.parse(of.planned_start);
  assert.equal(length(moved) - length(planned[0].fields), 15 * 60_000);
  await other.page.getByRole("region", { name: second.name }).locator(`[data-visit="${visit}"]`).waitFor();

  // By mouse: dragged back to the first row, and undone by keyboard.
  const from = await desk.block(visit).boundingBox();
  const to = await desk.page.getByRole("region", { name: first.name }).boundingBox();
  await desk.page.mouse.move(from.x + 20, from.y + 12);
  await desk.page.mouse.down();
  await desk.page.mouse.move(from.x + 24, to.y + to.height / 2, { steps: 8 });
  await desk.page.locator(".ghost").waitFor();
  await desk.page.mouse.up();
  await told.filter({ hasText: first.name }).waitFor();
  assert.equal((await stage.ask("the visit", { visit })).technician_id, first.id);
  await desk.page.keyboard.press("Control+z");
  await told.filter({ hasText: shell.undone }).waitFor();
  assert.equal((await stage.ask("the visit", { visit })).technician_id, second.id);
  stage.say("Moved by keyboard and by mouse, and undone.");

  // A toast may be of the move before; the server is asked until it has this one.
  const changed = async (before) => {
    for (let tries = 0; tries < 150; tries += 1) {
      const now = await stage.ask("the visit", { visit });
      if (JSON.stringify(now) !== JSON.stringify(before)) return now;
      await desk.page.waitForTimeout(100);
    }
    return assert.fail("the visit does not change");
  };

  // Two moves are taken back one after the other.
  const plans = [await stage.ask("the visit", { visit })];
  for (let step = 0; step < 2; step += 1) {
    await desk.takeHold(desk.block(visit));
    await desk.page.keyboard.press("Shift+ArrowRight");
    await desk.page.keyboard.press("Enter");
    plans.push(await changed(plans.at(-1)));
    await desk.hasPlanned(visit, plans.at(-1));
  }
  await desk.page.keyboard.press("Control+z");
  await desk.page.keyboard.press("Control+z");
  await desk.hasPlanned(visit, plans[0]);
  const between = await changed(plans[2]);
  const undone = length(between) === length(plans[0]) ? between : await changed(between);
  assert.equal(length(undone), length(plans[0]));

  /** Says in a dialog whose plan stands. */
  const answer = async (dialog, choice) => {
    await dialog.waitFor();
    await dialog.getByText(choice, { exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  };

  // The other desk hears nothing for a while, and moves what it still sees.
  await other.page.getByRole("region", { name: second.name }).locator(`[data-visit="${visit}"]`).waitFor();
  // Questions stay without an answer: refused ones would tell it that the connection is gone.
  const asking = new Set();
  const isReading = (request) => request.url().includes("/v1/changes");
  other.page.on("request", (request) => isReading(request) && asking.add(request));
  other.page.on("requestfinished", (request) => asking.delete(request));
  other.page.on("requestfailed", (request) => asking.delete(request));
  await other.page.route("**/v1/changes*", (route) => asking.delete(route.request()));
  // One that was on its way before would still tell.
  await other.page.waitForTimeout(500);
  while (asking.size > 0) await other.page.waitForTimeout(50);
  const before = await stage.ask("the visit", { visit });
  await desk.takeHold(desk.block(visit));
  await desk.page.keyboard.press("Shift+ArrowRight");
  await desk.page.keyboard.press("Enter");
  const won = await changed(before);
  await other.takeHold(other.block(visit));
  await other.page.keyboard.press("ArrowRight");
  await other.page.keyboard.press("Enter");
  const collision = other.page.getByRole("dialog", { name: shell.collision });
  await collision.waitFor();
  await collision.getByText(stage.dispatcherName).waitFor();
  await other.phone.isAccessible("collision");
  assert.deepEqual(await stage.ask("the visit", { visit }), won, "nothing was overwritten");
  await answer(collision, shell.keepTheirs);
  assert.deepEqual(await stage.ask("the visit", { visit }), won, "what the first did stands");

  // Again, and this time the second insists.
  await desk.takeHold(desk.block(visit));
  await desk.page.keyboard.press("Shift+ArrowLeft");
  await desk.page.keyboard.press("Enter");
  await changed(won);
  await other.takeHold(other.block(visit));
  await other.page.keyboard.press("ArrowRight");
  await other.page.keyboard.press("Enter");
  await answer(collision, shell.takeMine);
  await other.page.locator(".toast").filter({ hasText: second.name }).waitFor();
  const last = await stage.ask("the visit", { visit });
  assert.equal(Date.parse(last.planned_start) - Date.parse(won.planned_start), 24 * 3_600_000, "a day later, as the second wanted");
  await desk.hasPlanned(visit, last);
  stage.say("Two at once: one won, the other was told, and both desks show what stands.");

  // The other desk hears again, and what it holds is moved under its hands: it is told when it puts it down.
  await other.page.unroute("**/v1/changes*");
  await other.page.reload();
  await other.takeHold(other.block(visit));
  await other.page.keyboard.press("ArrowLeft");
  await desk.takeHold(desk.block(visit));
  await desk.page.keyboard.press("Shift+ArrowRight");
  await desk.page.keyboard.press("Enter");
  const under = await changed(last);
  await other.hasPlanned(visit, under);
  await other.page.keyboard.press("Enter");
  await answer(collision, shell.keepTheirs);
  assert.deepEqual(await stage.ask("the visit", { visit }), under, "what was held was based on the plan it was taken from");

  // Undo is about one's own move: what another did since is not taken back unasked.
  await other.takeHold(other.block(visit));
  await other.page.keyboard.press("ArrowLeft");
  await other.page.keyboard.press("Enter");
  const later = await changed(under);
  await desk.hasPlanned(visit, later);
  await desk.page.keyboard.press("Control+z");
  await answer(desk.page.getByRole("dialog", { name: shell.collision }), shell.keepTheirs);
  assert.deepEqual(await stage.ask("the visit", { visit }), later, "undo takes back nothing of another's");
  stage.say("What is held is based on the plan it was taken from, and undo is about one's own move.");
}
