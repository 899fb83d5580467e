/**
 * Records as this tab knows them. Lists are read by REST and kept right by the feed of changes, so that every page shows
 * what stands without being loaded again. Changes on their way lie over the server's rows until it has decided.
 */
import { batch, computed, type ReadonlySignal, signal, type Signal } from "@preact/signals";
import type { Uuid } from "../../sync/messages";
import { Problem } from "../../device/problem";
import { compare, type Entities, type EntityName, plural, type Row, type Sent } from "./entities";
import { all, get, type Query } from "./session";

type Keep<E extends EntityName> = (fields: Entities[E], id: Uuid) => boolean;

interface Layer {
  readonly n: number;
  readonly fields: object;
}

const known = new Map<Uuid, Row>();
const layers = new Map<Uuid, Layer[]>();
const shown = new Map<Uuid, Signal<Row | undefined>>();
const lists = new Map<string, List<EntityName>>();
const gone = new Set<Uuid>();

/** Lists nobody looks at that are kept for who comes back. */
const KEPT = 24;

/** Moves whenever rows of a kind changed on the server. */
const moved = new Map<EntityName, Signal<number>>();

/** Counts the changes to rows of a kind, for what is read beside the lists. */
export function changesOf(entity: EntityName): Signal<number> {
  let found = moved.get(entity);
  if (!found) moved.set(entity, (found = signal(0)));
  return found;
}

function at(id: Uuid): Signal<Row | undefined> {
  let found = shown.get(id);
  if (!found) shown.set(id, (found = signal(undefined)));
  return found;
}

/** Shows a row with what is on its way, and lets each list say whether it belongs there. */
function show(id: Uuid): void {
  const base = known.get(id);
  const over = layers.get(id) ?? [];
  const row = base && { ...base, fields: Object.assign({}, base.fields, ...over.map((layer) => layer.fields)), pending: over.length > 0 };
  at(id).value = row;
  if (!row) return;
  for (const list of lists.values()) if (list.entity === row.entity) list.weigh(row);
}

/** A list that follows the server. */
export class List<E extends EntityName> {
  readonly #ids = signal<readonly Uuid[]>([]);
  /** Moves whenever a row that is in it changed: one signal to follow, where a list may have thousands of rows. */
  readonly #turn = signal(0);
  readonly #isReady = signal(false);
  readonly #problem = signal<Problem | null>(null);
  #reading: Promise<void> | null = null;
  #has = new Set<Uuid>();
  /** What belongs here by what came while it is being read. */
  readonly #meanwhile = new Set<Uuid>();
  users = 0;
  lastUse = 0;

  /** In the order of their ids, which is about the order they were made in. */
  readonly rows: ReadonlySignal<readonly Row<E>[]> = computed(() => {
    void this.#turn.value;
    const found = this.#ids.value.map((id) => at(id).peek() as Row<E> | undefined);
    return found.filter((row) => row !== undefined);
  });

  constructor(
    readonly entity: E,
    readonly query: Query,
    readonly keep: Keep<E>,
  ) {}

  /** Whether it has been read. */
  get isReady(): boolean {
    return this.#isReady.value;
  }

  /** Why it could not be read. */
  get problem(): Problem | null {
    return this.#problem.value;
  }

