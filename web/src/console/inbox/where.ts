/** At which site a record is, along what it belongs to. */
import { plural, row, type EntityName, type Uuid } from "../data";
import { nameOf } from "../values";

const isEntity = (entity: string): entity is EntityName => entity in plural;

/** What a field that names a parent points to. */
const parents: readonly [field: string, entity: EntityName][] = [
  ["visit_id", "visit"],
  ["inspection_id", "inspection"],
  ["asset_id", "asset"],
  ["sheet_id", "service_sheet"],
];

/** The site of a record, once what lies between is known. A component that calls it is drawn again then. */
export function siteOf(entity: string, id: Uuid): Uuid | undefined {
  if (!isEntity(entity)) return undefined;
  if (entity === "site") return id;
  const fields = row(entity, id)?.fields as Readonly<Record<string, unknown>> | undefined;
  return fields ? siteOfFields(fields) : undefined;
}

/** The site of a record by its fields, as for one that is not made yet. */
export function siteOfFields(fields: Readonly<Record<string, unknown>>): Uuid | undefined {
  if (typeof fields.site_id === "string") return fields.site_id;
  for (const [field, entity] of parents) {
    const parent = fields[field];
    if (typeof parent === "string") return siteOf(entity, parent);
  }
  return undefined;
}

/** A site by its client's name and its own, if there is one: sites of many clients are called alike. */
export function placeName(id: Uuid | undefined): string {
  if (!id) return "";
  const site = row("site", id)?.fields;
  return site ? `${nameOf("client", site.client_id)} · ${site.name}` : "…";
}
