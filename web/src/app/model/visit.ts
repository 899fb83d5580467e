/** What a visit's fields mean for the screens: which step it is at, what is missing, how long things took. */
import type { Entities, Row } from "../../device";

export type Visit = Entities["visit"];

/** The steps of a visit as its technician goes through them, in order. */
export const STEPS = ["accept", "prepare", "travel", "work", "wrapUp", "sign"] as const;
export type Step = (typeof STEPS)[number];

/** The points of the preparation gate, as the model has them. */
export const PREPARATION = ["mail_read_at", "contact_confirmed_at", "tools_packed_at", "forms_ready_at"] as const;

/** The points of the wrap-up, ticked before the client signs. */
export const WRAP_UP = ["explained_at", "cleaned_at", "goodbye_at"] as const;

/** The step a visit waits for, or `null` when nothing is to be done by its technician (any more). */
export function stepOf(visit: Visit): Step | null {
  switch (visit.status) {
    case "scheduled":
      return "accept";
    case "accepted":
      return "prepare";
    case "travelling":
      return "travel";
    case "on_site":
      return "work";
    case "finished":
      return WRAP_UP.every((point) => visit[point]) ? "sign" : "wrapUp";
    default:
      return null;
  }
}

/** The points of the gate that are not ticked. */
export const unprepared = (visit: Visit) => PREPARATION.filter((point) => !visit[point]);

/** Whether the technician may set out: everything ticked, or a reason to go without. */
export const mayTravel = (visit: Visit): boolean => !unprepared(visit).length || Boolean(visit.preparation_override?.trim());

/** Whether it still needs its technician. */
export const isOpen = (visit: Visit): boolean => stepOf(visit) !== null;

/** Whether it is under way: the one a technician wants to come back to. */
export const isUnderWay = (visit: Visit): boolean => ["travelling", "on_site", "finished"].includes(visit.status ?? "");

/** The break that goes on, if one does. */
export const openBreak = (visit: Visit) => visit.breaks?.find((one) => !one.until);

/** The breaks with one begun, or the one that goes on ended, at a time. */
export function toggleBreak(breaks: NonNullable<Visit["breaks"]>, at: string): NonNullable<Visit["breaks"]> {
  const going = breaks.some((one) => !one.until);
  return going ? breaks.map((one) => (one.until ? one : { ...one, until: at })) : [...breaks, { from: at }];
}

/** How long the breaks took until `now`, in milliseconds. */
export function breakTime(visit: Visit, now: number): number {
  const span = (one: { from: string; until?: string | null }) => (one.until ? Date.parse(one.until) : now) - Date.parse(one.from);
  return (visit.breaks ?? []).reduce((sum, one) => sum + Math.max(0, span(one)), 0);
}

/** Since when the present step goes on, if that was noted. */
export function since(visit: Visit): string | null {
  if (visit.status === "travelling") return visit.travelling_at ?? null;
  if (visit.status === "on_site") return visit.arrived_at ?? null;
  return null;
}

/** The times of a visit's steps, in their order. */
export const TIMES = ["travelling_at", "arrived_at", "finished_at"] as const;
export type Time = (typeof TIMES)[number];

/** Whether the steps follow each other and none lies ahead of `now`, in milliseconds. */
export function isInOrder(visit: Visit, now: number): boolean {
  const times = TIMES.flatMap((time) => (visit[time] ? [Date.parse(visit[time])] : []));
  return [...times, now].every((at, index, all) => index === 0 || (all[index - 1] ?? 0) <= at);
}

/** By plan, then by id, so that the order is the same everywhere. */
export const byPlan = (a: Row<Visit>, b: Row<Visit>): number =>
  Date.parse(a.body.planned_start) - Date.parse(b.body.planned_start) || (a.id < b.id ? -1 : 1);

/** Whether it is `user`'s: given to them, or made by them on this phone and not yet numbered by the server. */
export const isMine = (visit: Row<Visit>, user: string): boolean =>
  visit.body.technician_id === user || (!visit.body.technician_id && visit.unsent && visit.body.kind === "ad_hoc");
