/** What the board calls things. */
import { clockTime, shortDate } from "../../app/model/format";
import { t } from "../../i18n";
import type { IconName } from "../../ui";
import { row } from "../data";
import { c } from "../words";
import type { Warning } from "./layout";
import type { VisitRow } from "./plans";

/** Whom a visit is for, briefly: the client, or its site where the client is not known yet. */
export const whose = ({ fields }: VisitRow): string => row("client", fields.client_id)?.fields.name ?? row("site", fields.site_id)?.fields.name ?? "…";

export const siteName = ({ fields }: VisitRow): string => row("site", fields.site_id)?.fields.name ?? "";

/** `09:00–11:00`. */
export const times = (start: number, end: number): string => `${clockTime(start)}–${clockTime(end)}`;

/** `Mon, 30 Nov, 09:00–11:00`. */
export const dayAndTimes = (start: number, end: number): string => `${shortDate(start)}, ${times(start, end)}`;

const PICTURES: Partial<Record<VisitRow["fields"]["status"], IconName>> = {
  scheduled: "mail",
  accepted: "check",
  travelling: "car",
  on_site: "pin",
  finished: "sign",
  closed: "sheet",
  declined: "undo",
  cancelled: "close",
  aborted: "warning",
};

/** The picture of a state. */
export const pictureOf = (status: VisitRow["fields"]["status"]): IconName => PICTURES[status] ?? "calendar";

/** What is wrong with a plan, in words. */
export function warn({ kind, other, minutes }: Warning): string {
  const visit = row("visit", other) as VisitRow | undefined;
  if (kind === "overlap") return c().board.overlap(visit ? whose(visit) : "…");
  // The next visit may be another site of the same client.
  return c().board.travel(minutes, visit ? [whose(visit), siteName(visit)].filter(Boolean).join(" · ") : "…");
}

/** What a block tells by place and colour. */
function unseen({ fields }: VisitRow, warnings: readonly Warning[], late: number): string {
  const said = [
    dayAndTimes(Date.parse(fields.planned_start), Date.parse(fields.planned_end)),
    t().visitKind[fields.kind],
    t().visitStatus[fields.status],
    ...(late ? [c().board.lateFor(late)] : []),
    ...(fields.unprepared ? [c().board.unprepared] : []),
    ...warnings.map(warn),
  ];
  return said.join(", ");
}

/** What stands on a block below whose it is, after the time. */
export const aim = (visit: VisitRow): string => `${siteName(visit)} · ${visit.fields.purpose}`;

/** All of a visit, to hover and for who does not see it; it begins with what stands on the block. */
export const spoken = (visit: VisitRow, warnings: readonly Warning[], late: number): string =>
  [whose(visit), `${clockTime(visit.fields.planned_start)} ${aim(visit)}`, unseen(visit, warnings, late)].join("\n");
