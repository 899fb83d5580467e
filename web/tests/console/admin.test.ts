/** Passwords that are suggested, what a mail says in lines, and what of the server is good. */
import { describe, expect, it } from "vitest";
import { judged, type System } from "../../src/console/admin/health";
import { contentLines } from "../../src/console/admin/mail";
import { suggestPassword } from "../../src/console/admin/password";
import { arranged, stateOf, wrongBy, type Device } from "../../src/console/devices/device";

describe("a suggested password", () => {
  it("has four groups of signs that are not taken for one another", () => {
    expect(suggestPassword()).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
  });

  it("drops bytes that would make some signs likelier", () => {
    const bytes = [255, 0, 254, 30];
    let at = 0;
    const random = (into: Uint8Array<ArrayBuffer>) => into.fill(bytes[at++ % bytes.length] ?? 0);
    expect(suggestPassword(random).startsWith("a9a9")).toBe(true);
  });
});

describe("a mail", () => {
  it("is told in lines, what is empty left out", () => {
    expect(contentLines({ visit: { site_name: "Harbour", note: null }, tools: ["a", "b"], url: "" })).toEqual([
      ["visit · site name", "Harbour"],
      ["tools", "a, b"],
    ]);
  });
});

const at = Date.parse("2026-11-30T09:00:00Z");

describe("the server", () => {
  const good: System = {
    version: "0.1.0",
    now: "2026-11-30T09:00:00Z",
    public_url: "https://onsite.example.com",
    head: "1.5",
    backup: { made_at: "2026-11-30T02:00:00Z" },
    mails: { due: 3, dead: 0 },
    open_conflicts: 0,
    quarantined: 0,
  };
  const wrong = (system: System, skew = 0) =>
    Object.entries(judged(system, skew, at))
      .filter(([, isGood]) => !isGood)
      .map(([name]) => name);

  it("is good when nothing waits and the backup is of today", () => {
    expect(wrong(good)).toEqual([]);
  });

  it("tells each thing that is not", () => {
    expect(wrong({ ...good, backup: null })).toEqual(["backup"]);
    expect(wrong({ ...good, backup: { made_at: "2026-11-28T02:00:00Z" } })).toEqual(["backup"]);
    expect(wrong({ ...good, mails: { due: 0, dead: 1 } })).toEqual(["mails"]);
    expect(wrong({ ...good, quarantined: 1 })).toEqual(["inbox"]);
    expect(wrong({ ...good, public_url: "http://127.0.0.1:8080" })).toEqual(["address"]);
    expect(wrong(good, 60_000)).toEqual(["clock"]);
  });
});

describe("a device", () => {
  const device = (more: Partial<Device> = {}): Device => ({
    id: "d",
    user_id: "u",
    name: "Pixel",
    platform: "web",
    has_key: true,
    enrolled_at: "2026-11-01T09:00:00Z",
    last_seen_at: "2026-11-30T08:00:00Z",
    skew_millis: 0,
    ...more,
  });

  it("is silent after a day, and revoked for ever", () => {
    expect(stateOf(device(), at)).toBe("active");
    expect(stateOf(device({ last_seen_at: "2026-11-28T08:00:00Z" }), at)).toBe("silent");
    expect(stateOf(device({ revoked_at: "2026-11-29T08:00:00Z" }), at)).toBe("revoked");
  });

  it("has a clock that is wrong by a minute or more, or right", () => {
    expect(wrongBy(device({ skew_millis: -59_000 }))).toBe(0);
    expect(wrongBy(device({ skew_millis: -120_000 }))).toBe(-120_000);
  });

  it("is put in order by what it is, or whose", () => {
    const [a, b] = [device({ id: "a", name: "B", user_id: "1" }), device({ id: "b", name: "A", user_id: "2" })];
    const person = (id: string) => (id === "1" ? "Amina" : "Zhang");
    expect(arranged([a, b], "name", person).map(({ id }) => id)).toEqual(["b", "a"]);
    expect(arranged([a, b], "-person", person).map(({ id }) => id)).toEqual(["b", "a"]);
  });
});
