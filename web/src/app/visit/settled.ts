/** A visit as its technician sees it: once its sheet has its outcome it is closed, though the server has yet to say so. */
import type { Entities, Row, Uuid } from "../../device";
import { rows } from "../phone";

type SheetRow = Row<Entities["service_sheet"]>;

/** The present version of a visit's sheet: the newest there is. */
export const sheetOf = (visit: Uuid): SheetRow | undefined =>
  rows("service_sheet")
    .filter(({ body }) => body.visit_id === visit)
    .sort((a, b) => (b.body.version ?? 1) - (a.body.version ?? 1))[0];

/** Whether nothing is left to be said about it: signed, refused, or nobody there. */
export const hasOutcome = (sheet: SheetRow | undefined): boolean => ["signed", "refused", "absent"].includes(sheet?.body.status ?? "");

export function settled(visit: Row<Entities["visit"]>): Row<Entities["visit"]> {
  const isOver = visit.body.status === "finished" && hasOutcome(sheetOf(visit.id));
  return isOver ? { ...visit, body: { ...visit.body, status: "closed" } } : visit;
}
