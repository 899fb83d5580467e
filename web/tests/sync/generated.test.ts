/** The generated types are those of the server as it is built: `cargo build -p onsite` comes first. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
// @ts-expect-error a script without types of its own
import { stale } from "../../scripts/types.mjs";

const onsite = process.env["ONSITE"] ?? join(import.meta.dirname, "../../../target/debug/onsite");

it("has types that are up to date", async () => {
  expect(existsSync(onsite), `${onsite} is not built; name another in ONSITE`).toBe(true);
  expect(await stale(onsite)).toEqual([]);
});
