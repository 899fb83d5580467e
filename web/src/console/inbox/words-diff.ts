/** Two texts compared word by word, in languages with and without spaces. */
import { diffArrays } from "diff";

/** A piece of a text: in both, or in this one alone. */
export interface Piece {
  readonly text: string;
  readonly own: boolean;
}

const segmenter = new Intl.Segmenter(["zh-CN", "en"], { granularity: "word" });

const split = (text: string): string[] => Array.from(segmenter.segment(text), (piece) => piece.segment);

/** Longer texts are shown whole, without marks: comparing takes time with the square of what differs. In characters. */
const MOST = 20_000;

/** Both texts in pieces; each alone reads as it was written. */
export function compared(left: string, right: string): { left: Piece[]; right: Piece[] } {
  if (left.length + right.length > MOST) return { left: [{ text: left, own: false }], right: [{ text: right, own: false }] };
  const pieces = { left: [] as Piece[], right: [] as Piece[] };
  for (const { value, added, removed } of diffArrays(split(left), split(right))) {
    const piece = { text: value.join(""), own: added || removed };
    if (!added) pieces.left.push(piece);
    if (!removed) pieces.right.push(piece);
  }
  return pieces;
}

/** Whether two values are texts long enough that marking what differs helps. */
export const isWorthComparing = (left: unknown, right: unknown): left is string =>
  typeof left === "string" && typeof right === "string" && left.length + right.length > 60 && !/^\d{4}-\d\d-\d\d/.test(left);
