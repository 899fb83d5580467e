/** An entry of a worklog while it is typed, on the phone and at the desk: what is missing, and what is written down. */
import type { Entities } from "../../device";

type Entry = Entities["worklog_entry"];

/** Most minutes of an entry, a day, as the server has it. */
export const MOST_MINUTES = 1440;

/** Most pieces of a part, as the server has it. */
export const MOST_PIECES = 10_000;

export interface Typed {
  readonly kind: Entry["kind"];
  readonly text: string;
  readonly minutes: string;
  readonly part: string;
  readonly quantity: string;
}

const isWhole = (typed: string, most: number): boolean => /^\d+$/.test(typed.trim()) && Number(typed) >= 1 && Number(typed) <= most;

/** Which fields are missing or out of their range. */
export const faultsOf = ({ kind, text, minutes, part, quantity }: Typed) => ({
  text: kind === "note" && !text.trim(),
  minutes: kind === "time" && !isWhole(minutes, MOST_MINUTES),
  part: kind === "part" && !part.trim(),
  quantity: kind === "part" && !isWhole(quantity, MOST_PIECES),
});

/** What is written down of it; whose it is and when is not typed. */
export const contentOf = ({ kind, text, minutes, part, quantity }: Typed): Pick<Entry, "kind" | "text"> & Partial<Pick<Entry, "minutes" | "parts">> => ({
  kind,
  text: kind === "part" ? "" : text.trim(),
  ...(kind === "time" ? { minutes: Number(minutes) } : {}),
  ...(kind === "part" ? { parts: [{ name: part.trim(), quantity: Number(quantity) }] } : {}),
});
