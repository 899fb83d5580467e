/** Labels: ranges and pages. */
import { expect, test } from "vitest";
import { pages, perPage, rangeOf, tagOf } from "../../src/console/labels/stocks";

test("pages follow from what is used up already", () => {
  expect(perPage("avery_l7160")).toBe(21);
  expect(pages(21, "avery_l7160", 0)).toBe(1);
  expect(pages(21, "avery_l7160", 1)).toBe(2);
  expect(pages(3, "dymo_30252", 0)).toBe(3);
});

test("a range is one only if its numbers fit their digits", () => {
  const range = rangeOf({ prefix: "OS-", digits: "5", first: "98", count: "3" });
  expect(range).toEqual({ prefix: "OS-", width: 5, first: 98, last: 100 });
  expect(range && tagOf(range, 100)).toBe("OS-00100");
  for (const wrong of [{ digits: "2" }, { count: "0" }, { count: "1001" }, { first: "" }, { digits: "13" }, { count: "x" }]) {
    expect(rangeOf({ prefix: "", digits: "3", first: "98", count: "3", ...(wrong.digits ? { digits: "2" } : {}), ...wrong })).toBeNull();
  }
});
