/** The steps of a visit as edits: each keeps when it really happened. */
import type { Fields, Row, Uuid } from "../../device";
import { t } from "../../i18n";
import { stamp } from "../model/clock";
import { toggleBreak, type Visit } from "../model/visit";
import { attempt, attemptAndTell, phone } from "../phone";

const change = (visit: Uuid, fields: Fields, at?: string) =>
  phone().records.update(visit, fields, at ? { occurredAt: Date.parse(at) } : {});

export const accept = (visit: Uuid) => attempt(() => change(visit, { status: "accepted" }));

export const decline = (visit: Uuid, reason: string) =>
  attemptAndTell(() => change(visit, { status: "declined", reason }), t().visit.declined);

/** Ticks a point, or takes the tick back. */
export const tick = (visit: Uuid, point: string, done: boolean) => attempt(() => change(visit, { [point]: done ? stamp() : null }));

export const override = (visit: Uuid, reason: string) => attempt(() => change(visit, { preparation_override: reason }));

export const setOut = (visit: Uuid, at = stamp()) => attempt(() => change(visit, { status: "travelling", travelling_at: at }, at));

export const arrive = (visit: Uuid, at = stamp()) => attempt(() => change(visit, { status: "on_site", arrived_at: at }, at));

export const pause = (visit: Row<Visit>) => attempt(() => change(visit.id, { breaks: toggleBreak(visit.body.breaks ?? [], stamp()) }));

/** Ends the work, and a break that was left going with it. */
export function finish(visit: Row<Visit>, at: string): Promise<boolean> {
  const going = visit.body.breaks?.some((one) => !one.until);
  const ended = going ? { breaks: toggleBreak(visit.body.breaks ?? [], at) } : {};
  return attemptAndTell(() => change(visit.id, { status: "finished", finished_at: at, ...ended }, at), t().work.finished);
}

/** Ends a visit that can't be completed; the server plans another one with what is left. */
export const abort = (visit: Uuid, reason: string, unfinished: string) =>
  attemptAndTell(() => change(visit, { status: "aborted", reason, unfinished: unfinished || null }), t().work.aborted);
