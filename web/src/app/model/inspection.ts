/** Inspections: which devices are due, what is answered, what is missing, and what a reading means. */
import type { Entities, Row, Uuid } from "../../device";
import { inOrder } from "./order";

export type Asset = Entities["asset"];
export type Template = Entities["checklist_template"];
export type Inspection = Entities["inspection"];
export type Answer = Entities["inspection_answer"];
export type Item = Template["sections"][number]["items"][number];
export type Outcome = NonNullable<Answer["outcome"]>;

export const itemsOf = (template: Template): Item[] => template.sections.flatMap((section) => section.items);

/** The newest version of the checklist for each kind of asset; of several families of one kind, the first by id. */
export function templatesByKind(templates: readonly Row<Template>[]): Map<string, Row<Template>> {
  const found = new Map<string, Row<Template>>();
  for (const template of [...templates].sort((a, b) => (a.body.family_id < b.body.family_id ? -1 : 1))) {
    const known = found.get(template.body.asset_kind);
    if (!known || (known.body.family_id === template.body.family_id && known.body.version < template.body.version)) {
      found.set(template.body.asset_kind, template);
    }
  }
  return found;
}

/** Whether an item has its answer: a result, and a reading or words where it asks for them. Not applicable needs neither. */
export function isAnswered(item: Item, answer: Answer | undefined): boolean {
  if (!answer?.outcome) return false;
  if (item.answer === "check" || answer.outcome === "not_applicable") return true;
  return Boolean(answer.value?.trim());
}

/** Whether an item is asked: always, or where the item its condition names was answered so. */
export function isAsked(item: Item, answers: ReadonlyMap<string, Answer>): boolean {
  if (!item.only_if) return true;
  const outcome = answers.get(item.only_if.item)?.outcome;
  return Boolean(outcome && item.only_if.outcomes.includes(outcome));
}

/** The items that are asked as the answers stand. */
export const askedItems = (template: Template, answers: ReadonlyMap<string, Answer>): Item[] => itemsOf(template).filter((item) => isAsked(item, answers));

/** The items that must be answered before a device is finished, and are not. */
export const missingItems = (template: Template, answers: ReadonlyMap<string, Answer>): Item[] =>
  askedItems(template, answers).filter((item) => item.required && !isAnswered(item, answers.get(item.key)));

/** Those that "all normal" may set: nothing said of them yet, and nothing to be measured or written. */
export const openChecks = (template: Template, answers: ReadonlyMap<string, Answer>): Item[] =>
  askedItems(template, answers).filter((item) => item.answer === "check" && !answers.get(item.key)?.outcome);

/** A reading as a number, whatever decimal mark it was typed with; `null` if it is none. */
export function readNumber(typed: string): number | null {
  const text = typed.normalize("NFKC").trim().replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null;
}

/** What a reading suggests: pass within the limits, attention outside; nothing where there are no limits or no number. */
export function judge(item: Item, typed: string): Outcome | null {
  const { low, high } = item;
  const value = readNumber(typed);
  if (value === null || (typeof low !== "number" && typeof high !== "number")) return null;
  const outside = (typeof low === "number" && value < low) || (typeof high === "number" && value > high);
  return outside ? "flag" : "pass";
}

/** The answers of one inspection, by item. */
export function answersOf(inspection: Uuid, answers: readonly Row<Answer>[]): Map<string, Answer> {
  const found = new Map<string, Answer>();
  for (const { body } of answers) if (body.inspection_id === inspection) found.set(body.item, body);
  return found;
}

/** What an inspection found, in order of weight: the worst outcome, or `null` while nothing is answered. */
export function worst(answers: Iterable<Answer>): Outcome | null {
  const order: Outcome[] = ["fail", "flag", "pass", "not_applicable"];
  const found = new Set<Outcome>();
  for (const answer of answers) if (answer.outcome) found.add(answer.outcome);
  return order.find((outcome) => found.has(outcome)) ?? null;
}

/** The newest answer to the same item of the same asset from an earlier inspection, with when it was given. */
export function lastAnswer(
  asset: Uuid,
  item: string,
  except: Uuid | undefined,
  inspections: readonly Row<Inspection>[],
  answers: readonly Row<Answer>[],
): { value: string; unit: string; at: string } | null {
  const earlier = new Map(
    inspections
      .filter(({ id, body }) => body.asset_id === asset && id !== except)
      .map(({ id, body }) => [id, body.finished_at ?? body.started_at ?? ""]),
  );
  let found: { value: string; unit: string; at: string } | null = null;
  for (const { body } of answers) {
    const at = earlier.get(body.inspection_id);
    if (at === undefined || body.item !== item || !body.value) continue;
    if (!found || at > found.at) found = { value: body.value, unit: body.unit ?? "", at };
  }
  return found;
}

/** Devices to inspect at a site: in service or spare and with a checklist, those in racks and rooms together. */
export function inspectable(assets: readonly Row<Asset>[], site: Uuid, templates: ReadonlyMap<string, unknown>): Row<Asset>[] {
  return inOrder(assets).filter(({ body }) => body.site_id === site && body.status !== "retired" && templates.has(body.kind));
}
