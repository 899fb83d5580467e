/** The sheet compiled here is the sheet the server would compile: the golden cases of both. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile, consent, instant, missing, type Edition, type VisitRecords } from "../../src/app/sheet/compile";
import { changes } from "../../src/app/sheet/differences";
import { en } from "../../src/i18n/en";
import { canonical, sheetHash } from "../../src/sync/canonical";

type Body = Record<string, unknown>;
type Rows = Record<string, Body>;
interface Case {
  name: string;
  records: { visit: { id: string; body: Body }; client: { body: Body }; site: { body: Body }; contact: { body: Body } | null; technician: { body: Body } | null } & Record<
    "tickets" | "worklog" | "inspections" | "answers" | "assets" | "advice" | "attachments",
    Rows
  >;
  edition: { sheet_id: string; version: number; amends: string | null; language: "en" | "zh-CN"; provider: Edition["provider"] };
  content: unknown;
  canonical: string;
  hash: string;
  missing: string[];
}

const path = join(import.meta.dirname, "../../../sync-protocol/fixtures/sheet/compile.json");
const cases = JSON.parse(readFileSync(path, "utf8")) as Case[];

/** Rows as the phone lists them; in no particular order, for the order is the sheet's to make. */
const rows = (entity: string, of: Rows) =>
  Object.entries(of)
    .map(([id, body]) => ({ id, entity, body, unsent: false }))
    .reverse();

function recordsOf({ records }: Case): VisitRecords {
  return {
    visit: { id: records.visit.id, entity: "visit", body: records.visit.body, unsent: false },
    client: records.client.body,
    site: records.site.body,
    contact: records.contact?.body,
    technician: records.technician?.body,
    tickets: rows("ticket", records.tickets),
    worklog: rows("worklog_entry", records.worklog),
    inspections: rows("inspection", records.inspections),
    answers: rows("inspection_answer", records.answers),
    assets: new Map(Object.entries(records.assets)),
    advice: rows("advice", records.advice),
    attachments: rows("attachment", records.attachments),
  } as unknown as VisitRecords;
}

describe("compiling a sheet", () => {
  it.each(cases)("$name", async (one) => {
    const { sheet_id, ...edition } = one.edition;
    const content = compile(recordsOf(one), { sheetId: sheet_id, ...edition });
    expect(content).toEqual(one.content);
    const text = canonical({ ...content });
    expect(text).toBe(one.canonical);
    expect(await sheetHash(text)).toBe(one.hash);
    expect(missing(content)).toEqual(one.missing);
  });

  it("writes times as the server does", () => {
    expect(instant("2026-11-29T01:00:00.000Z")).toBe("2026-11-29T01:00:00Z");
    expect(instant("2026-11-29T01:00:00.120Z")).toBe("2026-11-29T01:00:00.120Z");
    expect(instant("2026-11-29T01:00:00.1234Z")).toBe("2026-11-29T01:00:00.123400Z");
    expect(instant("2026-11-29T09:00:00+08:00")).toBe("2026-11-29T01:00:00Z");
  });

  it("asks for consent in both languages", () => {
    expect(consent("en").text).not.toBe(consent("zh-CN").text);
  });
});

describe("what was changed after signing", () => {
  const work = (text: string) => ({ at: "2026-11-29T01:00:00Z", text, minutes: 30 });

  it("is told line by line, without the lines both have", () => {
    const [told] = changes([{ field: "work", sealed: [work("Cables")], now: [work("Cables"), work("Drum")] }], en);
    expect(told).toMatchObject({ about: "Work done", sealed: [] });
    expect(told?.now).toHaveLength(1);
    expect(told?.now[0]).toMatch(/Drum · 30 minutes$/);
  });

  it("of another sheet that was shown is told field by field", () => {
    const content = (solution: string) => JSON.stringify({ solution, version: 1, rating: null });
    const differences = [
      { field: "canonical", sealed: content("Drum changed"), now: content("Drum cleaned") },
      { field: "hash", sealed: "a", now: "b" },
      { field: "status", sealed: "signed", now: "refused" },
    ];
    expect(changes(differences, en)).toEqual([
      { about: "Concrete solution", sealed: ["Drum changed"], now: ["Drum cleaned"] },
      { about: "State", sealed: ["Signed"], now: ["Signature refused"] },
    ]);
  });
});
