/** Values of the protocol: hashes, sets, quantities, sums, stamps, versions, shapes of messages and of older rows. */
import { describe, expect, it } from "vitest";
import { canonical, sha256Hex, sheetHash } from "../../src/sync/canonical";
import { rowSum } from "../../src/sync/checksum";
import { START, tick } from "../../src/sync/hlc";
import { equal } from "../../src/sync/json";
import { add, unite } from "../../src/sync/merge";
import type { Fields, Json, PullResponse, Receipt } from "../../src/sync/messages";
import { readReceipt } from "../../src/sync/receipt";
import { up } from "../../src/sync/schema";
import { compareVersions, formatVersion, parseVersion } from "../../src/sync/version";
import { fixture, names } from "./fixtures";

describe("canonical JSON", () => {
  for (const { name, canonical: form, same, sha256 } of fixture<{ name: string; canonical: string; same: string[]; sha256: string }[]>("hashes.json")) {
    it(name, async () => {
      for (const text of [form, ...same]) {
        expect(canonical(JSON.parse(text))).toBe(form);
        expect(await sha256Hex(canonical(JSON.parse(text)))).toBe(sha256);
      }
    });
  }

  it("refuses what JSON can't hold", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "\ud800", undefined as unknown as Json]) {
      expect(() => canonical(value)).toThrow(RangeError);
    }
  });

  it("hashes a sheet under its own domain", async () => {
    expect(await sheetHash("{}")).toBe(await sha256Hex("sheet-v1{}"));
  });
});

describe("merge cases that a client decides too", () => {
  interface Case {
    name: string;
    fields: Record<string, { policy: string }>;
    current: Fields;
    incoming: { set: Fields };
    expected: { changes: Fields; clashes: { incoming: Fields }[] };
  }
  const cases = names("merge").flatMap((file) => fixture<Case[]>(`merge/${file}`).map((one) => ({ ...one, name: `${file}: ${one.name}` })));
  for (const { name, fields, current, incoming, expected } of cases) {
    const decided = Object.entries(incoming.set).filter(([field]) => ["set", "delta"].includes(fields[field]?.policy ?? ""));
    for (const [field, value] of decided) {
      const change = fields[field]?.policy === "set" ? unite : add;
      const isNumber = fields[field]?.policy === "delta" && typeof value === "number";
      if (isNumber) continue;
      it(`${name} (${field})`, () => {
        const now = current[field] ?? null;
        const clashes = expected.clashes.some((clash) => field in clash.incoming);
        expect(change(now, value)).toEqual(clashes ? undefined : (expected.changes[field] ?? now));
      });
    }
  }

  it("has sets among them", () => {
    expect(cases.filter((one) => Object.values(one.fields).some(({ policy }) => policy === "set")).length).toBeGreaterThan(5);
  });
});

describe("quantities", () => {
  it("add up from nothing", () => {
    expect([add(null, { by: 3 }), add(4, { by: -6 }), add(1, { by: 0 })]).toEqual([3, -2, 1]);
  });

  it("take nothing else", () => {
    for (const change of [3, { by: 1.5 }, { by: "1" }, { by: 1, to: 2 }, {}, null, [1]] as Json[]) expect(add(1, change)).toBeUndefined();
    for (const now of ["a", 1.5, [], Number.MAX_SAFE_INTEGER] as Json[]) expect(add(now, { by: 1 })).toBeUndefined();
  });
});

describe("shapes of older rows", () => {
  for (const file of names("schema")) {
    const golden = fixture<{ entity: string; schema: number; up: { old: Fields; new: Fields }[] }>(`schema/${file}`);
    golden.up.forEach((one, at) => {
      it(`${file} up ${at}`, () => {
        expect(up(golden.entity, golden.schema - 1, one.old)).toEqual(one.new);
        expect(up(golden.entity, golden.schema - 1, one.new)).toEqual(one.new);
        expect(up(golden.entity, golden.schema, one.old)).toEqual(one.old);
        expect(up("ticket", golden.schema - 1, one.old)).toEqual(one.old);
      });
    });
  }
});

describe("sums of buckets", () => {
  it("are those of the Rust crate", () => {
    expect(rowSum("018f3a5e-7c00-7000-8000-0000000000a1", 5)).toBe(3855304852);
    expect(rowSum("00000000-0000-0000-0000-000000000000", 2 ** 40 + 3)).toBe(3243293679);
  });
});

describe("stamps", () => {
  it("follow the clock, and count where it stands or goes back", () => {
    const first = tick(START, 1_700_000_000_000);
    const [second, third] = [tick(first, 1_700_000_000_000), tick(first, 5)];
    expect(first).toBe("018bcfe568000000");
    expect(second).toBe("018bcfe568000001");
    expect(third).toBe(second);
  });
});

describe("versions", () => {
  it("are ordered by epoch first", () => {
    const [a, b] = [parseVersion("1.99"), parseVersion("2.7")];
    expect(a && b && compareVersions(a, b)).toBeLessThan(0);
    expect(b && formatVersion(b)).toBe("2.7");
    for (const text of ["", "1", "1.", ".1", "a.b", "1.2.3", "-1.2"]) expect(parseVersion(text)).toBeUndefined();
  });
});

describe("messages", () => {
  it("keeps every golden receipt readable", () => {
    for (const file of names("messages/receipt")) {
      const receipt = fixture<Receipt>(`messages/receipt/${file}`);
      expect(equal(readReceipt(receipt as unknown as Fields) as unknown as Json, receipt as unknown as Json) || readReceipt(receipt as unknown as Fields)).toBeTruthy();
    }
  });

  it("reads every golden page", () => {
    for (const file of names("messages/pull_response")) {
      const page = fixture<PullResponse>(`messages/pull_response/${file}`);
      expect(page.changes.every((change) => ["put", "deleted", "removed"].includes(change.change))).toBe(true);
    }
  });
});
