/** What an entry of the log says, as the server keeps it: its fields, one a line. */
import { dateAndTime } from "../../app/model/format";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** What a field's value is called; nothing where it is told as it is written. */
export type SayValue = (field: string, value: unknown) => string | undefined;

const told = (field: string, value: unknown, say: SayValue): string =>
  Array.isArray(value) ? value.map((one) => told(field, one, say)).join(", ") : (say(field, value) ?? (typeof value === "string" && TIME.test(value) ? dateAndTime(value) : String(value)));

/** Most names of one line: what it is, and what that belongs to. */
const NAMES = 2;

/** Field names as people say them: `visit.address`, or `address` wherever it stands. What is not in it shows as it is written. */
export type FieldNames = Readonly<Record<string, string>>;

function nameOf(path: readonly string[], words: FieldNames): string {
  const [own = "", parent = ""] = [path.at(-1), path.at(-2)];
  const said = path.slice(-NAMES).map((name) => words[name] ?? name.replaceAll("_", " "));
  return words[`${parent}.${own}`] ?? words[own] ?? said.join(" · ");
}

/** Fields in the order they come, each with its name. */
export function contentLines(of: unknown, words: FieldNames = {}, say: SayValue = () => undefined, path: readonly string[] = []): [name: string, value: string][] {
  if (isObject(of)) return Object.entries(of).flatMap(([name, value]) => contentLines(value, words, say, [...path, name]));
  if (of === null || of === undefined || of === "" || (Array.isArray(of) && !of.length)) return [];
  return [[nameOf(path, words) || "–", told(path.at(-1) ?? "", of, say)]];
}
