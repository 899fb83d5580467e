/** Editing a checklist without drawing it: sections and items moved, added and taken out, and what forbids publishing it. */
import type { Entities } from "../data";

export type Template = Entities["checklist_template"];
export type Section = Template["sections"][number];
export type Item = Section["items"][number];
export type Outcome = NonNullable<Item["only_if"]>["outcomes"][number];

/** Most characters of a picture in base64, and of all of a template, as the server has them. */
export const PICTURE = 40_000;
export const PICTURES = 240_000;

/** Where an item stands. */
export interface At {
  readonly section: number;
  readonly item: number;
}

const swap = <T>(of: readonly T[], from: number, to: number): T[] => {
  const next = [...of];
  const [moved] = next.splice(from, 1);
  if (moved !== undefined) next.splice(to, 0, moved);
  return next;
};

export const emptyItem = (key: string): Item => ({ key, label: { en: "", "zh-CN": "" }, answer: "check", required: true });

export const emptySection = (): Section => ({ title: { en: "", "zh-CN": "" }, items: [] });

export const allItems = (template: Template): Item[] => template.sections.flatMap(({ items }) => items);

/** A key that no item has, made of a label's words where it has Latin ones. Answers are found by it from version to version. */
export function keyFor(label: string, taken: ReadonlySet<string>): string {
  const words = label
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
  const stem = words || "item";
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n++) if (!taken.has(`${stem}_${n}`)) return `${stem}_${n}`;
}

const withSections = (template: Template, sections: Section[]): Template => ({ ...template, sections });

export const changeSection = (template: Template, at: number, part: Partial<Section>): Template =>
  withSections(template, template.sections.map((section, index) => (index === at ? { ...section, ...part } : section)));

export const addSection = (template: Template): Template => withSections(template, [...template.sections, emptySection()]);

export const removeSection = (template: Template, at: number): Template => withSections(template, template.sections.filter((_, index) => index !== at));

export function moveSection(template: Template, at: number, by: 1 | -1): Template {
  const to = at + by;
  return to < 0 || to >= template.sections.length ? template : withSections(template, swap(template.sections, at, to));
}

const changeItems = (template: Template, section: number, change: (items: Item[]) => Item[]): Template =>
  changeSection(template, section, { items: change(template.sections[section]?.items ?? []) });

export const changeItem = (template: Template, at: At, part: Partial<Item>): Template =>
  changeItems(template, at.section, (items) => items.map((item, index) => (index === at.item ? without({ ...item, ...part }) : item)));

/** An item without the fields that hold nothing. */
function without(item: Item): Item {
  const kept = Object.entries(item).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return Object.fromEntries(kept) as unknown as Item;
}

export function addItem(template: Template, section: number): Template {
  const key = keyFor("item", new Set(allItems(template).map((item) => item.key)));
  return changeItems(template, section, (items) => [...items, emptyItem(key)]);
}

export const removeItem = (template: Template, at: At): Template => changeItems(template, at.section, (items) => items.filter((_, index) => index !== at.item));

/** Moves an item by one, over the edge of its section into the next. Returns where it stands then. */
export function moveItem(template: Template, at: At, by: 1 | -1): { template: Template; at: At } {
  const items = template.sections[at.section]?.items ?? [];
  const to = at.item + by;
  if (to >= 0 && to < items.length) {
    return { template: changeItems(template, at.section, (all) => swap(all, at.item, to)), at: { ...at, item: to } };
  }
  const section = at.section + by;
  const item = items[at.item];
  const neighbour = template.sections[section];
  if (!item || !neighbour) return { template, at };
  const left = removeItem(template, at);
  const place = by > 0 ? 0 : neighbour.items.length;
  const moved = changeItems(left, section, (all) => [...all.slice(0, place), item, ...all.slice(place)]);
  return { template: moved, at: { section, item: place } };
}

/** The items that a condition of the one at a place may name: those before it. */
export function before(template: Template, at: At): Item[] {
  const earlier = template.sections.slice(0, at.section).flatMap(({ items }) => items);
  return [...earlier, ...(template.sections[at.section]?.items.slice(0, at.item) ?? [])];
}

export type Fault = "name" | "no_items" | "section_title" | "label" | "limits" | "condition" | "condition_outcome" | "pictures";

/** What forbids publishing, with the item it is at, or the section, or neither. */
export interface Problem {
  readonly fault: Fault;
  readonly section?: number;
  readonly item?: number;
}

const isNamed = (text: Item["label"]): boolean => Boolean(text.en.trim() || text["zh-CN"].trim());

export function problemsOf(template: Template): Problem[] {
  const found: Problem[] = [];
  if (!template.name["zh-CN"].trim()) found.push({ fault: "name" });
  if (!allItems(template).length) found.push({ fault: "no_items" });
  for (const [section, { title, items }] of template.sections.entries()) {
    if (!isNamed(title)) found.push({ fault: "section_title", section });
    for (const [item, one] of items.entries()) {
      const at = { section, item };
      if (!isNamed(one.label)) found.push({ fault: "label", ...at });
      if (typeof one.low === "number" && typeof one.high === "number" && one.low > one.high) found.push({ fault: "limits", ...at });
      if (one.only_if && !before(template, at).some(({ key }) => key === one.only_if?.item)) found.push({ fault: "condition", ...at });
      else if (one.only_if && !one.only_if.outcomes.length) found.push({ fault: "condition_outcome", ...at });
    }
  }
  const pictures = allItems(template).reduce((sum, { picture }) => sum + (picture?.length ?? 0), 0);
  if (pictures > PICTURES) found.push({ fault: "pictures" });
  return found;
}

/** The next version of a template, its empty sections left out. */
export const nextVersion = (template: Template, newest: number): Template => ({
  ...template,
  version: newest + 1,
  sections: template.sections.filter(({ items }) => items.length),
});
