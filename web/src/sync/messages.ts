/**
 * The messages of sync as TypeScript knows them.
 */

/** Version of the message shapes; sent with every request. */
export const PROTOCOL = 1;

/** Version of the entities' fields; sent with every request. */
export const SCHEMA = 2;

/** Largest body of one operation in bytes. */
export const MAX_OPERATION_BYTES = 256 * 1024;

/** Most operations of one atomic group, and their largest sum in bytes. */
export const MAX_GROUP_OPERATIONS = 64;
export const MAX_GROUP_BYTES = 1024 * 1024;

/** Most rows of one repair; a larger bucket is read anew. */
export const MAX_REPAIR_ROWS = 50_000;

/** The entity under which ends that are decided after the push travel, with a receipt's fields. */
export const RECEIPT = "receipt";

/** A UUID in its usual form, lower-case. */
export type Uuid = string;

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The fields of a row, or of a change to it. */
export type Fields = { [field: string]: Json };

export type Operation = {
  id: Uuid;
  entity: string;
  row: Uuid;
  kind: "create" | "update" | "delete";
  base: string;
  set: Fields;
  occurred_at: string;
  hlc: string;
  deps?: Uuid[];
  group?: Group;
};
export type Group = { id: Uuid; size: number };
export type Outcome = "applied" | "merged" | "conflict" | "quarantined" | "duplicate" | "deferred";
export type Receipt = {
  n: number;
  operation?: Uuid | null;
  outcome: Outcome;
  version: number;
  conflicts?: Uuid[];
  reason?: string | null;
  detail?: string | null;
};
export type Numbered = { n: number; op: Operation };
export type PushRequest = { protocol: number; schema: number; stream: Uuid; sent_at: string; operations: Numbered[] };
export type PushResponse = {
  epoch: number;
  server_time: string;
  receipts: Receipt[];
  expected: number;
  fork?: number | null;
  durable_through?: string | null;
  wipe?: WipeOrder | null;
};
export type PullRequest = { protocol: number; schema: number; cursor?: string | null; limit: number };
export type BucketSum = { rows: number; sum: number };
export type PullResponse = {
  epoch: number;
  cursor: string;
  dropped?: string[];
  filling?: string | null;
  changes: Change[];
  bucket_complete?: boolean;
  checkpoint?: boolean;
  head: number;
  total?: number | null;
  sums?: { [bucket: string]: BucketSum };
  durable_through?: string | null;
};
export type Change =
  | { change: "put"; id: Uuid; entity: string; bucket: string; version: number; body: Fields }
  | { change: "deleted"; row: Uuid; bucket: string; version: number }
  | { change: "removed"; row: Uuid; bucket: string; version: number };
export type RepairRequest = { protocol: number; schema: number; bucket: string; rows: [Uuid, number][] };
export type RepairResponse = { epoch: number; head: number; changes: Change[] };

/** The order to a lost phone to forget what it has read. */
export interface WipeOrder {
  device: Uuid;
  revoked_at: string;
  key: string;
  signature: string;
}

/** The row a change is about. */
export function rowOf(change: Change): Uuid {
  return change.change === "put" ? change.id : change.row;
}
