/**
 * The fields of each kind of row a phone holds, by the entity's name in operations and pulled rows.
 */
import type { Fields } from "../sync/messages";

export interface Entities {
  advice: Fields;
  asset: Fields;
  attachment: Fields;
  checklist_template: Fields;
  client: Fields;
  conflict: Fields;
  contact: Fields;
  inspection: Fields;
  inspection_answer: Fields;
  service_sheet: Fields;
  sheet_amendment: Fields;
  signature: Fields;
  site: Fields;
  tag_range: Fields;
  ticket: Fields;
  user: Fields;
  visit: Fields;
  worklog_entry: Fields;
}

export type EntityName = keyof Entities;
