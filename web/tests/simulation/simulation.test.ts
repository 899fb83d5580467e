// @vitest-environment node
/**
 * At least 200 days of phones against the real server. `ONSITE_SEED` plays another seed and `ONSITE_DAYS` another number of
 * days; the server is the one that was built last, or the one named in `ONSITE`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Server } from "./server";
import { simulate } from "./simulation";

const onsite = process.env["ONSITE"] ?? join(import.meta.dirname, "../../../target/debug/onsite");
const seed = Number(process.env["ONSITE_SEED"] ?? 1);
const days = Number(process.env["ONSITE_DAYS"] ?? 200);

/** In milliseconds. It only bounds a hang. */
const PATIENCE = 1_200_000;

it(`phones agree with the server, and nothing entered is lost (seed ${seed})`, { timeout: PATIENCE }, async () => {
  expect(existsSync(onsite), `${onsite} is not built; name another in ONSITE`).toBe(true);
  const server = await Server.start(onsite);
  try {
    const { faults, tally } = await simulate({ server, seed, days });
    console.log(Object.entries(tally).map(([what, count]) => `${count} ${what}`).join(", "));
    expect(faults.slice(0, 20), `${faults.length} faults; play it again with ONSITE_SEED=${seed}`).toEqual([]);
    // What never happened was not tested.
    const never = Object.keys(tally).filter((what) => !tally[what]);
    expect(days < 200 ? [] : never).toEqual([]);
  } finally {
    await server.stop();
  }
});
