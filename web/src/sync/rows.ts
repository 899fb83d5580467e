/**
 * The rows as pulled, those parked, and how pending operations are laid over them.
 *
 * Rows are never changed in place, always replaced: whoever holds one may compare by identity.
 */
import { rowSum } from "./checksum";
import { equal, isObject } from "./json";
import { add, unite } from "./merge";
import { type BucketSum, type Change, type Fields, type Json, rowOf, type Uuid } from "./messages";
import type { Entry } from "./outbox";
import { compareVersions, type Version, version } from "./version";

/** A row as its user sees it. */
export interface View {
  readonly id: Uuid;
  readonly entity: string;
  readonly body: Fields;
  /** Something of it has no receipt yet. */
  readonly unsent: boolean;
}

/** A row as the server published it. */
export interface BaseRow {
  readonly entity: string;
  readonly bucket: string;
  /** The version in which it last changed, in the epoch it was read in. */
  readonly version: Version;
  readonly body: Fields;
}

const NOTHING: BucketSum = { rows: 0, sum: 0 };

export class Rows {
  readonly #base: Map<Uuid, BaseRow>;
  readonly #parked: Map<Uuid, View>;
  readonly #byEntity = new Map<string, Set<Uuid>>();
  /**
   * Kept up with each row once they are asked for, since adding them all up anew at every checkpoint would be felt on a phone;
   * not before, since adding up what was stored would be felt at each start.
   */
  #sums: Map<string, BucketSum> | null = null;
  /** Ids whose row, base or parked, is another than when this was last emptied. */
  readonly touched = new Set<Uuid>();

  constructor(base: Iterable<[Uuid, BaseRow]> = [], parked: Iterable<View> = []) {
    this.#base = new Map();
    for (const [id, row] of base) this.#put(id, row);
    this.#parked = new Map([...parked].map((view) => [view.id, view]));
    this.touched.clear();
  }

  get base(): ReadonlyMap<Uuid, BaseRow> {
    return this.#base;
  }

  get parked(): ReadonlyMap<Uuid, View> {
    return this.#parked;
  }

  get(row: Uuid): BaseRow | undefined {
    return this.#base.get(row);
  }

  /** Ids of an entity's rows. */
  of(entity: string): ReadonlySet<Uuid> {
    return this.#byEntity.get(entity) ?? new Set();
  }

  /**
   * Applies changes in their order, each unless it is older than the own copy. A row of the same version is put again: it
   * may come in another shape, after the app was updated.
   */
  apply(epoch: number, changes: readonly Change[]): void {
    for (const change of changes) {
      const id = rowOf(change);
      const at = version(epoch, change.version);
      const own = this.#base.get(id);
      const compared = own ? compareVersions(own.version, at) : -1;
      if (compared > 0 || (compared === 0 && change.change !== "put")) continue;
      if (change.change === "put") {
        this.#put(id, { entity: change.entity, bucket: change.bucket, version: at, body: change.body });
      } else if (change.change === "deleted" || own?.bucket === change.bucket) {
        this.#remove(id);
      }
    }
  }

  /** Id and number of the version of every row of a bucket, by id. */
  ofBucket(bucket: string): [Uuid, number][] {
    const rows = [...this.#base].filter(([, row]) => row.bucket === bucket);
    return rows.map(([id, row]): [Uuid, number] => [id, row.version.number]).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** What a bucket holds. */
  sum(bucket: string): BucketSum {
    if (!this.#sums) {
      this.#sums = new Map();
      for (const [id, row] of this.#base) this.#count(id, row, 1);
    }
    return this.#sums.get(bucket) ?? NOTHING;
  }

  /** Forgets everything. */
  clear(): void {
    this.retain(() => false);
    for (const id of this.#parked.keys()) this.#unpark(id);
  }

  /** Removes the rows that don't stay. */
  retain(stays: (id: Uuid, row: BaseRow) => boolean): void {
    for (const [id, row] of this.#base) {
      if (!stays(id, row)) this.#remove(id);
    }
  }

  park(view: View): void {
    this.#parked.set(view.id, view);
    this.touched.add(view.id);
  }

  /** Lets go of parked rows that are back or have no unsent edit left. Returns the latter. */
  unpark(unsent: ReadonlySet<Uuid>): Uuid[] {
    const ids = [...this.#parked.keys()].sort();
    const back = ids.filter((id) => this.#base.has(id));
    const sent = ids.filter((id) => !this.#base.has(id) && !unsent.has(id));
    for (const id of [...back, ...sent]) this.#unpark(id);
    return sent;
  }

  #unpark(id: Uuid): void {
    this.#parked.delete(id);
    this.touched.add(id);
  }

  #put(id: Uuid, row: BaseRow): void {
    this.#remove(id);
    this.#base.set(id, row);
    let ids = this.#byEntity.get(row.entity);
    if (!ids) this.#byEntity.set(row.entity, (ids = new Set()));
    ids.add(id);
    this.#count(id, row, 1);
    this.touched.add(id);
  }

  #remove(id: Uuid): void {
    const row = this.#base.get(id);
    if (!row) return;
    this.#base.delete(id);
    this.#byEntity.get(row.entity)?.delete(id);
    this.#count(id, row, -1);
    this.touched.add(id);
  }

  #count(id: Uuid, row: BaseRow, sign: 1 | -1): void {
    if (!this.#sums) return;
    const { rows, sum } = this.#sums.get(row.bucket) ?? NOTHING;
    this.#sums.set(row.bucket, { rows: rows + sign, sum: sum + sign * rowSum(id, row.version.number) });
  }
}

/** The row `id` with `operations` laid over it; `undefined` if it does not exist or has been deleted. */
export function overlay(id: Uuid, base: BaseRow | undefined, operations: Iterable<Entry>): View | undefined {
  let view = base && { id, entity: base.entity, body: base.body };
  let unsent = false;
  for (const { operation, settled } of operations) {
    unsent ||= settled === null;
    if (operation.kind === "delete") {
      view = undefined;
      continue;
    }
    if (operation.kind === "create") view ??= { id, entity: operation.entity, body: {} };
    if (!view) continue;
    const body: Fields = { ...view.body };
    for (const [field, value] of Object.entries(operation.set)) body[field] = changed(body[field] ?? null, value);
    view = { ...view, body };
  }
  return view && { ...view, unsent };
}

/**
 * What a field that has the value `now` shows after being set to `value`.
 *
 * The device does not know the fields' policies: a change to a set is told by its form, an object of `add` and `remove`
 * for a field that holds a list or nothing; one of a quantity by `by`, for a number or nothing.
 */
export function changed(now: Json, value: Json): Json {
  const mayBeSet = isObject(value) && Object.keys(value).length > 0 && (now === null || Array.isArray(now));
  return (mayBeSet ? unite(now, value) : undefined) ?? add(now, value) ?? value;
}

/** Whether `fields` would show anything else than `body` does; those that would not are left out. */
export function differing(body: Fields, fields: Fields): Fields {
  const kept = Object.entries(fields).filter(([field, value]) => {
    const now = body[field] ?? null;
    return !equal(changed(now, value), now);
  });
  return Object.fromEntries(kept);
}
