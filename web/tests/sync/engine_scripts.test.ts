/** The golden scripts of the engine, played as `sync-protocol/tests/engine_scripts.rs` plays them. */
import { describe, expect, it } from "vitest";
import { EditError } from "../../src/sync/edit";
import { Engine, type PullEvent } from "../../src/sync/engine";
import type { Fields, PullRequest, PullResponse, PushRequest, PushResponse, RepairRequest, RepairResponse } from "../../src/sync/messages";
import { outcomeOf, type PushEvent } from "../../src/sync/outbox";
import type { View } from "../../src/sync/rows";
import { formatVersion } from "../../src/sync/version";
import { fixture, names } from "./fixtures";

interface Edit {
  operation: string;
  at: string;
  row: string;
  entity?: string;
  set?: Fields;
  deps?: string[];
}

type Act =
  | { create: Edit }
  | { update: Edit }
  | { delete: Edit }
  | { group: { id: string; edits: Act[] } }
  | { push: { at: string; max_operations: number; max_bytes: number; answer?: PushResponse } }
  | { pull: { limit: number; answer?: PullResponse } }
  | { repair: { answer?: RepairResponse } }
  | { answer: { to: number; answer: unknown } }
  | { renumber: { stream: string } }
  | { prune: { at: string } }
  | { reread: object }
  | { wipe: object };

interface Script {
  name: string;
  why?: string;
  stream: string;
  entities: string[];
  steps: { do: Act; then: Record<string, unknown> }[];
}

type Asked = { push: PushRequest } | { pull: PullRequest } | { repair: RepairRequest };

function origin({ operation, at, deps }: Edit) {
  return { operation, occurredAt: Date.parse(at), ...(deps ? { deps } : {}) };
}

function edit(engine: Engine, act: Act): boolean | undefined {
  if ("create" in act) {
    engine.create(origin(act.create), act.create.entity as string, act.create.row, act.create.set ?? {});
  } else if ("update" in act) {
    return engine.update(origin(act.update), act.update.row, act.update.set ?? {});
  } else if ("delete" in act) {
    engine.delete(origin(act.delete), act.delete.row);
  } else if ("group" in act) {
    engine.group(act.group.id, (inside) => {
      for (const one of act.group.edits) edit(inside, one);
    });
  }
  return undefined;
}

/** Receipts may leave out what is null or empty; versions are text on the wire. */
function told(event: PushEvent | PullEvent): unknown {
  const text = JSON.stringify(event, (key, value) => {
    if (key === "checkpoint") return formatVersion(value);
    return value === null ? undefined : value;
  });
  return JSON.parse(text);
}

function answered(engine: Engine, asked: Asked, answer: unknown): unknown[] {
  if ("push" in asked) return engine.onPush(asked.push, answer as PushResponse).map(told);
  if ("pull" in asked) return engine.onPull(asked.pull, answer as PullResponse).map(told);
  return engine.onRepair(asked.repair, answer as RepairResponse).map(told);
}

function perform(engine: Engine, act: Act, at: number, asked: Map<number, Asked>): Record<string, unknown> {
  let request: Asked | null = null;
  let answer: unknown;
  if ("push" in act) {
    const push = engine.nextPush(Date.parse(act.push.at), act.push.max_operations, act.push.max_bytes);
    request = push && { push };
    answer = act.push.answer;
  } else if ("pull" in act) {
    request = { pull: engine.nextPull(act.pull.limit) };
    answer = act.pull.answer;
  } else if ("repair" in act) {
    const repair = engine.nextRepair();
    request = repair && { repair };
    answer = act.repair.answer;
  } else if ("answer" in act) {
    return { events: answered(engine, asked.get(act.answer.to) as Asked, act.answer.answer) };
  } else if ("renumber" in act) {
    engine.renumber(act.renumber.stream);
    return {};
  } else if ("prune" in act) {
    engine.prune(Date.parse(act.prune.at));
    return {};
  } else if ("reread" in act) {
    engine.reread();
    return {};
  } else if ("wipe" in act) {
    engine.wipe();
    return {};
  } else {
    try {
      const result = edit(engine, act);
      return result === undefined ? {} : { result };
    } catch (error) {
      if (error instanceof EditError) return { refused: error.code };
      throw error;
    }
  }
  if (!request) return { request: null };
  asked.set(at, request);
  const told = { request: Object.values(request)[0] };
  return answer === undefined ? told : { ...told, events: answered(engine, request, answer) };
}

function shown(views: View[]): Record<string, unknown> {
  return Object.fromEntries(views.map(({ id, entity, body, unsent }) => [id, { entity, body, unsent }]));
}

function state(engine: Engine, entities: string[]): Record<string, unknown> {
  const { reading, ...status } = engine.status();
  return {
    rows: shown(entities.flatMap((entity) => engine.list(entity))),
    parked: shown(engine.parked()),
    operations: engine.operations.map((entry) => ({
      n: entry.n,
      id: entry.operation.id,
      base: entry.operation.base,
      hlc: entry.operation.hlc,
      outcome: outcomeOf(entry) ?? null,
      at: entry.settled && formatVersion(entry.settled.at),
    })),
    status: { ...status, reading: reading && { rows: reading.rows, total: reading.total } },
    needs_new_stream: engine.needsNewStream(),
    is_forgotten: engine.isForgotten(),
  };
}

/** Switched off and on again. */
function restarted(engine: Engine): Engine {
  return Engine.restore(
    structuredClone({
      head: engine.head(),
      rows: [...engine.rows.base],
      parked: engine.parked(),
      entries: [...engine.operations],
      pages: [...engine.staging.pages],
    }),
  );
}

const STRIPPED = new Set(["events"]);

function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part) => (part === null ? undefined : part)));
}

for (const file of names("engine").filter((name) => name.endsWith(".json"))) {
  describe(file, () => {
    for (const script of fixture<Script[]>(`engine/${file}`)) {
      it(script.name, () => {
        let engine = Engine.of(script.stream);
        let before = state(engine, script.entities);
        const asked = new Map<number, Asked>();
        script.steps.forEach((step, at) => {
          const outcome = perform(engine, step.do, at, asked);
          const whole = { ...before, ...step.then };
          before = state(engine, script.entities);
          const expected = Object.entries(whole).map(([name, value]) => [name, STRIPPED.has(name) ? withoutNulls(value) : value]);
          expect({ ...before, ...outcome }, `step ${at}`).toEqual(Object.fromEntries(expected));
          engine = restarted(engine);
          expect(state(engine, script.entities), `restarted after step ${at}`).toEqual(before);
        });
      });
    }
  });
}
