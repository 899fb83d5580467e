/** Putting a plan down: one write each, told with undo, and the last ones can be taken back one after the other. */
import { toast } from "../../ui";
import { t } from "../../i18n";
import { act, create, seen, standing, type Row, type Seen } from "../data";
import { attempt } from "../parts/tell";
import { c } from "../words";
import type { Proposal } from "./layout";
import { isUnplanned } from "./plans";

/** Most that can be taken back. */
const KEPT = 30;

/** One change of the plan that can be taken back. */
interface Step {
  readonly visit: string;
  /** The version it was based on. */
  readonly from: string | null;
  /** The version it left; once a later step from there is taken back, the one that brought this back. */
  left: string;
  /** Takes it back as of a version; resolves to the version that leaves, or `null` where somebody else's change stands. */
  readonly back: (on: Seen) => Promise<string | null>;
}

const done: Step[] = [];

async function take({ visit, from, left, back }: Step): Promise<void> {
  await attempt(async () => {
    const now = await back(Promise.resolve(left));
    if (now === null) return;
    // The plan is again as the step before left it, by a newer version.
    for (const earlier of done) if (earlier.visit === visit && earlier.left === from) earlier.left = now;
    toast(c().shell.undone);
  });
}

/** Ends with the last undo asked for: each waits for the one before, whose version it is based on. */
let turn: Promise<void> = Promise.resolve();

function inTurn(work: () => Promise<void>): Promise<void> {
  turn = turn.then(work);
  return turn;
}

/** Takes the last change of the plan back. */
export const undoLast = (): Promise<void> =>
  inTurn(async () => {
    const step = done.pop();
    if (!step) return toast(c().board.nothingToUndo);
    await take(step);
  });

function tell(text: string, step: Step): void {
  done.push(step);
  if (done.length > KEPT) done.shift();
  const run = () =>
    void inTurn(async () => {
      const at = done.indexOf(step);
      if (at < 0) return;
      done.splice(at, 1);
      await take(step);
    });
  toast(text, { undo: { label: t().ui.undo, run } });
}

const iso = (at: number) => new Date(at).toISOString();

/** The one request that brings a visit to a plan; without a technician, back to those that are to be planned. */
function put(id: string, to: Proposal, on?: Seen): Promise<Row<"visit"> | null> {
  const visit = standing<"visit">(id)?.fields;
  const times = { planned_start: iso(to.start), planned_end: iso(to.end) };
  if (to.technician === null) return act("visit", id, "unassign", {}, { technician_id: null, status: "planned" }, on);
  if (visit && visit.technician_id === to.technician && !isUnplanned(visit)) return act("visit", id, "move", times, times, on);
  const assign = { technician_id: to.technician, ...times };
  return act("visit", id, "assign", assign, { ...assign, status: "scheduled" }, on);
}

/** How a visit is planned now. */
export function proposalOf({ fields }: Row<"visit">): Proposal {
  return {
    technician: isUnplanned(fields) ? null : (fields.technician_id ?? null),
    start: Date.parse(fields.planned_start),
    end: Date.parse(fields.planned_end),
  };
}

/**
 * Plans a visit; `text` says it when it is done, `on` is the plan its planner began from. Undo is about that change: what
 * somebody else planned since is put before the user. Resolves to whether it stands so.
 */
export async function plan(id: string, to: Proposal, text: string, on: Seen = seen(id)): Promise<boolean> {
  const row = standing<"visit">(id);
  const before = row && proposalOf(row);
  let stands = false;
  await attempt(async () => {
    const after = await put(id, to, on);
    if (!after || !before) return;
    stands = true;
    const back = async (on: Seen) => {
      const taken = await put(id, before, on);
      const now = standing<"visit">(id);
      // Taking it from its technician leaves the time as it was moved to.
      if (!taken || before.technician !== null || !now || Date.parse(now.fields.planned_start) === before.start) return taken?.version ?? null;
      const moved = await act("visit", id, "move", { planned_start: iso(before.start), planned_end: iso(before.end) }, {});
      return (moved ?? taken).version;
    };
    tell(text, { visit: id, from: await on, left: after.version, back });
  });
  return stands;
}

/** What a visit is made of beside its plan. */
export interface Draft {
  readonly client_id: string;
  readonly site_id: string;
  readonly contact_id?: string | null;
  readonly kind: "first" | "routine" | "ad_hoc";
  readonly purpose: string;
  readonly ticket_ids: string[];
}

/** Makes a visit and plans it; undo calls it off. Resolves to its id, if it was made. */
export async function planNew(draft: Draft, to: Proposal, text: string): Promise<string | null> {
  let id: string | null = null;
  await attempt(async () => {
    const made = await create("visit", { ...draft, planned_start: iso(to.start), planned_end: iso(to.end) });
    id = made.id;
    const planned = to.technician ? await put(made.id, to) : made;
    const back = async () => (await act("visit", made.id, "cancel", { reason: t().ui.undo }, { status: "cancelled" }))?.version ?? null;
    tell(text, { visit: made.id, from: null, left: (planned ?? made).version, back });
  });
  return id;
}
