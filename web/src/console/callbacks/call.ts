/** What is decided at the callback desk without drawing it: which calls are next, and what a call sends. */
import type { Entities, Uuid } from "../data";

export type Callback = Entities["callback"];

/** Where a callback stands: to be called now, later, given up, or done. */
export type Group = "now" | "later" | "unreachable" | "done";

/** A client nobody reached is called again after this, in milliseconds. */
const AGAIN = 2 * 3_600_000;

/** When the next call may be made: when it is due, or was agreed; otherwise not at once after an attempt. In milliseconds. */
export function nextCall(callback: Callback): number {
  const due = Date.parse(callback.due_at);
  const tried = callback.status === "attempted" && callback.last_attempt_at ? Date.parse(callback.last_attempt_at) : Number.NEGATIVE_INFINITY;
  return due > tried ? due : tried + AGAIN;
}

/** When a client without time is called again unless they say another: half past nine on the next working day, as an input has it. */
export const usualAgain = (from: Date): string => `${workingDay(from, 1)}T09:30`;

export function groupOf(callback: Callback, now: number): Group {
  if (callback.status === "done" || callback.status === "unreachable") return callback.status;
  return nextCall(callback) <= now ? "now" : "later";
}

/** Whether a call should have been made on a day before this one. */
export const isOverdue = (callback: Callback, now: number): boolean => groupOf(callback, now) === "now" && nextCall(callback) < new Date(now).setHours(0, 0, 0, 0);

/** Scores up to this alert the managers and open a complaint, as the server has it. */
export const LOW = 2;

/** How a score looks, or the mean of several. */
export const toneOf = (score: number): "fail" | "flag" | "pass" => (score < LOW + 1 ? "fail" : score < LOW + 2 ? "flag" : "pass");

export interface Form {
  readonly score: number | null;
  readonly comment: string;
  readonly needs: string;
  readonly title: string;
  readonly assignee: Uuid;
  /** A day, `2026-11-30`. */
  readonly day: string;
}

export const emptyForm: Form = { score: null, comment: "", needs: "", title: "", assignee: "", day: "" };

export type FormError = "score" | "assignee" | "day";

/** What is missing before a call can be saved. */
export function missing(form: Form): FormError[] {
  const found: FormError[] = [];
  if (form.score === null) found.push("score");
  if (form.needs.trim() && !form.assignee) found.push("assignee");
  if (form.needs.trim() && Number.isNaN(Date.parse(`${form.day}T17:00`))) found.push("day");
  return found;
}

/** Longest title of the ticket that new needs become, in characters. */
const TITLE = 120;

export const titleOf = (form: Form): string => form.title.trim() || (form.needs.trim().split("\n")[0] ?? "").slice(0, TITLE);

/** The call as the server takes it; needs are due at the end of their day here. */
export function answered(form: Form): object {
  const needs = form.needs.trim();
  const route = needs ? { route: { assignee_id: form.assignee, due_at: new Date(`${form.day}T17:00`).toISOString(), title: titleOf(form) } } : {};
  return { result: "answered", score: form.score, comment: form.comment.trim(), new_needs: needs, ...route };
}

/** The day so many working days ahead, Saturday and Sunday left out. */
export function workingDay(from: Date, ahead: number): string {
  const day = new Date(from);
  for (let left = ahead; left > 0; ) {
    day.setDate(day.getDate() + 1);
    if (day.getDay() !== 0 && day.getDay() !== 6) left -= 1;
  }
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}
