/**
 * Where each visit stands on the board, which rows are in sight, and what is wrong with a plan. Pure: times come in as
 * milliseconds, days as the moments they begin at.
 */

/** A visit as far as its place on the board goes. */
export interface Plan {
  readonly id: string;
  readonly technician: string;
  readonly site: string;
  /** In milliseconds. */
  readonly start: number;
  /** In milliseconds, after `start`. */
  readonly end: number;
  /** It can still clash: it is neither over nor called off. */
  readonly isOpen: boolean;
}

/** `timeline`: as wide as they last, beside each other. `stack`: one below the other in each day. */
export type Mode = "timeline" | "stack";

/** The days shown, and the hours of each. */
export interface Span {
  /** When each begins, in milliseconds. */
  readonly days: readonly number[];
  /** First hour shown, 0 to 23. */
  readonly from: number;
  /** The hour after the last, 1 to 24. */
  readonly until: number;
}

export interface Block {
  readonly id: string;
  /** Which of the days. */
  readonly day: number;
  /** From above, in its row and day. */
  readonly lane: number;
  /** Part of the day's hours before it, 0 to 1. */
  readonly left: number;
  /** Part of the day's hours it takes, above 0. */
  readonly width: number;
}

export interface Lane {
  readonly technician: string;
  /** In pixels. */
  readonly top: number;
  readonly height: number;
  /** What stands in it, in its order. */
  readonly plans: readonly Plan[];
  readonly blocks: readonly Block[];
  /** Planned time in the days shown, in milliseconds. */
  readonly load: number;
  /** What is wrong in it, by visit. */
  readonly wrong: ReadonlyMap<string, readonly Warning[]>;
}

const HOUR = 3_600_000;
const DAY_HOURS = 24;

/** Times are planned in steps of this, in milliseconds. */
export const STEP = 15 * 60_000;

/** The least a visit lasts. */
export const SHORTEST = STEP;

/** Shown at least this wide, in milliseconds, so that it can be read and taken hold of. */
const SHOWN = HOUR / 2;

/** Between two sites somebody needs at least this long, in milliseconds. */
export const TRAVEL = 30 * 60_000;

/** Height of one lane and of what is around them in a row, in pixels. */
export const LANE = { timeline: 46, stack: 42 } as const;
const AROUND = 10;
const LEAST = 54;

/** The hours to show: the usual ones, and those of early and late visits. */
export function hours(plans: readonly Plan[], days: readonly number[], usual: { from: number; until: number } = { from: 8, until: 18 }): Span {
  let { from, until } = usual;
  for (const { start, end } of plans) {
    const day = dayIndex(days, start);
    const begin = days[day];
    if (begin === undefined) continue;
    from = Math.min(from, Math.floor((start - begin) / HOUR));
    until = Math.max(until, Math.min(DAY_HOURS, Math.ceil((end - begin) / HOUR)));
  }
  return { days, from: Math.max(0, from), until };
}

/** Which day a time falls on; -1 before the first. After the last it is the last: the caller asks for no later visits. */
export function dayIndex(days: readonly number[], at: number): number {
  for (let index = days.length - 1; index >= 0; index--) if (at >= (days[index] as number)) return index;
  return -1;
}

/**
 * Lays out every row. Plans of others than `technicians` are left out. `before` is the same span and mode as it lay: a row in
 * which no plan changed keeps its blocks and warnings as the objects they are, so that nothing of it is drawn again.
 */
export function layout(technicians: readonly string[], plans: readonly Plan[], span: Span, mode: Mode, before: readonly Lane[] = []): Lane[] {
  const was = new Map(before.map((row) => [row.technician, row]));
  const of = new Map<string, Plan[]>(technicians.map((id) => [id, []]));
  for (const plan of plans) of.get(plan.technician)?.push(plan);
  let top = 0;
  return technicians.map((technician) => {
    const own = (of.get(technician) ?? []).sort((a, b) => a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : 1));
    const old = was.get(technician);
    const row: Lane = { ...(old && isSame(old.plans, own) ? old : rowOf(technician, own, span, mode)), top };
    top += row.height;
    return row;
  });
}

const isSame = (one: readonly Plan[], other: readonly Plan[]): boolean => one.length === other.length && one.every((plan, index) => plan === other[index]);

function rowOf(technician: string, plans: readonly Plan[], span: Span, mode: Mode): Omit<Lane, "top"> {
  const blocks = mode === "timeline" ? beside(plans, span) : below(plans, span);
  const lanes = blocks.reduce((most, { lane }) => Math.max(most, lane + 1), 1);
  const height = Math.max(LEAST, lanes * LANE[mode] + AROUND);
  return { technician, height, plans, blocks, load: plans.reduce((sum, { start, end }) => sum + end - start, 0), wrong: warnings(plans) };
}

function place({ id, start, end }: Plan, { days, from, until }: Span): Omit<Block, "lane"> | null {
  const day = dayIndex(days, start);
  const begin = days[day];
  if (begin === undefined) return null;
  const whole = (until - from) * HOUR;
  const left = Math.min(Math.max(0, start - begin - from * HOUR), whole - SHOWN);
  const right = Math.min(whole, Math.max(left + SHOWN, end - begin - from * HOUR));
  return { id, day, left: left / whole, width: (right - left) / whole };
}

