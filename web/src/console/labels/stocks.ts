/** What labels are printed on, and how many fit. Pure. */

export const STOCKS = {
  avery_l7160: { columns: 3, rows: 7 },
  avery_l7162: { columns: 2, rows: 8 },
  avery_l7163: { columns: 2, rows: 7 },
  brother_24mm: { columns: 1, rows: 1 },
  dymo_30252: { columns: 1, rows: 1 },
} as const;

export type Stock = keyof typeof STOCKS;

/** Most labels of one file. */
export const MOST = 1000;

/** Labels of one page. */
export const perPage = (stock: Stock): number => STOCKS[stock].columns * STOCKS[stock].rows;

/** Pages for so many labels, with the first places of the first page used up. */
export const pages = (labels: number, stock: Stock, skip: number): number => Math.ceil((labels + skip) / perPage(stock));

export interface Tags {
  readonly prefix: string;
  readonly width: number;
  readonly first: number;
  readonly last: number;
}

/** The range that was typed; `null` while it is none. */
export function rangeOf(typed: { prefix: string; digits: string; first: string; count: string }): Tags | null {
  const whole = (text: string) => (/^\d+$/.test(text.trim()) ? Number(text) : Number.NaN);
  const [width, first, count] = [whole(typed.digits), whole(typed.first), whole(typed.count)];
  const isGood = width >= 1 && width <= 12 && first >= 0 && count >= 1 && count <= MOST && first + count - 1 < 10 ** width;
  return isGood ? { prefix: typed.prefix.trim(), width, first, last: first + count - 1 } : null;
}

/** A tag of a range as it is read. */
export const tagOf = ({ prefix, width }: Tags, number: number): string => prefix + String(number).padStart(width, "0");
