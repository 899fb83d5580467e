/** What the screens decide by, apart from any screen. */
import { describe, expect, it } from "vitest";
import { byCode } from "../../src/app/model/find";
import { counted, madeAt } from "../../src/app/model/first-visit";
import { isAnswered, judge, lastAnswer, missingItems, openChecks, readNumber, templatesByKind, worst, type Answer, type Item, type Template } from "../../src/app/model/inspection";
import { naturalId } from "../../src/app/model/natural-id";
import { inOrder } from "../../src/app/model/order";
import { search } from "../../src/app/model/search";
import { readScan, stocktake } from "../../src/app/model/stocktake";
import { breakTime, isInOrder, isMine, mayTravel, stepOf, toggleBreak, unprepared, type Visit } from "../../src/app/model/visit";
import { match } from "../../src/app/router";
import { standing } from "../../src/app/model/standing";
import { all, differingFields, troubles } from "../../src/app/sync/trouble";
import { tidy } from "../../src/app/sheet/signing";
import type { Entities, Operation, Row } from "../../src/device";

const row = <T>(id: string, body: unknown, unsent = false) => ({ id, entity: "", body, unsent }) as Row<T>;
const asset = (id: string, body: Partial<Entities["asset"]>) => row<Entities["asset"]>(id, { site_id: "s", kind: "ups", name: id, status: "in_service", ...body });
const visit = (body: Partial<Visit>) => ({ kind: "routine", status: "accepted", ticket_ids: [], ...body }) as Visit;

describe("the steps of a visit", () => {
  it("follow each other, and none lies ahead", () => {
    const at = (minute: number) => new Date(minute * 60_000).toISOString();
    const worked = visit({ travelling_at: at(1), arrived_at: at(5), finished_at: at(9) });
    expect(isInOrder(worked, 9 * 60_000)).toBe(true);
    expect(isInOrder(worked, 8 * 60_000)).toBe(false);
    expect(isInOrder({ ...worked, arrived_at: at(0) }, 9 * 60_000)).toBe(false);
    expect(isInOrder(visit({ arrived_at: at(5) }), 9 * 60_000)).toBe(true);
  });

  it("follow its state, and the wrap-up comes before signing", () => {
    expect(stepOf(visit({ status: "scheduled" }))).toBe("accept");
    expect(stepOf(visit({ status: "finished", explained_at: "x", cleaned_at: "x" }))).toBe("wrapUp");
    expect(stepOf(visit({ status: "finished", explained_at: "x", cleaned_at: "x", goodbye_at: "x" }))).toBe("sign");
    expect(stepOf(visit({ status: "closed" }))).toBeNull();
  });

  it("begin behind a gate of four points, or a reason", () => {
    const ticked = { mail_read_at: "x", contact_confirmed_at: "x", tools_packed_at: "x" };
    expect(unprepared(visit(ticked))).toEqual(["forms_ready_at"]);
    expect(mayTravel(visit(ticked))).toBe(false);
    expect(mayTravel(visit({ ...ticked, preparation_override: "  " }))).toBe(false);
    expect(mayTravel(visit({ preparation_override: "urgent" }))).toBe(true);
  });

  it("count breaks, also the one that goes on", () => {
    const begun = toggleBreak([], "2026-11-29T10:00:00Z");
    const ended = toggleBreak(begun, "2026-11-29T10:15:00Z");
    expect(ended).toEqual([{ from: "2026-11-29T10:00:00Z", until: "2026-11-29T10:15:00Z" }]);
    const again = toggleBreak(ended, "2026-11-29T11:00:00Z");
    expect(breakTime(visit({ breaks: again }), Date.parse("2026-11-29T11:05:00Z"))).toBe(20 * 60_000);
  });

  it("are mine when given to me, or begun here and not sent yet", () => {
    expect(isMine(row("v", { technician_id: "me" }), "me")).toBe(true);
    expect(isMine(row("v", { kind: "ad_hoc" }, true), "me")).toBe(true);
    expect(isMine(row("v", { kind: "ad_hoc" }), "me")).toBe(false);
  });
});

