/** Where visits stand on the board, and what is wrong with a plan. */
import { describe, expect, test } from "vitest";
import { isMoved, type Held } from "../../src/console/board/hold";
import { hours, layout, nudge, onDay, type Plan, rowAt, snap, STEP, visible, warnings } from "../../src/console/board/layout";

const DAY = new Date(2026, 10, 30).getTime();
const NEXT = new Date(2026, 11, 1).getTime();
const at = (hour: number, day = DAY) => day + hour * 3_600_000;

function plan(id: string, start: number, end: number, more: Partial<Plan> = {}): Plan {
  return { id, technician: "t1", site: id, start: at(start), end: at(end), isOpen: true, ...more };
}

const span = { days: [DAY], from: 8, until: 18 };

describe("layout", () => {
  test("what overlaps goes into lanes, what does not shares one", () => {
    const [row] = layout(["t1"], [plan("a", 8, 10), plan("b", 9, 11), plan("c", 10, 12)], span, "timeline");
    expect(row?.blocks.map(({ id, lane }) => [id, lane])).toEqual([["a", 0], ["b", 1], ["c", 0]]);
    expect(row?.blocks[0]).toMatchObject({ left: 0, width: 0.2 });
  });

  test("a short visit is wide enough to be taken hold of, and stays inside", () => {
    const [row] = layout(["t1"], [plan("a", 17.9, 18)], span, "timeline");
    const block = row?.blocks[0];
    expect(block?.width).toBeCloseTo(0.05);
    expect((block?.left ?? 0) + (block?.width ?? 0)).toBeLessThanOrEqual(1);
  });

  test("a week has them one below the other by day", () => {
    const days = { days: [DAY, NEXT], from: 8, until: 18 };
    const plans = [plan("b", 9, 11), plan("a", 8, 10), { ...plan("c", 0, 1), start: at(9, NEXT), end: at(10, NEXT) }];
    const [row, empty] = layout(["t1", "t2"], plans, days, "stack");
    expect(row?.blocks.map(({ id, day, lane }) => [id, day, lane])).toEqual([["a", 0, 0], ["b", 0, 1], ["c", 1, 0]]);
    expect(empty).toMatchObject({ top: row?.height, blocks: [] });
  });

  test("early and late visits widen the day", () => {
    expect(hours([plan("a", 6.5, 8), plan("b", 19, 20.25)], [DAY])).toMatchObject({ from: 6, until: 21 });
    expect(hours([], [DAY])).toMatchObject({ from: 8, until: 18 });
  });

  test("only what is in sight is drawn", () => {
    const rows = layout(Array.from({ length: 60 }, (_, n) => `t${n}`), [], span, "timeline");
    const height = rows[0]?.height ?? 0;
    expect(visible(rows, height * 10 + 1, height * 12)).toEqual([10, 12]);
    expect(visible(rows, height * 100, height * 101)).toEqual([0, 0]);
    expect(rowAt(rows, height * 3 + 1)?.technician).toBe("t3");
    expect(rowAt(rows, height * 300)?.technician).toBe("t59");
  });

  test("sixty technicians and a week are laid out whole", () => {
    const technicians = Array.from({ length: 60 }, (_, n) => `t${n}`);
    const days = Array.from({ length: 7 }, (_, n) => new Date(2026, 10, 30 + n).getTime());
    const plans = technicians.flatMap((technician) =>
      days.flatMap((day) => [8, 10, 13, 15].map((hour) => ({ ...plan(`${technician}-${day}-${hour}`, 0, 1), technician, start: at(hour, day), end: at(hour + 1.5, day) }))),
    );
    const rows = layout(technicians, plans, hours(plans, days), "stack");
    expect(rows.flatMap((row) => row.blocks)).toHaveLength(60 * 7 * 4);
    expect(rows.every((row) => row.load === 7 * 4 * 1.5 * 3_600_000)).toBe(true);
  });
  test("of a visit that moved, only the rows it touches are new", () => {
    const [a, b, c] = [plan("a", 8, 10), plan("b", 9, 11), plan("c", 8, 9, { technician: "t2" })];
    const technicians = ["t1", "t2", "t3"];
    const before = layout(technicians, [a, b, c], span, "timeline");
    const after = layout(technicians, [a, { ...b, technician: "t3" }, c], span, "timeline", before);
    expect(after).toEqual(layout(technicians, [a, { ...b, technician: "t3" }, c], span, "timeline"));
    expect(after.map(({ blocks, wrong }, index) => blocks === before[index]?.blocks && wrong === before[index]?.wrong)).toEqual([false, true, false]);
    // It moved up, since the row above it needs one lane less.
    expect(after[1]?.top).toBeLessThan(before[1]?.top as number);
  });
});

