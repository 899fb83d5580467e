/** What reads differently since a sheet was signed, line by line: only the lines that one side lacks. */
import type { Dictionary } from "../../i18n";
import type { Entities, Fields } from "../../device";
import { clockTime, dateAndTime } from "../model/format";
import type { SheetContent } from "./compile";

export interface Change {
  /** What it is about, in words. */
  about: string;
  /** On the sheet that was signed, and now. */
  sealed: string[];
  now: string[];
}

type Json = Fields[string];
type Line<F extends keyof SheetContent> = SheetContent[F] extends readonly (infer L)[] ? L : never;

/** One line of a list of the sheet. */
function line(field: string, value: Json, words: Dictionary): string {
  const { doc } = words;
  switch (field) {
    case "work": {
      const { at, text, minutes } = value as Line<"work">;
      return [clockTime(at), text, minutes ? words.ui.minutes(minutes) : ""].filter(Boolean).join(" · ");
    }
    case "parts": {
      const { name, quantity } = value as Line<"parts">;
      return `${name} × ${quantity}`;
    }
    case "devices": {
      const { tag, name, passed, flagged, failed } = value as Line<"devices">;
      return `${[tag, name].filter(Boolean).join(" ")}: ${doc.passed} ${passed}, ${doc.attention} ${flagged}, ${doc.failed} ${failed}`;
    }
    case "advice": {
      const { device, severity, text } = value as Line<"advice">;
      return `${device} (${words.severity[severity]}): ${text}`;
    }
    case "photos": {
      const { caption, sha256 } = value as Line<"photos">;
      return `${caption || words.entity.attachment} ${sha256.slice(0, 8)}`;
    }
    default:
      return String(value);
  }
}

function lines(field: string, value: Json | undefined, words: Dictionary): string[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.map((one) => line(field, one, words));
  if (field === "status") return [words.sheetStatus[value as Entities["service_sheet"]["status"] & string] ?? String(value)];
  if (field.endsWith("_at")) return [dateAndTime(String(value))];
  return String(value).split("\n");
}

const names = (words: Dictionary): Record<string, string> => ({
  address: words.doc.address,
  advice: words.doc.advice,
  client_name: words.doc.client,
  contact_name: words.doc.contact,
  contact_phone: words.doc.phone,
  devices: words.doc.devices,
  parts: words.doc.parts,
  photos: words.doc.photos,
  rating: words.doc.rating,
  service_content: words.doc.serviceContent,
  solution: words.doc.solution,
  technician_name: words.doc.technician,
  visit_kind: words.doc.visitKind,
  work: words.doc.work,
});

type Difference = Entities["sheet_amendment"]["differences"][number];

/** The fields of two contents that differ: a phone showed another sheet than the one that was signed. */
function ofContents(sealed: Json, now: Json): Difference[] {
  const [before, after] = [sealed, now].map((text) => JSON.parse(typeof text === "string" ? text : "{}") as Fields);
  const aside = ["consent", "provider", "version", "amends"];
  return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
    .map((field) => ({ field, sealed: before?.[field] ?? null, now: after?.[field] ?? null }))
    .filter((one) => !aside.includes(one.field) && JSON.stringify(one.sealed) !== JSON.stringify(one.now));
}

/** An amendment's differences as they are shown; checksums follow from the rest and say nothing to a person. */
export function changes(differences: readonly Difference[], words: Dictionary): Change[] {
  const flat = differences.flatMap((one) => (one.field === "canonical" ? ofContents(one.sealed as Json, one.now as Json) : [one]));
  return flat
    .filter(({ field }) => field !== "hash")
    .map(({ field, sealed, now }) => {
      const [before, after] = [lines(field, sealed as Json, words), lines(field, now as Json, words)];
      return {
        about: names(words)[field] ?? words.field[field] ?? field,
        sealed: before.filter((text) => !after.includes(text)),
        now: after.filter((text) => !before.includes(text)),
      };
    });
}
