/**
 * The fields of each kind of row a phone holds, by the entity's name in operations and pulled rows.
 */
import type { components } from "./entities.generated";

type Schemas = components["schemas"];

export interface Entities {
  advice: Schemas["Advice"];
  asset: Schemas["Asset"];
  attachment: Schemas["Attachment"];
  checklist_template: Schemas["ChecklistTemplate"];
  client: Schemas["Client"];
  conflict: Schemas["Conflict"];
  contact: Schemas["Contact"];
  handover_item: Schemas["HandoverItem"];
  inspection: Schemas["Inspection"];
  inspection_answer: Schemas["InspectionAnswer"];
  service_sheet: Schemas["ServiceSheet"];
  sheet_amendment: Schemas["SheetAmendment"];
  signature: Schemas["Signature"];
  site: Schemas["Site"];
  tag_range: Schemas["TagRange"];
  ticket: Schemas["Ticket"];
  user: Schemas["User"];
  visit: Schemas["Visit"];
  worklog_entry: Schemas["WorklogEntry"];
}

export type EntityName = keyof Entities;
