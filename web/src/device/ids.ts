/**
 * New ids: UUIDv7 (RFC 9562), whose order is roughly the order they were made in.
 */
import type { Uuid } from "../sync/messages";

/** An id made at `now`, in milliseconds, of ten random bytes. */
export function uuidV7(now: number, random: Uint8Array): Uuid {
  const bytes = new Uint8Array(16);
  for (let at = 0, rest = Math.trunc(now); at < 6; at++, rest = Math.floor(rest / 256)) bytes[5 - at] = rest % 256;
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** A new id. */
export function newId(now: number): Uuid {
  return uuidV7(now, crypto.getRandomValues(new Uint8Array(10)));
}
