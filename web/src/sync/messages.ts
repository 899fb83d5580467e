/**
 * The messages of sync: the server's own types (`messages.generated.ts`), made firmer where JSON Schema says less than is
 * known here.
 */
import type { components } from "./messages.generated";

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

type Schemas = components["schemas"];

/** What somebody did to one row, as it travels and as it is kept. */
export interface Operation {
  /** UUIDv7, made once by the author; the same operation keeps it in every stream. */
  id: Uuid;
  entity: string;
  row: Uuid;
  kind: "create" | "update" | "delete";
  /** The version of the row its author had seen; the oldest among the author's unsent operations on these fields. */
  base: string;
  /** Only the fields that change. */
  set: Fields;
  /** When it really happened, by the device's clock. */
  occurred_at: string;
  hlc: string;
  /** What must be there first, though it travels by another stream: ids of operations or of rows. */
  deps?: Uuid[];
  group?: Group;
}

/** Operations that stand together or not at all: the group, and how many there are. */
export interface Group {
  id: Uuid;
  size: number;
}

export type Outcome = Schemas["Outcome"];
export type QuarantineReason = Schemas["QuarantineReason"];
export type ErrorCode = Schemas["ErrorCode"];
export type Receipt = Schemas["Receipt"];
export type BucketSum = Schemas["BucketSum"];
export type WipeOrder = Schemas["WipeOrder"];

export type Numbered = { n: number; op: Operation };
export type PushRequest = Omit<Schemas["PushRequest"], "operations"> & { operations: Numbered[] };
export type PushResponse = Schemas["PushResponse"];
export type PullRequest = Schemas["PullRequest"];
export type PullResponse = Omit<Schemas["PullResponse"], "changes"> & { changes: Change[] };
export type RepairRequest = Omit<Schemas["RepairRequest"], "rows"> & { rows: [Uuid, number][] };
export type RepairResponse = Omit<Schemas["RepairResponse"], "changes"> & { changes: Change[] };

/** A published row. */
export type Row = Omit<Schemas["Row"], "body"> & { body: Fields };

/** What happened to one row of a bucket: it stands as it is told, it was deleted, or it left the bucket. */
export type Change = ({ change: "put" } & Row) | Exclude<Schemas["Change"], Schemas["Row"]>;

/** The row a change is about. */
export function rowOf(change: Change): Uuid {
  return change.change === "put" ? change.id : change.row;
}
