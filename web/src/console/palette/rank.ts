/** The order of what can be done and gone to: what begins with the words typed before what only contains them. Pure. */
import { fold, wordsOf } from "../../app/model/search";

export interface Entry {
  readonly key: string;
  readonly group: string;
  readonly title: string;
  /** Beside it, and searched too. */
  readonly note: string;
}

/** How well an entry fits; lower is better, `null` not at all. Every word must occur somewhere. */
export function rank(entry: Pick<Entry, "title" | "note">, typed: string): number | null {
  const words = wordsOf(typed);
  const title = fold(entry.title);
  const all = `${title}\n${fold(entry.note)}`;
  if (!words.every((word) => all.includes(word))) return null;
  const whole = words.join(" ");
  if (title === whole) return 0;
  if (title.startsWith(whole)) return 1;
  if (words.every((word) => title.includes(word))) return 2;
  return 3;
}

/** The best of each group, groups in the order of their best. At most `most` of a group. */
export function best<E extends Entry>(entries: readonly E[], typed: string, most: number): { group: string; entries: E[] }[] {
  const groups = new Map<string, { entry: E; rank: number }[]>();
  for (const entry of entries) {
    const found = rank(entry, typed);
    if (found === null) continue;
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), { entry, rank: found }]);
  }
  const sorted = [...groups].map(([group, found]) => ({ group, found: found.sort((a, b) => a.rank - b.rank) }));
  sorted.sort((a, b) => (a.found[0]?.rank ?? 9) - (b.found[0]?.rank ?? 9));
  return sorted.map(({ group, found }) => ({ group, entries: found.slice(0, most).map(({ entry }) => entry) }));
}
