/** What is decided about lists of tickets without drawing them: states, views, filters. */
import type { Entities, Query } from "../data";

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

/** Asks for the tickets nobody has. */
export const NOBODY = "none";

/** The states a filter is about. */
export function statesOf({ view, status }: Pick<Filter, "view" | "status">): readonly Status[] {
  if (status) return [...OPEN, ...OVER].filter((one) => one === status);
  return view === "solved" ? ["solved"] : view === "all" ? [...OPEN, ...OVER] : view === "waiting" ? ["pending"] : OPEN;
}

/** What the server is asked for. `me` is who looks. */
export function queryOf(filter: Filter, me: string): Query {
  const { view, priority, assignee, client, q } = filter;
  return {
    status: view === "all" && !filter.status ? "" : statesOf(filter).join(","),
    priority: priority || (view === "urgent" ? "high,urgent" : ""),
    assignee: view === "unassigned" ? NOBODY : view === "mine" ? me : assignee,
    client,
    q: q.trim(),
  };
}
