/**
 * Finding buckets whose copy differs from the server's, and mending just those.
 */
import type { Engine, PullEvent } from "./engine";
import { type BucketSum, MAX_REPAIR_ROWS, PROTOCOL, type RepairRequest, type RepairResponse, SCHEMA } from "./messages";
import { compareVersions, version } from "./version";

/** Buckets that differ. */
export interface Repair {
  /** Those still to be mended, with the sum the server gave. */
  suspect: { [bucket: string]: BucketSum };
  /**
   * For which sums that was done. One that differs even so is a fault of the server's sum: asking again and again would only
   * empty the battery.
   */
  done: { [bucket: string]: BucketSum };
}

/** Nothing is known to differ. */
export function noRepair(): Repair {
  return { suspect: {}, done: {} };
}

function sameSum(a: BucketSum | undefined, b: BucketSum): boolean {
  return a?.rows === b.rows && a.sum === b.sum;
}

/** The device no longer holds a bucket. */
export function forget({ suspect, done }: Repair, bucket: string): void {
  delete suspect[bucket];
  delete done[bucket];
}

/** Compares the rows with what the server says they add up to at the checkpoint just reached. */
export function compare(engine: Engine, theirs: { [bucket: string]: BucketSum }): PullEvent[] {
  const { suspect, done } = engine.repair;
  const events: PullEvent[] = [];
  for (const [bucket, sum] of Object.entries(theirs).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (sameSum(engine.rows.sum(bucket), sum)) {
      delete suspect[bucket];
      delete done[bucket];
    } else if (!sameSum(done[bucket], sum)) {
      suspect[bucket] = sum;
      events.push({ differs: bucket });
    }
  }
  return events;
}

/**
 * What to send for, if the copy of a bucket was found to differ. One of more than {@link MAX_REPAIR_ROWS} rows is read anew
 * instead, with everything else.
 */
export function nextRepair(engine: Engine): RepairRequest | null {
  const bucket = Object.keys(engine.repair.suspect).sort()[0];
  if (bucket === undefined) return null;
  const rows = engine.rows.ofBucket(bucket);
  if (rows.length > MAX_REPAIR_ROWS) {
    engine.reread();
    return null;
  }
  return { protocol: PROTOCOL, schema: SCHEMA, bucket, rows };
}

/**
 * Takes the answer to a repair. It is read later than the last checkpoint, and may hold newer rows: a pull brings what
 * belongs to them.
 */
export function onRepair(engine: Engine, request: RepairRequest, response: RepairResponse): PullEvent[] {
  const isBehind = compareVersions(version(response.epoch, response.head), engine.seen) < 0;
  const sum = engine.repair.suspect[request.bucket];
  if (engine.epoch !== response.epoch || isBehind || !sum) return [];
  delete engine.repair.suspect[request.bucket];
  engine.repair.done[request.bucket] = sum;
  const parked = engine.parking(() => engine.rows.apply(response.epoch, response.changes));
  return [{ repaired: { bucket: request.bucket, rows: response.changes.length } }, ...parked.map((row) => ({ parked: row }))];
}
