/**
 * What the author did, in the order it was done, kept until the server has it for good.
 *
 * Entries stay after their receipt: a server restored from an old backup asks for them again.
 */
import { equal, jsonBytes, timestamp } from "./json";
import {
  type Fields,
  type Group,
  type Json,
  type Operation,
  type Outcome,
  PROTOCOL,
  type PushRequest,
  type PushResponse,
  type Receipt,
  SCHEMA,
  type Uuid,
} from "./messages";
import { compareVersions, parseVersion, type Version, version, ZERO } from "./version";

/** Where a server makes no backups, receipted operations are kept at least this long, counted from when they happened. */
export const KEEP_DAYS = 30;

const DAY = 24 * 60 * 60 * 1000;

/** An operation and what became of it. */
export interface Entry {
  /** Its place among all entries; its key where it is stored. */
  readonly order: number;
  /** Its number in the present stream; `null` if it was receipted in an earlier one. */
  n: number | null;
  /** Encodes to the same JSON for as long as it is kept: the server knows a retry by its hash. */
  operation: Operation;
  settled: Settled | null;
}

/** The end of an operation. */
export interface Settled {
  readonly receipt: Receipt;
  /** The version in which its effect stands, in the epoch of the answer that brought the receipt. */
  readonly at: Version;
}

/** What an answer to a push told. */
export type PushEvent =
  /** An operation got its receipt. */
  | { receipted: Receipt }
  /** The last unsent edit of a parked row has its receipt; the row is gone from this device. */
  | { unparked: Uuid }
  /** The server has lost receipted operations; they count as unsent again, from this number on. */
  | { rewound: number }
  /** Nothing can be pushed before the engine is renumbered. */
  | { newStreamNeeded: true }
  /** The server was restored from a backup; everything is read anew. */
  | { newEpoch: number };

/** The outbox without its entries, as it is stored. */
export interface OutboxHead {
  stream: Uuid;
  /** The number the next operation gets. In the present stream, entries hold the numbers up to it without gaps. */
  next: number;
  newStreamNeeded: boolean;
  /** The server may have lost what it gave receipts for, until it has returned that of the last one again. */
  doubted: boolean;
  /** Once a new stream is needed: the last number of the present one that was given here and nowhere else. */
  ownThrough: number;
}

/** What of an earlier stream is the device's own: everything through a number. */
export interface Continues {
  stream: Uuid;
  through: number;
}

/** How an entry ended, if it has. */
export function outcomeOf(entry: Entry): Outcome | undefined {
  return entry.settled?.receipt.outcome;
}

/** Whether a copy that has read everything up to `reached` may still lack an entry's effect. */
export function isAheadOf({ settled }: Entry, reached: Version): boolean {
  return settled === null || settled.receipt.outcome === "deferred" || compareVersions(settled.at, reached) > 0;
}

/** Whether two receipts say the same; absent and empty parts are alike. */
function sameReceipt(a: Receipt, b: Receipt): boolean {
  const whole = ({ n, operation, outcome, version, conflicts, reason, detail }: Receipt): Json => [
    n,
    operation ?? null,
    outcome,
    version,
    conflicts ?? [],
    reason ?? null,
    detail ?? null,
  ];
  return equal(whole(a), whole(b));
}

export class Outbox {
  #entries: Entry[];
  readonly #byRow = new Map<Uuid, Entry[]>();
  readonly #ids = new Set<Uuid>();
  /** Orders of entries that are other than when this was last emptied, gone ones included. */
  readonly touched = new Set<number>();
  /** Rows whose entries are. */
  readonly touchedRows = new Set<Uuid>();

  constructor(
    public head: OutboxHead,
    entries: Entry[] = [],
  ) {
    this.#entries = entries;
    for (const entry of entries) this.#index(entry);
  }