describe("warnings", () => {
  test("at the same time, and too soon at another site", () => {
    const found = warnings([plan("a", 8, 10), plan("b", 9, 11), plan("c", 11.25, 12)]);
    expect(found.get("a")).toEqual([{ kind: "overlap", other: "b", minutes: 0 }]);
    expect(found.get("c")).toEqual([{ kind: "travel", other: "b", minutes: 15 }]);
  });

  test("one long visit clashes with all inside it", () => {
    const found = warnings([plan("long", 8, 17), plan("a", 9, 10), plan("b", 14, 15)]);
    expect(found.get("b")).toEqual([{ kind: "overlap", other: "long", minutes: 0 }]);
    expect(found.get("long")).toHaveLength(2);
  });

  test("the same site, another technician and what is over don't", () => {
    expect(warnings([plan("a", 8, 9, { site: "s" }), plan("b", 9, 10, { site: "s" })]).size).toBe(0);
    expect(warnings([plan("a", 8, 10), plan("b", 9, 11, { technician: "t2" })]).size).toBe(0);
    expect(warnings([plan("a", 8, 10), plan("b", 9, 11, { isOpen: false })]).size).toBe(0);
  });
});

describe("taking hold", () => {
  const now = { technician: "t1", start: at(9), end: at(10) };
  const press = (key: string, shift = false, mode: "timeline" | "stack" = "timeline") => nudge(now, { key, shift }, ["t1", "t2"], [DAY, NEXT], mode);

  test("keys move it in time, between technicians and days, and change how long it is", () => {
    expect(press("ArrowRight")).toEqual({ ...now, start: at(9) + STEP, end: at(10) + STEP });
    expect(press("ArrowDown")).toEqual({ ...now, technician: "t2" });
    expect(press("ArrowUp")).toEqual(now);
    expect(press("ArrowRight", true)).toEqual({ ...now, end: at(10) + STEP });
    expect(press("ArrowRight", false, "stack")).toEqual({ ...now, start: at(9, NEXT), end: at(10, NEXT) });
    expect(press("x")).toBeNull();
  });

  test("it never becomes shorter than a step", () => {
    const short = { technician: "t1", start: at(9), end: at(9) + STEP };
    expect(nudge(short, { key: "ArrowLeft", shift: true }, ["t1"], [DAY], "timeline")).toEqual(short);
  });

  test("times snap, and another day keeps the clock", () => {
    expect(snap(at(9) + 7 * 60_000, DAY)).toBe(at(9));
    expect(snap(at(9) + 8 * 60_000, DAY)).toBe(at(9) + STEP);
    expect(new Date(onDay(at(9), NEXT)).getHours()).toBe(9);
  });
});

describe("what is held", () => {
  const before = { technician: null, start: at(9), end: at(10) };
  const held: Held = { what: "visit", id: "v", by: "keys", before, on: Promise.resolve(null), ...before };

  test("what waits to be planned goes nowhere without a technician, whatever its time", () => {
    expect(isMoved(held)).toBe(false);
    expect(isMoved({ ...held, start: at(11), end: at(12) })).toBe(false);
    expect(isMoved({ ...held, isBack: true })).toBe(false);
    expect(isMoved({ ...held, technician: "t1" })).toBe(true);
    expect(isMoved({ ...held, what: "ticket", technician: "t1" })).toBe(true);
  });

  test("a planned visit is moved by another time, another technician, or back", () => {
    const planned: Held = { ...held, technician: "t1", before: { ...before, technician: "t1" } };
    expect(isMoved(planned)).toBe(false);
    expect(isMoved({ ...planned, end: at(11) })).toBe(true);
    expect(isMoved({ ...planned, technician: "t2" })).toBe(true);
    expect(isMoved({ ...planned, isBack: true })).toBe(true);
  });
});