function beside(own: readonly Plan[], span: Span): Block[] {
  // By day, where each lane is free again.
  const free: number[][] = span.days.map(() => []);
  const blocks: Block[] = [];
  for (const plan of own) {
    const spot = place(plan, span);
    const ends = spot && free[spot.day];
    if (!spot || !ends) continue;
    const found = ends.findIndex((end) => end <= spot.left + 1e-9);
    const lane = found < 0 ? ends.length : found;
    ends[lane] = spot.left + spot.width;
    blocks.push({ ...spot, lane });
  }
  return blocks;
}

function below(own: readonly Plan[], span: Span): Block[] {
  const count = span.days.map(() => 0);
  const blocks: Block[] = [];
  for (const plan of own) {
    const spot = place(plan, span);
    if (!spot) continue;
    blocks.push({ ...spot, lane: count[spot.day] ?? 0 });
    count[spot.day] = (count[spot.day] ?? 0) + 1;
  }
  return blocks;
}

/** The rows that show between two heights; `[first, last)`. */
export function visible(rows: readonly Lane[], top: number, bottom: number): [number, number] {
  const first = rows.findIndex((row) => row.top + row.height > top);
  if (first < 0) return [0, 0];
  let last = first;
  while (last < rows.length && (rows[last] as Lane).top < bottom) last++;
  return [first, last];
}

/** The row at a height, or the nearest. */
export function rowAt(rows: readonly Lane[], y: number): Lane | undefined {
  return rows.find((row) => y < row.top + row.height) ?? rows.at(-1);
}

/** Rounds to the step of planning, within the day that begins at `day`. */
export function snap(at: number, day: number): number {
  return day + Math.round((at - day) / STEP) * STEP;
}

/** The same time of day on another day. Days of 23 and 25 hours keep the time that clocks show. */
export function onDay(at: number, day: number): number {
  const time = new Date(at);
  const date = new Date(day);
  date.setHours(time.getHours(), time.getMinutes(), 0, 0);
  return date.getTime();
}

export interface Warning {
  /** `overlap`: at the same time as another. `travel`: too little time to get from one site to the next. */
  readonly kind: "overlap" | "travel";
  readonly other: string;
  /** Minutes between them, of `travel`. */
  readonly minutes: number;
}

/** What is wrong, by visit. Only open visits clash. */
export function warnings(plans: readonly Plan[]): Map<string, Warning[]> {
  const found = new Map<string, Warning[]>();
  const warn = (id: string, warning: Warning) => found.set(id, [...(found.get(id) ?? []), warning]);
  const of = new Map<string, Plan[]>();
  for (const plan of plans) {
    if (!plan.isOpen) continue;
    const own = of.get(plan.technician);
    if (own) own.push(plan);
    else of.set(plan.technician, [plan]);
  }
  for (const own of of.values()) {
    own.sort((a, b) => a.start - b.start);
    for (const [index, later] of own.entries()) {
      for (let at = index - 1; at >= 0; at--) {
        const earlier = own[at] as Plan;
        const gap = later.start - earlier.end;
        if (gap < 0) {
          warn(earlier.id, { kind: "overlap", other: later.id, minutes: 0 });
          warn(later.id, { kind: "overlap", other: earlier.id, minutes: 0 });
        } else if (gap < TRAVEL && earlier.site !== later.site) {
          const minutes = Math.floor(gap / 60_000);
          warn(earlier.id, { kind: "travel", other: later.id, minutes });
          warn(later.id, { kind: "travel", other: earlier.id, minutes });
        }
      }
    }
  }
  return found;
}

/** A plan somebody has taken hold of, before it is put down. */
export interface Proposal {
  readonly technician: string | null;
  readonly start: number;
  readonly end: number;
}

/** What a key does to a proposal; `null` where it means nothing. `rows` are the technicians in their order. */
export function nudge(now: Proposal, key: { key: string; shift: boolean }, rows: readonly string[], days: readonly number[], mode: Mode): Proposal | null {
  const by = key.key === "ArrowLeft" ? -1 : key.key === "ArrowRight" ? 1 : 0;
  if (by && key.shift) {
    const end = now.end + by * STEP;
    return end - now.start >= SHORTEST ? { ...now, end } : now;
  }
  if (by && mode === "timeline") {
    const day = days[dayIndex(days, now.start)] ?? 0;
    const start = now.start + by * STEP;
    const isInside = start >= day && start < day + DAY_HOURS * HOUR;
    return isInside ? { ...now, start, end: now.end + by * STEP } : now;
  }
  if (by) {
    const day = days[dayIndex(days, now.start) + by];
    if (day === undefined) return now;
    const start = onDay(now.start, day);
    return { ...now, start, end: start + now.end - now.start };
  }
  const step = key.key === "ArrowUp" ? -1 : key.key === "ArrowDown" ? 1 : 0;
  if (!step) return null;
  const at = now.technician === null ? (step > 0 ? 0 : rows.length - 1) : rows.indexOf(now.technician) + step;
  return { ...now, technician: rows[at] ?? now.technician };
}
