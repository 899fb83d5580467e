/** What stands of a conflict: one of its sides until it is decided, then what was decided, which may be none of them. */
import { equal } from "../../sync/json";
import type { Entities, Fields, Uuid } from "../../device";

type Conflict = Pick<Entities["conflict"], "current" | "incoming" | "also" | "stands" | "resolution">;
type Claim = Conflict["current"];

export interface Standing {
  /** The side whose value it is; `null` where another one was entered. */
  readonly side: Claim | null;
  readonly values: Fields;
  /** Who entered it; nobody where it is the server's. */
  readonly by: Uuid | null;
}

const ofSide = (side: Claim): Standing => ({ side, values: side.values as Fields, by: side.user_id ?? null });

/** `stands` tells of the time of the conflict: a decision goes before it, for as long as it is not taken back. */
export function standing({ current, incoming, also, stands, resolution }: Conflict): Standing {
  if (resolution?.choice === "keep_current") return ofSide(current);
  if (resolution?.choice === "take_incoming") return ofSide(incoming);
  if (resolution?.choice !== "other") return ofSide(stands === "current" ? current : incoming);
  const values = resolution.values as Fields;
  const side = [current, incoming, ...also].find((one) => equal(one.values as Fields, values));
  return side ? ofSide(side) : { side: null, values, by: resolution.user_id ?? null };
}
