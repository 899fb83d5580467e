/** What the board shows, read from the records: plans, who goes, what waits, and how a visit stands. */
import type { Entities, Row } from "../data";
import type { Plan } from "./layout";

export type VisitRow = Row<"visit">;
export type TicketRow = Row<"ticket">;
type Visit = Entities["visit"];
type Status = Visit["status"];

/** Nothing more happens to a visit in these. */
const OVER: ReadonlySet<Status> = new Set(["finished", "closed", "cancelled", "aborted", "declined"]);

/** Waits for a dispatcher. */
export const isUnplanned = ({ status }: Visit): boolean => status === "planned" || status === "declined";

/** Its time or its technician can still be changed. */
export const isMovable = ({ status }: Visit): boolean => status === "planned" || status === "scheduled" || status === "accepted" || status === "declined";

/** A visit that stands in somebody's row. */
export const stands = (visit: Visit, isCalledOffShown: boolean): boolean =>
  Boolean(visit.technician_id) && !isUnplanned(visit) && (isCalledOffShown || visit.status !== "cancelled");

/** Rows are unchanged objects until they change, so a plan is made once of each: the board knows by it what stayed. */
const made = new WeakMap<VisitRow, Plan>();

/** Its place on the board; the same object for the same row. */
export function planOf(row: VisitRow): Plan {
  const known = made.get(row);
  if (known) return known;
  const { id, fields } = row;
  const start = Date.parse(fields.planned_start);
  const plan = {
    id,
    technician: fields.technician_id ?? "",
    site: fields.site_id,
    start,
    end: Math.max(start + 60_000, Date.parse(fields.planned_end)),
    isOpen: !OVER.has(fields.status),
  };
  made.set(row, plan);
  return plan;
}

/** How late somebody may be before the board says so, in milliseconds. */
const PATIENCE = 15 * 60_000;

/** Minutes by which somebody who should be there is late; 0 if nobody is. */
export function lateBy(visit: Visit, now: number): number {
  const isDue = visit.status === "scheduled" || visit.status === "accepted" || visit.status === "travelling";
  const late = now - Date.parse(visit.planned_start);
  return isDue && late > PATIENCE && now < Date.parse(visit.planned_end) + 24 * 3_600_000 ? Math.floor(late / 60_000) : 0;
}

const RANK = { urgent: 0, high: 1, normal: 2, low: 3 } as const;

/** Tickets that wait for a visit: open, and of no visit that is still to be. Most urgent first, then oldest. */
export function ticketsToPlan(tickets: readonly TicketRow[], visits: readonly VisitRow[]): TicketRow[] {
  const taken = new Set<string>();
  for (const { fields } of visits) {
    if (OVER.has(fields.status) && fields.status !== "declined") continue;
    for (const id of fields.ticket_ids) taken.add(id);
  }
  const waits = ({ id, fields }: TicketRow) => ["new", "assigned", "in_progress", "reopened"].includes(fields.status) && !taken.has(id);
  return tickets.filter(waits).sort((a, b) => RANK[a.fields.priority] - RANK[b.fields.priority] || (a.id < b.id ? -1 : 1));
}
