/**
 * The device's own key, which never leaves the browser, and the server's, which the device knows from its login.
 */
import type { Uuid, WipeOrder } from "../sync/messages";
import type { Identity } from "./database";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

type Bytes = Uint8Array<ArrayBuffer>;

/** A new key; its private half can sign and can't be read. */
export function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
}

/** The public half as it is enrolled: the uncompressed point, base64url. */
export async function publicKey(keys: CryptoKeyPair): Promise<string> {
  return base64Url(new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey)));
}

/** The device's signature over text: IEEE P1363 form, base64. */
export async function sign(keys: CryptoKeyPair, text: string): Promise<string> {
  return base64(await signature(keys, text));
}

/** What a proof is about. */
export interface Proven {
  readonly method: string;
  /** Without host and query. */
  readonly path: string;
  /** As it is before it is compressed. */
  readonly body: Bytes;
}

/**
 * The `Device-Proof` of a request: a compact JWS (RFC 7515, ES256) over the device, method, path and the body's SHA-256.
 * `now` in milliseconds.
 */
export async function prove(keys: CryptoKeyPair, deviceId: Uuid, { method, path, body }: Proven, now: number): Promise<string> {
  const claims = {
    dev: deviceId,
    bh: base64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", body))),
    htm: method,
    htu: path,
    iat: Math.floor(now / 1000),
    jti: base64Url(crypto.getRandomValues(new Uint8Array(16))),
  };
  const signed = [{ alg: "ES256", typ: "onsite-proof+jwt" }, claims].map((part) => base64Url(utf8(JSON.stringify(part)))).join(".");
  return `${signed}.${base64Url(await signature(keys, signed))}`;
}

/**
 * Whether an order to wipe was made for this device by the holder of the server's key. `false` too in a browser without
 * Ed25519: an order that can't be checked is not obeyed.
 */
export async function isGenuine(order: WipeOrder, deviceId: Uuid, serverKey: Identity["serverKey"]): Promise<boolean> {
  if (order.device !== deviceId || order.key !== serverKey.id) return false;
  const message = utf8(`onsite-wipe-v1\n${order.device}\n${inMicroseconds(order.revoked_at)}`);
  try {
    const key = await crypto.subtle.importKey("raw", fromBase64(serverKey.public_key), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, fromBase64(order.signature), message);
  } catch {
    return false;
  }
}

/** A time of the server with the six digits it is signed with. */
function inMicroseconds(time: string): string {
  return time.replace(/(?:\.(\d+))?(?:Z|\+00:00)$/, (_, digits: string | undefined) => `.${(digits ?? "").padEnd(6, "0").slice(0, 6)}Z`);
}

async function signature(keys: CryptoKeyPair, text: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ES256, keys.privateKey, utf8(text)));
}

/** UTF-8. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Base64 (RFC 4648 section 4). */
export function base64(bytes: Bytes): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function base64Url(bytes: Bytes): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
