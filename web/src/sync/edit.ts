/**
 * Edits of the device's user, each an operation.
 */
import type { Engine } from "./engine";
import { tick } from "./hlc";
import { jsonBytes, timestamp } from "./json";
import { type Fields, MAX_GROUP_BYTES, MAX_GROUP_OPERATIONS, MAX_OPERATION_BYTES, type Operation, type Uuid } from "./messages";
import { differing, type View } from "./rows";
import { formatVersion, type Version, ZERO } from "./version";

/** What an edit gets from outside: its identity, its time, and what it builds on. */
export interface Origin {
  /** A new UUIDv7. */
  readonly operation: Uuid;
  /** The device's clock, in milliseconds. */
  readonly occurredAt: number;
  /** Operations and rows of other streams that must be on the server first. */
  readonly deps?: readonly Uuid[];
}

export type EditCode = "exists" | "unknown" | "parked" | "too_large" | "repeated" | "group_too_large" | "wiped";

/** Why an edit was not taken; nothing has changed. */
export class EditError extends Error {
  constructor(
    readonly code: EditCode,
    message: string,
  ) {
    super(message);
    this.name = "EditError";
  }
}

/** Makes a row. */
export function create(engine: Engine, origin: Origin, entity: string, row: Uuid, fields: Fields): void {
  if (engine.rows.get(row) || engine.rows.parked.has(row) || engine.outbox.ofRow(row).length > 0) {
    throw new EditError("exists", `the row ${row} exists already`);
  }
  stage(engine, origin, entity, row, "create", ZERO, fields);
}

/**
 * Changes fields of a row. Fields that already show the value are left out: a form sent whole must not claim what its user
 * did not touch. Returns whether anything is left to send.
 */
export function update(engine: Engine, origin: Origin, row: Uuid, fields: Fields): boolean {
  const view = editable(engine, row);
  const left = differing(view.body, fields);
  if (Object.keys(left).length === 0) return false;
  stage(engine, origin, view.entity, row, "update", base(engine, row, left), left);
  return true;
}

/** Deletes a row. */
export function remove(engine: Engine, origin: Origin, row: Uuid): void {
  const view = editable(engine, row);
  stage(engine, origin, view.entity, row, "delete", base(engine, row, null), {});
}

/**
 * Makes edits that stand together on the server, or not at all: what `edit` does to the engine becomes one atomic group. If
 * it throws, or the group would be too large, none of it was done.
 */
export function group<T>(engine: Engine, id: Uuid, edit: (engine: Engine) => T): T {
  const [mark, hlc] = [engine.outbox.mark(), engine.hlc];
  try {
    const result = edit(engine);
    const size = engine.outbox.since(mark).length;
    engine.outbox.gather(mark, { id, size });
    const bytes = engine.outbox.since(mark).reduce((sum, operation) => sum + jsonBytes(operation), 0);
    if (size > MAX_GROUP_OPERATIONS || bytes > MAX_GROUP_BYTES) {
      throw new EditError("group_too_large", `a group of ${size} edits with ${bytes} bytes can't travel together`);
    }
    return result;
  } catch (error) {
    engine.outbox.undoTo(mark);
    engine.hlc = hlc;
    throw error;
  }
}

function stage(
  engine: Engine,
  { operation: id, occurredAt, deps = [] }: Origin,
  entity: string,
  row: Uuid,
  kind: Operation["kind"],
  base: Version,
  set: Fields,
): void {
  if (engine.wiped) throw new EditError("wiped", "this device has been wiped");
  if (engine.outbox.has(id)) throw new EditError("repeated", `there is an edit ${id} already`);
  const hlc = tick(engine.hlc, occurredAt);
  const operation: Operation = {
    id,
    entity,
    row,
    kind,
    base: formatVersion(base),
    set,
    occurred_at: timestamp(occurredAt),
    hlc,
    ...(deps.length > 0 ? { deps: [...deps] } : {}),
  };
  const bytes = jsonBytes(operation);
  if (bytes > MAX_OPERATION_BYTES) {
    throw new EditError("too_large", `the edit has ${bytes} bytes, more than the ${MAX_OPERATION_BYTES} that can be sent`);
  }
  engine.hlc = hlc;
  engine.outbox.append(operation);
}

function editable(engine: Engine, row: Uuid): View {
  if (engine.rows.parked.has(row)) {
    throw new EditError("parked", `the row ${row} has left this device and can only be read until its edits have been sent`);
  }
  const view = engine.view(row);
  if (!view) throw new EditError("unknown", `there is no row ${row} on this device`);
  return view;
}

function base(engine: Engine, row: Uuid, fields: Fields | null): Version {
  const own = engine.rows.get(row);
  return engine.outbox.base(row, fields, own?.version, engine.reached(own));
}
