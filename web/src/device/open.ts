/**
 * The phone put together: who is logged in, and everything screens ask for, of whoever that is.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { EditCode, Origin } from "../sync/edit";
import { EditError } from "../sync/edit";
import type { Engine } from "../sync/engine";
import type { Fields, Uuid } from "../sync/messages";
import { Account } from "./account";
import { stored } from "./api";
import { AccountDatabase, type Identity, type Known, Registry, storing } from "./database";
import { newId } from "./ids";
import type * as device from "./index";
import { logIn } from "./login";
import { browser, type Outside } from "./outside";
import { appUpdate, Place } from "./place";
import { Problem, UnsentWork } from "./problem";
import { Store } from "./store";

/** Opens this phone; what was stored is there when it resolves, without any network. */
export async function openDevice(outside: Outside = browser()): Promise<device.Device> {
  const phone = new Phone(outside);
  await phone.open();
  return phone;
}

class Phone implements device.Device {
  readonly #registry: Registry;
  readonly #account = signal<Account | null>(null);
  /** Why nobody is logged in, where that was not their own wish. */
  readonly #farewell = signal<Problem | null>(null);
  readonly #channel: BroadcastChannel;
  /** Ends what is being sent for those who left work behind. */
  readonly #closed = new AbortController();
  readonly #rows = new Map<Uuid, ReadonlySignal<device.Row | undefined>>();
  readonly #lists = new Map<string, ReadonlySignal<readonly device.Row[]>>();
  readonly #photos = new Map<Uuid, ReadonlySignal<readonly device.Photo[]>>();

  readonly session: device.Session;
  readonly records: device.Records;
  readonly sync: device.Sync;
  readonly photos: device.Photos;
  readonly supplies: device.Supplies;
  readonly storage: Place;
  readonly app: device.AppUpdate;

