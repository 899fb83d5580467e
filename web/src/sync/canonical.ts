/**
 * The bytes that hashes and signatures stand on: canonical JSON (RFC 8785), the same on phone and server.
 */
/** What precedes a sheet's canonical JSON in its hash, so that it can be mistaken for no other kind of document. */
const SHEET_DOMAIN = "sheet-v1";

/**
 * The RFC 8785 form of a value.
 * @throws RangeError for what JSON can't hold: a number that is not finite, half a surrogate pair, `undefined`, a function.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case "string":
      if (/\p{Surrogate}/u.test(value)) throw new RangeError("half a surrogate pair has no canonical form");
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new RangeError(`${value} is no JSON number`);
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
      const members = value as Record<string, unknown>;
      // The sort is by UTF-16 code units, as RFC 8785 wants it and as `sort` does it.
      const parts = Object.keys(members)
        .sort()
        .map((key) => `${canonical(key)}:${canonical(members[key])}`);
      return `{${parts.join(",")}}`;
    }
    default:
      throw new RangeError(`${typeof value} is no JSON value`);
  }
}

/** SHA-256 in lower-case hexadecimal; of a text, of its UTF-8 bytes. */
export async function sha256Hex(data: string | BufferSource): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The hash a client sees shortened before signing, of a sheet's canonical JSON. */
export function sheetHash(canonicalSheet: string): Promise<string> {
  return sha256Hex(SHEET_DOMAIN + canonicalSheet);
}