describe("an inspection", () => {
  const item = (key: string, more: Partial<Item> = {}): Item => ({ key, label: { en: key, "zh-CN": key }, answer: "check", required: true, ...more });
  const template = { sections: [{ title: { en: "", "zh-CN": "" }, items: [item("a"), item("b", { answer: "reading" }), item("c", { required: false })] }] } as unknown as Template;
  const answers = (of: Record<string, Partial<Answer>>) => new Map(Object.entries(of) as [string, Answer][]);

  it("is complete with every required answer, a reading with its value", () => {
    expect(missingItems(template, answers({})).map(({ key }) => key)).toEqual(["a", "b"]);
    expect(missingItems(template, answers({ a: { outcome: "pass" }, b: { outcome: "pass" } })).map(({ key }) => key)).toEqual(["b"]);
    expect(missingItems(template, answers({ a: { outcome: "pass" }, b: { outcome: "not_applicable" } }))).toEqual([]);
    expect(isAnswered(item("b", { answer: "text" }), { outcome: "pass", value: " " } as Answer)).toBe(false);
  });

  it("sets to normal only what nothing was said of, and no reading", () => {
    expect(openChecks(template, answers({ a: { outcome: "fail" } })).map(({ key }) => key)).toEqual(["c"]);
  });

  it("judges a reading by its limits, whatever decimal mark it was typed with", () => {
    const limited = item("t", { answer: "reading", low: 18, high: 27 });
    expect(judge(limited, "18")).toBe("pass");
    expect(judge(limited, "27,5")).toBe("flag");
    expect(judge(limited, "１７.９")).toBe("flag");
    expect(judge(limited, "warm")).toBeNull();
    expect(judge(item("t"), "5")).toBeNull();
    expect(readNumber("1.2.3")).toBeNull();
  });

  it("shows the newest earlier value, not its own", () => {
    const inspections = [row("i1", { asset_id: "x", finished_at: "2026-01-01" }), row("i2", { asset_id: "x", finished_at: "2026-02-01" }), row("i3", { asset_id: "x", started_at: "2026-03-01" })];
    const given = ["i1", "i2", "i3"].map((inspection, at) => row(`a${at}`, { inspection_id: inspection, item: "t", value: String(at) }));
    expect(lastAnswer("x", "t", "i3", inspections as never, given as never)?.value).toBe("1");
  });

  it("takes the newest version of a checklist, and is as bad as its worst answer", () => {
    const versions = [1, 3, 2].map((version) => row<Template>(`t${version}`, { family_id: "f", version, asset_kind: "ups" }));
    expect(templatesByKind(versions).get("ups")?.id).toBe("t3");
    expect(worst([{ outcome: "pass" }, { outcome: "flag" }] as Answer[])).toBe("flag");
    expect(worst([])).toBeNull();
  });
});

describe("assets", () => {
  const all = [asset("1", { tag: "OS-1", serial: "AB12" }), asset("2", { tag: "OS-2", site_id: "other" }), asset("3", { status: "missing" }), asset("4", { status: "retired" })];

  it("are found by label before serial number, in any width and case", () => {
    expect(byCode("ｏｓ-1", all)?.id).toBe("1");
    expect(byCode("ab12", all)?.id).toBe("1");
    expect(byCode("nothing", all)).toBeUndefined();
  });

  it("are ticked off in a stocktake; a stranger is told from an unknown label", () => {
    const seen = [asset("1", { tag: "OS-1", seen_at: "2026-11-29T10:00:00Z" }), ...all.slice(1), asset("5", { seen_at: "2026-11-28T10:00:00Z" })];
    const state = stocktake(seen, "s", "2026-11-29T09:00:00Z");
    expect([state.found, state.missing, state.todo].map((list) => list.map(({ id }) => id))).toEqual([["1"], ["3"], ["5"]]);
    expect(readScan("OS-2", seen, "s").is).toBe("wrong_place");
    expect(readScan("OS-9", seen, "s")).toEqual({ is: "unknown", code: "OS-9" });
  });

  it("stand by place, and stay so after an edit", () => {
    const [a, b, c] = [asset("a", { location: "Desk 10" }), asset("b", { location: "Desk 9" }), asset("c", {})];
    expect(inOrder([c, a, b]).map(({ id }) => id)).toEqual(["b", "a", "c"]);
    expect(inOrder([asset("c", { location: "Desk 1" }), a, b]).map(({ id }) => id)).toEqual(["c", "b", "a"]);
    expect(inOrder([a, b]).map(({ id }) => id)).toEqual(["b", "a"]);
  });

  it("counted on a first visit are new or known by when their id was made", () => {
    const made = "0192f000-0000-7000-8000-000000000001";
    const since = new Date(madeAt(made)).toISOString();
    const result = counted([asset(made, { seen_at: since, tag: "OS-7" }), asset("00000000-0000-5000-8000-000000000000", { status: "missing" })], "s", since);
    expect(result).toMatchObject({ before: 1, found: 1, labelled: 1 });
    expect(result.added.map(({ id }) => id)).toEqual([made]);
    expect(result.missing).toHaveLength(1);
  });

  it("are found by every word, in Chinese and English", () => {
    const rows = [asset("x", { name: "打印机 Printer 02" }), asset("y", { name: "交换机" })];
    const found = (query: string) => search(rows, query, ({ body }) => [body.name]).map(({ id }) => id);
    expect(found("打印 02")).toEqual(["x"]);
    expect(found("PRINTER")).toEqual(["x"]);
    expect(found("机")).toEqual(["x", "y"]);
    expect(found("打印 交换")).toEqual([]);
  });
});

