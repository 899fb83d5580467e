/**
 * Count and checksum of a bucket: how a device finds out that its copy differs from the server's.
 */
import type { Uuid } from "./messages";

/**
 * A row's share of its bucket's sum: FNV-1a in 32 bits (Fowler, Noll and Vo) over the version as eight bytes, greatest
 * first, and the id, stirred by the finalizer of MurmurHash3 (Appleby). Sums stay exact up to two million rows.
 */
export function rowSum(id: Uuid, version: number): number {
  let hash = 0x811c9dc5;
  const take = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193);
  };
  for (const word of [Math.floor(version / 2 ** 32), version]) {
    for (const shift of [24, 16, 8, 0]) take((word >>> shift) & 0xff);
  }
  for (let at = 0; at < id.length; at += 2) {
    if (id[at] === "-") at += 1;
    take(Number.parseInt(id.slice(at, at + 2), 16));
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
