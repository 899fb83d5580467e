/** One visit on the board. */
import { now } from "../../app/model/clock";
import { clockTime } from "../../app/model/format";
import { Icon } from "../../ui";
import { row } from "../data";
import { lateBy, isMovable, type VisitRow } from "./plans";
import { type Block as Spot, LANE, type Mode, type Warning } from "./layout";
import { memo } from "./memo";
import { aim, pictureOf, spoken, whose } from "./words";

/** Plain values, so that a block whose place stays is not drawn again. */
export interface BlockProps extends Spot {
  readonly mode: Mode;
  readonly days: number;
  readonly warnings: readonly Warning[];
  readonly isHeld: boolean;
  readonly isFocus: boolean;
}

/** Left free to the right of it in a stack, in pixels. */
const GAP = 4;

/** Where it lies: its box within the row's days. */
function box({ day, lane, left, width }: Spot, mode: Mode, days: number) {
  const share = 100 / days;
  const top = 5 + lane * LANE[mode];
  const height = LANE[mode] - 4;
  return mode === "timeline"
    ? { left: `${(day + left) * share}%`, width: `${width * share}%`, top: `${top}px`, height: `${height}px` }
    : { left: `${day * share}%`, width: `calc(${share}% - ${GAP}px)`, top: `${top}px`, height: `${height}px` };
}

/** A visit; the grid hears what is done to it, by `data-visit`. */
export const Block = memo(function Block({ mode, days, warnings, isHeld, isFocus, ...spot }: BlockProps) {
  const visit = row("visit", spot.id) as VisitRow | undefined;
  if (!visit) return null;
  const { fields } = visit;
  const late = lateBy(fields, now.value);
  const trouble = warnings.length > 0 || late > 0 || fields.unprepared;
  const classes = ["block", `block--${fields.status}`, trouble && "block--trouble", isHeld && "block--held", visit.pending && "block--pending"];
  const all = spoken(visit, warnings, late);
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(" ")}
      style={box(spot, mode, days)}
      data-visit={spot.id}
      data-movable={isMovable(fields) ? "" : undefined}
      tabIndex={isFocus ? 0 : -1}
      aria-label={all}
      title={all}
    >
      <span class="block__line">
        <Icon name={pictureOf(fields.status)} />
        {trouble ? <Icon name="warning" /> : null}
        <span class="block__who">{whose(visit)}</span>
      </span>{" "}
      <span class="block__line">
        <span class="block__time number">{clockTime(fields.planned_start)}</span> {aim(visit)}
      </span>
      {mode === "timeline" && isMovable(fields) ? <span class="block__edge" data-resize="" aria-hidden="true" /> : null}
    </button>
  );
});
