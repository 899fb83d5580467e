/** The kinds of records the console shows: their fields, and where they are. */
import type { components } from "../../device/entities.generated";
import type { Entities as Held } from "../../device/entities";
import type { Uuid } from "../../sync/messages";

export interface Entities extends Held {
  callback: components["schemas"]["Callback"];
  complaint: components["schemas"]["Complaint"];
}

export type EntityName = keyof Entities;

/** The id of nothing, to ask for where nothing is chosen yet. */
export const NOTHING: Uuid = "00000000-0000-0000-0000-000000000000";

/** Their name in paths. */
export const plural: Record<EntityName, string> = {
  advice: "advice",
  asset: "assets",
  attachment: "attachments",
  callback: "callbacks",
  checklist_template: "checklist-templates",
  client: "clients",
  complaint: "complaints",
  conflict: "conflicts",
  contact: "contacts",
  handover_item: "handover-items",
  inspection: "inspections",
  inspection_answer: "inspection-answers",
  service_sheet: "service-sheets",
  sheet_amendment: "sheet-amendments",
  signature: "signatures",
  site: "sites",
  tag_range: "tag-ranges",
  ticket: "tickets",
  user: "users",
  visit: "visits",
  worklog_entry: "worklog-entries",
};

/** A record as it is shown: the server's, with what was changed here and is on its way laid over it. */
export interface Row<E extends EntityName = EntityName> {
  readonly id: Uuid;
  readonly entity: E;
  /** `epoch.number` of the server's version. */
  readonly version: string;
  readonly fields: Entities[E];
  /** A change of it is on its way. */
  readonly pending: boolean;
}

/** A record as the server sends it. */
export interface Sent<E extends EntityName> {
  readonly id: Uuid;
  readonly version: string;
  readonly fields: Entities[E];
}

/** Which of two versions is newer: negative, 0 or positive. */
export function compare(a: string, b: string): number {
  const [epochA = 0, numberA = 0] = a.split(".").map(Number);
  const [epochB = 0, numberB = 0] = b.split(".").map(Number);
  return epochA - epochB || numberA - numberB;
}
