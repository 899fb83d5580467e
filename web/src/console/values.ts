/** Any field's value in words: names instead of ids, states and times as people say them. */
import { dateAndTime } from "../app/model/format";
import { t } from "../i18n";
import { row, type EntityName } from "./data";
import { c } from "./words";

/** Which kind of row an id in a field points to. */
const pointsTo: Record<string, EntityName> = {
  agent_id: "user",
  assignee_id: "user",
  author_id: "user",
  technician_id: "user",
  client_id: "client",
  contact_id: "contact",
  site_id: "site",
  parent_id: "asset",
  asset_id: "asset",
  asset_ids: "asset",
  ticket_id: "ticket",
  ticket_ids: "ticket",
  visit_id: "visit",
  follows_id: "visit",
};

/** What a row is called, once it is known. */
export function nameOf(entity: EntityName, id: string): string {
  const fields = row(entity, id)?.fields as { name?: string; title?: string; purpose?: string } | undefined;
  return fields?.name ?? fields?.title ?? fields?.purpose ?? "…";
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** The value of a field of an entity, in words. A component that calls it is drawn again when a name comes. */
export function value(entity: EntityName, field: string, of: unknown): string {
  if (of === null || of === undefined || of === "") return c().shell.nothing;
  if (Array.isArray(of)) return of.length ? of.map((one) => value(entity, field, one)).join(", ") : c().shell.nothing;
  if (typeof of !== "string") return typeof of === "object" ? JSON.stringify(of) : String(of);
  const target = pointsTo[field];
  if (target) return nameOf(target, of);
  if (ISO.test(of)) return dateAndTime(of);
  return wordsOf(entity, field)?.[of] ?? of;
}

/** The words of a field that holds one of a few. */
function wordsOf(entity: EntityName, field: string): Readonly<Record<string, string>> | undefined {
  const words = t();
  const names: Record<string, Readonly<Record<string, string>>> = {
    "visit.status": words.visitStatus,
    "visit.kind": words.visitKind,
    "ticket.status": words.ticketStatus,
    "ticket.priority": words.priority,
    "asset.kind": words.assetKind,
    "asset.status": words.assetStatus,
    "advice.severity": words.severity,
    "service_sheet.status": words.sheetStatus,
    "inspection_answer.outcome": words.outcome,
  };
  return names[`${entity}.${field}`];
}

/** What a field can hold, where that is one of a few. */
export function optionsOf(entity: EntityName, field: string): { value: string; label: string }[] | undefined {
  const words = wordsOf(entity, field);
  return words && Object.entries(words).map(([value, label]) => ({ value, label }));
}
