/** What the phone knows of a visit, in the shape its sheet is compiled from. */
import type { Row, Uuid } from "../../device";
import { row, rows } from "../phone";
import type { VisitRecords } from "./compile";

/** The records of a visit; `null` while the phone lacks the visit, its client or its site. */
export function visitRecords(id: Uuid): VisitRecords | null {
  const visit = row("visit", id);
  const client = row("client", visit?.body.client_id)?.body;
  const site = row("site", visit?.body.site_id)?.body;
  if (!visit || !client || !site) return null;
  const inspections = rows("inspection").filter(({ body }) => body.visit_id === id);
  const inspected = new Set(inspections.map((one) => one.id));
  const answers = rows("inspection_answer").filter(({ body }) => inspected.has(body.inspection_id));
  const owners = new Set([id, ...answers.map((one) => one.id)]);
  const advice = rows("advice").filter(({ body }) => body.visit_id === id);
  const tickets = (visit.body.ticket_ids ?? []).map((ticket) => row("ticket", ticket)).filter((one): one is NonNullable<typeof one> => one !== undefined);
  const worked = new Set(tickets.map((ticket) => ticket.id));
  const assets = new Map(
    [...inspections, ...advice]
      .map((one: Row<{ asset_id: Uuid }>) => row("asset", one.body.asset_id))
      .filter((one) => one !== undefined)
      .map((one) => [one.id, one.body]),
  );
  return {
    visit,
    client,
    site,
    contact: row("contact", visit.body.contact_id)?.body,
    technician: row("user", visit.body.technician_id)?.body,
    tickets,
    // An entry on a ticket belongs to the ticket, and to the sheet if the ticket is of the visit.
    worklog: rows("worklog_entry").filter(({ body }) => body.visit_id === id && (!body.ticket_id || worked.has(body.ticket_id))),
    inspections,
    answers,
    assets,
    advice,
    attachments: rows("attachment").filter(({ body }) => owners.has(body.owner_id)),
  };
}
