/** What a mail or an entry of the log says, as the server keeps it: its fields, one a line. */
import { dateAndTime } from "../../app/model/format";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

const told = (value: unknown): string => (Array.isArray(value) ? value.map(told).join(", ") : typeof value === "string" && TIME.test(value) ? dateAndTime(value) : String(value));

/** Most names of one line: what it is, and what that belongs to. */
const NAMES = 2;

/** Names of fields in the order they come, each with what it stands in before it. */
export function contentLines(of: unknown, names: readonly string[] = []): [name: string, value: string][] {
  if (isObject(of)) return Object.entries(of).flatMap(([name, value]) => contentLines(value, [...names, name.replaceAll("_", " ")]));
  if (of === null || of === undefined || of === "" || (Array.isArray(of) && !of.length)) return [];
  return [[names.slice(-NAMES).join(" · ") || "–", told(of)]];
}
