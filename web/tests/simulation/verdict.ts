/** What must be so in the end: phones show what the server has, and every edit is somewhere. */
import { equal } from "../../src/sync/json";
import type { Entities, EntityName, Fields, Operation } from "../../src/device/index";
import type { Desk, HistoryEntry, Kept } from "./desk";
import type { SimulatedPhone } from "./phone";

/** The kinds of rows that are compared, with their place in the REST interface. */
const PLURALS = {
  advice: "advice",
  asset: "assets",
  attachment: "attachments",
  checklist_template: "checklist-templates",
  client: "clients",
  conflict: "conflicts",
  contact: "contacts",
  inspection: "inspections",
  inspection_answer: "inspection-answers",
  site: "sites",
  ticket: "tickets",
  visit: "visits",
  worklog_entry: "worklog-entries",
} satisfies Partial<Record<EntityName, string>>;

const ENTITIES = Object.keys(PLURALS) as (keyof typeof PLURALS)[];

/** What is compared: the id of a row out of the phone's sight is left out of the conflicts it is sent. */
function compared(fields: Fields, beside: Fields = fields): Fields {
  const isSent = (field: string) => field !== "other_row_id" || (beside[field] ?? null) !== null;
  return Object.fromEntries(Object.entries(fields).filter(([field, value]) => value !== null && isSent(field)));
}

/** What the server has of each kind, by id. */
async function everything(desk: Desk): Promise<Map<string, Kept & { entity: string }>> {
  const rows = new Map<string, Kept & { entity: string }>();
  for (const entity of ENTITIES) {
    for (const kept of await desk.all<Kept>(`/v1/${PLURALS[entity]}`)) rows.set(kept.id, { ...kept, entity });
  }
  return rows;
}

/** Faults of agreement: a phone against the server, and phones of one user against a new one of theirs. */
export async function disagreements(desk: Desk, phones: readonly SimulatedPhone[], fresh: ReadonlyMap<string, SimulatedPhone>): Promise<string[]> {
  const server = await everything(desk);
  const faults: string[] = [];
  for (const phone of phones) {
    const { records } = phone.device;
    for (const entity of ENTITIES) {
      const shown = records.list(entity).value;
      for (const row of shown) {
        const kept = server.get(row.id);
        if (!kept) faults.push(`${phone.name} shows ${entity} ${row.id}, which the server does not have`);
        else if (!equal(compared(row.body as Fields), compared(kept.fields, row.body as Fields))) {
          faults.push(`${phone.name} shows ${entity} ${row.id} as ${JSON.stringify(row.body)}, the server has ${JSON.stringify(kept.fields)}`);
        }
      }
      const ids = (of: SimulatedPhone | undefined) => of?.device.records.list<keyof Entities>(entity).value.map(({ id }) => id).join() ?? "";
      if (ids(phone) !== ids(fresh.get(phone.email))) faults.push(`${phone.name} holds other rows of ${entity} than a new phone of the same user`);
    }
    for (const { body, id } of records.list("attachment").value) {
      if (phone.photos.has(id) && !body.stored_at) faults.push(`${phone.name}'s photo ${id} has not reached its row`);
    }
    const { parked } = phone.device.sync.status.value;
    if (parked > 0) faults.push(`${phone.name} still has ${parked} parked rows`);
  }
  return faults;
}

/** Whether a field has what was typed: as it is, in a text merged with another's, or as a change of a set or a quantity. */
function isKept(typed: Fields[string], kept: Fields[string] | undefined): boolean {
  if (typeof typed === "string" && typeof kept === "string") return kept.includes(typed.replace(/。$/, ""));
  return (typeof typed === "object" && typed !== null) || equal(typed, kept);
}

/** Edits that are nowhere: neither in a row's history, nor in a conflict, nor in quarantine. */
export async function lostEdits(desk: Desk, phones: readonly SimulatedPhone[]): Promise<{ lost: string[]; found: Record<string, number> }> {
  interface Claim {
    operation: string;
  }
  const conflicts = await desk.all<{ fields: { current: Claim; incoming: Claim; also?: Claim[] } }>("/v1/conflicts");
  const claimed = new Set(conflicts.flatMap(({ fields: { current, incoming, also = [] } }) => [current, incoming, ...also]).map(({ operation }) => operation));
  const quarantine = await desk.all<{ operation: { id?: string } }>("/v1/quarantine");
  const quarantined = new Set(quarantine.map(({ operation }) => operation.id));
  const histories = new Map<string, Promise<HistoryEntry[] | undefined>>();
  const history = (entity: string, row: string) => {
    let told = histories.get(row);
    if (!told) histories.set(row, (told = desk.get<HistoryEntry[]>(`/v1/${PLURALS[entity as keyof typeof PLURALS]}/${row}/history`)));
    return told;
  };
  /** Their author's later word stands in the conflict; the earlier one in its history. */
  const wasClaimed = async ({ id, conflicts }: Operation) => {
    const told = await Promise.all(conflicts.map((conflict) => history("conflict", conflict)));
    return told.flatMap((entries) => entries ?? []).some(({ changes }) => JSON.stringify(changes).includes(id));
  };
  const place = async (operation: Operation): Promise<string | undefined> => {
    if (quarantined.has(operation.id)) return "quarantine";
    if (claimed.has(operation.id)) return "conflict";
    if (await wasClaimed(operation)) return "a conflict's history";
    const told = await history(operation.entity, operation.row);
    if (told === undefined) return "deleted";
    // Something may have changed nothing, because somebody had brought about the same.
    const isThere = ([field, value]: [string, Fields[string]]) => told.some(({ changes }) => field in changes && isKept(value, changes[field]));
    const entry = told.find(({ operation_id }) => operation_id === operation.id);
    if (entry) {
      const isAsTyped = ([field, value]: [string, Fields[string]]) =>
        field in entry.changes ? isKept(value, entry.changes[field]) : isThere([field, value]);
      const others = Object.entries(operation.set).filter((one) => !isAsTyped(one));
      return others.length === 0 ? "history" : undefined;
    }
    return operation.kind === "update" && Object.entries(operation.set).every(isThere) ? "no change" : undefined;
  };
  const [lost, found]: [string[], Record<string, number>] = [[], {}];
  for (const phone of phones) {
    const operations = [...phone.saved.values()];
    const places = await Promise.all(operations.map(place));
    for (const [at, operation] of operations.entries()) {
      const where = places[at];
      if (where !== undefined) found[where] = (found[where] ?? 0) + 1;
      else {
        const told = JSON.stringify(await history(operation.entity, operation.row));
        lost.push(`${phone.name}'s edit is nowhere as it was entered: ${JSON.stringify(operation)}; its row's history: ${told}`);
      }
    }
  }
  return { lost, found };
}
