/** What a dispatcher has taken hold of, by mouse or by keyboard, and where it would be put. */
import { signal } from "@preact/signals";
import type { Seen } from "../data";
import type { Proposal } from "./layout";

export interface Held extends Proposal {
  readonly what: "visit" | "ticket";
  readonly id: string;
  /** How it was before; a ticket has no plan yet. */
  readonly before: Proposal;
  /** The version that `before` is of. */
  readonly on: Seen;
  readonly by: "mouse" | "keys";
  /** The pointer is over the queue: it would be taken from its technician. */
  readonly isBack?: boolean;
}

/** At most one thing is held. */
export const held = signal<Held | null>(null);

/** Whether something is held at the same place as this. */
export const isAt = (one: Held | null, other: Held): boolean =>
  one?.id === other.id && one.technician === other.technician && one.start === other.start && one.end === other.end && one.isBack === other.isBack;

/** It waits to be planned, and is held where nobody is who would go. */
export const isNowhere = (one: Held): boolean => one.before.technician === null && (one.technician === null || Boolean(one.isBack));

/** Whether putting it down would change anything. */
export const isMoved = (one: Held): boolean => {
  if (isNowhere(one)) return false;
  return Boolean(one.isBack) || one.technician !== one.before.technician || one.start !== one.before.start || one.end !== one.before.end;
};
