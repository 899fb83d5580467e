/**
 * The phone's side of sync as a state machine that does no I/O: the Rust crate's `client::Engine`, module by module.
 *
 * It is told what its user does, says what to send, and takes the answers, each with the request it belongs to. Pushing and
 * pulling don't wait for each other, and answers may get lost, come twice, late or in any order. Whoever drives it stores it
 * after each edit and after {@link Engine.renumber}, before the edit is called saved and before anything is sent.
 *
 * Invariants (told in full in `sync-protocol/src/client/mod.rs`, and held by the same golden scripts):
 *
 * 1. An operation never changes, and never leaves before it has a receipt and {@link Engine.prune} finds it old.
 * 2. Numbers of a stream start at 1 and have no gaps; a batch starts at the first operation without a receipt.
 * 3. The base rows change by pulls alone: a bucket at a time once it is read whole, and by all changes up to a checkpoint at
 *    once. A row's version only grows, counted by epoch first.
 * 4. What is shown is the base overlaid by the operations whose effect it may lack.
 * 5. An operation's `base` never runs ahead of what its author saw.
 * 6. A row that leaves while an edit of it has no receipt is parked, until its last receipt has come.
 * 7. A page counts only as the answer to the present cursor and if its head is not behind the last checkpoint, an answer to a
 *    push only in its stream, and neither in an epoch that has passed.
 */
import * as edit from "./edit";
import { type Hlc, START } from "./hlc";
import {
  type Change,
  type Fields,
  PROTOCOL,
  type PullRequest,
  type PullResponse,
  type PushRequest,
  type PushResponse,
  RECEIPT,
  type Receipt,
  type RepairRequest,
  type RepairResponse,
  rowOf,
  SCHEMA,
  type Uuid,
} from "./messages";
import { type Continues, type Entry, isAheadOf, Outbox, type OutboxHead, outcomeOf, type PushEvent } from "./outbox";
import { readReceipt } from "./receipt";
import * as repair from "./repair";
import { type BaseRow, overlay, Rows, type View } from "./rows";
import { type Page, type Reading, Staging } from "./staging";
import { compareVersions, newer, parseVersion, type Version, version, ZERO } from "./version";

/** What an answer to a pull or a repair did. */
export type PullEvent =
  /** The server was restored from a backup; everything is read anew. */
  | { newEpoch: number }
  /** The device no longer holds this bucket; its rows are gone or parked. */
  | { dropped: string }
  /** A row left with unsent edits. */
  | { parked: Uuid }
  /** A bucket has been read whole and can be shown. */
  | { filled: string }
  /** Everything up to this version is shown; there is nothing more to pull meanwhile. */
  | { checkpoint: Version }
  /** An operation that had waited, or was in quarantine, has been decided on. */
  | { decided: Receipt }
  /** The copy of this bucket is not what the server has; {@link Engine.nextRepair} says what to ask. */
  | { differs: string }
  /** It is again, after so many rows. */
  | { repaired: { bucket: string; rows: number } };

/** The engine in figures. */
export interface Status {
  /** Operations without a receipt: not safe on the server yet. */
  readonly pending: number;
  /** Operations with a receipt whose effect has not been pulled yet. */
  readonly settling: number;
  /** Operations the server keeps until what they build on has come. */
  readonly deferred: number;
  /** Of the operations kept, those that ended in a conflict. */
  readonly conflicts: number;
  /** Of the operations kept, those that ended in quarantine. */
  readonly quarantined: number;
  /** Rows that left while edits of them were unsent. */
  readonly parked: number;
  /** Until the first checkpoint, and again while everything is read anew after a restore. */
  readonly reading: Reading | null;
}

/** An engine without its rows, entries and pages: small, and stored whole. */
export interface Head {
  readonly epoch: number | null;
  readonly seen: Version;
  readonly hlc: Hlc;
  readonly outbox: OutboxHead;
  readonly cursor: string | null;
  readonly reading: Reading | null;
  readonly repair: repair.Repair;
  readonly durable: Version | null;
  readonly wiped: boolean;
}

