/**
 * The engine and the database it is stored in, kept in step.
 *
 * The database is what counts; the engine in memory is a copy of it. Every change is one read-write transaction, which
 * IndexedDB runs alone among all tabs: it first makes sure that the copy is the newest state (by a revision), then changes the
 * copy, then writes what that touched. If it can't be written, the copy is thrown away and read again. So nothing that is
 * shown as saved is lost, and two tabs never give one number twice.
 */
import { Engine } from "../sync/engine";
import { SCHEMA, type Uuid } from "../sync/messages";
import { type Entry, isAheadOf } from "../sync/outbox";
import { type AccountDatabase, type StoredHead, storing } from "./database";
import { Problem } from "./problem";

/** Rows whose view may be another now; `all` after reading everything again. */
export type Changed = ReadonlySet<Uuid> | "all";

export class Store {
  #engine: Engine | null = null;
  #revision = -1;
  #outboxSchema = SCHEMA;
  #pages = new Map<number, unknown>();
  #tail: Promise<unknown> = Promise.resolve();

  /** Told after each change that is durable. */
  onChange: (changed: Changed) => void = () => {};
  /** Told after each change made here, so that other tabs hear of it. */
  onSaved: () => void = () => {};

  constructor(readonly db: AccountDatabase) {}

  /** The engine, to look at; it is changed through {@link change} alone. */
  get engine(): Engine {
    if (!this.#engine) throw new Problem("storage_broken", "the storage has not been read");
    return this.#engine;
  }

  /** The shape pushes are made in. */
  get outboxSchema(): number {
    return this.#outboxSchema;
  }

  /** Makes the storage of a device that knows nothing yet. */
  async begin(stream: Uuid): Promise<void> {
    const head: StoredHead = { key: "head", ...Engine.of(stream).head(), revision: 0, schema: SCHEMA, outboxSchema: SCHEMA };
    await storing(() => this.db.singles.put(head));
  }

  /** Reads everything. */
  async open(): Promise<void> {
    await this.#alone(() => this.db.transaction("r", this.db.tables, () => this.#read()));
    this.onChange("all");
  }

  /** Reads again what another tab changed, if it did. */
  async refresh(): Promise<void> {
    const isNew = await this.#alone(async () => {
      const head = await this.db.single("head");
      if (head?.revision === this.#revision) return false;
      await this.db.transaction("r", this.db.tables, () => this.#read());
      return true;
    });
    if (isNew) this.onChange("all");
  }

  /**
   * Changes the engine, and resolves when that is durable. `also` writes to other tables in the same transaction.
   * @throws what `change` throws, and Problem `storage_full` or `storage_broken`; nothing was changed then.
   */
  async change<T>(change: (engine: Engine) => T, also?: (result: T) => PromiseLike<unknown>): Promise<T> {
    let changed: Changed = new Set();
    let isAhead = false;
    const result = await this.#alone(async () => {
      try {
        return await this.db.transaction("rw", this.db.tables, async () => {
          const stored = await this.db.single("head");
          if (stored?.revision !== this.#revision) {
            await this.#read();
            changed = "all";
          }
          const seen = this.engine.seen;
          const done = change(this.engine);
          isAhead = true;
          const rows = await this.#write(seen);
          if (changed !== "all") changed = rows;
          if (also) await also(done);
          return done;
        });
      } catch (error) {
        // What the engine did is not stored: it is read again. (A refused edit leaves it as it was.)
        if (isAhead) await this.db.transaction("r", this.db.tables, () => this.#read()).catch(() => {
          this.#revision = -1;
        });
        throw error;
      }
    });
    this.onChange(changed);
    this.onSaved();
    return result;
  }

  /** One after the other, whatever happens to the one before. */
  #alone<T>(work: () => PromiseLike<T>): Promise<T> {
    const result = this.#tail.then(() => storing(work));
    this.#tail = result.catch(() => {});
    return result;
  }

  async #read(): Promise<void> {
    const { db } = this;
    const head = await db.single("head");
    if (!head) throw new Problem("storage_cleared", "this phone's storage has been cleared");
    const [rows, parked, entries, pages] = [
      await db.rows.toArray(),
      await db.parked.toArray(),
      await db.entries.orderBy("order").toArray(),
      await db.pages.orderBy("id").toArray(),
    ];
    this.#outboxSchema = Math.min(head.outboxSchema, head.schema);
    this.#engine = Engine.restore({ head, rows: rows.map(({ id, ...row }) => [id, row]), parked, entries, pages });
    this.#pages = new Map(pages.map((page) => [page.id, page]));
    this.#revision = head.revision;
  }

  /** Writes what was touched since it was last written; returns the rows whose view may have changed. */
  async #write(seenBefore: Engine["seen"]): Promise<Set<Uuid>> {
    const { db, engine } = this;
    const { rows, outbox, staging } = engine;
    const changed = new Set([...rows.touched, ...outbox.touchedRows]);
    if (engine.seen !== seenBefore) {
      const settles = (entry: Entry) => entry.settled !== null && isAheadOf(entry, seenBefore);
      for (const entry of engine.operations.filter(settles)) changed.add(entry.operation.row);
    }
    const [put, gone] = split(rows.touched, (id) => {
      const row = rows.get(id);
      return row && { id, ...row };
    });
    if (put.length > 0) await db.rows.bulkPut(put);
    if (gone.length > 0) await db.rows.bulkDelete(gone);
    const [parked, unparked] = split(rows.touched, (id) => rows.parked.get(id));
    if (parked.length > 0) await db.parked.bulkPut(parked);
    if (unparked.length > 0) await db.parked.bulkDelete(unparked);
    const byOrder = outbox.touched.size > 0 ? new Map(outbox.entries.map((entry) => [entry.order, entry])) : new Map<number, Entry>();
    const [kept, pruned] = split(outbox.touched, (order) => byOrder.get(order));
    if (kept.length > 0) await db.entries.bulkPut(kept);
    if (pruned.length > 0) await db.entries.bulkDelete(pruned);
    const pages = new Map(staging.pages.map((page) => [page.id, page]));
    const fresh = staging.pages.filter((page) => this.#pages.get(page.id) !== page);
    const stale = [...this.#pages.keys()].filter((id) => !pages.has(id));
    if (fresh.length > 0) await db.pages.bulkPut(fresh);
    if (stale.length > 0) await db.pages.bulkDelete(stale);
    if (outbox.entries.length === 0) this.#outboxSchema = SCHEMA;
    const revision = this.#revision + 1;
    await db.singles.put({ key: "head", ...engine.head(), revision, schema: SCHEMA, outboxSchema: this.#outboxSchema });
    this.#pages = pages;
    this.#revision = revision;
    rows.touched.clear();
    outbox.touched.clear();
    outbox.touchedRows.clear();
    return changed;
  }
}

/** The records there are for keys, and the keys there are none for. */
function split<K, V>(keys: Iterable<K>, get: (key: K) => V | undefined): [V[], K[]] {
  const [there, gone]: [V[], K[]] = [[], []];
  for (const key of keys) {
    const value = get(key);
    if (value === undefined) gone.push(key);
    else there.push(value);
  }
  return [there, gone];
}