  static of(stream: Uuid): Outbox {
    return new Outbox({ stream, next: 1, newStreamNeeded: false, doubted: false, ownThrough: 0 });
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  has(operation: Uuid): boolean {
    return this.#ids.has(operation);
  }

  /** What of the present stream is this device's own, if it has to leave it. */
  continues(): Continues | null {
    const { newStreamNeeded, ownThrough, stream } = this.head;
    return newStreamNeeded && ownThrough > 0 ? { stream, through: ownThrough } : null;
  }

  ofRow(row: Uuid): readonly Entry[] {
    return this.#byRow.get(row) ?? [];
  }

  /** A place in the outbox that {@link undoTo} can go back to. */
  mark(): number {
    return this.#entries.length;
  }

  /** The operations appended after a mark. */
  since(mark: number): Operation[] {
    return this.#entries.slice(mark).map((entry) => entry.operation);
  }

  /** Makes those appended after a mark one atomic group. */
  gather(mark: number, group: Group): void {
    for (const entry of this.#entries.slice(mark)) {
      entry.operation = { ...entry.operation, group };
      this.#touch(entry);
    }
  }

  /** Takes back what was appended after a mark, before anybody was told of it. */
  undoTo(mark: number): void {
    this.head.next -= this.#entries.length - mark;
    this.#keep((_, at) => at < mark);
  }

  /** The end of an operation that came by a pull, in `epoch`. Returns whether it is new here. */
  decide(receipt: Receipt, epoch: number): boolean {
    const waiting = this.#entries.find((entry) => entry.operation.id === receipt.operation && entry.settled !== null);
    if (!waiting?.settled) return false;
    const at = version(epoch, receipt.version);
    if (sameReceipt(waiting.settled.receipt, receipt) && compareVersions(waiting.settled.at, at) === 0) return false;
    this.#settle(waiting, { receipt, at });
    return true;
  }

  /** Whether every operation has a receipt. */
  isSent(): boolean {
    return this.#entries.every((entry) => entry.settled !== null);
  }

  /** Forgets what the server has. */
  forgetSent(): void {
    this.#keep((entry) => entry.settled === null);
  }

  append(operation: Operation): void {
    const entry: Entry = { order: (this.#entries.at(-1)?.order ?? 0) + 1, n: this.head.next, operation, settled: null };
    this.#entries.push(entry);
    this.#index(entry);
    this.#touch(entry);
    this.head.next += 1;
  }

  /** Rows with an operation that has no receipt. */
  unsentRows(): Set<Uuid> {
    return new Set(this.#entries.filter((entry) => entry.settled === null).map((entry) => entry.operation.row));
  }

  /** The operations laid over a row of which everything up to `reached` is known. */
  aheadOf(row: Uuid, reached: Version): Entry[] {
    return this.ofRow(row).filter((entry) => isAheadOf(entry, reached));
  }

  /**
   * The version the author of a new operation has in front of them: what the oldest operation still laid over one of
   * `fields` (`null`: over the row) started from, otherwise the base row's version.
   */
  base(row: Uuid, fields: Fields | null, base: Version | undefined, reached: Version): Version {
    const touches = ({ operation }: Entry) =>
      fields === null || operation.kind !== "update" || Object.keys(fields).some((field) => Object.hasOwn(operation.set, field));
    const bases = this.aheadOf(row, reached).filter(touches);
    const versions = bases.map((entry) => parseVersion(entry.operation.base) ?? ZERO);
    return versions.reduce<Version | undefined>((a, b) => (a && compareVersions(a, b) <= 0 ? a : b), undefined) ?? base ?? ZERO;
  }

  /**
   * A batch from the first operation without a receipt on, or from the one before while its receipt is in doubt: the
   * server compares it by its hash. Groups travel whole.
   */
  batch(sentAt: number, maxOperations: number, maxBytes: number): PushRequest | null {
    if (this.head.newStreamNeeded) return null;
    const batch: PushRequest = {
      protocol: PROTOCOL,
      schema: SCHEMA,
      stream: this.head.stream,
      sent_at: timestamp(sentAt),
      operations: [],
    };
    let bytes = jsonBytes(batch);
    let at = this.#firstToSend();
    while (at < this.#entries.length) {
      const together = this.#togetherFrom(at);
      if (together.some((entry) => entry.n === null)) break;
      const numbered = together.map((entry) => ({ n: entry.n as number, op: entry.operation }));
      bytes += numbered.reduce((sum, one) => sum + jsonBytes(one) + 1, 0);
      // Even a lone operation over the limit travels: the answer to it is the server's to give.
      const isFull = batch.operations.length + numbered.length > maxOperations || bytes > maxBytes;
      if (isFull && batch.operations.length > 0) break;
      batch.operations.push(...numbered);
      at += together.length;
    }
    return batch.operations.length > 0 ? batch : null;
  }

  /** Takes over an answer to `request`, which was made in this stream, and in this epoch or an older one. */
  settle(request: PushRequest, response: PushResponse, events: PushEvent[]): void {
    const hadStream = !this.head.newStreamNeeded;
    const first = request.operations[0]?.n;
    if (first === undefined) return;
    // A late answer to an earlier request can't say what the server has by now.
    const isCurrent = this.#entries[this.#firstToSend()]?.n === first;
    const asked = (n: number) => n >= first && n < first + request.operations.length;
    for (const receipt of response.receipts) {
      if (asked(receipt.n) && this.#record(receipt, response.epoch)) events.push({ receipted: receipt });
    }
    if (isCurrent && response.expected < this.#expects()) {
      this.#rewind(response.expected);
      events.push({ rewound: response.expected });
    }
    if ((response.fork ?? null) !== null || (isCurrent && response.expected > this.head.next)) {
      // More than was ever numbered here: this is an old copy of a device that went on.
      if (!this.head.newStreamNeeded) {
        const beforeTheFork = (response.fork ?? Number.POSITIVE_INFINITY) - 1;
        this.head.ownThrough = Math.min(Math.max(0, beforeTheFork), this.#expects() - 1);
      }
      this.head.newStreamNeeded = true;
    }
    if (hadStream && this.head.newStreamNeeded) events.push({ newStreamNeeded: true });
  }

  /** The server has begun a new epoch: it may have lost what it gave receipts for. */
  doubt(): void {
    this.head.doubted = true;
    if (this.#entries.some((entry) => entry.n === null)) this.#startOver();
  }

  /**
   * Gives every operation from the first without a receipt on its number in `stream`: receipts are taken in order, and one
   * behind a doubtful one is asked for with it.
   */
  renumber(stream: Uuid): void {
    if (this.head.doubted) this.#startOver();
    this.head = { stream, next: 1, newStreamNeeded: false, doubted: false, ownThrough: 0 };
    const unsent = this.#unsentFrom();
    for (const [at, entry] of this.#entries.entries()) {
      const isUnsent = at >= unsent;
      entry.n = isUnsent ? this.head.next++ : null;
      this.#settle(entry, isUnsent ? null : entry.settled);
    }
  }

  /**
   * Forgets the oldest entries, as far as they are settled, shown by the base rows and safe: in a backup of the server,
   * or, where it makes none, older than {@link KEEP_DAYS}.
   */
  prune(now: number, reached: Version, durable: Version | null): void {
    if (this.head.doubted) return;
    // Not what stands at the mark itself: what takes no version of its own is named by the one before, and may have come
    // later.
    const isBefore = (at: Version, mark: Version) => at.epoch <= mark.epoch && at.number < mark.number;
    const isSafe = ({ operation, settled }: Entry) =>
      durable ? settled !== null && isBefore(settled.at, durable) : Date.parse(operation.occurred_at) < now - KEEP_DAYS * DAY;
    // Only from the front: what the server may ask for again has to be there without gaps.
    const kept = this.#entries.findIndex((entry) => isAheadOf(entry, reached) || !isSafe(entry));
    const old = kept < 0 ? this.#entries.length : kept;
    if (old > 0) this.#keep((_, at) => at >= old);
  }

  /** The entries from `at` on that travel together: a whole group, or one alone. */
  #togetherFrom(at: number): Entry[] {
    const group = this.#entries[at]?.operation.group?.id;
    let end = at + 1;
    while (group !== undefined && this.#entries[end]?.operation.group?.id === group) end += 1;
    return this.#entries.slice(at, end);
  }

  /** Index of the first operation without a receipt. Receipts are taken in order, so all before it have one. */
  #unsentFrom(): number {
    const at = this.#entries.findIndex((entry) => entry.settled === null);
    return at < 0 ? this.#entries.length : at;
  }

  /** Index of the operation the next batch begins with. */
  #firstToSend(): number {
    const unsent = this.#unsentFrom();
    const isAskedAgain = this.head.doubted && (this.#entries[unsent - 1]?.n ?? null) !== null;
    return isAskedAgain ? unsent - 1 : unsent;
  }

  /** What the server expects if it has everything it gave a receipt for. */
  #expects(): number {
    return this.#entries[this.#unsentFrom()]?.n ?? this.head.next;
  }

  /**
   * Takes a receipt if it is that of the operation the next batch would begin with. One further on would show its
   * operation's effect without those before it, whose own have been lost; all of them come again.
   */
  #record(receipt: Receipt, epoch: number): boolean {
    const next = this.#firstToSend();
    const entry = this.#entries[next];
    if (!entry || entry.n !== receipt.n) return false;
    if ((receipt.operation ?? entry.operation.id) !== entry.operation.id) return false;
    const at = version(epoch, receipt.version);
    const isKnown = entry.settled !== null && sameReceipt(entry.settled.receipt, receipt);
    if (!isKnown) this.#settle(entry, { receipt, at });
    if (this.head.doubted) {
      this.head.doubted = false;
      for (const before of this.#entries.slice(0, next)) {
        if (before.n === null || before.settled === null) continue;
        // If it is known, all before may have been lost and taken again, up to here. If not, this was taken now, not then:
        // under the numbers before may be what another copy of this device did.
        const { at: was } = before.settled;
        const number = was.number > at.number ? was.number : at.number;
        this.#settle(before, isKnown ? { ...before.settled, at: { ...was, number } } : null);
      }
    }
    return !isKnown;
  }

  /**
   * Counts as unsent again, from number `expected` on, what the server has lost. The one before is in doubt then: another
   * copy of this device may have given that number to something else.
   */
  #rewind(expected: number): void {
    const oldest = this.#entries.find((entry) => entry.n !== null)?.n ?? this.head.next;
    if (expected < oldest) this.#startOver();
    for (const entry of this.#entries) {
      if (entry.n !== null && entry.n >= expected) this.#settle(entry, null);
    }
    this.head.doubted = true;
  }

  /**
   * Sends everything that is left once more, in a new stream: the present one has lost numbers that can't be filled any
   * more. The server knows by their ids those it still has.
   */
  #startOver(): void {
    if (!this.head.newStreamNeeded) this.head.ownThrough = this.head.next - 1;
    for (const entry of this.#entries) this.#settle(entry, null);
    this.head.newStreamNeeded = true;
  }

  #settle(entry: Entry, settled: Settled | null): void {
    entry.settled = settled;
    this.#touch(entry);
  }

  #keep(stays: (entry: Entry, at: number) => boolean): void {
    const gone = this.#entries.filter((entry, at) => !stays(entry, at));
    this.#entries = this.#entries.filter(stays);
    for (const entry of gone) {
      const { id, row } = entry.operation;
      this.#ids.delete(id);
      const left = this.ofRow(row).filter((other) => other !== entry);
      if (left.length > 0) this.#byRow.set(row, left);
      else this.#byRow.delete(row);
      this.#touch(entry);
    }
  }

  #index(entry: Entry): void {
    const { id, row } = entry.operation;
    this.#ids.add(id);
    const known = this.#byRow.get(row);
    if (known) known.push(entry);
    else this.#byRow.set(row, [entry]);
  }

  #touch(entry: Entry): void {
    this.touched.add(entry.order);
    this.touchedRows.add(entry.operation.row);
  }
}
