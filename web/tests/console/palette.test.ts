/** What the palette finds, and in which order. */
import { expect, test } from "vitest";
import { best, rank } from "../../src/console/palette/rank";

const entry = (group: string, title: string, note = "") => ({ key: title, group, title, note });

test("what begins so comes before what contains it, titles before notes", () => {
  expect(rank({ title: "Board", note: "" }, "board")).toBe(0);
  expect(rank({ title: "Board of today", note: "" }, "board")).toBe(1);
  expect(rank({ title: "To the board", note: "" }, "board")).toBe(2);
  expect(rank({ title: "Plan", note: "board" }, "board")).toBe(3);
  expect(rank({ title: "Plan", note: "" }, "board")).toBeNull();
});

test("two Chinese characters are enough, and every word must occur", () => {
  expect(rank({ title: "青松口腔医院", note: "QS" }, "口腔")).toBe(2);
  expect(rank({ title: "青松口腔医院", note: "新街口院区" }, "口腔 新街")).toBe(3);
  expect(rank({ title: "青松口腔医院", note: "" }, "口腔 学校")).toBeNull();
});

test("the group with the best comes first, and none takes all the room", () => {
  const found = best([entry("a", "x one"), entry("a", "x two"), entry("a", "x three"), entry("b", "x")], "x", 2);
  expect(found.map(({ group, entries }) => [group, entries.length])).toEqual([["b", 1], ["a", 2]]);
});
