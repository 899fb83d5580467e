/** Who changed what of a record, newest first. */
import { now } from "../../app/model/clock";
import { ago, dateAndTime } from "../../app/model/format";
import { t } from "../../i18n";
import { get, plural, row, useLoaded, type EntityName } from "../data";
import { value } from "../values";
import { c } from "../words";
import "./history.css";

export interface HistoryEntry {
  readonly version: string;
  readonly operation_id: string;
  readonly user_id?: string | null;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly occurred_at: string;
  readonly recorded_at: string;
}

/** The history of a record, or of one of its fields; read again when records of its kind change. */
export const useHistory = (entity: EntityName, id: string, field?: string) =>
  useLoaded(`${entity} ${id} ${field ?? ""}`, (signal) => get<HistoryEntry[]>(`/v1/${plural[entity]}/${id}/history`, { field }, { signal }), [entity]);

/** Who did something; the server where nobody did. */
export const author = (user: string | null | undefined): string => (user ? (row("user", user)?.fields.name ?? "…") : c().shell.theServer);

/** When, in words, with the exact time to hover. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={dateAndTime(at)} class="muted small">
      {ago(Date.parse(at), now.value)}
    </time>
  );
}

/** The fields a write set. */
export function Changes({ entity, of }: { entity: EntityName; of: HistoryEntry["changes"] }) {
  const named = t().field;
  const fields = Object.entries(of).filter(([field]) => field !== "number" && !field.startsWith("_"));
  return (
    <ul class="changes">
      {fields.map(([field, set]) => (
        <li key={field}>
          <span class="muted">{named[field] ?? field}:</span> <span class="changes__value">{value(entity, field, set)}</span>
        </li>
      ))}
    </ul>
  );
}
