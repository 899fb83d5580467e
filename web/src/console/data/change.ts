/**
 * Changes: shown at once, taken back with the reason where the server refuses, and where somebody else changed the same
 * first, both values are put before the user.
 */
import { batch, signal } from "@preact/signals";
import { Problem } from "../../device/problem";
import type { Uuid } from "../../sync/messages";
import { type Entities, type EntityName, plural, type Row, type Sent } from "./entities";
import { destroy, patch, post } from "./session";
import { forget, lay, readRow, standing, take } from "./store";

/** Somebody else changed the same first. */
export interface Collision {
  readonly entity: EntityName;
  readonly id: Uuid;
  /** What this user wanted. */
  readonly mine: { readonly [field: string]: unknown };
  /** What stands. */
  readonly theirs: { readonly [field: string]: unknown };
  readonly decide: (choice: "mine" | "theirs") => void;
}

/** The collision to be decided; the shell shows it. */
export const collision = signal<Collision | null>(null);

let count = 0;

function base<E extends EntityName>(id: Uuid): Row<E> {
  const row = standing<E>(id);
  if (!row) throw new Problem("not_found", "this record is not known here any more");
  return row;
}

/** The last change of each record under way, and the version it brings: the next waits, so that one person's two quick steps don't collide. */
const last = new Map<Uuid, Seen>();

/**
 * The version of a record that a user has before them now. What takes time to decide, such as where to put what they hold or
 * what to type, is based on the version they began with: news of the feed may change the record meanwhile, and the decision
 * was not about those. A change of their own under way counts as seen.
 */
export type Seen = Promise<string | null>;

export function seen(id: Uuid): Seen {
  const now = standing(id)?.version ?? null;
  return (last.get(id) ?? Promise.resolve()).then((ended) => ended ?? now);
}

/**
 * Carries a change out: `expect` is shown meanwhile, `send` is given the version it is based on, which is `on` or else the
 * newest. Resolves to the row, or to `null` where another's value came first and the user let it stand. @throws Problem
 */
export async function carryOut<E extends EntityName>(
  entity: E,
  id: Uuid,
  expect: Partial<Entities[E]>,
  send: (version: string) => Promise<Sent<E>>,
  on: Seen = Promise.resolve(null),
): Promise<Row<E> | null> {
  const takeOff = lay(id, expect, ++count);
  const turn = (last.get(id) ?? Promise.resolve()).then(async () => attempt(entity, id, expect, send, takeOff, await on));
  const ended = turn.then(
    (row) => row?.version ?? null,
    () => null,
  );
  last.set(id, ended);
  try {
    return await turn;
  } finally {
    if (last.get(id) === ended) last.delete(id);
    takeOff();
  }
}

async function attempt<E extends EntityName>(
  entity: E,
  id: Uuid,
  expect: Partial<Entities[E]>,
  send: (version: string) => Promise<Sent<E>>,
  takeOff: () => void,
  on: string | null,
): Promise<Row<E> | null> {
  try {
    const sent = await send(on ?? base<E>(id).version);
    // Together, so that what is shown changes once.
    batch(() => {
      take(entity, sent);
      takeOff();
    });
    // The feed may have been quicker with somebody's later write; undo is about this one.
    return { ...base<E>(id), version: sent.version };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "version_conflict") throw error;
    takeOff();
    const now = await readRow(entity, id);
    const theirs = error.current ?? Object.fromEntries(Object.keys(expect).map((field) => [field, now.fields[field as keyof Entities[E]]]));
    const choice = await new Promise<"mine" | "theirs">((decide) => {
      collision.value = { entity, id, mine: expect, theirs, decide };
    });
    collision.value = null;
    if (choice === "theirs") return null;
    const takeOffAgain = lay(id, expect, ++count);
    return await attempt(entity, id, expect, send, takeOffAgain, now.version).finally(takeOffAgain);
  }
}

const pathOf = (entity: EntityName, id: Uuid) => `/v1/${plural[entity]}/${id}`;

/** Changes fields of a record. As {@link carryOut}. */
export const change = <E extends EntityName>(entity: E, id: Uuid, fields: Partial<Entities[E]>, on?: Seen): Promise<Row<E> | null> =>
  carryOut(entity, id, fields, (version) => patch<Sent<E>>(pathOf(entity, id), { fields }, version), on);

/** Does something named to a record, such as `assign` to a visit. As {@link carryOut}. */
export const act = <E extends EntityName>(entity: E, id: Uuid, what: string, body: object, expect: Partial<Entities[E]>, on?: Seen): Promise<Row<E> | null> =>
  carryOut(entity, id, expect, (version) => post<Sent<E>>(`${pathOf(entity, id)}/${what}`, body, version), on);

/** Makes a record. @throws Problem */
export async function create<E extends EntityName>(entity: E, fields: Partial<Entities[E]>): Promise<Row<E>> {
  const sent = await post<Sent<E>>(`/v1/${plural[entity]}`, { fields });
  take(entity, sent);
  return base<E>(sent.id);
}

/** Deletes a record, if nobody changed it since. @throws Problem */
export async function remove(entity: EntityName, id: Uuid): Promise<void> {
  await destroy(pathOf(entity, id), base(id).version);
  forget(id);
}

/** Takes the write back that made `version`. @throws Problem */
export async function undo<E extends EntityName>(entity: E, id: Uuid, version: string): Promise<void> {
  take(entity, await post<Sent<E>>(`${pathOf(entity, id)}/undo`, { version }));
}
