/** Rows and values in plain words, for conflicts and for the list of what waits. */
import { t } from "../../i18n";
import type { Fields, Row, Uuid } from "../../device";
import { dateAndTime } from "../model/format";
import { phone, row } from "../phone";

/** What a row is called: its name, title or number, or else its kind. */
export function rowName(entity: string, id: Uuid): string {
  const found: Row | undefined = phone().records.row(id).value ?? phone().records.parked.value.find((one) => one.id === id);
  const kinds = t().entity as Record<string, string>;
  const kind = kinds[entity] ?? entity;
  const body = found?.body;
  const name = ["name", "title", "purpose", "text", "caption", "file_name", "number", "item"].map((field) => body?.[field]).find((value) => typeof value === "string" && value);
  return typeof name === "string" ? `${kind}: ${name.split("\n")[0]}` : kind;
}

/** What a field is called. */
export const fieldName = (field: string): string => t().field[field] ?? field.replaceAll("_", " ");

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;
const TIME = /^\d{4}-\d\d-\d\dT/;

/** A value as a person would say it. */
export function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return t().sync.nothing;
  if (Array.isArray(value)) return value.length ? value.map(plain).join(", ") : t().sync.nothing;
  if (typeof value === "object") return Object.values(value).map(plain).join(", ");
  const text = String(value);
  if (TIME.test(text)) return dateAndTime(text);
  if (UUID.test(text)) {
    const found = phone().records.row(text).value;
    return found ? rowName(found.entity, text).replace(/^[^:：]*[:：] ?/, "") : "…";
  }
  const named = [t().visitStatus, t().ticketStatus, t().assetStatus, t().outcome, t().priority, t().severity, t().sheetStatus, t().assetKind, t().visitKind];
  for (const words of named as Record<string, string>[]) if (words[text]) return words[text];
  return text;
}

/** Fields and their values, one a line; ids and technical fields are left out. */
export function plainFields(fields: Fields): [string, string][] {
  const hidden = new Set(["canonical", "hash", "payload", "png", "strokes", "device_signature", "sha256", "media_type", "size", "visit_id", "inspection_id", "author_id", "sheet_id", "owner_id", "template_id"]);
  return Object.entries(fields)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => [fieldName(name), plain(value)]);
}

/** The name of a member of staff. */
export const personName = (id: Uuid | null): string => row("user", id)?.body.name ?? "…";
