/** What was typed into a form when what it began with has changed meanwhile. */

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** The fields of `values` that differ from `from`. */
export function changesOf<T extends object>(values: T, from: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([field, value]) => !same(value, from[field as keyof T]))) as Partial<T>;
}

/** What is typed, on what stands now: fields left alone follow it. `disputed`: those that somebody else set to something else. */
export function rebased<T extends object>(typed: T, before: T, now: T): { values: T; disputed: (keyof T & string)[] } {
  const own = changesOf(typed, before);
  const theirs = changesOf(now, before);
  const disputed = Object.keys(own).filter((field) => field in theirs && !same(own[field as keyof T], now[field as keyof T])) as (keyof T & string)[];
  return { values: { ...now, ...own }, disputed };
}
