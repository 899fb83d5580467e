/** A technician's phone: Chromium with the screen, the touch and the profile of one. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Chromium as it runs where there is no screen and no other user, and as quiet towards the internet as it can be. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What WCAG 2.2 asks at level AA, and what is known to be good beside it. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** How long something may take to show, in milliseconds. It only bounds a hang. */
const PATIENCE = 60_000;

export class Phone {
  /**
   * @param {object} options
   * @param {string} options.url where the app is
   * @param {string} options.chromium the browser's program
   * @param {string} options.profile an empty folder
   * @param {string} [options.locale] the browser's language
   * @param {"light" | "dark"} [options.scheme]
   * @param {{ width: number, height: number }} [options.screen]
   * @param {string} [options.camera] a y4m file that the camera sees
   * @param {string[]} [options.flags] more flags of the browser
   * @param {boolean} [options.isDesk] a desktop's browser instead of a phone's
   */
  static async open({ url, chromium: program, profile, locale = "en-GB", scheme = "light", screen, camera, flags = [], isDesk = false }) {
    const seen = camera
      ? ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${camera}`]
      : [];
    const phone = new Phone(url, profile, {
      executablePath: program,
      headless: true,
      args: [...QUIET, ...seen, ...flags],
      viewport: screen ?? (isDesk ? { width: 1440, height: 900 } : { width: 390, height: 844 }),
      hasTouch: !isDesk,
      isMobile: !isDesk,
      locale,
      colorScheme: scheme,
      permissions: camera ? ["camera"] : [],
    });
    await phone.start();
    return phone;
  }

  constructor(url, profile, options) {
    this.url = url;
    this.profile = profile;
    this.options = options;
    this.said = [];
    this.errors = [];
  }

  async start() {
    this.context = await chromium.launchPersistentContext(this.profile, this.options);
    this.context.setDefaultTimeout(PATIENCE);
    const [first] = this.context.pages();
    this.watch(first ?? (await this.context.newPage()));
  }

  /** The whole browser ends and starts again; what it kept stays. */
  async restart() {
    await this.close();
    await this.start();
  }

  watch(page) {
    this.page = page;
    page.on("console", (message) => {
      const line = `${message.type()}: ${message.text()}`;
      this.said.push(line);
      if (message.type() === "error" && message.text().includes("Content Security Policy")) this.errors.push(line);
    });
    page.on("pageerror", (error) => this.errors.push(error.stack ?? String(error)));
  }

  /** Goes to the app, or to a place in it. */
  async go(path = "/") {
    await this.page.goto(path === "/" ? this.url : `${this.url}#${path}`);
  }

  /** The network is gone, for pages and for the service worker. */
  async goOffline() {
    await this.context.setOffline(true);
  }

  async goOnline() {
    await this.context.setOffline(false);
  }

  /** The network of this tab carries only so many kilobytes a second. */
  async isSlow(kilobytes) {
    const browser = await this.context.newCDPSession(this.page);
    const throughput = kilobytes * 1024;
    await browser.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 20,
      uploadThroughput: throughput,
      downloadThroughput: throughput,
    });
  }

  /** The tab dies as when the system takes its memory: nothing of it runs any more. A new one takes its place. */
  async killTab() {
    const page = this.page;
    const crashed = page.waitForEvent("crash");
    page.goto("chrome://crash").catch(() => undefined);
    await crashed;
    this.watch(await this.context.newPage());
    await page.close();
  }

  /** Takes a picture of the screen into a file. */
  async picture(file) {
    await this.page.screenshot({ path: file });
  }

  /** Fails with every rule of accessibility that the screen breaks. */
  async isAccessible(screen) {
    await this.page.evaluate(AXE);
    // Halfway through a transition a button has the ink of one state on the ground of the other; what turns for ever stays.
    await this.page.evaluate(() => {
      const ends = ({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime);
      return Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
    });
    const { violations } = await this.page.evaluate(
      (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }),
      RULES,
    );
    const broken = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `      ${node.html}\n      ${node.failureSummary}`).join("\n")}`,
    );
    if (broken.length > 0) throw new Error(`${screen} breaks rules of accessibility:\n    ${broken.join("\n    ")}`);
  }

  /** Fails if something sticks out at the side. */
  async fits(about) {
    const { wide, screen } = await this.page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
    }));
    if (wide > screen) throw new Error(`${about} is ${wide} pixels wide on a screen of ${screen}`);
  }

  /** Fails if a page threw an error or tried what its security policy forbids. */
  hadNoErrors() {
    if (this.errors.length > 0) throw new Error(`the app failed:\n${this.errors.join("\n")}`);
  }

  async tellWhatStood(picture) {
    try {
      console.error(`The page is ${this.page.url()}; its picture: ${picture}`);
      await this.picture(picture);
      console.error(await this.page.locator("body").ariaSnapshot({ timeout: 5000 }));
    } catch (error) {
      console.error(`and can't be looked at: ${error.message}`);
    }
    console.error(["It said:", ...this.said.slice(-30), ...this.errors].join("\n  "));
  }

  async close() {
    await this.context.close();
  }
}