describe("trouble", () => {
  const claim = (user: string, value: string) => ({ values: { diagnosis: value }, user_id: user, stream: "", operation: "", at: "" });
  const conflict = (more: object) =>
    row<Entities["conflict"]>("c", { entity: "ticket", row_id: "t", field: "diagnosis", current: claim("helen", "toner"), incoming: claim("me", "drum"), also: [], stands: "current", status: "open", opened_at: "2026-11-29T10:00:00Z", ...more });

  it("concerns who typed one of the values, and says what stands", () => {
    const [mine] = troubles([conflict({})], [], "me");
    expect(mine).toMatchObject({ typed: { diagnosis: "drum" }, stands: { diagnosis: "toner" }, standsBy: "helen", standsMine: false });
    expect(troubles([conflict({})], [], "somebody")).toEqual([]);
    expect(troubles([conflict({ stands: "incoming" })], [], "me")[0]?.standsMine).toBe(true);
  });

  it("names only the fields that differ", () => {
    const plan = (contact: string) => ({ ...claim("me", ""), values: { kind: "ad_hoc", contact_id: contact } });
    const [one] = troubles([conflict({ field: "plan", current: plan("a"), incoming: plan("b") })], [], "me");
    expect(one && differingFields(one)).toEqual(["contact_id"]);
    const [alone] = troubles([conflict({ stands: "incoming" })], [], "me");
    expect(alone && differingFields(alone)).toEqual(["diagnosis"]);
  });

  it("tells how it was decided", () => {
    const decided = conflict({ status: "resolved", resolution: { choice: "take_incoming" } });
    expect(troubles([decided], [], "me")).toEqual([]);
    expect(all([decided], [], "me")[0]).toMatchObject({ decision: "mine", standsMine: true });
  });

  it("says what stands by the decision, not by the time before it", () => {
    const decided = (choice: string, values = {}) => all([conflict({ stands: "incoming", status: "resolved", resolution: { choice, values, user_id: "helen" } })], [], "me")[0];
    expect(decided("keep_current")).toMatchObject({ stands: { diagnosis: "toner" }, standsBy: "helen", standsMine: false, decision: "other" });
    expect(decided("other", { diagnosis: "fuser" })).toMatchObject({ stands: { diagnosis: "fuser" }, standsBy: "helen", standsMine: false, decision: "another" });
  });

  it("counts what was refused", () => {
    const operation = { id: "o", entity: "asset", row: "a", set: { name: "x" }, occurredAt: 1, state: "quarantined", reason: "invalid" } as unknown as Operation;
    expect(troubles([], [operation, { ...operation, state: "applied" }], "me")).toMatchObject([{ kind: "refused", reason: "invalid" }]);
  });
});

describe("what stands of a conflict", () => {
  const claim = (user: string, name: string) => ({ values: { name }, user_id: user, stream: user, operation: "", at: "" });
  const [office, phone, early] = [claim("office", "a"), claim("phone", "b"), claim("early", "c")] as const;
  const of = (choice?: string, name = "") =>
    standing({ current: office, incoming: phone, also: [early], stands: "incoming", resolution: choice ? { choice, values: { name }, before: {}, user_id: "helen", at: "" } : null } as Parameters<typeof standing>[0]);

  it("is the side that held, until it is decided and when that is taken back", () => {
    expect(of().side).toBe(phone);
    expect(of("equal").side).toBe(phone);
  });

  it("is what was decided", () => {
    expect(of("keep_current")).toEqual({ side: office, values: { name: "a" }, by: "office" });
    expect(of("take_incoming").side).toBe(phone);
  });

  it("is no side where another value was entered, unless that is a side's", () => {
    expect(of("other", "d")).toEqual({ side: null, values: { name: "d" }, by: "helen" });
    expect(of("other", "c").side).toBe(early);
  });
});

describe("small things", () => {
  it("a path is matched part by part", () => {
    expect(match("/visits/:id/inspect/:asset", "/visits/1/inspect/2")).toEqual({ id: "1", asset: "2" });
    expect(match("/visits/:id", "/visits/1/sheet")).toBeNull();
  });

  it("natural ids are those of the server", async () => {
    // RFC 9562, appendix A.4.
    expect(await naturalId("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  });

  it("strokes are kept within the unit square and within what is taken", () => {
    const long = Array.from({ length: 50_000 }, (_, at): [number, number] => [at / 40_000, -0.1]);
    const [path = []] = tidy([long]);
    expect(path.length).toBeLessThanOrEqual(10_001);
    expect(path.at(-1)).toEqual([1, 0]);
  });
});
