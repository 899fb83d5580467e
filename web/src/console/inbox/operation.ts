/** An operation in quarantine: what it says, and what a correction of it has to send. */
import type { QuarantineReason } from "../../sync/messages";
import type { Uuid } from "../data";

/** As the server tells it. */
export interface Kept {
  readonly id: Uuid;
  readonly stream_id: Uuid;
  readonly n: number;
  readonly user_id?: Uuid | null;
  /** As it came; a text where it is not even JSON. */
  readonly operation: unknown;
  readonly reason: string;
  readonly detail: string;
  readonly received_at: string;
  readonly decision?: { readonly applied: boolean; readonly user_id: Uuid; readonly at: string; readonly reason: string };
}

/** Reasons of which the server's words tell more than the sentence: which field, which record, which limit. */
const TELLING: ReadonlySet<string> = new Set<QuarantineReason>(["undecodable", "too_large", "unknown_entity", "invalid", "unknown_row", "not_permitted", "dependency", "group"]);

/** Whether the server's own words add to the sentence of the reason. */
export const hasMore = ({ reason, detail }: Kept): boolean => detail !== "" && TELLING.has(reason);

export type Values = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly kind: "create" | "update" | "delete";
  readonly entity: string;
  readonly row: Uuid;
  readonly occurredAt: string;
  readonly set: Values;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** What the operation says, or `null` where it can't be read as one. It may stand in an envelope with its number. */
export function readOperation(raw: unknown): Operation | null {
  const one = isObject(raw) && isObject(raw.op) ? raw.op : raw;
  if (!isObject(one)) return null;
  const { kind, entity, row, occurred_at: occurredAt, set } = one;
  if (kind !== "create" && kind !== "update" && kind !== "delete") return null;
  if (typeof entity !== "string" || typeof row !== "string") return null;
  return { kind, entity, row, occurredAt: typeof occurredAt === "string" ? occurredAt : "", set: isObject(set) ? set : {} };
}

/** Fields that name what a record belongs to; they are shown by that record's name and can be left out, not typed. */
export const isReference = (field: string): boolean => field.endsWith("_id") || field.endsWith("_ids");

/** What is sent so that `wanted` is applied instead of `said`; a field taken off is `null`. */
export function correction(said: Values, wanted: Values): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(said)) if (!(field in wanted) && value !== undefined) set[field] = null;
  for (const [field, value] of Object.entries(wanted)) {
    if (JSON.stringify(value ?? null) !== JSON.stringify(said[field] ?? null)) set[field] = value ?? null;
  }
  return set;
}
