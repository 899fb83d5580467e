/**
 * Versions of the whole database, which are also the versions of its rows: the `number`-th write in the life (`epoch`)
 * between two restores. Any version of a later epoch is newer than all of an earlier one.
 */

export interface Version {
  readonly epoch: number;
  readonly number: number;
}

/** The version before any write: the base of an operation that creates a row. */
export const ZERO: Version = { epoch: 0, number: 0 };

/** A version the server named. A number beyond what is exact here is cut down, so that it is compared alike. */
export function version(epoch: number, number: number): Version {
  return { epoch, number: Math.min(number, Number.MAX_SAFE_INTEGER) };
}

/** Negative if `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch - b.epoch || a.number - b.number;
}

/** The newer of both. */
export function newer(a: Version, b: Version): Version {
  return compareVersions(a, b) >= 0 ? a : b;
}

/** As it stands on the wire: `epoch.number`. */
export function formatVersion({ epoch, number }: Version): string {
  return `${epoch}.${number}`;
}

/** Reads what stands on the wire; `undefined` for what is no version. */
export function parseVersion(text: string): Version | undefined {
  const parts = /^([0-9]+)\.([0-9]+)$/.exec(text);
  return parts ? version(Number(parts[1]), Number(parts[2])) : undefined;
}
