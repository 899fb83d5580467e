/** Deciding conflicts and taking decisions back. Nothing is shown as done before the server says so: a decision is about the
 * values its maker saw, and whoever came first has decided. */
import { t } from "../../i18n";
import { toast } from "../../ui";
import { explain } from "../../app/model/explain";
import { get, post, Problem, readRow, take, type Row, type Sent, type Uuid } from "../data";
import { c } from "../words";

type Decided = Row<"conflict">;
type Choice = { choice: "keep_current" | "take_incoming" } | { choice: "other"; values: Readonly<Record<string, unknown>> };

/** Says why something was not done, and reads again what it was about. */
async function refused(error: unknown, conflict: Uuid): Promise<void> {
  toast(explain(error), { failed: true });
  if (error instanceof Problem && error.status === 409) await readRow("conflict", conflict).catch(() => {});
}

/** Decides one; tells it, with undo. Resolves to whether it was decided. */
export async function decide({ id, version, fields }: Decided, choice: Choice, told: string): Promise<boolean> {
  try {
    const sent = await post<Sent<"conflict">>(`/v1/conflicts/${id}/resolve`, choice, version);
    take("conflict", sent);
    toast(told, { undo: { label: t().ui.undo, run: () => void takeBack([{ id, version: sent.version }]) } });
    await readAbout(fields.entity, fields.row_id);
    return true;
  } catch (error) {
    await refused(error, id);
    return false;
  }
}

/** The record has other values now; its list follows the feed, which may be slower than this answer. */
async function readAbout(entity: string, id: Uuid): Promise<void> {
  if (entity === "asset" || entity === "visit" || entity === "ticket") await readRow(entity, id).catch(() => {});
}

/** Takes decisions back, each as it was seen. */
export async function takeBack(decided: readonly { id: Uuid; version: string }[]): Promise<void> {
  let done = 0;
  for (const { id, version } of decided) {
    try {
      take("conflict", await post<Sent<"conflict">>(`/v1/conflicts/${id}/undo`, {}, version));
      done += 1;
    } catch (error) {
      await refused(error, id);
    }
  }
  const words = c().inbox;
  if (done === decided.length) toast(done === 1 ? words.undone : words.bulkUndone(done));
}

interface BulkAnswer {
  readonly decided: readonly { readonly id: Uuid; readonly version?: string; readonly detail?: string; readonly code?: string }[];
}

/** Most conflicts of one request. */
const MOST = 200;

/** Decides many alike; those that can't be stay open and say why. */
export async function decideMany(rows: readonly Decided[], choice: "keep_current" | "take_incoming"): Promise<void> {
  const words = c().inbox;
  const done: { id: Uuid; version: string }[] = [];
  const left: string[] = [];
  try {
    for (let from = 0; from < rows.length; from += MOST) {
      const conflicts = rows.slice(from, from + MOST).map(({ id, version }) => ({ id, version }));
      const answer = await post<BulkAnswer>("/v1/conflict-decisions", { conflicts, choice });
      for (const one of answer.decided) {
        if (one.version) done.push({ id: one.id, version: one.version });
        else left.push(one.detail ?? one.code ?? "");
      }
    }
  } catch (error) {
    left.push(explain(error));
  }
  await Promise.all(done.map(async ({ id }) => take("conflict", await get<Sent<"conflict">>(`/v1/conflicts/${id}`))).map((one) => one.catch(() => {})));
  const text = left.length ? words.bulkPart(done.length, rows.length - done.length, left[0] ?? "") : words.bulkDone(done.length);
  toast(text, { failed: left.length > 0, ...(done.length ? { undo: { label: t().ui.undo, run: () => void takeBack(done) } } : {}) });
}
