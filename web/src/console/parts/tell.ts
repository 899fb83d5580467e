/** Doing something that may be refused, and saying how it went. */
import { explain } from "../../app/model/explain";
import { t } from "../../i18n";
import { toast } from "../../ui";
import { undo, type EntityName, type Row } from "../data";
import { c } from "../words";

/** Does something; a refusal is told, and what was typed stays where it is. Resolves to whether it was done. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    console.error(error);
    toast(explain(error), { failed: true });
    return false;
  }
}

/** Tells that something was done, with how to take it back. */
export function told(text: string, back?: () => Promise<unknown>): void {
  const run = () => void attempt(async () => {
    await back?.();
    toast(c().shell.undone);
  });
  toast(text, back ? { undo: { label: t().ui.undo, run } } : {});
}

/** Makes one change of a record; told with undo. Resolves to whether it stands. */
export async function changed<E extends EntityName>(work: () => Promise<Row<E> | null>, text = c().shell.saved): Promise<boolean> {
  let row: Row<E> | null = null;
  const done = await attempt(async () => {
    row = await work();
  });
  const stands = row as Row<E> | null;
  if (stands) told(text, () => undo(stands.entity, stands.id, stands.version));
  return done && stands !== null;
}
