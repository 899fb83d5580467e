/** What is decided about lists of tickets without drawing them: views, filters, order. */
import { search } from "../../app/model/search";
import type { Entities } from "../data";

type Ticket = Entities["ticket"];
export type Status = Ticket["status"];
export type Priority = Ticket["priority"];

/** States in which a ticket still wants something done. */
export const OPEN: readonly Status[] = ["new", "assigned", "in_progress", "pending", "reopened"];
export const OVER: readonly Status[] = ["solved", "closed", "cancelled"];

export const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];

/** Next states of each, as the model allows them. */
export const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  new: ["assigned", "in_progress", "cancelled"],
  assigned: ["new", "in_progress", "pending", "cancelled"],
  in_progress: ["assigned", "pending", "solved", "cancelled"],
  pending: ["assigned", "in_progress", "solved", "cancelled"],
  solved: ["closed", "reopened"],
  closed: ["reopened"],
  reopened: ["assigned", "in_progress", "pending", "cancelled"],
  cancelled: ["reopened"],
};

/** What a list is narrowed down to; empty values narrow nothing. */
export interface Filter {
  readonly view: string;
  readonly status: string;
  readonly priority: string;
  readonly assignee: string;
  readonly client: string;
  readonly q: string;
}

/** A ticket with what is searched and sorted by beside it. */
export interface Line {
  readonly id: string;
  readonly fields: Ticket;
  readonly client: string;
  readonly assignee: string;
}

/** The states that have to be read for a filter. */
export function statesOf({ view, status }: Filter): readonly Status[] {
  if (status) return [...OPEN, ...OVER].filter((one) => one === status);
  return view === "solved" ? ["solved"] : view === "all" ? [...OPEN, ...OVER] : OPEN;
}

/** The lines that fit. `me` is who looks. */
export function narrow<L extends Line>(lines: readonly L[], filter: Filter, me: string): L[] {
  const wanted = new Set(statesOf(filter));
  const fits = ({ fields }: L): boolean =>
    wanted.has(fields.status) &&
    (!filter.priority || fields.priority === filter.priority) &&
    (!filter.client || fields.client_id === filter.client) &&
    (!filter.assignee || (filter.assignee === "nobody" ? !fields.assignee_id : fields.assignee_id === filter.assignee)) &&
    (filter.view !== "mine" || fields.assignee_id === me) &&
    (filter.view !== "unassigned" || !fields.assignee_id) &&
    (filter.view !== "urgent" || fields.priority === "urgent" || fields.priority === "high") &&
    (filter.view !== "waiting" || fields.status === "pending");
  return search(lines.filter(fits), filter.q, ({ fields, client }) => [fields.number, fields.title, fields.description, client]);
}

const KEYS: Readonly<Record<string, (line: Line) => string | number>> = {
  number: ({ fields }) => fields.number ?? "",
  title: ({ fields }) => fields.title,
  client: ({ client }) => client,
  priority: ({ fields }) => PRIORITIES.indexOf(fields.priority),
  status: ({ fields }) => [...OPEN, ...OVER].indexOf(fields.status),
  assignee: ({ assignee }) => assignee,
  reported: ({ fields }) => fields.reported_at ?? "",
};

/** In the order asked for; equals stay newest first. */
export function arranged<L extends Line>(lines: readonly L[], sort: string): L[] {
  const isDown = sort.startsWith("-");
  const key = KEYS[isDown ? sort.slice(1) : sort] ?? KEYS["reported"];
  const compare = (a: string | number, b: string | number) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
  return [...lines].sort((a, b) => (key ? compare(key(a), key(b)) * (isDown ? -1 : 1) : 0) || (a.id < b.id ? 1 : -1));
}

/** Letters and digits of a phone number that count when two are compared. */
export const digits = (text: string): string => text.normalize("NFKC").replace(/[^\d+]/g, "").replace(/^(\+|00)/, "");

/** Whether what was typed is (part of) a number; short ones could be anything. */
export const isNumber = (text: string): boolean => /^[\d\s+()./-]+$/.test(text.normalize("NFKC").trim()) && digits(text).length >= 4;

/** Whether a stored number fits what was typed: one holds the other's end, so that country codes don't matter. */
export function fitsNumber(stored: string | null | undefined, typed: string): boolean {
  const [have, want] = [digits(stored ?? ""), digits(typed).replace(/^0+/, "")];
  return have.length >= 4 && want.length >= 4 && (have.includes(want) || want.endsWith(have.replace(/^0+/, "")));
}
