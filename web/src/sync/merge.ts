/**
 * The changes whose effect is known without the fields' policies: members added to a set, numbers added to a quantity.
 * The rest of the merge is the server's.
 */
import { compareText, equal, isObject } from "./json";
import type { Json } from "./messages";

/** What a set is told: `{add, remove}`, or a bare list, which only adds since its author may not have seen the rest. */
function membersOf(change: Json): { add: Json[]; remove: Json[] } | undefined {
  if (Array.isArray(change)) return { add: change, remove: [] };
  if (!isObject(change) || Object.keys(change).some((name) => name !== "add" && name !== "remove")) return undefined;
  const { add = [], remove = [] } = change;
  return Array.isArray(add) && Array.isArray(remove) ? { add, remove } : undefined;
}

/** The set `now` after `change`; an addition wins over a removal. `undefined` if `change` is no change to a set. */
export function unite(now: Json, change: Json): Json[] | undefined {
  const told = membersOf(change);
  if (!told) return undefined;
  const has = (list: Json[], member: Json) => list.some((other) => equal(other, member));
  const members = (Array.isArray(now) ? now : []).filter((member) => !has(told.remove, member));
  for (const member of told.add) {
    if (!has(members, member)) members.push(member);
  }
  // One order on every machine, whatever order the additions came in.
  const keyed = members.map((member) => ({ member, key: JSON.stringify(member) }));
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(({ member }) => member);
}

/**
 * The quantity `now` after `change`, which is `{by: n}` and nothing else; nothing counts as zero. `undefined` if `change`
 * is no change of a quantity, or the sum can't be counted.
 */
export function add(now: Json, change: Json): number | undefined {
  if (!isObject(change) || Object.keys(change).length !== 1 || !Number.isSafeInteger(change.by)) return undefined;
  const before = now ?? 0;
  const sum = Number.isSafeInteger(before) ? (before as number) + (change.by as number) : Number.NaN;
  return Number.isSafeInteger(sum) ? sum : undefined;
}
