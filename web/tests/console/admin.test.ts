/** Passwords that are suggested, what an entry of the log says in lines, what of the server is good, and how numbers are written. */
import { changesOf, rebased } from "../../src/console/admin/rebase";
import { describe, expect, it } from "vitest";
import { agrees, troublesOf, unknownTroubles, type Health } from "../../src/console/admin/health";
import { contentLines } from "../../src/console/admin/lines";
import { example, formatFault } from "../../src/console/admin/number-format";
import { suggestPassword } from "../../src/console/admin/password";
import { arranged, wrongBy, type Device } from "../../src/console/devices/device";

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

describe("an entry of the log", () => {
  it("is told in lines, what is empty left out", () => {
    expect(contentLines({ content: { visit: { site_name: "Harbour", note: null } }, tools: ["a", "b"], url: "" })).toEqual([
      ["visit · site name", "Harbour"],
      ["tools", "a, b"],
    ]);
  });

  it("calls fields what people call them, by what they belong to where that matters", () => {
    const words = { name: "Name", "client.name": "Client", day: "Day" };
    const of = { client: { name: "Harbour" }, visit: { name: "Inspection", day: "Monday", door_code: "4711" } };
    expect(contentLines(of, words)).toEqual([
      ["Client", "Harbour"],
      ["Name", "Inspection"],
      ["Day", "Monday"],
      ["visit · door code", "4711"],
    ]);
  });

  it("calls people and things by their names where it knows them", () => {
    const say = (field: string, value: unknown) => (field === "by" && value === "u1" ? "Helen Wu" : undefined);
    expect(contentLines({ by: "u1", people: { by: ["u1", "u2"] } }, { by: "By" }, say)).toEqual([
      ["By", "Helen Wu"],
      ["By", "Helen Wu, u2"],
    ]);
  });
});


describe("the server", () => {
  const health: Health = {
    version: "0.1.0",
    now: "2026-11-30T09:00:00Z",
    troubles: ["no_backup", "mail_late", "mails_dead", "something_new"],
    database: "sqlite",
    head: 5,
    mail: { configured: true, due: 1, dead: 1 },
    quarantine: 0,
    open_conflicts: 0,
    jobs: [],
  };

  it("tells each trouble at the part it is about", () => {
    expect(troublesOf(health, "backup")).toEqual(["no_backup"]);
    expect(troublesOf(health, "mails")).toEqual(["mail_late", "mails_dead"]);
    expect(troublesOf(health, "disk")).toEqual([]);
  });

  it("of a newer version has its troubles told all the same", () => {
    expect(unknownTroubles(health)).toEqual(["something_new"]);
  });

  it("has a clock that agrees with this one or not", () => {
    expect([agrees(-29_000), agrees(31_000)]).toEqual([true, false]);
  });
});

describe("a number", () => {
  const at = new Date("2026-03-09T09:00:00Z");

  it("is written as its format says", () => {
    expect(example("T-{year}-{number:4}", at)).toBe("T-2026-0042");
    expect(example("{year}{month}/{number}", at)).toBe("202603/42");
  });

  it("has a format that lets no two be the same", () => {
    expect(formatFault("T-{year}-{number:4}")).toBeNull();
    expect(formatFault("T-{year}")).toBe("number");
    expect(formatFault("{number}{number}")).toBe("number");
    expect(formatFault("{month}-{number}")).toBe("month");
    expect(formatFault("{day}-{number}")).toBe("unknown");
    expect(formatFault("{number:12}")).toBe("unknown");
    expect(formatFault("T-{number")).toBe("unknown");
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
    state: "active",
    ...more,
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

describe("a form whose beginning changed meanwhile", () => {
  const before = { colour: null as string | null, ticket: "T-{number}", provider: { name: "North IT" } };

  it("follows it in the fields left alone", () => {
    const typed = { ...before, ticket: "WO-{number}" };
    expect(rebased(typed, before, { ...before, colour: "#aa3311" })).toEqual({ values: { ...typed, colour: "#aa3311" }, disputed: [] });
  });

  it("keeps what was typed and names what somebody else set to something else", () => {
    const typed = { ...before, colour: "#0b5cad", provider: { name: "South IT" } };
    const now = { ...before, colour: "#aa3311", provider: { name: "South IT" } };
    expect(rebased(typed, before, now)).toEqual({ values: typed, disputed: ["colour"] });
    expect(changesOf(typed, now)).toEqual({ colour: "#0b5cad" });
  });
});
