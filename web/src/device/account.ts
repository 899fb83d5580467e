/**
 * One account on this phone: its storage, what is shown of it, and its sync. Tabs of one browser share the storage and tell
 * each other when it changed.
 */
import { AccountDatabase, type Known } from "./database";
import { Api } from "./api";
import { lead, type Leading } from "./leader";
import { Loop } from "./loop";
import type { Outside } from "./outside";
import { Photos } from "./photos";
import { Store } from "./store";
import { Supplies } from "./supplies";
import { Views } from "./views";

/** How soon another tab's changes are read, in milliseconds; more of them meanwhile are read together. */
const SOON = 50;

export class Account {
  readonly db: AccountDatabase;
  readonly store: Store;
  readonly api: Api;
  readonly views: Views;
  readonly supplies: Supplies;
  readonly photos: Photos;
  readonly loop: Loop;
  readonly #channel: BroadcastChannel;
  #leading: Leading | null = null;
  #running: Promise<void> = Promise.resolve();

  private constructor(
    readonly outside: Outside,
    readonly known: Known,
  ) {
    this.db = new AccountDatabase(outside, known.userId);
    this.store = new Store(this.db);
    this.api = new Api(outside, this.db);
    this.views = new Views(this.store);
    this.supplies = new Supplies(this.api, this.views, known.deviceId, known.role === "technician");
    this.photos = new Photos(this.api, this.store, this.views);
    this.loop = new Loop(this.api, this.store, this.supplies, this.photos);
    this.#channel = new BroadcastChannel(`${outside.scope}-${known.userId}`);
  }

  /** Reads an account's storage; nothing is sent before {@link start}. @throws Problem `storage_broken` */
  static async open(outside: Outside, known: Known): Promise<Account> {
    const account = new Account(outside, known);
    account.store.onChange = (changed) => account.views.update(changed);
    try {
      await account.store.open();
      await Promise.all([account.supplies.open(), account.photos.open(), account.loop.open()]);
    } catch (error) {
      account.#close();
      throw error;
    }
    account.#hearOtherTabs();
    return account;
  }

  /** Syncs whenever this tab leads. */
  start(): void {
    this.#leading = lead(this.outside, `${this.outside.scope}-${this.known.userId}`, (abort) => {
      this.#running = this.#lead(abort);
      return this.#running;
    });
  }

  /** Syncs at once, in this tab. */
  syncNow(): Promise<void> {
    this.#leading?.takeOver();
    return this.loop.now();
  }

  /** Work that logging out would leave behind. */
  unsent(): { edits: number; photos: number } {
    return { edits: this.views.figures.value.pending, photos: this.photos.figures.value.count };
  }

  /** Forgets what was read and can be read again; keeps the user's work. */
  async forgetRead(): Promise<void> {
    await this.store.change(
      (engine) => {
        engine.rows.clear();
        engine.reread();
      },
      () => this.db.singles.bulkDelete(["tokens", "lastSync"]),
    );
    await this.photos.forgetSent();
  }

  /** Stops and closes; `erase` deletes the storage. */
  async close(erase = false): Promise<void> {
    this.#leading?.stop();
    this.store.onSaved = () => {};
    this.store.onChange = () => {};
    await this.#running;
    this.#close();
    if (erase) await this.db.delete();
  }

  async #lead(abort: AbortSignal): Promise<void> {
    // Another tab led before, and wrote.
    await this.store.refresh();
    await this.loop.run(abort);
  }

  #hearOtherTabs(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    this.store.onSaved = () => {
      this.#channel.postMessage("saved");
      // What was read is saved too, and is nothing to sync for.
      if (this.store.engine.nextPush(0, 1, 0)) this.loop.edited();
    };
    this.#channel.onmessage = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const reading = Promise.all([this.store.refresh(), this.supplies.open(), this.photos.open(), this.loop.open()]);
        // A storage that can't be read shows with the next edit or round.
        reading.then(() => this.loop.edited(), () => {});
      }, SOON);
    };
    // In Node, a listening channel would keep the process.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  #close(): void {
    this.#channel.close();
    this.db.close();
  }
}
