/** Which side of a conflict is which, and what a corrected operation sends. */
import { describe, expect, it } from "vitest";
import { changed, choiceOf, fieldsOf, isDisputed, sidesOf, sourceOf, startOf, type Conflict } from "../../src/console/inbox/conflict";
import { correction, hasMore, readOperation } from "../../src/console/inbox/operation";
import { withParameters } from "../../src/console/table/address";

const claim = (values: Record<string, unknown>): Conflict["current"] => ({ values, operation: "o", stream: "s", at: "2026-11-29T08:00:00Z" });

function conflict(more: Partial<Conflict> = {}): Conflict {
  return {
    also: [],
    current: claim({ planned_start: "a", planned_end: "b" }),
    incoming: claim({ planned_start: "c" }),
    entity: "visit",
    field: "planned",
    kind: "field",
    opened_at: "2026-11-29T08:00:00Z",
    row_id: "r",
    stands: "incoming",
    status: "open",
    ...more,
  };
}

describe("the sides of a conflict", () => {
  it("begin with what stands", () => {
    expect(sidesOf(conflict()).map(({ which, stands }) => [which, stands])).toEqual([["incoming", true], ["current", false]]);
    expect(sidesOf(conflict({ stands: "current", also: [claim({})] })).map(({ key }) => key)).toEqual(["current", "incoming", "also-0"]);
  });

  it("begin with what was decided, which may be none of them", () => {
    const resolution = { before: {}, user_id: "u", at: "2026-11-29T09:00:00Z" };
    const decided = (choice: "keep_current" | "other", values = {}) => sidesOf(conflict({ status: "resolved", resolution: { ...resolution, choice, values } })).map(({ which, stands }) => [which, stands]);
    expect(decided("keep_current")).toEqual([["current", true], ["incoming", false]]);
    expect(decided("other", { planned_start: "d" })).toEqual([["entered", true], ["current", false], ["incoming", false]]);
  });

  it("come from a phone or from the office, by whose stream they were written in", () => {
    expect(sourceOf({ ...claim({}), user_id: "u" })).toBe("phone");
    expect(sourceOf({ ...claim({}), user_id: "u", stream: "u" })).toBe("office");
    expect(sourceOf(claim({}))).toBeNull();
  });

  it("are chosen by what they would write", () => {
    expect(choiceOf(conflict(), "standing")).toBe("take_incoming");
    expect(choiceOf(conflict(), "other")).toBe("keep_current");
    expect(choiceOf(conflict({ stands: "current" }), "standing")).toBe("keep_current");
  });

  it("disagree only about what more than one speaks of differently", () => {
    expect(fieldsOf(conflict())).toEqual(["planned_start", "planned_end"]);
    expect(isDisputed(conflict(), "planned_start")).toBe(true);
    expect(isDisputed(conflict(), "planned_end")).toBe(false);
  });

  it("give another value its beginning: what stands, field by field", () => {
    expect(startOf(conflict())).toEqual({ planned_start: "c", planned_end: "b" });
    expect(changed({ a: 1, b: null }, { a: 2 })).toEqual({ a: 1 });
  });
});

describe("an operation in quarantine", () => {
  const raw = { kind: "update", entity: "asset", row: "r", occurred_at: "t", set: { name: "x" } };

  it("is read with its number or without", () => {
    expect(readOperation(raw)?.set).toEqual({ name: "x" });
    expect(readOperation({ n: 4, op: raw })?.entity).toBe("asset");
  });

  it("that is none is told apart", () => {
    for (const other of ["{", null, [], { kind: "explode", entity: "asset", row: "r" }, { kind: "update", entity: 4, row: "r" }]) {
      expect(readOperation(other)).toBeNull();
    }
  });

  it("is corrected by what differs; what is left out is taken off", () => {
    const said = { name: "", location: "Floor 2", notes: "Jams" };
    expect(correction(said, said)).toEqual({});
    expect(correction(said, { name: "Printer", location: "Floor 2" })).toEqual({ name: "Printer", notes: null });
  });

  it("is told in the server's words too where those say more", () => {
    const kept = { id: "k", stream_id: "s", n: 1, operation: raw, received_at: "t", detail: "name must not be empty" };
    expect(hasMore({ ...kept, reason: "invalid" })).toBe(true);
    expect(hasMore({ ...kept, reason: "invalid", detail: "" })).toBe(false);
    expect(hasMore({ ...kept, reason: "device_revoked" })).toBe(false);
    // Of a reason that only a newer server knows they are the sentence itself.
    expect(hasMore({ ...kept, reason: "too_early" })).toBe(false);
  });
});

describe("the address of a list", () => {
  it("takes parameters in and empty ones off", () => {
    const query = new URLSearchParams("view=decided&site=1");
    expect(withParameters("/inbox", query, { site: null, id: "7" })).toBe("/inbox?view=decided&id=7");
    expect(withParameters("/inbox", query, { site: "", view: null })).toBe("/inbox");
  });
});