/** All an engine remembers, each kind of part apart so that each can be stored by itself. */
export interface Stored {
  readonly head: Head;
  readonly rows: Iterable<[Uuid, BaseRow]>;
  readonly parked: Iterable<View>;
  /** In order. */
  readonly entries: Entry[];
  /** In order. */
  readonly pages: Page[];
}

/** A device's copy of its rows, and its user's unsent work. */
export class Engine {
  /** The server's, once it has answered. */
  epoch: number | null = null;
  /** Everything up to here has been applied. */
  seen: Version = ZERO;
  hlc: Hlc = START;
  rows = new Rows();
  staging = new Staging();
  repair = repair.noRepair();
  /** Everything up to here is in a backup of the server, if it makes any. */
  durable: Version | null = null;
  wiped = false;

  private constructor(readonly outbox: Outbox) {}

  /** A device that knows nothing yet and numbers its operations in `stream`, given to it by the server. */
  static of(stream: Uuid): Engine {
    return new Engine(Outbox.of(stream));
  }

  /** An engine that goes on where the stored one stood. */
  static restore({ head, rows, parked, entries, pages }: Stored): Engine {
    const engine = new Engine(new Outbox({ ...head.outbox }, entries));
    engine.epoch = head.epoch;
    engine.seen = head.seen;
    engine.hlc = head.hlc;
    engine.rows = new Rows(rows, parked);
    engine.staging = new Staging(head.cursor, head.reading, pages);
    engine.repair = structuredClone(head.repair);
    engine.durable = head.durable;
    engine.wiped = head.wiped;
    return engine;
  }

  /** What is to be stored beside rows, parked rows, entries and pages. */
  head(): Head {
    return {
      epoch: this.epoch,
      seen: this.seen,
      hlc: this.hlc,
      outbox: { ...this.outbox.head },
      cursor: this.staging.cursor,
      reading: this.staging.reading,
      repair: structuredClone(this.repair),
      durable: this.durable,
      wiped: this.wiped,
    };
  }

  /** A row as its user sees it. */
  view(row: Uuid): View | undefined {
    if (this.rows.parked.has(row)) return undefined;
    const base = this.rows.get(row);
    return overlay(row, base, this.outbox.aheadOf(row, this.reached(base)));
  }

  /** All rows of an entity, by id. */
  list(entity: string): View[] {
    const ids = new Set(this.rows.of(entity));
    for (const { operation } of this.operations) {
      if (operation.entity === entity) ids.add(operation.row);
    }
    return this.views(ids);
  }

  /** Rows that left while edits of them were unsent, as they were shown last. */
  parked(): View[] {
    return [...this.rows.parked.keys()].sort().flatMap((id) => this.rows.parked.get(id) ?? []);
  }

  /** Every operation kept, in order, with what became of it. */
  get operations(): readonly Entry[] {
    return this.outbox.entries;
  }

  /** The engine in figures. */
  status(): Status {
    const count = (which: (entry: Entry) => boolean) => this.operations.filter(which).length;
    const isSettling = (entry: Entry) =>
      entry.settled !== null &&
      outcomeOf(entry) !== "deferred" &&
      isAheadOf(entry, this.reached(this.rows.get(entry.operation.row)));
    return {
      pending: count((entry) => entry.settled === null),
      settling: count(isSettling),
      deferred: count((entry) => outcomeOf(entry) === "deferred"),
      conflicts: count((entry) => outcomeOf(entry) === "conflict"),
      quarantined: count((entry) => outcomeOf(entry) === "quarantined"),
      parked: this.rows.parked.size,
      reading: this.staging.reading,
    };
  }

  /** Makes a row. @throws EditError */
  create(origin: edit.Origin, entity: string, row: Uuid, fields: Fields): void {
    edit.create(this, origin, entity, row, fields);
  }

