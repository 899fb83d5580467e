/** Inspection results of one device over time, as a chart needs them. Pure. */
import type { Entities } from "../data";

export interface Result {
  /** When it was inspected, in milliseconds. */
  readonly at: number;
  readonly visit: string;
  readonly pass: number;
  readonly flag: number;
  readonly fail: number;
  /** Numbers that were read, by the checklist item's key. */
  readonly readings: ReadonlyMap<string, { readonly value: number; readonly unit: string }>;
}

interface Inspected {
  readonly id: string;
  readonly fields: Entities["inspection"];
}
interface Answered {
  readonly fields: Entities["inspection_answer"];
}

/** The number in a reading; `null` for words. */
export function numberIn(value: string | null | undefined): number | null {
  const [, found] = /^\s*(-?\d+(?:[.,]\d+)?)/.exec(value ?? "") ?? [];
  return found === undefined ? null : Number(found.replace(",", "."));
}

/** One result for each inspection that has answers, oldest first. `when` is used where an inspection has no time. */
export function results(inspections: readonly Inspected[], answers: readonly Answered[], when: (visit: string) => number): Result[] {
  const of = new Map<string, Entities["inspection_answer"][]>();
  for (const { fields } of answers) of.set(fields.inspection_id, [...(of.get(fields.inspection_id) ?? []), fields]);
  const found = inspections.map(({ id, fields }): Result => {
    const own = of.get(id) ?? [];
    const count = (outcome: string) => own.filter((answer) => answer.outcome === outcome).length;
    const readings = own.flatMap(({ item, value, unit }) => {
      const number = numberIn(value);
      return number === null ? [] : [[item, { value: number, unit: unit ?? "" }] as const];
    });
    const at = fields.finished_at ?? fields.started_at;
    return { at: at ? Date.parse(at) : when(fields.visit_id), visit: fields.visit_id, pass: count("pass"), flag: count("flag"), fail: count("fail"), readings: new Map(readings) };
  });
  return found.filter(({ pass, flag, fail, readings }) => pass + flag + fail + readings.size > 0).sort((a, b) => a.at - b.at);
}

/** Items with numbers from two inspections or more, the most read first. */
export function seriesOf(all: readonly Result[]): { item: string; unit: string; points: { at: number; value: number }[] }[] {
  const items = new Map<string, { item: string; unit: string; points: { at: number; value: number }[] }>();
  for (const { at, readings } of all) {
    for (const [item, { value, unit }] of readings) {
      const known = items.get(item) ?? { item, unit, points: [] };
      known.points.push({ at, value });
      items.set(item, known);
    }
  }
  return [...items.values()].filter(({ points }) => points.length > 1).sort((a, b) => b.points.length - a.points.length);
}

/** A line through points in a box, as SVG path data; one value lies in the middle. */
export function line(points: readonly { at: number; value: number }[], width: number, height: number): string {
  const times = points.map(({ at }) => at);
  const values = points.map(({ value }) => value);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (at: number) => (last === first ? width / 2 : ((at - first) / (last - first)) * width);
  const y = (value: number) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  return points.map(({ at, value }, index) => `${index ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
}
