/** Which calls are next, and what a call sends. */
import { describe, expect, it } from "vitest";
import { answered, emptyForm, groupOf, isOverdue, missing, nextCall, titleOf, usualAgain, workingDay, type Callback } from "../../src/console/callbacks/call";

const at = Date.parse("2026-11-30T09:00:00Z");
const callback = (more: Partial<Callback> = {}): Callback => ({ visit_id: "v", due_at: "2026-11-30T08:00:00Z", status: "due", attempts: 0, ...more });

describe("the next call", () => {
  it("is one whose time has come", () => {
    expect(groupOf(callback(), at)).toBe("now");
    expect(groupOf(callback({ due_at: "2026-11-30T10:00:00Z" }), at)).toBe("later");
  });

  it("is not made again at once", () => {
    const tried = callback({ status: "attempted", last_attempt_at: "2026-11-30T08:30:00Z", attempts: 1 });
    expect(groupOf(tried, at)).toBe("later");
    expect(nextCall(tried)).toBe(Date.parse("2026-11-30T10:30:00Z"));
    expect(groupOf(tried, at + 2 * 3_600_000)).toBe("now");
  });

  it("is made when it was agreed, even soon after an attempt", () => {
    const agreed = callback({ status: "attempted", due_at: "2026-11-30T09:00:00Z", last_attempt_at: "2026-11-30T08:30:00Z", attempts: 1 });
    expect(nextCall(agreed)).toBe(at);
    expect(usualAgain(new Date(2026, 10, 27, 16))).toBe("2026-11-30T09:30");
  });

  it("is overdue from the day after it was due", () => {
    const late = callback({ due_at: new Date(2026, 10, 29, 23, 59).toISOString() });
    expect(isOverdue(late, new Date(2026, 10, 29, 23, 59, 30).getTime())).toBe(false);
    expect(isOverdue(late, new Date(2026, 10, 30, 0, 1).getTime())).toBe(true);
    expect(isOverdue({ ...late, status: "unreachable" }, new Date(2026, 10, 30, 0, 1).getTime())).toBe(false);
  });

  it("is none where it is done or given up", () => {
    expect(groupOf(callback({ status: "done", score: 5 }), at)).toBe("done");
    expect(groupOf(callback({ status: "unreachable" }), at)).toBe("unreachable");
  });
});

describe("a call", () => {
  it("needs a score", () => {
    expect(missing(emptyForm)).toEqual(["score"]);
    expect(missing({ ...emptyForm, score: 4 })).toEqual([]);
  });

  it("sends new needs to somebody with a day", () => {
    const form = { ...emptyForm, score: 4, needs: " A second screen\nfor reception " };
    expect(missing(form)).toEqual(["assignee", "day"]);
    const whole = { ...form, assignee: "u", day: "2026-12-02" };
    expect(missing(whole)).toEqual([]);
    expect(answered(whole)).toEqual({
      result: "answered",
      score: 4,
      comment: "",
      new_needs: "A second screen\nfor reception",
      route: { assignee_id: "u", due_at: new Date("2026-12-02T17:00").toISOString(), title: "A second screen" },
    });
  });

  it("sends no route without needs", () => {
    expect(answered({ ...emptyForm, score: 5, comment: " fine ", assignee: "u", day: "2026-12-02" })).toEqual({ result: "answered", score: 5, comment: "fine", new_needs: "" });
  });

  it("calls a ticket by its title, or by the first line of the needs", () => {
    expect(titleOf({ ...emptyForm, needs: "one\ntwo", title: " three " })).toBe("three");
    expect(titleOf({ ...emptyForm, needs: "one\ntwo" })).toBe("one");
  });
});

describe("working days", () => {
  it("leave weekends out", () => {
    expect(workingDay(new Date(2026, 10, 27), 1)).toBe("2026-11-30");
    expect(workingDay(new Date(2026, 10, 29), 2)).toBe("2026-12-01");
    expect(workingDay(new Date(2026, 11, 30), 2)).toBe("2027-01-01");
  });
});
