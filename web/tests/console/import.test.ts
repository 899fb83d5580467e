/** What a file is taken for, and which columns are sent otherwise than guessed. */
import { expect, test } from "vitest";
import { formatOf, mappingOf, prospect, together, twice, worthListing, type Standing } from "../../src/console/import/import";

const columns = [{ name: "Standort", sample: "Werk 1" }, { name: "Serial", field: "serial", sample: "X1" }, { name: "S/N", sample: "X1" }];

test("a file is known by its beginning", () => {
  expect(formatOf("a.json", "")).toBe("glpi");
  expect(formatOf("a.txt", ' {"content":')).toBe("glpi");
  expect(formatOf("assets.csv", "ID,Company,Asset Tag,Checked Out To\n1,A,B,C")).toBe("snipe_it");
  expect(formatOf("list.csv", "客户,名称\nA,B")).toBe("csv");
});

test("only what differs from the guess is sent", () => {
  expect(mappingOf(columns, new Map([["Serial", "serial"]]))).toBeUndefined();
  expect(mappingOf(columns, new Map([["Standort", "site"], ["Serial", "keep"]]))).toBe('{"Standort":"site","Serial":"keep"}');
});

test("one field has one column", () => {
  expect(twice(columns, new Map([["S/N", "serial"]]))).toEqual(["serial"]);
  expect(twice(columns, new Map([["S/N", "serial"], ["Serial", "keep"]]))).toEqual([]);
});

test("several inventories become one file with a line for each; one that is none is named", () => {
  const text = together([{ name: "a.json", text: '\uFEFF{\n "deviceid": "a"\n}' }, { name: "b.json", text: '{"deviceid":"b"}' }]);
  expect(text.split("\n").map((line) => JSON.parse(line).deviceid)).toEqual(["a", "b"]);
  expect(() => together([{ name: "list.csv", text: "name,tag" }])).toThrow("list.csv");
});

const standing = (part: Partial<Standing>): Standing => ({ id: "i", user_id: "u", format: "csv", file_name: "list.csv", created_at: "2026-11-30T08:00:00Z", state: "done", dry_run: true, total: 3, done: 3, ...part });

test("an import that would change nothing is told from one that would, and from one that is refused", () => {
  const of = (part: object): Standing => standing({ counts: { rows: 3, kept: 0, clients_created: 0, sites_created: 0, created: 0, updated: 0, unchanged: 0, refused: 3, duplicate: 0, ...part } });
  expect(prospect(of({}))).toBe("refused");
  expect(prospect(of({ refused: 1, unchanged: 2 }))).toBe("refused");
  expect(prospect(of({ rows: 0, refused: 0 }))).toBe("refused");
  expect(prospect(of({ refused: 0, unchanged: 2, duplicate: 1 }))).toBe("nothing");
  expect(prospect(of({ refused: 2, updated: 1 }))).toBe("something");
  expect(prospect(standing({ state: "running", done: 1 }))).toBe("something");
});

test("what was brought in is listed, and a check only while it goes on", () => {
  const all = [standing({ id: "going on", state: "running", done: 1 }), standing({ id: "checked" }), standing({ id: "brought in", dry_run: false }), standing({ id: "failed", dry_run: false, state: "failed" })];
  expect(worthListing(all).map(({ id }) => id)).toEqual(["going on", "brought in", "failed"]);
});
