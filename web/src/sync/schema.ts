/**
 * What entities looked like in earlier versions of the app: an app that is updated turns what it has stored into the newest
 * shape. Golden cases are in `sync-protocol/fixtures/schema`.
 *
 * A name once given up never comes back with another meaning, so an old shape is known by itself and may be turned twice.
 */
import type { Fields, Json } from "./messages";

interface Step {
  /** The version that brought it. */
  readonly schema: number;
  readonly entity: string;
  readonly up: (fields: Fields) => Fields;
}

/** Version 2: part and quantity of a worklog entry became a list of parts. */
function worklogParts({ part, quantity, ...rest }: Fields): Fields {
  if (part === undefined && quantity === undefined) return rest;
  const used: { [name: string]: Json } = {};
  if ((part ?? null) !== null) used.name = part as Json;
  if ((quantity ?? null) !== null) used.quantity = quantity as Json;
  return { parts: Object.keys(used).length > 0 ? [used] : null, ...rest };
}

/** Every change, oldest first. */
const STEPS: readonly Step[] = [{ schema: 2, entity: "worklog_entry", up: worklogParts }];

/** Fields as an app of version `from` stored them, all of a row or some, in the newest shape. */
export function up(entity: string, from: number, fields: Fields): Fields {
  const due = STEPS.filter((step) => step.entity === entity && step.schema > from);
  return due.reduce((turned, step) => step.up(turned), fields);
}
