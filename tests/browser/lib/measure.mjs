/** What benches of pages measure, by the browser's own clocks. */
import { gzipSync } from "node:zlib";

/**
 * Runs in a page before anything of it: notes when what a selector names stands, how long each touch or key took until its paint
 * (Event Timing), and, while `frames` is a number, the longest time between two frames. All in milliseconds.
 */
export function watch(selector) {
  window.bench = { screen: null, touches: [], frames: null };
  new PerformanceObserver((list) => {
    for (const { name, duration, interactionId } of list.getEntries()) {
      if (interactionId) window.bench.touches.push({ name, duration });
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
  new MutationObserver((_, observer) => {
    if (!document.querySelector(selector)) return;
    observer.disconnect();
    // The frame after the one that has it is the first that the user sees.
    requestAnimationFrame(() => setTimeout(() => (window.bench.screen = performance.now())));
  }).observe(document, { childList: true, subtree: true });
  let last = performance.now();
  const frame = (now) => {
    if (window.bench.frames !== null) window.bench.frames = Math.max(window.bench.frames, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** How long a browser that just began is busy with windows of its own, such as its address bar, in milliseconds: no page's work. */
const BEGINNING = 5_000;

/** Waits until a browser that just began has nothing of its own to do. */
export const begun = ({ page }) => page.waitForTimeout(BEGINNING);

/** Makes the processor so many times slower for a page. */
export async function slowDown(phone, times) {
  const browser = await phone.context.newCDPSession(phone.page);
  await browser.send("Emulation.setCPUThrottlingRate", { rate: times });
}

/** Kilobytes of JavaScript that were fetched before the screen that is watched for stood, compressed as gzip does at its best. */
export async function firstLoad(page) {
  await page.waitForFunction(() => window.bench.screen !== null);
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name, startTime }) => new URL(name).pathname.endsWith(".js") && startTime < window.bench.screen)
      .map(({ name }) => name),
  );
  const sizes = await Promise.all(
    [...new Set(scripts)].map(async (url) => gzipSync(new Uint8Array(await (await fetch(url)).arrayBuffer()), { level: 9 }).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** The slowest touch or key since they were last forgotten, in milliseconds until its paint. */
export async function slowest(page) {
  // Entries come a moment after their paint.
  await page.waitForTimeout(500);
  return page.evaluate(() => Math.max(0, ...window.bench.touches.map(({ duration }) => duration)));
}

/** The slowest of so many keys of which each changes a word on an empty page, in milliseconds until its paint: no page is sooner here. */
export async function onEmptyPage({ context, page: own }, keys) {
  const page = await context.newPage();
  await page.setContent("<p>0</p>");
  // The first key of a page waits for the page to begin.
  await page.keyboard.press("a");
  await page.waitForTimeout(100);
  await page.evaluate(watch, "p");
  await page.evaluate(() => addEventListener("keydown", ({ timeStamp }) => (document.querySelector("p").textContent = timeStamp)));
  for (let key = 0; key < keys; key += 1) await page.keyboard.press("a", { delay: 30 });
  const slow = await slowest(page);
  await page.close();
  await own.bringToFront();
  return slow;
}

/** Tells how much processor time a page's main thread has used, in milliseconds: what other programs do does not count. */
export async function processorTime(phone) {
  const browser = await phone.context.newCDPSession(phone.page);
  await browser.send("Performance.enable", { timeDomain: "threadTicks" });
  const used = async () => {
    const { metrics } = await browser.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  return used;
}