  /** Changes fields of a row; returns whether anything is left to send. @throws EditError */
  update(origin: edit.Origin, row: Uuid, fields: Fields): boolean {
    return edit.update(this, origin, row, fields);
  }

  /** Deletes a row. @throws EditError */
  delete(origin: edit.Origin, row: Uuid): void {
    edit.remove(this, origin, row);
  }

  /** Makes edits that stand together on the server, or not at all. @throws EditError, and whatever `edits` throws */
  group<T>(id: Uuid, edits: (engine: Engine) => T): T {
    return edit.group(this, id, edits);
  }

  /**
   * What to push next, of at most so many operations and, unless the first alone is larger, so many bytes; `null` if there is
   * nothing, or a new stream is needed first. Without an answer, the same is pushed again.
   */
  nextPush(sentAt: number, maxOperations: number, maxBytes: number): PushRequest | null {
    return this.outbox.batch(sentAt, maxOperations, maxBytes);
  }

  /** Takes the answer to a push. */
  onPush(request: PushRequest, response: PushResponse): PushEvent[] {
    const events: PushEvent[] = [];
    if (request.stream !== this.outbox.head.stream || this.#hasPassed(response.epoch)) return events;
    const unsent = this.#unsentViews();
    if (this.#enter(response.epoch)) events.push({ newEpoch: response.epoch });
    this.durable = durableOf(response);
    this.outbox.settle(request, response, events);
    this.#park(unsent);
    events.push(...this.rows.unpark(this.outbox.unsentRows()).map((row) => ({ unparked: row })));
    if (this.wiped) this.outbox.forgetSent();
    return events;
  }

  /**
   * Obeys an order to wipe, once its signature has been checked: forgets everything it has read, takes no more edits, and
   * forgets its user's work as soon as the server has it.
   */
  wipe(): void {
    this.wiped = true;
    this.rows.clear();
    this.reread();
    this.outbox.forgetSent();
  }

  /** Whether it was wiped and nothing unsent is left: the driver may delete it. */
  isForgotten(): boolean {
    return this.wiped && this.outbox.isSent();
  }

  /**
   * Whether the server has to give this device a new stream: its present one was continued by a clone or an older copy of it,
   * or the server lost numbers that can't be filled any more.
   */
  needsNewStream(): boolean {
    return this.outbox.head.newStreamNeeded;
  }

  /**
   * What the device says when it asks for a new stream: how far the present one is its own, so that its earlier work does not
   * count as another's there.
   */
  continues(): Continues | null {
    return this.outbox.continues();
  }

  /** Goes on in a new stream: every operation without a receipt gets its number there, in order from 1. */
  renumber(stream: Uuid): void {
    this.outbox.renumber(stream);
  }

  /** Forgets receipted operations that are in a backup of the server or, where it makes none, old; oldest first. */
  prune(now: number): void {
    this.outbox.prune(now, this.seen, this.durable);
  }

  /** What to pull next, in pages of `limit` rows. */
  nextPull(limit: number): PullRequest {
    return { protocol: PROTOCOL, schema: SCHEMA, cursor: this.staging.cursor, limit };
  }

  /** Takes the answer to a pull. No checkpoint among the events: pull on. */
  onPull(request: PullRequest, page: PullResponse): PullEvent[] {
    const events: PullEvent[] = [];
    const head = version(page.epoch, page.head);
    const isLate = (request.cursor ?? null) !== this.staging.cursor || this.#hasPassed(page.epoch);
    if (isLate || compareVersions(head, this.seen) < 0 || this.wiped) return events;
    // An answer that finds nothing new does not say: what was said before still holds.
    this.durable = durableOf(page) ?? this.durable;
    if (this.#enter(page.epoch)) {
      events.push({ newEpoch: page.epoch });
      if ((request.cursor ?? null) !== null) return events;
    }
    const parked = this.parking(() => this.#take(page, head, events));
    events.push(...parked.map((row) => ({ parked: row })));
    return events;
  }

  /** What to send for, if the copy of a bucket was found to differ. */
  nextRepair(): RepairRequest | null {
    return repair.nextRepair(this);
  }

  /** Takes the answer to a repair. */
  onRepair(request: RepairRequest, response: RepairResponse): PullEvent[] {
    return repair.onRepair(this, request, response);
  }

  /** Reads everything anew, after the server refused the cursor. What is shown stays until it is replaced. */
  reread(): void {
    this.staging = new Staging();
    this.repair = repair.noRepair();
  }

  /** Up to where all changes of this row are known. */
  reached(row: BaseRow | undefined): Version {
    return row ? newer(row.version, this.seen) : this.seen;
  }

  /** The rows as their user sees them, as far as they are not parked, by id. */
  views(rows: Iterable<Uuid>): View[] {
    const shown = [...rows].sort().map((row) => this.view(row));
    return shown.filter((view) => view !== undefined);
  }

  /**
   * Changes base rows, and parks what was shown of rows that are shown no longer though edits of them are unsent. Returns
   * their ids.
   */
  parking(change: () => void): Uuid[] {
    const unsent = this.#unsentViews();
    change();
    const parked = this.#park(unsent);
    this.rows.unpark(this.outbox.unsentRows());
    return parked;
  }

  #take(page: PullResponse, head: Version, events: PullEvent[]): void {
    const dropped = page.dropped ?? [];
    if (dropped.length > 0) this.rows.retain((_, row) => !dropped.includes(row.bucket));
    for (const bucket of dropped) repair.forget(this.repair, bucket);
    events.push(...dropped.map((bucket) => ({ dropped: bucket })));
    const { filled, checkpoint } = this.staging.take(page);
    if (filled) {
      const sent = new Set(filled.changes.map(rowOf));
      this.rows.retain((id, row) => row.bucket !== filled.bucket || sent.has(id));
      events.push(...this.#decide(page.epoch, filled.changes));
      this.rows.apply(page.epoch, filled.changes);
      events.push({ filled: filled.bucket });
    }
    if (checkpoint) {
      const { only } = checkpoint;
      if (only) this.rows.retain((_, row) => only.has(row.bucket));
      events.push(...this.#decide(page.epoch, checkpoint.changes));
      this.rows.apply(page.epoch, checkpoint.changes);
      this.seen = head;
      events.push({ checkpoint: head }, ...repair.compare(this, page.sums ?? {}));
    }
  }

  /** Takes the ends of operations that were decided after their push. */
  #decide(epoch: number, changes: readonly Change[]): PullEvent[] {
    const events: PullEvent[] = [];
    for (const change of changes) {
      if (change.change !== "put" || change.entity !== RECEIPT) continue;
      const receipt = readReceipt(change.body);
      if (receipt && this.outbox.decide(receipt, epoch)) events.push({ decided: receipt });
    }
    return events;
  }

  #unsentViews(): View[] {
    return this.views(this.outbox.unsentRows());
  }

  #park(shownBefore: View[]): Uuid[] {
    const unsent = this.outbox.unsentRows();
    const parked = shownBefore.filter(({ id }) => unsent.has(id) && !this.view(id));
    for (const view of parked) this.rows.park(view);
    return parked.map(({ id }) => id);
  }

  #hasPassed(epoch: number): boolean {
    return this.epoch !== null && epoch < this.epoch;
  }

  /** Notes the server's epoch. Returns whether it follows another one. */
  #enter(epoch: number): boolean {
    const isRestored = this.epoch !== null && this.epoch < epoch;
    this.epoch = epoch;
    if (isRestored) {
      this.reread();
      this.outbox.doubt();
    }
    return isRestored;
  }
}

function durableOf({ durable_through }: { durable_through?: string | null }): Version | null {
  return durable_through ? (parseVersion(durable_through) ?? null) : null;
}