  constructor(readonly outside: Outside) {
    this.#registry = new Registry(outside);
    this.#channel = new BroadcastChannel(outside.scope);
    const of = <T>(look: (account: Account) => T, none: T) => computed(() => (this.#account.value ? look(this.#account.value) : none));
    this.session = {
      user: of<device.Account | null>(({ known: { current: _, ...known } }) => ({ ...known }), null),
      loginDue: of(({ loop }) => loop.loginDue.value, false),
      login: (email, password) => this.#login(email.trim().toLowerCase(), password),
      logout: (how) => this.#logout(how?.leaveUnsent ?? false),
    };
    this.records = {
      row: <F>(id: Uuid) => memo(this.#rows, id, () => of(({ views }) => views.row(id).value, undefined)) as ReadonlySignal<device.Row<F> | undefined>,
      list: (entity) => memo(this.#lists, entity, () => of(({ views }) => views.list(entity).value, [])) as ReadonlySignal<readonly device.Row<never>[]>,
      parked: of(({ views }) => views.parked.value as readonly device.Row[], []),
      operations: of<readonly device.Operation[]>(({ views }) => views.operations.value, []),
      create: (entity, fields, how = {}) => {
        const row = how.row ?? newId(outside.now());
        return this.#edit((engine) => {
          engine.create(this.#origin(how), entity, row, fields as Fields);
          return row;
        });
      },
      update: (row, fields, how = {}) => this.#edit((engine) => engine.update(this.#origin(how), row, fields)),
      delete: (row, how = {}) => this.#edit((engine) => engine.delete(this.#origin(how), row)),
      group: (edit, how = {}) => this.#edit((engine) => engine.group(newId(outside.now()), (inside) => edit(this.#edits(inside, how)))),
    };
    this.sync = {
      status: computed(() => this.#status()),
      now: async () => {
        await this.#account.value?.syncNow();
      },
    };
    this.photos = {
      add: async (owner, photo, about) => this.#here.photos.add(owner, photo, about),
      addExact: async (owner, photo, about) => this.#here.photos.addExact(owner, photo, about),
      of: (owner) => memo(this.#photos, owner, () => of(({ photos }) => photos.of(owner).value, [])),
      unsent: of<readonly device.Photo[]>(({ photos }) => photos.unsent.value, []),
      content: async (id) => this.#here.photos.content(id),
    };
    this.supplies = {
      provider: of<device.Provider | null>(({ supplies }) => supplies.provider.value, null),
      tagsLeft: of(({ supplies }) => supplies.tagsLeft.value, 0),
      nextTag: async () => this.#here.supplies.nextTag(),
      takeNonce: async () => this.#here.supplies.takeNonce(),
      sign: async (text) => this.#here.supplies.sign(text),
    };
    this.storage = new Place();
    this.app = appUpdate();
  }

  async open(): Promise<void> {
    await this.#reopen();
    this.#channel.onmessage = () => void this.#reopen();
    (this.#channel as { unref?: () => void }).unref?.();
    void this.storage.look();
    void this.#sendLeftBehind();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#channel.close();
    await this.#account.value?.close();
    this.#account.value = null;
    this.#registry.close();
  }

  /** The account that is logged in. */
  get #here(): Account {
    const account = this.#account.value;
    if (!account) throw new Problem("unauthenticated", "nobody is logged in on this phone");
    return account;
  }

  /** Shows whoever is logged in by now. */
  async #reopen(): Promise<void> {
    const known = await this.#registry.current();
    const before = this.#account.value;
    if (before && known?.userId === before.known.userId && known.deviceId === before.known.deviceId) return;
    this.#account.value = null;
    await before?.close();
    if (!known || this.#closed.signal.aborted) return;
    const account = await Account.open(this.outside, known).catch(async (error) => {
      // Storage that was cleared from outside leaves nothing to open: whoever it was logs in again.
      if (!(error instanceof Problem) || error.code !== "storage_cleared") throw error;
      await this.#registry.accounts.delete(known.userId);
      return null;
    });
    if (!account) return;
    account.loop.onForgotten = () => void this.#forgotten(account);
    this.#account.value = account;
    account.start();
  }

  async #login(email: string, password: string): Promise<void> {
    const known = await this.#registry.accounts.where("email").equals(email).first();
    await this.#enter(email, password, known);
  }

  async #enter(email: string, password: string, known: Known | undefined): Promise<void> {
    const { outside } = this;
    const identity = known && (await this.#identity(known));
    const { answer, identity: own, known: entered } = await logIn(outside, email, password, identity);
    const same = await this.#registry.accounts.get(answer.user.id);
    // The account has got another address: its work here belongs to the device it had.
    if (same && !known) return this.#enter(email, password, same);

    const db = new AccountDatabase(outside, answer.user.id);
    try {
      const store = new Store(db);
      if (!(await db.single("head"))) {
        await store.begin(answer.stream_id);
      } else if (identity && identity.deviceId !== answer.device_id) {
        // The server knows this device no longer: its work goes on in the new one's stream.
        await store.open();
        await store.change((engine) => engine.renumber(answer.stream_id));
      }
      await storing(() => db.singles.bulkPut([own, stored(answer, outside.now())]));
    } finally {
      db.close();
    }
    const current = this.#account.value;
    this.#farewell.value = null;
    await this.#registry.enter(entered);
    this.#channel.postMessage("session");
    await this.#reopen();
    if (current && this.#account.value === current) current.loop.hurry();
  }

  /** What a known account's device proves itself by; a wiped device is no device any more once its work is sent. */
  async #identity(known: Known): Promise<Identity | undefined> {
    const db = new AccountDatabase(this.outside, known.userId);
    try {
      if ((await db.single("head"))?.wiped) {
        await this.#sendFor(known);
        return undefined;
      }
      return await db.single("identity");
    } finally {
      db.close();
    }
  }

  async #logout(leaveUnsent: boolean): Promise<void> {
    const account = this.#here;
    const { edits, photos } = account.unsent();
    if (edits + photos > 0 && !leaveUnsent) throw new UnsentWork(edits, photos);
    // Without a network the session stands on the server until it runs out; nothing here can use it any more.
    await account.api.asUser("POST", "/v1/logout").catch(() => {});
    await account.forgetRead();
    await this.#registry.enter(null);
    this.#channel.postMessage("session");
    await this.#reopen();
    void this.#sendLeftBehind();
  }

  /** Sends edits of accounts that are not logged in: the device's proof is enough for that. */
  async #sendLeftBehind(): Promise<void> {
    const others = (await this.#registry.accounts.toArray()).filter((account) => account.current === 0);
    // Whatever holds it up now is tried again at the next start.
    for (const known of others) await this.#sendFor(known).catch(() => {});
  }

  async #sendFor(known: Known): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const account = await Account.open(this.outside, known);
    let isForgotten = false;
    try {
      await account.loop.push(this.#closed.signal);
      isForgotten = account.store.engine.isForgotten();
    } finally {
      await account.close(isForgotten);
    }
    if (isForgotten) await this.#registry.accounts.delete(known.userId);
  }

  /** A wiped device whose work the server has: nothing of it stays. */
  async #forgotten(account: Account): Promise<void> {
    if (this.#account.value !== account) return;
    this.#farewell.value = new Problem("wiped", "this device was revoked; nothing it held is left on it");
    this.#account.value = null;
    await this.#registry.accounts.delete(account.known.userId);
    this.#channel.postMessage("session");
    await account.close(true);
  }

  #origin({ occurredAt, deps }: device.EditOptions): Origin {
    const now = this.outside.now();
    return { operation: newId(now), occurredAt: occurredAt ?? now, ...(deps ? { deps } : {}) };
  }

  #edits(engine: Engine, how: device.EditOptions): device.Edits {
    return {
      create: (entity, fields, row = newId(this.outside.now())) => {
        engine.create(this.#origin(how), entity, row, fields as Fields);
        return row;
      },
      update: (row, fields) => engine.update(this.#origin(how), row, fields),
      delete: (row) => engine.delete(this.#origin(how), row),
    };
  }

  async #edit<T>(edit: (engine: Engine) => T): Promise<T> {
    try {
      return await this.#here.store.change(edit);
    } catch (error) {
      if (error instanceof EditError) throw new Problem(error.code satisfies EditCode, error.message, { cause: error });
      throw error;
    }
  }

  #status(): device.SyncStatus {
    const account = this.#account.value;
    if (!account) return { ...LOGGED_OUT, problem: this.#farewell.value };
    const { figures } = account.views;
    const { pending, conflicts, quarantined, deferred, parked, reading, oldestUnsent } = figures.value;
    const photos = account.photos.figures.value;
    const oldest = [oldestUnsent, photos.oldest].filter((at) => at !== null);
    return {
      phase: account.store.engine.wiped ? "wiped" : account.loop.phase.value,
      online: account.loop.online.value,
      unsentEdits: pending,
      unsentPhotos: photos.count,
      oldestUnsent: oldest.length > 0 ? Math.min(...oldest) : null,
      lastSync: account.loop.lastSync.value,
      conflicts,
      quarantined,
      deferred,
      parked,
      reading: reading && { rows: reading.rows, total: reading.total },
      problem: account.loop.problem.value,
    };
  }
}

const LOGGED_OUT: device.SyncStatus = {
  phase: "logged_out",
  online: true,
  unsentEdits: 0,
  unsentPhotos: 0,
  oldestUnsent: null,
  lastSync: null,
  conflicts: 0,
  quarantined: 0,
  deferred: 0,
  parked: 0,
  reading: null,
  problem: null,
};

function memo<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
