/** Search over rows on the phone, in Chinese and English alike: every word typed must occur somewhere in a row's text. */

/** Text as it is compared: full-width forms and case don't matter. */
export const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** The words typed into a search, folded. */
export const wordsOf = (typed: string): string[] => fold(typed).split(/\s+/).filter(Boolean);

/** Rows are unchanged objects until they change, so their folded text is kept beside them. */
const folded = new WeakMap<object, string>();

/**
 * The rows that contain every word of `query`.
 * @param textOf what of a row is searched; must not depend on anything but the row.
 */
export function search<T extends object>(rows: readonly T[], query: string, textOf: (row: T) => (string | null | undefined)[]): T[] {
  const words = wordsOf(query);
  if (!words.length) return [...rows];
  return rows.filter((row) => {
    let text = folded.get(row);
    if (text === undefined) {
      text = fold(textOf(row).filter(Boolean).join("\n"));
      folded.set(row, text);
    }
    return words.every((word) => text?.includes(word));
  });
}
