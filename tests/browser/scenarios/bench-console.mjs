/**
 * What the console costs: JavaScript before the board stands, and how soon a full board answers: taking hold of a visit, moving
 * it by keyboard, dragging and dropping, scrolling, another week. It measures and tells; nothing is judged here.
 */
import { begun, firstLoad, onEmptyPage, processorTime, slowest, watch } from "../lib/measure.mjs";

/** How often each of it is done. */
const ROUNDS = 3;

/** A visit on the board. */
const BLOCK = "[data-visit]";

export default async function play(stage) {
  const desk = await stage.desk();
  const { page, own } = desk;
  const words = own.board;
  await page.addInitScript(watch, BLOCK);
  await desk.logIn(stage.dispatcher, stage.password);
  await desk.go(`/board?view=week&day=${stage.day}`);
  // Anew, as somebody who is logged in opens it.
  await page.reload();
  const load = await firstLoad(page);
  await begun(desk.phone);
  const empty = await onEmptyPage(desk.phone, 8 * ROUNDS);
  const told = {};
  const used = await processorTime(desk.phone);
  /** Of something that has so many steps: the slowest touch or key, the longest frame, and the processor's time for a step. */
  const measure = async (name, steps, work) => {
    const before = await used();
    await page.evaluate(() => Object.assign(window.bench, { touches: [], frames: 0 }));
    for (let round = 0; round < ROUNDS; round += 1) await work(round);
    const step = ((await used()) - before) / ROUNDS / steps;
    told[name] = { touch: await slowest(page), frame: await page.evaluate(() => window.bench.frames), step };
    await page.evaluate(() => (window.bench.frames = null));
  };
  const movable = page.locator(`${BLOCK}[data-movable]`);
  const settled = () => page.locator(".block--held, .ghost").first().waitFor({ state: "detached" });

  /** Rows and visits that are in sight, from the top of the board. */
  const inSight = async () => {
    await page.evaluate(() => (document.querySelector(".grid").scrollTop = 0));
    await page.waitForTimeout(100);
    return page.evaluate((block) => {
      const grid = document.querySelector(".grid").getBoundingClientRect();
      const top = grid.top + document.querySelector(".grid__head").offsetHeight + 80;
      const seen = (selector) =>
        [...document.querySelectorAll(selector)]
          .map((element) => element.getBoundingClientRect())
          .filter((box) => box.top >= top && box.bottom <= grid.bottom - 60)
          // There is a day to the right of it.
          .filter((box) => box.width > 200 || box.right < grid.left + grid.width / 2)
          .map((box) => ({ x: box.left + box.width / 2, y: box.top + box.height / 2 }));
      return { blocks: seen(`${block}[data-movable]`), rows: seen(".grid__row") };
    }, BLOCK);
  };

  await measure("keys", 8, async (round) => {
    await desk.takeHold(movable.nth(round));
    for (const key of ["ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft", "Shift+ArrowRight", "ArrowDown"]) {
      await page.keyboard.press(key, { delay: 30 });
    }
    await page.keyboard.press("Enter");
    await settled();
    await page.locator(".toast").first().waitFor();
  });
  await measure("drag", 30, async (round) => {
    const { blocks, rows } = await inSight();
    const from = blocks[round];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 90, rows.at(-1).y, { steps: 30 });
    await page.locator(".ghost").waitFor();
    await page.mouse.up();
    await settled();
    await page.locator(".toast").first().waitFor();
  });
  await measure("scroll", 30, async () => {
    const grid = await page.locator(".grid").boundingBox();
    await page.mouse.move(grid.x + grid.width / 2, grid.y + grid.height / 2);
    for (const way of [300, -300]) {
      for (let step = 0; step < 15; step += 1) {
        await page.mouse.wheel(0, way);
        await page.waitForTimeout(30);
      }
    }
  });
  await measure("week", 2, async () => {
    await desk.button(words.after).click();
    await page.waitForTimeout(700);
    await desk.button(words.before).click();
    await page.locator(BLOCK).first().waitFor();
    await page.waitForTimeout(300);
  });
  await stage.ask("measured", { load, empty, ...told });
}
