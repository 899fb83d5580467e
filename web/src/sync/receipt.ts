/**
 * Ends of operations that were decided after their push and travel as rows.
 */
import type { Fields, Outcome, Receipt } from "./messages";

const OUTCOMES: ReadonlySet<unknown> = new Set<Outcome>(["applied", "merged", "conflict", "quarantined", "duplicate", "deferred"]);

const REASONS: ReadonlySet<unknown> = new Set([
  "undecodable",
  "too_large",
  "unknown_entity",
  "invalid",
  "unknown_row",
  "out_of_scope",
  "not_permitted",
  "device_revoked",
  "dependency",
  "group",
  "gone",
  "login_due",
]);

/** Reads the row's fields; `undefined` for those of a newer server, whose row shows all the same. */
export function readReceipt({ n, operation, outcome, version, conflicts, reason, detail }: Fields): Receipt | undefined {
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  const isText = (value: unknown) => (value ?? null) === null || typeof value === "string";
  const isReadable =
    isCount(n) &&
    isCount(version) &&
    OUTCOMES.has(outcome) &&
    isText(operation) &&
    isText(detail) &&
    ((reason ?? null) === null || REASONS.has(reason)) &&
    (conflicts === undefined || (Array.isArray(conflicts) && conflicts.every((id) => typeof id === "string")));
  if (!isReadable) return undefined;
  return { n, operation, outcome, version, conflicts, reason, detail } as Receipt;
}
