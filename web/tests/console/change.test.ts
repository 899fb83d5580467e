/** What happens to changes on their way to the server. */
import "fake-indexeddb/auto";
import { expect, it, vi } from "vitest";
import { carryOut, row, take, type Sent } from "../../src/console/data";

const ID = "018f3a5e-7c00-7000-8000-000000000001";

it("sends two quick changes of a record one after the other, each based on what the one before brought", async () => {
  const sent = (version: string, status: string) => ({ id: ID, version, fields: { status } }) as unknown as Sent<"complaint">;
  take("complaint", sent("1.5", "open"));
  const bases: string[] = [];
  let answer = (_: Sent<"complaint">) => undefined as void;
  const first = carryOut("complaint", ID, { status: "acknowledged" }, (version) => {
    bases.push(version);
    return new Promise((resolve) => (answer = resolve));
  });
  const second = carryOut("complaint", ID, { status: "in_progress" }, async (version) => {
    bases.push(version);
    return sent("1.9", "in_progress");
  });
  expect(row("complaint", ID)?.fields.status).toBe("in_progress");
  await vi.waitFor(() => expect(bases).toEqual(["1.5"]));
  answer(sent("1.8", "acknowledged"));
  await Promise.all([first, second]);
  expect(bases).toEqual(["1.5", "1.8"]);
  expect(row("complaint", ID)?.fields.status).toBe("in_progress");
});
