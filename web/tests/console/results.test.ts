/** Results of inspections over time. */
import { expect, test } from "vitest";
import { line, numberIn, results, seriesOf } from "../../src/console/assets/results";

const inspection = (id: string, finished_at: string | null) => ({ id, fields: { asset_id: "a", template_id: "t", visit_id: `v-${id}`, status: "finished" as const, finished_at } });
const answer = (inspection_id: string, item: string, outcome: "pass" | "flag" | "fail" | null, value?: string) => ({
  fields: { inspection_id, item, outcome, value: value ?? null, unit: value ? "°C" : null, photos: [] },
});

test("each inspection counts its outcomes, oldest first; one without answers is none", () => {
  const found = results(
    [inspection("2", "2026-02-01T00:00:00Z"), inspection("1", null), inspection("3", "2026-03-01T00:00:00Z")],
    [answer("2", "fan", "pass"), answer("2", "dust", "fail"), answer("1", "fan", "flag"), answer("1", "temp", null, "41,5 °C")],
    () => Date.parse("2026-01-01T00:00:00Z"),
  );
  expect(found.map(({ visit, pass, flag, fail }) => [visit, pass, flag, fail])).toEqual([["v-1", 0, 1, 0], ["v-2", 1, 0, 1]]);
  expect(found[0]?.readings.get("temp")).toEqual({ value: 41.5, unit: "°C" });
});

test("a reading is followed once there are two of it", () => {
  const all = results(
    [inspection("1", "2026-01-01T00:00:00Z"), inspection("2", "2026-02-01T00:00:00Z")],
    [answer("1", "temp", "pass", "40"), answer("2", "temp", "pass", "50"), answer("2", "fan", "pass", "900")],
    () => 0,
  );
  expect(seriesOf(all)).toMatchObject([{ item: "temp", points: [{ value: 40 }, { value: 50 }] }]);
});

test("lines stay in their box", () => {
  expect(line([{ at: 0, value: 1 }, { at: 10, value: 3 }, { at: 20, value: 2 }], 100, 40)).toBe("M0.0 40.0L50.0 0.0L100.0 20.0");
  expect(line([{ at: 5, value: 7 }], 100, 40)).toBe("M50.0 20.0");
  expect(numberIn("about 5")).toBeNull();
});
