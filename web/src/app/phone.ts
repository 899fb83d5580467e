/** The device under the screens, and the few ways they touch it: read rows, and do something that may be refused. */
import { t } from "../i18n";
import { toast } from "../ui";
import { explain } from "./model/explain";
import { type Device, type Entities, type EntityName, type Row, type Uuid } from "../device";

let device: Device | undefined;

/** Gives the screens their device; once, before the first is drawn. */
export function connect(to: Device): void {
  device = to;
}

/** The device. */
export function phone(): Device {
  if (!device) throw new Error("no device has been connected");
  return device;
}

/** All rows of a kind; a component that calls it is drawn again when one changes. */
export const rows = <E extends EntityName>(entity: E): readonly Row<Entities[E]>[] => phone().records.list(entity).value;

/** One row, likewise. */
export function row<E extends EntityName>(entity: E, id: Uuid | null | undefined): Row<Entities[E]> | undefined {
  if (!id) return undefined;
  const found = phone().records.row<Entities[E]>(id).value;
  return found?.entity === entity ? found : undefined;
}

/** The user's id. */
export const me = (): Uuid => phone().session.user.value?.userId ?? "";

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

/** Like {@link attempt}, and tells that it is done, with undo where there is one. */
export async function attemptAndTell(work: () => Promise<unknown>, text: string, undo?: () => Promise<unknown>): Promise<boolean> {
  const done = await attempt(work);
  if (done) toast(text, undo ? { undo: { label: t().ui.undo, run: () => void attempt(undo) } } : {});
  return done;
}
