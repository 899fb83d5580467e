/** What a view or filter of tickets asks the server for, and who reported one. */
import { expect, test } from "vitest";
import { reporterOf } from "../../src/app/model/reporter";
import { NOBODY, queryOf, statesOf, type Filter } from "../../src/console/tickets/lists";

const none: Filter = { view: "", status: "", priority: "", assignee: "", client: "", q: "" };
const asked = (filter: Partial<Filter>) => queryOf({ ...none, ...filter }, "me");
const OPEN = "new,assigned,in_progress,pending,reopened";

test("each view asks for what it says", () => {
  expect(asked({})).toEqual({ status: OPEN, priority: "", assignee: "", client: "", q: "" });
  expect(asked({ view: "mine" })).toMatchObject({ status: OPEN, assignee: "me" });
  expect(asked({ view: "urgent" })).toMatchObject({ status: OPEN, priority: "high,urgent" });
  expect(asked({ view: "waiting" }).status).toBe("pending");
  expect(asked({ view: "solved" }).status).toBe("solved");
  expect(asked({ view: "all" }).status).toBe("");
});

test("a filter goes before the view", () => {
  expect(asked({ view: "urgent", priority: "low" }).priority).toBe("low");
  expect(asked({ view: "all", status: "closed" }).status).toBe("closed");
  expect(statesOf({ view: "waiting", status: "closed" })).toEqual(["closed"]);
  expect(asked({ assignee: "u1", client: "c1", q: " 口腔 " })).toMatchObject({ assignee: "u1", client: "c1", q: "口腔" });
});

test("what nobody has is asked for as such", () => {
  expect(asked({ view: "unassigned" })).toMatchObject({ status: OPEN, assignee: NOBODY });
  expect(asked({ view: "all", assignee: NOBODY }).assignee).toBe("none");
});

test("who reported a fault at a label is taken apart into a name and a number to call", () => {
  expect(reporterOf("Claire, 010-5550 0199")).toEqual({ name: "Claire", phone: "010-5550 0199" });
  expect(reporterOf("Dubois, Claire, +49 (40) 5550 127")).toEqual({ name: "Dubois, Claire", phone: "+49 (40) 5550 127" });
  expect(reporterOf("前台, 前厅")).toEqual({ name: "前台, 前厅", phone: null });
  expect(reporterOf("Claire")).toEqual({ name: "Claire", phone: null });
});
