/** The edits of an inspection. It begins with the first thing said of a device, not with looking at it; two quick touches
 * are one after the other, so that they begin it once. */
import type { Fields, Row, Uuid } from "../../device";
import { stamp } from "../model/clock";
import { openChecks, type Answer, type Inspection, type Item, type Template } from "../model/inspection";
import { naturalId } from "../model/natural-id";
import { phone } from "../phone";

export interface Subject {
  visit: Uuid;
  asset: Uuid;
  template: Row<Template>;
  inspection: Row<Inspection> | undefined;
}

let before: Promise<unknown> = Promise.resolve();

/** Runs after everything asked for earlier, whatever became of that. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = before.then(work, work);
  before = next;
  return next;
}

/** The inspection of the device on this visit, begun if it was not. */
async function begun({ visit, asset, template, inspection }: Subject): Promise<Uuid> {
  const is = ({ body }: Row<Inspection>) => body.visit_id === visit && body.asset_id === asset;
  const known = inspection?.id ?? phone().records.list("inspection").peek().find(is)?.id;
  const fields = { visit_id: visit, asset_id: asset, template_id: template.id, status: "in_progress" as const, started_at: stamp() };
  return known ?? phone().records.create("inspection", fields);
}

/** Writes part of the answer to an item; the row is made with the first part. Resolves to the answer's id. */
export function answer(subject: Subject, item: Item, part: Fields): Promise<Uuid> {
  return inTurn(async () => {
    const inspection = await begun(subject);
    const id = await naturalId(inspection, item.key);
    if (phone().records.row(id).peek()) {
      await phone().records.update(id, part);
      return id;
    }
    const photos = (part.photos as { add?: Uuid[] } | undefined)?.add;
    const said = Object.fromEntries(Object.entries(part).filter(([name, value]) => value !== null && name !== "photos"));
    const unit = item.unit ? { unit: item.unit } : {};
    return phone().records.create("inspection_answer", { inspection_id: inspection, item: item.key, ...unit, ...said, ...(photos ? { photos } : {}) }, { row: id });
  });
}

/** Most items set in one atomic group. */
const GROUP = 60;

/** Sets every check that nothing was said of to pass. Resolves to how many, and what undoes it. */
export function allNormal(subject: Subject, answers: ReadonlyMap<string, Answer>): Promise<{ count: number; undo: () => Promise<void> }> {
  return inTurn(async () => {
    const items = openChecks(subject.template.body, answers);
    const inspection = await begun(subject);
    const ids = await Promise.all(items.map((item) => naturalId(inspection, item.key)));
    for (let from = 0; from < items.length; from += GROUP) {
      await phone().records.group((edits) => {
        for (const [index, item] of items.slice(from, from + GROUP).entries()) {
          const id = ids[from + index] as Uuid;
          if (phone().records.row(id).peek()) edits.update(id, { outcome: "pass" });
          else edits.create("inspection_answer", { inspection_id: inspection, item: item.key, outcome: "pass" }, id);
        }
      });
    }
    const undo = async () => {
      for (const id of ids) await phone().records.update(id, { outcome: null });
    };
    return { count: items.length, undo };
  });
}

export const finishDevice = (inspection: Uuid) => phone().records.update(inspection, { status: "finished", finished_at: stamp() });

export const reopenDevice = (inspection: Uuid) => phone().records.update(inspection, { status: "in_progress" });

/** Writes down why a device could not be inspected, and finishes it. */
export function skipDevice(subject: Subject, remark: string): Promise<boolean> {
  return inTurn(async () => phone().records.update(await begun(subject), { remark, status: "finished", finished_at: stamp() }));
}
