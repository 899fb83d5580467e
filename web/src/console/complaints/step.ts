/** The steps of a complaint and how pressing its deadline is. */
import { fold, wordsOf } from "../../app/model/search";
import type { Entities, Uuid } from "../data";

export type Complaint = Entities["complaint"];
export type Status = Complaint["status"];

/** Columns of the board, in the order a complaint goes through them. */
export const COLUMNS = ["open", "acknowledged", "in_progress", "resolved"] as const;

export type Step = "acknowledge" | "begin" | "resolve" | "close" | "again";

/** What can be done next; the first is the one to do. */
export function stepsOf(status: Status): Step[] {
  const steps: Record<Status, Step[]> = {
    open: ["acknowledge"],
    acknowledged: ["begin", "resolve"],
    in_progress: ["resolve"],
    resolved: ["close", "again"],
    closed: [],
  };
  return steps[status];
}

/** What a step writes. Who takes a step on a complaint of nobody takes it on; resolving needs a solution. */
export function written(step: Step, complaint: Complaint, me: Uuid, solution: string): Partial<Complaint> {
  const owner = complaint.owner_id ? {} : { owner_id: me };
  const fields: Record<Step, Partial<Complaint>> = {
    acknowledge: { status: "acknowledged", ...owner },
    begin: { status: "in_progress", ...owner },
    resolve: { status: "resolved", solution, ...owner },
    close: { status: "closed", told_by_id: me },
    again: { status: "in_progress" },
  };
  return fields[step];
}

export type Pressure = "none" | "calm" | "soon" | "now";

/** Less than this is soon, in milliseconds. */
const SOON = 4 * 3_600_000;

export function pressure(complaint: Complaint, now: number): Pressure {
  if (!complaint.due_at) return "none";
  const left = Date.parse(complaint.due_at) - now;
  return left <= 0 ? "now" : left < SOON ? "soon" : "calm";
}

/** Whether a complaint is meant by words: those of its client's name, its number, who raised it or what they say. */
export function isAbout({ number, raised_by: raisedBy, text }: Complaint, client: string, wanted: string): boolean {
  const said = fold([client, number, raisedBy, text].filter(Boolean).join("\n"));
  return wordsOf(wanted).every((word) => said.includes(word));
}

/** The most pressing first: by when it escalates, then by level. */
export function byPressure(a: Complaint, b: Complaint): number {
  const due = (one: Complaint) => (one.due_at ? Date.parse(one.due_at) : Number.MAX_SAFE_INTEGER);
  return due(a) - due(b) || b.level - a.level;
}
