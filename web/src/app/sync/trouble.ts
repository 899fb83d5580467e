/** Conflicts and refusals that concern the user: what they typed, what stands, who decides. */
import { equal } from "../../sync/json";
import { standing } from "../model/standing";
import type { Entities, Fields, Operation, Row, Uuid } from "../../device";

export interface Trouble {
  id: Uuid;
  kind: "conflict" | "refused";
  entity: string;
  row: Uuid;
  /** The field or group of fields it is about; of a refusal, none. */
  field: string | null;
  typed: Fields;
  /** What stands now, by the decision once there is one, and who says so; of a refusal, none. */
  stands: Fields | null;
  standsBy: Uuid | null;
  /** What the user typed is what stands. */
  standsMine: boolean;
  /** How it ended, once it was decided. */
  decision: "mine" | "other" | "another" | null;
  /** In milliseconds. */
  at: number;
  /** Of a refusal: a stable code, and the server's words. */
  reason?: string | undefined;
  detail?: string | undefined;
}

/** The fields in which the two values differ; all of them where it is not known what else there was. */
export function differingFields({ typed, stands }: Trouble): string[] {
  const fields = Object.keys(typed);
  const differing = fields.filter((field) => !equal(typed[field] ?? null, stands?.[field] ?? null));
  return stands && differing.length > 0 ? differing : fields;
}

type Conflict = Row<Entities["conflict"]>;

function ofConflict({ id, body }: Conflict, user: Uuid): Trouble | null {
  const mine = [body.incoming, ...body.also, body.current].find((claim) => claim.user_id === user);
  if (!mine) return null;
  const { side, values, by } = standing(body);
  const choice = body.status === "resolved" ? body.resolution?.choice : undefined;
  const standsMine = side === mine || choice === "equal";
  return {
    id,
    kind: "conflict",
    entity: body.entity,
    row: body.row_id,
    field: body.field,
    typed: mine.values as Fields,
    stands: values,
    standsBy: by,
    standsMine,
    decision: choice ? (standsMine ? "mine" : side ? "other" : "another") : null,
    at: Date.parse(body.opened_at),
  };
}

function ofRefusal(operation: Operation): Trouble {
  return {
    id: operation.id,
    kind: "refused",
    entity: operation.entity,
    row: operation.row,
    field: null,
    typed: operation.set,
    stands: null,
    standsBy: null,
    standsMine: false,
    decision: null,
    at: operation.occurredAt,
    reason: operation.reason,
    detail: operation.detail,
  };
}

/** What is open and concerns `user`, newest first. */
export function troubles(conflicts: readonly Conflict[], operations: readonly Operation[], user: Uuid): Trouble[] {
  return all(conflicts, operations, user).filter((one) => !one.decision);
}

/** The same with what was decided already. */
export function all(conflicts: readonly Conflict[], operations: readonly Operation[], user: Uuid): Trouble[] {
  const refused = operations.filter((operation) => operation.state === "quarantined").map(ofRefusal);
  const disputed = conflicts.map((conflict) => ofConflict(conflict, user)).filter((one) => one !== null);
  return [...refused, ...disputed].sort((a, b) => b.at - a.at);
}
