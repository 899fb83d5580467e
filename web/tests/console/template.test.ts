/** Editing a checklist, and what its items ask on a phone. */
import { describe, expect, it } from "vitest";
import { askedItems, missingItems, openChecks } from "../../src/app/model/inspection";
import { addItem, addSection, before, changeItem, emptyItem, keyFor, moveItem, moveSection, nextVersion, problemsOf, removeItem, type Item, type Template } from "../../src/console/admin/template";

const item = (key: string, more: Partial<Item> = {}): Item => ({ ...emptyItem(key), label: { en: key, "zh-CN": key }, ...more });
const template = (...sections: Item[][]): Template => ({
  family_id: "f",
  version: 1,
  name: { en: "Check", "zh-CN": "巡检" },
  asset_kind: "computer",
  sections: sections.map((items, at) => ({ title: { en: `S${at}`, "zh-CN": "" }, items })),
});
const keys = (of: Template) => of.sections.map(({ items }) => items.map(({ key }) => key).join(""));
const faults = (of: Template) => problemsOf(of).map(({ fault }) => fault);

describe("a checklist", () => {
  it("moves items over the edge of a section", () => {
    const one = template([item("a"), item("b")], [item("c")]);
    expect(keys(moveItem(one, { section: 0, item: 1 }, -1).template)).toEqual(["ba", "c"]);
    const down = moveItem(one, { section: 0, item: 1 }, 1);
    expect(keys(down.template)).toEqual(["a", "bc"]);
    expect(down.at).toEqual({ section: 1, item: 0 });
    expect(keys(moveItem(one, { section: 1, item: 0 }, -1).template)).toEqual(["abc", ""]);
    expect(keys(moveItem(one, { section: 0, item: 0 }, -1).template)).toEqual(["ab", "c"]);
  });

  it("moves and removes sections and items", () => {
    const one = template([item("a")], [item("b")]);
    expect(keys(moveSection(one, 1, -1))).toEqual(["b", "a"]);
    expect(moveSection(one, 0, -1)).toBe(one);
    expect(keys(removeItem(one, { section: 0, item: 0 }))).toEqual(["", "b"]);
  });

  it("gives each item a key of its own that stays", () => {
    expect(keyFor("Disk free (C:)", new Set())).toBe("disk_free_c");
    expect(keyFor("Disk free (C:)", new Set(["disk_free_c"]))).toBe("disk_free_c_2");
    expect(keyFor("风扇", new Set(["item"]))).toBe("item_2");
    expect(keys(addItem(addItem(template([]), 0), 0))).toEqual(["itemitem_2"]);
  });

  it("drops what is emptied", () => {
    const one = changeItem(template([item("a", { unit: "%" })]), { section: 0, item: 0 }, { unit: "", low: null });
    expect(Object.keys(one.sections[0]?.items[0] ?? {})).not.toContain("unit");
  });

  it("says what forbids publishing it", () => {
    expect(faults(template([item("a")]))).toEqual([]);
    expect(faults({ ...template([]), name: { en: "x", "zh-CN": " " } })).toEqual(["name", "no_items"]);
    expect(faults(addSection(template([item("a")])))).toEqual(["section_title"]);
    expect(faults(template([item("a", { low: 5, high: 4 })]))).toEqual(["limits"]);
    const asks = (of: string): Partial<Item> => ({ only_if: { item: of, outcomes: ["fail"] } });
    expect(faults(template([item("a", asks("b")), item("b")]))).toEqual(["condition"]);
    expect(faults(template([item("a")], [item("b", asks("a"))]))).toEqual([]);
    expect(faults(template([item("a"), item("b", { only_if: { item: "a", outcomes: [] } })]))).toEqual(["condition_outcome"]);
    expect(before(template([item("a")], [item("b"), item("c")]), { section: 1, item: 1 }).map(({ key }) => key)).toEqual(["a", "b"]);
  });

  it("is published as the next version, without empty sections", () => {
    const next = nextVersion(addSection(template([item("a")])), 4);
    expect([next.version, next.sections.length]).toEqual([5, 1]);
  });
});

describe("an item with a condition", () => {
  const list = template([item("backup"), item("logs", { only_if: { item: "backup", outcomes: ["flag", "fail"] } })]);
  const answers = (outcome: "pass" | "fail") => new Map([["backup", { inspection_id: "i", item: "backup", photos: [], outcome }]]);
  const asked = (of: ReturnType<typeof answers>) => askedItems(list, of).map(({ key }) => key);

  it("is asked only where it holds", () => {
    expect(asked(new Map())).toEqual(["backup"]);
    expect(asked(answers("pass"))).toEqual(["backup"]);
    expect(asked(answers("fail"))).toEqual(["backup", "logs"]);
  });

  it("is missing only where it is asked, and set to normal only then", () => {
    expect(missingItems(list, answers("pass"))).toEqual([]);
    expect(missingItems(list, answers("fail")).map(({ key }) => key)).toEqual(["logs"]);
    expect(openChecks(list, answers("pass"))).toEqual([]);
  });
});
