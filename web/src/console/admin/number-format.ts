/** How running numbers are written, as the server does it: shown while a format is typed. */

export type FormatFault = "number" | "month" | "unknown";

const PIECE = /\{(year|month|number(?::[1-9])?)\}/g;

/** What keeps a format from being used; `null` where it is good. */
export function formatFault(format: string): FormatFault | null {
  if (/[{}]/.test(format.replace(PIECE, ""))) return "unknown";
  const names = Array.from(format.matchAll(PIECE), ([, name = ""]) => name.split(":")[0]);
  if (names.filter((name) => name === "number").length !== 1) return "number";
  return names.includes("month") && !names.includes("year") ? "month" : null;
}

/** The running number of the example. */
const NUMBER = "42";

/** A number as it would be written at a time. */
export function example(format: string, at: Date): string {
  return format.replace(PIECE, (_, name: string) => {
    if (name === "year") return String(at.getUTCFullYear());
    if (name === "month") return String(at.getUTCMonth() + 1).padStart(2, "0");
    return NUMBER.padStart(Number(name.split(":")[1] ?? 1), "0");
  });
}
