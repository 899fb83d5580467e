/** The order things stand in: by place, so that a list follows a walk through the rooms, then by name. */
import type { Entities, Row } from "../../device";

const collator = new Intl.Collator(["zh-CN", "en"], { numeric: true });

/** Compares words in Chinese and English, numbers in them by their size; what is empty comes last. */
export const compareWords = (a: string | null | undefined, b: string | null | undefined): number =>
  a && b ? collator.compare(a, b) : Number(!a) - Number(!b);

type Asset = Row<Entities["asset"]>;

/** By place, then label, then name. */
export const byPlace = (a: Asset, b: Asset): number =>
  compareWords(a.body.location, b.body.location) || compareWords(a.body.tag, b.body.tag) || compareWords(a.body.name, b.body.name);
