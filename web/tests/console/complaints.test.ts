/** The steps of a complaint, and which is most pressing. */
import { describe, expect, it } from "vitest";
import { byPressure, isAbout, pressure, stepsOf, written, type Complaint } from "../../src/console/complaints/step";

const complaint = (more: Partial<Complaint> = {}): Complaint => ({ client_id: "c", level: 1, category: "quality", status: "open", text: "Late", escalations: 0, ...more });
const now = Date.parse("2026-11-30T09:00:00Z");

describe("a complaint", () => {
  it("is taken on by who takes the first step", () => {
    expect(stepsOf("open")).toEqual(["acknowledge"]);
    expect(written("acknowledge", complaint(), "me", "")).toEqual({ status: "acknowledged", owner_id: "me" });
    expect(written("acknowledge", complaint({ owner_id: "her" }), "me", "")).toEqual({ status: "acknowledged" });
  });

  it("is resolved by what was done, and closed by who told the client", () => {
    expect(written("resolve", complaint({ owner_id: "her" }), "me", "Came again")).toEqual({ status: "resolved", solution: "Came again" });
    expect(written("close", complaint(), "me", "")).toEqual({ status: "closed", told_by_id: "me" });
    expect(stepsOf("resolved")).toEqual(["close", "again"]);
    expect(stepsOf("closed")).toEqual([]);
  });

  it("presses when its deadline is near or past, and no more when it is resolved", () => {
    expect(pressure(complaint({ due_at: "2026-11-30T08:59:00Z" }), now)).toBe("now");
    expect(pressure(complaint({ due_at: "2026-11-30T12:00:00Z" }), now)).toBe("soon");
    expect(pressure(complaint({ due_at: "2026-12-01T12:00:00Z" }), now)).toBe("calm");
    expect(pressure(complaint({ status: "resolved" }), now)).toBe("none");
  });

  it("comes before those that have more time, then before those of a lower level", () => {
    const [late, early, grave] = [complaint({ due_at: "2026-12-01T12:00:00Z" }), complaint({ due_at: "2026-11-30T12:00:00Z" }), complaint({ due_at: "2026-12-01T12:00:00Z", level: 3 })];
    expect([late, grave, early].sort(byPressure)).toEqual([early, grave, late]);
  });

  it("is found by its client, its number and its words, in any order and width", () => {
    const one = complaint({ number: "C-2026-0007", text: "打印机 still broken", raised_by: "Mr Chen" });
    for (const wanted of ["", "莲花", "broken 莲花", "c-2026-0007", "Ｃｈｅｎ", "打印"]) expect(isAbout(one, "莲花园 Hotel", wanted), wanted).toBe(true);
    expect(isAbout(one, "莲花园 Hotel", "broken scanner")).toBe(false);
  });
});
