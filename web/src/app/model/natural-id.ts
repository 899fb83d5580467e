/** Ids of rows that exist at most once for a natural key: UUIDv5 (RFC 9562) under the parent's id, as the server makes them. */
import type { Uuid } from "../../device";

const bytesOf = (id: Uuid): Uint8Array => Uint8Array.from(id.replaceAll("-", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** The id of what exists once under `parent` for `key`: the answer to an item, a version of a sheet. */
export async function naturalId(parent: Uuid, key: string): Promise<Uuid> {
  const name = new TextEncoder().encode(key);
  const input = new Uint8Array(16 + name.length);
  input.set(bytesOf(parent));
  input.set(name, 16);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", input)).slice(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
