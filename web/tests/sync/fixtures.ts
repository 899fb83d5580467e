/** The golden cases every implementation of the protocol reads: `sync-protocol/fixtures`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../../sync-protocol/fixtures");

/** One file, parsed. */
export function fixture<T>(path: string): T {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as T;
}

/** Names of what lies in a folder. */
export function names(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).sort();
}
