/**
 * The board itself: a row for each technician, days beside each other. Only rows in sight are drawn. What is taken hold of
 * shows as a ghost where it would be put; rows keep their height meanwhile, so that nothing moves away under the pointer.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { shortDate, weekday } from "../../app/model/format";
import { Icon } from "../../ui";
import { row, seen, standing } from "../data";
import { c } from "../words";
import { Block } from "./block";
import { proposalOf } from "./commit";
import { addDays } from "./days";
import { held, isAt, isMoved, isNowhere, type Held } from "./hold";
import { dayIndex, layout, type Lane, type Mode, nudge, onDay, type Plan, rowAt, SHORTEST, snap, type Span, visible, type Warning, warnings } from "./layout";
import { memo } from "./memo";
import type { VisitRow } from "./plans";
import { dayAndTimes, warn, whose } from "./words";

const NONE: readonly Warning[] = [];

/** Rows beyond the edge that are drawn ahead of scrolling, in pixels. */
const AHEAD = 300;

/** A press that moves this far takes hold, in pixels. */
const THRESHOLD = 5;

export interface GridProps {
  readonly technicians: readonly { readonly id: string; readonly name: string }[];
  readonly plans: readonly Plan[];
  readonly span: Span;
  readonly mode: Mode;
  readonly onOpen: (visit: string) => void;
  /** Puts down what is held. */
  readonly onPut: (held: Held) => void;
  /** Takes a visit from its technician. */
  readonly onBack: (visit: string) => void;
  /** A place without a visit was chosen. */
  readonly onEmpty: (technician: string, start: number) => void;
}

const HOUR = 3_600_000;

/** The visit that something was done to. */
const visitOf = ({ target }: Event): string | undefined => (target instanceof Element ? target.closest<HTMLElement>("[data-visit]")?.dataset["visit"] : undefined);

