/** Compiling a service sheet from what was done: the same pure function as the server's (`sheet_compile.rs`), so that what the
 * client signs offline is what the server would have told. Golden cases of both keep them equal. */
import { type Entities, isPicture, type Row, type Uuid } from "../../device";
import type { Language } from "../../i18n";

type Of<E extends keyof Entities> = Row<Entities[E]>;

export interface Provider {
  name: string;
  address: string;
  phone: string;
}

/** Everything a visit's sheet is compiled from. */
export interface VisitRecords {
  visit: Of<"visit">;
  client: Entities["client"];
  site: Entities["site"];
  contact: Entities["contact"] | undefined;
  technician: Entities["user"] | undefined;
  tickets: readonly Of<"ticket">[];
  /** Of the visit and of its tickets. */
  worklog: readonly Of<"worklog_entry">[];
  inspections: readonly Of<"inspection">[];
  answers: readonly Of<"inspection_answer">[];
  assets: ReadonlyMap<Uuid, Entities["asset"]>;
  advice: readonly Of<"advice">[];
  /** Photos of the visit and of its answers. */
  attachments: readonly Of<"attachment">[];
}

/** Which version of which sheet, for whom. */
export interface Edition {
  sheetId: Uuid;
  version: number;
  amends: string | null;
  language: Language;
  provider: Provider;
}

/** What the client is shown and signs, in the names of the wire. */
export interface SheetContent {
  format: "sheet-v1";
  sheet_id: Uuid;
  visit_id: Uuid;
  version: number;
  amends: string | null;
  language: Language;
  time_zone: string;
  provider: Provider;
  client_name: string;
  address: string;
  contact_name: string;
  contact_phone: string;
  visit_kind: Entities["visit"]["kind"];
  technician_name: string;
  service_content: string;
  solution: string;
  started_at: string;
  finished_at: string;
  work: { at: string; text: string; minutes: number }[];
  parts: { name: string; quantity: number }[];
  devices: { tag: string | null; name: string; kind: Entities["asset"]["kind"]; passed: number; flagged: number; failed: number }[];
  advice: { device: string; severity: Entities["advice"]["severity"]; text: string }[];
  photos: { sha256: string; caption: string }[];
  consent: { version: number; text: string };
}

/** By id, as the server's maps are. */
export const byId = <T>(rows: readonly Row<T>[]): Row<T>[] => [...rows].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

const filled = (text: string | null | undefined): text is string => Boolean(text?.trim());

/** A time as the server writes it: in UTC, with three, six or nine digits of a second, or none where they are zero. */
export function instant(text: string): string {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  if (!parts) return instant(new Date(text).toISOString());
  const digits = (parts[2] ?? "").replace(/0+$/, "");
  const fraction = digits ? `.${digits.padEnd(Math.ceil(digits.length / 3) * 3, "0")}` : "";
  return `${parts[1]}${fraction}Z`;
}

/** How a device is named in a line: its tag and its name. */
export const deviceLabel = (asset: Entities["asset"]): string => (asset.tag ? `${asset.tag} ${asset.name}` : asset.name);

function devices(records: VisitRecords): SheetContent["devices"] {
  return byId(records.inspections).flatMap(({ id, body }) => {
    const asset = records.assets.get(body.asset_id);
    if (!asset) return [];
    const count = (outcome: string) => records.answers.filter((one) => one.body.inspection_id === id && one.body.outcome === outcome).length;
    return [{ tag: asset.tag ?? null, name: asset.name, kind: asset.kind, passed: count("pass"), flagged: count("flag"), failed: count("fail") }];
  });
}

/** The sheet as these records tell it. Times that are missing are taken from the plan; {@link missing} says what must still be
 * filled in before it may be shown. */
export function compile(records: VisitRecords, edition: Edition): SheetContent {
  const visit = records.visit.body;
  const tickets = byId(records.tickets).map(({ body }) => body);
  const worklog = byId(records.worklog).map(({ body }) => body);
  return {
    format: "sheet-v1",
    sheet_id: edition.sheetId,
    visit_id: records.visit.id,
    version: edition.version,
    amends: edition.amends,
    language: edition.language,
    time_zone: records.site.time_zone ?? "Asia/Shanghai",
    provider: edition.provider,
    client_name: records.client.name,
    address: records.site.address,
    contact_name: records.contact?.name ?? "",
    contact_phone: records.contact?.phone ?? records.client.phone ?? "",
    visit_kind: visit.kind,
    technician_name: records.technician?.name ?? "",
    service_content: [visit.purpose, ...tickets.map((ticket) => ticket.title)].filter(filled).join("\n"),
    solution: [...tickets.map((ticket) => ticket.solution), visit.solution].filter(filled).join("\n"),
    started_at: instant(visit.arrived_at ?? visit.planned_start),
    finished_at: instant(visit.finished_at ?? visit.planned_end),
    work: worklog
      .filter((entry) => entry.kind !== "part")
      .map((entry) => ({ at: instant(entry.at), text: entry.text ?? "", minutes: entry.minutes ?? 0 })),
    parts: worklog
      .filter((entry) => entry.kind === "part")
      .flatMap((entry) => entry.parts ?? [])
      .map((part) => ({ name: part.name ?? "", quantity: part.quantity ?? 0 })),
    devices: devices(records),
    advice: byId(records.advice).map(({ body }) => {
      const asset = records.assets.get(body.asset_id);
      return { device: asset ? deviceLabel(asset) : "", severity: body.severity, text: body.text };
    }),
    photos: byId(records.attachments)
      .filter(({ body }) => isPicture(body.media_type))
      .map(({ body }) => ({ sha256: body.sha256, caption: body.caption ?? "" })),
    consent: consent(edition.language),
  };
}

/** The fields that must be filled in before a sheet may be presented. */
export function missing(content: SheetContent): string[] {
  const fields = ["client_name", "address", "contact_name", "contact_phone", "technician_name", "service_content", "solution"] as const;
  const late = Date.parse(content.finished_at) <= Date.parse(content.started_at) ? ["finished_at"] : [];
  return [...fields.filter((field) => !filled(content[field])), ...late];
}

/** What a signer agrees to. A changed text gets a new version, here and on the server. */
export function consent(language: Language): SheetContent["consent"] {
  const text =
    language === "en"
      ? "I have read this service sheet and confirm that the work described was carried out. I agree that my signature on this device, bound to the checksum of this sheet, is a reliable electronic signature between the parties."
      : "本人已阅读本服务单，确认所述服务已经完成。本人同意：在本设备上的手写签名与本服务单的校验值绑定，作为双方认可的可靠电子签名。";
  return { version: 1, text };
}
