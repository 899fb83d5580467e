/** Binding a hand's strokes to the exact sheet they stand under, signed by the device's own key, offline. */
import { canonical, sha256Hex } from "../../sync/canonical";
import type { Uuid } from "../../device";
import { stamp } from "../model/clock";
import { phone } from "../phone";

/** Pen paths in the unit square, y down. */
export type Strokes = [x: number, y: number][][];

export interface Signer {
  party: "client" | "technician";
  name: string;
  role: string;
}

/** The first digits of a checksum in groups, as a person compares them. */
export const shortHash = (hash: string): string => (hash.slice(0, 16).match(/.{4}/g) ?? []).join(" ");

/** Thins and rounds paths, so that the longest signature stays within what the server takes: 20,000 points. */
export function tidy(paths: Strokes): Strokes {
  const total = paths.reduce((sum, path) => sum + path.length, 0);
  const keep = Math.max(1, Math.ceil(total / 10_000));
  const round = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;
  return paths.map((path) =>
    path.filter((_, index) => index % keep === 0 || index === path.length - 1).map(([x, y]): [number, number] => [round(x), round(y)]),
  );
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/** Signs a sheet: makes the payload, has the device's key sign it, and keeps all of it as a row. */
export async function sign(sheet: { id: Uuid; hash: string; consentVersion: number }, signer: Signer, paths: Strokes, picture: Blob): Promise<Uuid> {
  const strokes = tidy(paths);
  const png = new Uint8Array(await picture.arrayBuffer());
  const signedAt = stamp();
  const nonce = await phone().supplies.takeNonce();
  const payload = canonical({
    format: "signature-v1",
    sheet_hash: sheet.hash,
    party: signer.party,
    signer_name: signer.name,
    signer_role: signer.role,
    strokes_sha256: await sha256Hex(canonical(strokes)),
    png_sha256: await sha256Hex(png),
    consent_version: sheet.consentVersion,
    nonce,
    signed_at: signedAt,
    device_id: phone().session.user.peek()?.deviceId ?? null,
  });
  const device_signature = await phone().supplies.sign(payload);
  const fields = {
    sheet_id: sheet.id,
    party: signer.party,
    signer_name: signer.name,
    signer_role: signer.role,
    strokes,
    png: base64(png),
    payload,
    device_signature,
    signed_at: signedAt,
  };
  return phone().records.create("signature", fields, { occurredAt: Date.parse(signedAt) });
}
