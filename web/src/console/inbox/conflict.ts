/** A conflict as it is shown: its sides, the fields they disagree on, and what each choice would write. */
import { standing } from "../../app/model/standing";
import type { Entities } from "../data";

export type Conflict = Entities["conflict"];
/** What a side says, whoever and whatever it came from. */
export type Claim = Omit<Conflict["current"], "operation">;

/** Who decides; everybody else in the office reads. As the server has it. */
export const mayDecide = (role: string | undefined): boolean => role === "admin" || role === "manager" || role === "dispatcher";

export interface SideView {
  readonly key: string;
  /** `entered`: none of those who disagreed, but whoever decided it. */
  readonly which: "current" | "incoming" | "also" | "entered";
  readonly claim: Claim;
  readonly stands: boolean;
}

/** All sides: what stands first, then the others in the order they came. */
export function sidesOf(conflict: Conflict): SideView[] {
  const { current, incoming, also, resolution } = conflict;
  const { side, values, by } = standing(conflict);
  const view = (which: SideView["which"], claim: Claim, key: string = which): SideView => ({ key, which, claim, stands: claim === side });
  const sides = [view("current", current), view("incoming", incoming), ...also.map((claim, at) => view("also", claim, `also-${at}`))];
  const first = sides.filter(({ stands }) => stands);
  if (!side && resolution) {
    first.push({ key: "entered", which: "entered", claim: { values, user_id: by, at: resolution.at, stream: by ?? "" }, stands: true });
  }
  return [...first, ...sides.filter(({ stands }) => !stands)];
}

/** From where a side came: who works at a desk writes in a stream named by their own id, every phone has one of its own. */
export function sourceOf({ user_id, stream }: Claim): "office" | "phone" | null {
  if (!user_id) return null;
  return stream === user_id ? "office" : "phone";
}

/** The fields that any side speaks of, in one order for all. */
export function fieldsOf({ current, incoming, also }: Conflict): string[] {
  const names = [current, incoming, ...also].flatMap((claim) => Object.keys(claim.values));
  return [...new Set(names)];
}

/** Whether sides that speak of a field disagree about it. */
export function isDisputed(conflict: Conflict, field: string): boolean {
  const said = [conflict.current, conflict.incoming, ...conflict.also].filter((claim) => field in claim.values);
  return new Set(said.map((claim) => JSON.stringify(claim.values[field] ?? null))).size > 1;
}

/** Whether nobody is known to have written a side: it is what stood from the beginning. */
export const isNobodys = (claim: Claim): boolean => !claim.user_id && Date.parse(claim.at) === 0;

/** A choice by its key: 1 keeps what stands, 2 takes the other. */
export function choiceOf(conflict: Conflict, side: "standing" | "other"): "keep_current" | "take_incoming" {
  return (conflict.stands === "current") === (side === "standing") ? "keep_current" : "take_incoming";
}

/** What another value starts from: what stands, in the fields that can be typed. */
export function startOf(conflict: Conflict): Record<string, unknown> {
  const standing = conflict.stands === "current" ? conflict.current : conflict.incoming;
  return { ...conflict.current.values, ...standing.values };
}

/** The fields of `values` that differ from what stands. */
export function changed(values: Readonly<Record<string, unknown>>, from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(from[name] ?? null)));
}
