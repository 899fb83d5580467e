/** What the device signs, the server's signature it checks, and the sums of its rows. */
import { describe, expect, it } from "vitest";
import { isGenuine, newKeys, prove, publicKey, sign, utf8 } from "../../src/device/key";
import { Rows } from "../../src/sync/rows";
import { fixture } from "../sync/fixtures";

const DEVICE = "018f3a5e-7c00-7000-8000-0000000000d1";
const SIGNED = { name: "ECDSA", hash: "SHA-256" };

function decoded(part: string | undefined): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(part ?? "", "base64url"));
}

describe("a proof", () => {
  it("is signed by the enrolled key over device, method, path and body, and never the same twice", async () => {
    const keys = await newKeys();
    expect(keys.privateKey.extractable).toBe(false);
    const point = decoded(await publicKey(keys));
    expect([point.length, point[0]]).toEqual([65, 4]);
    const request = { method: "POST", path: "/v1/pull", body: utf8("{}") };
    const [proof, another] = [await prove(keys, DEVICE, request, 1_772_414_400_999), await prove(keys, DEVICE, request, 1_772_414_400_999)];
    const [header, claims, signature] = proof.split(".");
    const enrolled = await crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    expect(await crypto.subtle.verify(SIGNED, enrolled, decoded(signature), utf8(`${header}.${claims}`))).toBe(true);
    expect(JSON.parse(new TextDecoder().decode(decoded(claims)))).toMatchObject({ dev: DEVICE, htm: "POST", htu: "/v1/pull", iat: 1_772_414_400 });
    expect(another).not.toBe(proof);
  });
});

describe("a signature under a sheet", () => {
  it("is base64 of the P1363 form", async () => {
    const keys = await newKeys();
    const signature = Buffer.from(await sign(keys, "服务单"), "base64");
    expect(signature).toHaveLength(64);
    expect(await crypto.subtle.verify(SIGNED, keys.publicKey, signature, utf8("服务单"))).toBe(true);
  });
});

describe("the golden proofs", () => {
  interface Case {
    public_key: string;
    method: string;
    path: string;
    body: string;
    claims: { dev: string; iat: number; jti: string };
    signed_part: string;
    header: string;
  }
  for (const { public_key, method, path, body, claims, signed_part, header } of fixture<Case[]>("proofs.json")) {
    it(`for ${method} ${path} says what ours says, and is signed in the same form`, async () => {
      const proof = await prove(await newKeys(), claims.dev, { method, path, body: utf8(body) }, claims.iat * 1000);
      const [head, made] = proof.split(".");
      expect(head).toBe(header.split(".")[0]);
      const said = JSON.parse(new TextDecoder().decode(decoded(made)));
      expect(JSON.stringify({ ...said, jti: claims.jti })).toBe(JSON.stringify(claims));
      const key = await crypto.subtle.importKey("raw", decoded(public_key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      expect(await crypto.subtle.verify(SIGNED, key, decoded(header.split(".")[2]), utf8(signed_part))).toBe(true);
    });
  }
});

describe("the golden orders to wipe", () => {
  interface Case {
    server_key: { id: string; public_key: string };
    order: Parameters<typeof isGenuine>[0];
  }
  for (const { server_key, order } of fixture<Case[]>("wipes.json")) {
    it(`for ${order.device} are known, and nothing else made of them`, async () => {
      expect(await isGenuine(order, order.device, server_key)).toBe(true);
      expect(await isGenuine({ ...order, revoked_at: "2026-03-01T17:45:00.000251Z" }, order.device, server_key)).toBe(false);
      expect(await isGenuine(order, DEVICE.replace("d1", "d2"), server_key)).toBe(false);
      expect(await isGenuine(order, order.device, { ...server_key, id: "k2" })).toBe(false);
    });
  }
});

describe("the golden sums", () => {
  for (const { rows, sum } of fixture<{ rows: [string, number][]; sum: number }[]>("checksums.json")) {
    it(`are what ${rows.length} rows add up to, and what is left when they have gone`, () => {
      const bucket = "site:1";
      const held = new Rows();
      const put = rows.map(([id, version]) => ({ change: "put" as const, id, entity: "asset", bucket, version, body: {} }));
      held.apply(1, put);
      expect(held.sum(bucket)).toEqual({ rows: rows.length, sum });
      held.clear();
      expect(held.sum(bucket)).toEqual({ rows: 0, sum: 0 });
    });
  }
});
