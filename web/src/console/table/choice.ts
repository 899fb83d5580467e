/** What is decided about a table without drawing it: the next sort, and which rows are chosen. */

/** The order a list is asked for: a column's name as the server has it, `-` before it for descending. */
export type Sort = string;

/** Whether a column leads the order, and which way. */
export function direction(sort: Sort | undefined, column: string): "ascending" | "descending" | "none" {
  if (sort === column) return "ascending";
  return sort === `-${column}` ? "descending" : "none";
}

/** The order after a press on a column's head: ascending first, then the other way. */
export const turned = (sort: Sort | undefined, column: string): Sort => (sort === column ? `-${column}` : column);

/** The rows chosen after a press on one of them; with `from`, all between the two take the same state. */
export function toggled(chosen: ReadonlySet<string>, ids: readonly string[], id: string, from: string | null = null): Set<string> {
  const next = new Set(chosen);
  const isOn = !chosen.has(id);
  const [first, last] = [ids.indexOf(from ?? id), ids.indexOf(id)].sort((a, b) => a - b) as [number, number];
  const span = first < 0 ? [id] : ids.slice(first, last + 1);
  for (const one of span) {
    if (isOn) next.add(one);
    else next.delete(one);
  }
  return next;
}

/** All of them, or none where all are chosen already. */
export const allOrNone = (chosen: ReadonlySet<string>, ids: readonly string[]): Set<string> =>
  ids.length > 0 && ids.every((id) => chosen.has(id)) ? new Set() : new Set(ids);

/** Those chosen that are still there. */
export const present = (chosen: ReadonlySet<string>, ids: readonly string[]): string[] => ids.filter((id) => chosen.has(id));