  /** Reads it, again where it was read before. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    this.#meanwhile.clear();
    try {
      const sent = await all<Sent<E>>(`/v1/${plural[this.entity]}`, this.query);
      batch(() => {
        for (const one of sent) {
          take(this.entity, one);
          if (!gone.has(one.id)) this.#meanwhile.add(one.id);
        }
        // What the feed brought in meanwhile is newer than this answer.
        for (const id of this.#has) this.#meanwhile.add(id);
        this.#set([...this.#meanwhile].filter((id) => this.#fits(at(id).peek())));
        this.#problem.value = null;
        this.#isReady.value = true;
      });
    } catch (error) {
      this.#problem.value = error instanceof Problem ? error : new Problem("app_fault", String(error), { cause: error });
    }
  }

  #fits(row: Row | undefined): boolean {
    return row?.entity === this.entity && this.keep(row.fields as Entities[E], row.id);
  }

  #set(ids: Uuid[]): void {
    this.#has = new Set(ids);
    this.#ids.value = ids.sort();
  }

  /** Takes a row in or out. */
  weigh(row: Row): void {
    const fits = this.#fits(row);
    if (this.#reading) {
      if (fits) this.#meanwhile.add(row.id);
      else this.#meanwhile.delete(row.id);
    }
    if (!this.#isReady.peek()) return;
    if (fits === this.#has.has(row.id)) {
      if (fits) this.#turn.value += 1;
    } else if (fits) this.#set([...this.#has, row.id]);
    else this.drop(row.id);
  }

  drop(id: Uuid): void {
    this.#meanwhile.delete(id);
    if (this.#has.has(id)) this.#set([...this.#has].filter((one) => one !== id));
  }
}

/** Takes the server's word for a row, unless a newer one is known. */
export function take<E extends EntityName>(entity: E, sent: Sent<E>): void {
  const have = known.get(sent.id);
  if (have && compare(have.version, sent.version) >= 0) return;
  known.set(sent.id, { ...sent, entity, pending: false });
  gone.delete(sent.id);
  show(sent.id);
}

/** A row was deleted. */
export function forget(id: Uuid): void {
  const row = known.get(id);
  gone.add(id);
  known.delete(id);
  at(id).value = undefined;
  for (const list of lists.values()) if (!row || list.entity === row.entity) list.drop(id);
}

/** Whether the feed's news of a row is of use here: it is shown, or a list wants it. */
export function isWanted<E extends EntityName>(entity: E, id: Uuid, fields: Entities[E]): boolean {
  if (known.has(id)) return true;
  for (const list of lists.values()) if (list.entity === entity && list.keep(fields, id)) return true;
  return false;
}

/** Lays a change over a row until the answer is there; returns how to take it off. */
export function lay(id: Uuid, fields: object, n: number): () => void {
  layers.set(id, [...(layers.get(id) ?? []), { n, fields }]);
  show(id);
  return () => {
    const all = layers.get(id) ?? [];
    const rest = all.filter((layer) => layer.n !== n);
    if (rest.length === all.length) return;
    if (rest.length > 0) layers.set(id, rest);
    else layers.delete(id);
    show(id);
  };
}

/** What stands on the server of a row, without what is on its way. */
export const standing = <E extends EntityName>(id: Uuid): Row<E> | undefined => known.get(id) as Row<E> | undefined;

const asked = new Map<Uuid, Promise<void>>();

/** Reads one row from the server. @throws Problem */
export async function readRow<E extends EntityName>(entity: E, id: Uuid): Promise<Row<E>> {
  take(entity, await get<Sent<E>>(`/v1/${plural[entity]}/${id}`));
  return known.get(id) as Row<E>;
}

/**
 * One row; a component that calls it is drawn again when it changes. A row not known yet is asked for, and is `undefined`
 * until it comes.
 */
export function row<E extends EntityName>(entity: E, id: Uuid | null | undefined): Row<E> | undefined {
  if (!id) return undefined;
  const found = at(id).value;
  if (!found && !asked.has(id) && !gone.has(id)) {
    // One that is not there, or not for these eyes, stays undefined.
    asked.set(id, readRow(entity, id).then(() => {}, () => {}));
  }
  return found?.entity === entity ? (found as Row<E>) : undefined;
}

const everything = () => true;

/** The list of a query; the same for the same query. `keep` says on this side what the query says to the server. */
export function list<E extends EntityName>(entity: E, query: Query = {}, keep: Keep<E> = everything): List<E> {
  const key = `${entity} ${JSON.stringify(query)}`;
  let found = lists.get(key) as List<E> | undefined;
  if (!found) {
    found = new List(entity, query, keep);
    lists.set(key, found as unknown as List<EntityName>);
    void found.read();
  }
  return found;
}

/** Says that a list is looked at; returns how to say that it no longer is. */
export function hold(one: List<EntityName>): () => void {
  one.users += 1;
  return () => {
    one.users -= 1;
    one.lastUse = performance.now();
    const idle = [...lists].filter(([, list]) => list.users === 0).sort(([, a], [, b]) => b.lastUse - a.lastUse);
    for (const [key] of idle.slice(KEPT)) lists.delete(key);
  };
}

/** Reads everything shown again, as after a database was restored. */
export async function readAgain(): Promise<void> {
  known.clear();
  gone.clear();
  asked.clear();
  for (const [key, one] of lists) if (one.users === 0) lists.delete(key);
  await Promise.all([...lists.values()].map((one) => one.read()));
  batch(() => {
    for (const entity of moved.values()) entity.value += 1;
  });
}

/** Forgets all, as when somebody else logs in. */
export function clear(): void {
  for (const map of [known, layers, shown, lists, asked]) map.clear();
  gone.clear();
}
