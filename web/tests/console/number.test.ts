/** What is taken for a phone number. */
import { expect, test } from "vitest";
import { isNumber, isWholeNumber } from "../../src/console/data/number";

test("names are no numbers, whatever the width of their digits", () => {
  expect(isNumber("１８６ 1011")).toBe(true);
  expect(isNumber("Room 5720")).toBe(false);
  expect(isNumber("12")).toBe(false);
});

test("who has a number is asked once it tells anybody apart", () => {
  expect(isWholeNumber("186 101")).toBe(false);
  expect(isWholeNumber("+86 186-1011-5720")).toBe(true);
});