export function Grid({ technicians, plans, span, mode, onOpen, onPut, onBack, onEmpty }: GridProps) {
  const words = c().board;
  const ids = useMemo(() => technicians.map(({ id }) => id), [technicians]);
  const before = useRef<{ readonly span: Span; readonly mode: Mode; readonly rows: readonly Lane[] } | null>(null);
  const rows = useMemo(() => {
    const last = before.current;
    const rows = layout(ids, plans, span, mode, last?.span === span && last.mode === mode ? last.rows : []);
    before.current = { span, mode, rows };
    return rows;
  }, [ids, plans, span, mode]);
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 1200 });
  const [focus, setFocus] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  /** What gets the focus once it is drawn where it was put. */
  const refocus = useRef<string | null>(null);
  const one = held.value;
  const height = rows.at(-1) ? (rows.at(-1) as Lane).top + (rows.at(-1) as Lane).height : 0;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      watch.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);

  const [first, last] = visible(rows, view.top - AHEAD, view.top + view.height + AHEAD);
  const shown = rows.slice(first, last);

  // The first block is reached by Tab; arrow keys go on from there.
  const firstBlock = rows.find(({ blocks }) => blocks.length)?.blocks[0]?.id ?? null;
  const tabStop = focus && rows.some(({ blocks }) => blocks.some(({ id }) => id === focus)) ? focus : firstBlock;

  const reveal = (technician: string) => {
    const lane = rows.find((one) => one.technician === technician);
    const element = scroller.current;
    if (!lane || !element) return;
    if (lane.top < element.scrollTop) element.scrollTop = lane.top;
    const below = lane.top + lane.height - element.clientHeight + (element.querySelector<HTMLElement>(".grid__head")?.offsetHeight ?? 0);
    if (below > element.scrollTop) element.scrollTop = below;
  };

  const goTo = (id: string) => {
    const lane = rows.find(({ blocks }) => blocks.some((block) => block.id === id));
    if (lane) reveal(lane.technician);
    setFocus(id);
    requestAnimationFrame(() => body.current?.querySelector<HTMLElement>(`[data-visit="${id}"]`)?.focus({ preventScroll: mode === "timeline" }));
  };

  /** The block that lies next in a direction. */
  const next = (id: string, key: string): string | undefined => {
    const at = rows.findIndex(({ blocks }) => blocks.some((block) => block.id === id));
    const blocks = rows[at]?.blocks ?? [];
    const index = blocks.findIndex((block) => block.id === id);
    if (key === "ArrowRight") return blocks[index + 1]?.id;
    if (key === "ArrowLeft") return blocks[index - 1]?.id;
    const own = blocks[index];
    if (!own) return undefined;
    const inCell = blocks.filter(({ day }) => day === own.day);
    const beside = mode === "stack" ? inCell[inCell.indexOf(own) + (key === "ArrowDown" ? 1 : -1)] : undefined;
    if (beside) return beside.id;
    const step = key === "ArrowDown" ? 1 : -1;
    for (let row = at + step; rows[row]; row += step) {
      const near = (rows[row] as Lane).blocks;
      const same = near.filter(({ day }) => day === own.day);
      const found = (step > 0 ? same[0] : same.at(-1)) ?? near[0];
      if (found) return found.id;
    }
    return undefined;
  };

  const takeHold = (id: string, by: "mouse" | "keys"): Held | null => {
    const visit = standing<"visit">(id);
    if (!visit) return null;
    const before = proposalOf(visit);
    return { what: "visit", id, before, on: seen(id), by, ...before };
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const block = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-visit]") : null;
    const id = block?.dataset["visit"];
    if (held.value || !block || !id) return;
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const to = next(id, event.key);
      if (to) goTo(to);
    } else if (event.key === " " && "movable" in block.dataset) {
      event.preventDefault();
      held.value = takeHold(id, "keys");
    } else if ((event.key === "Delete" || event.key === "Backspace") && "movable" in block.dataset) {
      event.preventDefault();
      onBack(id);
    }
  };

  // Said wherever it was taken hold of, on the board or in the queue.
  useEffect(() => {
    if (one?.by === "keys") setSaid(`${titleOf(one)}. ${words.held}`);
  }, [one?.id, one?.by]);

  // While something is held, the keyboard is the board's, wherever the focus is: rows come and go. Before the next key comes,
  // which an effect after the paint may be too late for.
  useLayoutEffect(() => {
    if (!one) return;
    const onKey = (event: KeyboardEvent) => {
      const current = held.value;
      if (!current || document.querySelector("dialog[open]")) return;
      if (event.key === "Escape") {
        held.value = null;
        setSaid(words.letGo);
        if (current.what === "visit") goTo(current.id);
      } else if (current.by === "keys" && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        event.stopPropagation();
        // It stays held: there is nobody yet to give it to.
        if (isNowhere(current)) return setSaid(words.chooseWho);
        held.value = null;
        if (isMoved(current)) onPut(current);
        setFocus(current.id);
        refocus.current = current.id;
      } else if (current.by === "keys") {
        const to = nudge(current, { key: event.key, shift: event.shiftKey }, ids, span.days, mode);
        if (!to) return;
        held.value = { ...current, ...to };
        if (to.technician) reveal(to.technician);
        setSaid(describe({ ...current, ...to }));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [one !== null, rows, mode]);

  useEffect(() => {
    const block = refocus.current && body.current?.querySelector<HTMLElement>(`[data-visit="${refocus.current}"]`);
    if (!block) return;
    refocus.current = null;
    block.focus({ preventScroll: true });
  }, [rows]);

  const nameOf = (technician: string | null) => technicians.find(({ id }) => id === technician)?.name ?? words.queue;

  const clashes = (of: Held): readonly Warning[] => {
    if (!of.technician) return NONE;
    const site = (of.what === "visit" ? standing<"visit">(of.id)?.fields.site_id : standing<"ticket">(of.id)?.fields.site_id) ?? "";
    const others = plans.filter(({ id, technician }) => technician === of.technician && id !== of.id);
    return warnings([...others, { id: of.id, technician: of.technician, site, start: of.start, end: of.end, isOpen: true }]).get(of.id) ?? NONE;
  };

  const describe = (of: Held): string => [nameOf(of.technician), dayAndTimes(of.start, of.end), ...clashes(of).map(warn)].join(", ");

  /** The place under a pointer. */
  const placeAt = (x: number, y: number): { technician: string; day: number; at: number } | null => {
    const box = body.current?.getBoundingClientRect();
    const rail = body.current?.querySelector<HTMLElement>(".grid__name")?.offsetWidth ?? 0;
    if (!box) return null;
    const lane = rowAt(rows, y - box.top);
    const across = (x - box.left - rail) / (box.width - rail);
    const day = Math.min(span.days.length - 1, Math.max(0, Math.floor(across * span.days.length)));
    const begin = span.days[day];
    if (!lane || begin === undefined) return null;
    const part = Math.min(1, Math.max(0, across * span.days.length - day));
    return { technician: lane.technician, day: begin, at: begin + (span.from + part * (span.until - span.from)) * HOUR };
  };

  const onPointerDown = (event: PointerEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    const block = target?.closest<HTMLElement>("[data-visit]");
    // A finger scrolls; it opens a visit and plans it there.
    if (!block || !("movable" in block.dataset) || event.button !== 0 || event.pointerType === "touch") return;
    const start = takeHold(block.dataset["visit"] ?? "", "mouse");
    if (!start) return;
    const isResizing = Boolean(target?.closest("[data-resize]"));
    const grabbed = placeAt(event.clientX, event.clientY);
    drag(event, start, (x, y) => {
      const spot = placeAt(x, y);
      if (!spot || !grabbed) return null;
      if (isResizing) return { ...start, end: Math.max(start.start + SHORTEST, snap(spot.at, spot.day)) };
      const length = start.end - start.start;
      const begin = mode === "timeline" ? snap(start.start + spot.at - grabbed.at, spot.day) : onDay(start.start, spot.day);
      return { ...start, technician: spot.technician, start: begin, end: begin + length };
    });
  };

  /** Follows the pointer until it is let go; `to` says where that is on the board. */
  const drag = (down: PointerEvent, start: Held, to: (x: number, y: number) => Held | null) => {
    let begun = false;
    // Most moves of a pointer stay in the same place of the plan.
    const keep = (next: Held | null) => {
      if (next && !isAt(held.value, next)) held.value = next;
    };
    const move = (event: PointerEvent) => {
      if (!begun && Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < THRESHOLD) return;
      begun = true;
      const under = document.elementFromPoint(event.clientX, event.clientY);
      if (under?.closest("[data-queue]")) keep({ ...start, technician: null, isBack: start.what === "visit" });
      else if (scroller.current?.contains(under)) keep(to(event.clientX, event.clientY));
      scrollNear(event.clientY);
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
    };
    const up = (event: PointerEvent) => {
      end();
      const current = held.value;
      held.value = null;
      // Escape has let go meanwhile.
      if (!begun || !current || event.type === "pointercancel") return;
      // The press was a drag: the click that follows it at once, if any, opens nothing.
      const swallow = (click: Event) => click.stopPropagation();
      window.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
      if (isMoved(current)) onPut(current);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
  };

  const scrollNear = (y: number) => {
    const element = scroller.current;
    const box = element?.getBoundingClientRect();
    if (!element || !box) return;
    if (y < box.top + 70) element.scrollTop -= 12;
    if (y > box.bottom - 40) element.scrollTop += 12;
  };

  // The queue beside the board lets its requests be dragged here.
  useEffect(() => {
    const begin = (event: Event) => {
      const { down, start } = (event as CustomEvent<{ down: PointerEvent; start: Held }>).detail;
      drag(down, start, (x, y) => {
        const spot = placeAt(x, y);
        if (!spot) return null;
        const length = start.end - start.start;
        const at = mode === "timeline" ? snap(spot.at, spot.day) : onDay(start.start, spot.day);
        return { ...start, technician: spot.technician, start: at, end: at + length };
      });
    };
    window.addEventListener("board-drag", begin);
    return () => window.removeEventListener("board-drag", begin);
  });

  const today = now.value;
  const ticks = mode === "timeline" ? Array.from({ length: span.until - span.from }, (_, index) => span.from + index) : [];
  return (
    // Without a visit in it nothing would take the focus that keys scroll by.
    <div class={`grid grid--${mode} grid--${span.days.length === 1 ? "day" : "week"}`} ref={scroller} role="group" aria-label={words.title} tabIndex={firstBlock ? undefined : 0}>
      <div class="grid__head">
        <span class="grid__corner">{words.technician}</span>
        <div class="grid__days">
          {mode === "timeline"
            ? ticks.map((hour) => (
                <span key={hour} class="grid__hour number">
                  {String(hour).padStart(2, "0")}
                </span>
              ))
            : span.days.map((day) => (
                <span key={day} class={today >= day && today < addDays(day, 1) ? "grid__day grid__day--today" : "grid__day"}>
                  {span.days.length > 1 ? (
                    <>
                      <span class="grid__weekday">{weekday(day)}</span> {new Date(day).getDate()}
                    </>
                  ) : (
                    shortDate(day)
                  )}
                </span>
              ))}
        </div>
      </div>
      <div
        class="grid__body"
        ref={body}
        style={{ height: `${height}px` }}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onClick={(event) => {
          const id = visitOf(event);
          if (id) onOpen(id);
        }}
        onDblClick={(event) => {
          const isEmpty = event.target instanceof Element && event.target.matches(".grid__lane");
          const spot = isEmpty ? placeAt(event.clientX, event.clientY) : null;
          if (spot) onEmpty(spot.technician, mode === "timeline" ? snap(spot.at, spot.day) : spot.day + 9 * HOUR);
        }}
        onFocusCapture={(event) => {
          const id = visitOf(event);
          if (id) setFocus(id);
        }}
      >
        {shown.map((lane) => (
          <section key={lane.technician} class="grid__row" style={{ top: `${lane.top}px`, height: `${lane.height}px` }} aria-label={nameOf(lane.technician)}>
            <RowOf
              name={nameOf(lane.technician)}
              blocks={lane.blocks}
              load={lane.load}
              wrong={lane.wrong}
              span={span}
              mode={mode}
              heldId={one?.what === "visit" ? inRow(lane, one.id) : null}
              tabStop={inRow(lane, tabStop)}
              ghost={one?.technician === lane.technician && !one.isBack ? one : null}
              clashes={one?.technician === lane.technician && !one.isBack ? clashes(one) : NONE}
            />
          </section>
        ))}
      </div>
      <p class="sr-only" role="status" aria-live="assertive">
        {said}
      </p>
    </div>
  );
}

/** A visit, if it stands in this row. */
const inRow = ({ blocks }: Lane, visit: string | null): string | null => (visit && blocks.some(({ id }) => id === visit) ? visit : null);

interface RowProps {
  readonly name: string;
  readonly blocks: Lane["blocks"];
  readonly load: number;
  readonly wrong: Lane["wrong"];
  readonly span: Span;
  readonly mode: Mode;
  /** What of it is held. */
  readonly heldId: string | null;
  /** What of it is reached by Tab. */
  readonly tabStop: string | null;
  /** What would be put here. */
  readonly ghost: Held | null;
  readonly clashes: readonly Warning[];
}

/** What stands in a row. Of a change only the rows it touches are drawn again. */
const RowOf = memo(function RowOf({ name, blocks, load, wrong, span, mode, heldId, tabStop, ghost, clashes }: RowProps) {
  const words = c().board;
  const hours = Math.round(load / HOUR / 0.5) * 0.5;
  const today = now.value;
  const day = dayIndex(span.days, today);
  const begin = span.days[day];
  const part = begin === undefined ? -1 : (today - begin - span.from * HOUR) / ((span.until - span.from) * HOUR);
  return (
    <>
      <h2 class="grid__name">
        <span class="grid__person">{name}</span>
        <span class="grid__load number">{hours ? words.hours(String(hours)) : words.free}</span>
      </h2>
      <div class="grid__lane">
        <span class="grid__lines" aria-hidden="true">
          {(mode === "timeline" ? Array.from({ length: span.until - span.from }) : span.days).map((_, index) => (
            <span key={index} class={mode === "stack" && index === day && today < addDays(span.days[day] as number, 1) ? "grid__line grid__line--today" : "grid__line"} />
          ))}
        </span>
        {mode === "timeline" && part >= 0 && part <= 1 && span.days.length === 1 ? <span class="grid__now" style={{ left: `${part * 100}%` }} aria-hidden="true" /> : null}
        {blocks.map((block) => (
          <Block
            key={block.id}
            {...block}
            mode={mode}
            days={span.days.length}
            warnings={wrong.get(block.id) ?? NONE}
            isHeld={block.id === heldId}
            isFocus={block.id === tabStop}
          />
        ))}
        {ghost ? <Ghost of={ghost} span={span} mode={mode} clashes={clashes} /> : null}
      </div>
    </>
  );
});

/** What a held visit or ticket is called. */
function titleOf({ what, id }: Held): string {
  if (what === "ticket") return row("ticket", id)?.fields.title ?? "";
  const visit = row("visit", id) as VisitRow | undefined;
  return visit ? whose(visit) : "";
}

/** Where what is held would be put. */
function Ghost({ of, span, mode, clashes }: { of: Held; span: Span; mode: Mode; clashes: readonly Warning[] }) {
  const day = dayIndex(span.days, of.start);
  const begin = span.days[day];
  if (begin === undefined) return null;
  const share = 100 / span.days.length;
  const whole = (span.until - span.from) * HOUR;
  const left = Math.max(0, (of.start - begin - span.from * HOUR) / whole);
  const right = Math.min(1, (of.end - begin - span.from * HOUR) / whole);
  const style =
    mode === "timeline" ? { left: `${(day + left) * share}%`, width: `${Math.max(0.01, right - left) * share}%` } : { left: `${day * share}%`, width: `${share}%` };
  return (
    <div class={clashes.length ? "ghost ghost--clash" : "ghost"} style={style} aria-hidden="true">
      <span class="strong number">{dayAndTimes(of.start, of.end)}</span>
      <span>{titleOf(of)}</span>
      {clashes.slice(0, 2).map((clash) => (
        <span key={clash.other + clash.kind} class="ghost__warn">
          <Icon name="warning" />
          {warn(clash)}
        </span>
      ))}
    </div>
  );
}
