/** Views of tickets, their order, and callers found by what they are called from. */
import { describe, expect, test } from "vitest";
import { arranged, fitsNumber, isNumber, type Filter, type Line, narrow, statesOf } from "../../src/console/tickets/lists";

const none: Filter = { view: "open", status: "", priority: "", assignee: "", client: "", q: "" };

function line(id: string, fields: Partial<Line["fields"]>, more: Partial<Line> = {}): Line {
  return {
    id,
    client: "Tidewater Legal",
    assignee: "",
    ...more,
    fields: { client_id: "c1", title: id, status: "new", priority: "normal", asset_ids: [], reported_at: `2026-11-${id}T08:00:00Z`, ...fields } as Line["fields"],
  };
}

describe("views", () => {
  const lines = [line("01", { assignee_id: "me" }), line("02", { priority: "urgent" }), line("03", { status: "pending" }), line("04", { status: "solved" })];
  const ids = (filter: Partial<Filter>) => narrow(lines, { ...none, ...filter }, "me").map(({ id }) => id);

  test("each shows what it says", () => {
    expect(ids({})).toEqual(["01", "02", "03"]);
    expect(ids({ view: "mine" })).toEqual(["01"]);
    expect(ids({ view: "unassigned" })).toEqual(["02", "03"]);
    expect(ids({ view: "urgent" })).toEqual(["02"]);
    expect(ids({ view: "waiting" })).toEqual(["03"]);
    expect(ids({ view: "solved" })).toEqual(["04"]);
    expect(ids({ assignee: "nobody", priority: "normal" })).toEqual(["03"]);
    expect(statesOf({ ...none, status: "closed" })).toEqual(["closed"]);
  });

  test("words are found in the client's name too, whatever their width", () => {
    expect(ids({ q: "ｔｉｄｅ 02" })).toEqual(["02"]);
    expect(ids({ q: "nowhere" })).toEqual([]);
  });

  test("urgent first, and back", () => {
    expect(arranged(lines, "priority").map(({ id }) => id)).toEqual(["02", "04", "03", "01"]);
    expect(arranged(lines, "-reported").map(({ id }) => id)).toEqual(["04", "03", "02", "01"]);
    expect(arranged(lines, "unheard of")).toHaveLength(4);
  });
});

describe("callers", () => {
  test("a number is found by its end, with and without the country", () => {
    expect(fitsNumber("186 1011 5720", "+86 186-1011-5720")).toBe(true);
    expect(fitsNumber("+49 40 123456", "040 123456")).toBe(true);
    expect(fitsNumber("186 1011 5720", "5720")).toBe(true);
    expect(fitsNumber("186 1011 5720", "5721")).toBe(false);
    expect(fitsNumber(null, "5720")).toBe(false);
  });

  test("names are no numbers", () => {
    expect(isNumber("１８６ 1011")).toBe(true);
    expect(isNumber("Room 5720")).toBe(false);
    expect(isNumber("12")).toBe(false);
  });
});
