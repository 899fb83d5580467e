/** What happens to changes on their way to the server. */
import "fake-indexeddb/auto";
import { expect, it, vi } from "vitest";
import { carryOut, row, seen, take, type Sent } from "../../src/console/data";

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

it("bases a decision on what its maker saw when they began, whatever the feed brings meanwhile", async () => {
  const id = "018f3a5e-7c00-7000-8000-000000000002";
  const sent = (version: string, status: string) => ({ id, version, fields: { status } }) as unknown as Sent<"complaint">;
  take("complaint", sent("1.5", "open"));
  const bases: string[] = [];
  const on = seen(id);
  take("complaint", sent("1.9", "acknowledged"));
  await carryOut(
    "complaint",
    id,
    { status: "resolved" },
    async (version) => {
      bases.push(version);
      return sent("1.11", "resolved");
    },
    on,
  );
  expect(bases).toEqual(["1.5"]);
});

it("counts a change of one's own that is under way as seen", async () => {
  const id = "018f3a5e-7c00-7000-8000-000000000003";
  const sent = (version: string, status: string) => ({ id, version, fields: { status } }) as unknown as Sent<"complaint">;
  take("complaint", sent("1.5", "open"));
  const own = carryOut("complaint", id, { status: "acknowledged" }, async () => sent("1.6", "acknowledged"));
  const on = seen(id);
  take("complaint", sent("1.9", "in_progress"));
  await own;
  expect(await on).toBe("1.6");
});
