/**
 * Where a scenario plays: the settings it was given, the way to ask for what happens outside the browser (a dispatcher
 * at work, a power cut), and the phones it opened.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { App } from "./app.mjs";
import { Client } from "./client.mjs";
import { Desk } from "./desk.mjs";
import { Phone } from "./phone.mjs";
import { consoleWordsOf, wordsOf } from "./words.mjs";

export class Stage {
  /**
   * @param {{ url: string, folder: string, chromium: string, password: string, technician: string, [key: string]: any }}
   *   settings the server's address, a folder for profiles and pictures, the browser's program, a technician's login,
   *   and what the scenario itself wants
   */
  constructor(settings) {
    Object.assign(this, settings);
    this.settings = settings;
    this.phones = [];
    this.answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    mkdirSync(this.folder, { recursive: true });
  }

  /** Says a line of the story. */
  say(line) {
    console.log(`  ${line}`);
  }

  /** Has something done outside the browser, and returns what is answered. */
  async ask(what, details = {}) {
    console.log(`? ${JSON.stringify({ what, ...details })}`);
    const { value } = await this.answers.next();
    return JSON.parse(value);
  }

  /** A phone with an empty profile. */
  async phone(options = {}) {
    const phone = await Phone.open({ ...this.settings, ...options, profile: join(this.folder, `phone-${this.phones.length}`) });
    this.phones.push(phone);
    return phone;
  }

  /** The app on a phone of its own, in a language. */
  async app({ language = "en", ...options } = {}) {
    const phone = await this.phone({ locale: language, ...options });
    return new App(phone, await wordsOf(language.slice(0, 2)));
  }

  /** The console in a browser of its own, in a language. */
  async desk({ language = "en", isDesk = true, ...options } = {}) {
    const phone = await this.phone({ locale: language, isDesk, url: `${this.url}/console`, ...options });
    const short = language.slice(0, 2);
    return new Desk(phone, await wordsOf(short), await consoleWordsOf(short), language);
  }

  /** Somebody of a client with a browser of their own, in a language. */
  async client({ language = "en", ...options } = {}) {
    return new Client(await this.phone({ locale: language, ...options }));
  }

  /** Ends all phones; a mistake that a page made meanwhile is a mistake of the scenario. */
  async close() {
    for (const phone of this.phones) phone.hadNoErrors();
    for (const phone of this.phones) await phone.close();
  }

  /** After a failure: what each page showed and said, and where its picture is. */
  async tellWhatStood() {
    for (const [index, phone] of this.phones.entries()) await phone.tellWhatStood(join(this.folder, `failed-${index}.png`));
  }
}
