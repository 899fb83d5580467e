/** What differs between two texts, in English and Chinese. */
import { describe, expect, it } from "vitest";
import { compared, isWorthComparing } from "../../src/console/inbox/words-diff";

const own = (pieces: { text: string; own: boolean }[]) => pieces.filter((piece) => piece.own).map((piece) => piece.text);
const whole = (pieces: { text: string }[]) => pieces.map((piece) => piece.text).join("");

describe("two texts", () => {
  it("are compared by words", () => {
    const { left, right } = compared("the fan is loud", "the fan is very loud");
    expect(own(left)).toEqual([]);
    expect(own(right).join("").trim()).toBe("very");
  });

  it("are compared by words of Chinese", () => {
    const { left, right } = compared("下次上门更换风扇", "下次上门更换电源");
    expect(own(left)).toEqual(["风扇"]);
    expect(own(right)).toEqual(["电源"]);
  });

  it("each read as they were written", () => {
    const [a, b] = ["Cleaned;\n  replace 风扇 soon.", "Dusty;\n replaced 风扇. 🙂"];
    const { left, right } = compared(a, b);
    expect(whole(left)).toBe(a);
    expect(whole(right)).toBe(b);
  });

  it("of a great length are left whole", () => {
    const long = "word ".repeat(5000);
    expect(compared(long, "x").left).toEqual([{ text: long, own: false }]);
  });

  it("are not worth it where one is short, a number or a time", () => {
    expect(isWorthComparing("Room 4", "Room 5")).toBe(false);
    expect(isWorthComparing("2026-11-29T08:00:00Z", "2026-11-29T09:00:00Z")).toBe(false);
    expect(isWorthComparing(4, 5)).toBe(false);
    expect(isWorthComparing("The fan is loud; replaced at the next visit.", "The fan was loud; replaced at once.")).toBe(true);
  });
});
