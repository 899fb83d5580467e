/**
 * A list of the server as pages show it: page after page by its cursor, read anew without flicker when something changed,
 * and a failure that leaves what was read in sight.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { keptRows, useKeptRows } from "./kept";

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where it goes on; absent on the last page. */
  readonly next?: string | null;
  /** How many there are on all pages, where the first page tells. */
  readonly total?: number | null;
}

/** Reads one page of at most `limit` rows (1 to 200). */
export type Load<T> = (after: string | null, limit: number, signal: AbortSignal) => Promise<Page<T>>;

/** Rows of a page. */
export const PAGE = 50;

/** Most rows the server gives at once. */
const MOST = 200;

export interface Listed<T> {
  readonly rows: readonly T[];
  /** Something is being read for the first time, or for another filter. */
  readonly loading: boolean;
  /** More is being read below. */
  readonly growing: boolean;
  readonly error: unknown;
  readonly more: boolean;
  /** How many there are in all, where that is known. */
  readonly total?: number | null;
  /** Reads the next page. */
  readonly grow: () => void;
  /** Reads again what is shown. */
  readonly reload: () => void;
}

/** Reads pages from the beginning until there are `count` rows or no more. */
export async function readUpTo<T>(load: Load<T>, count: number, signal: AbortSignal): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | null = null;
  let total: number | null = null;
  do {
    const page: Page<T> = await load(next, Math.min(MOST, Math.max(PAGE, count - items.length)), signal);
    items.push(...page.items);
    next = page.next ?? null;
    total ??= page.total ?? null;
  } while (next && items.length < count);
  return { items, next, total };
}

interface State<T> {
  readonly key: string;
  readonly page: Page<T>;
}

/**
 * The rows of a list. `key` says what is asked for: when it changes, the list begins anew; when `revision` does, what is
 * shown is read again in place.
 */
export function useList<T>(load: Load<T>, key: string, revision: unknown = 0): Listed<T> {
  const [state, setState] = useState<State<T> | null>(null);
  const [failed, setFailed] = useState<{ key: string; error: unknown } | null>(null);
  const [growing, setGrowing] = useState(false);
  const [again, setAgain] = useState(0);
  const latest = useRef({ load, state });
  latest.current = { load, state };
  const own = state?.key === key ? state : null;

  useEffect(() => {
    const ending = new AbortController();
    const shown = latest.current.state;
    const count = shown?.key === key ? shown.page.items.length : (keptRows(key) ?? PAGE);
    readUpTo(latest.current.load, count, ending.signal).then(
      (page) => {
        if (ending.signal.aborted) return;
        setFailed(null);
        setState({ key, page });
      },
      (error: unknown) => {
        if (!ending.signal.aborted) setFailed({ key, error });
      },
    );
    return () => ending.abort();
  }, [key, revision, again]);

  useKeptRows(key, own?.page.items.length ?? 0);

  const reload = useCallback(() => setAgain((count) => count + 1), []);
  const grow = () => {
    const next = own?.page.next;
    if (!next || growing) return;
    setGrowing(true);
    load(next, PAGE, new AbortController().signal)
      .then(
        (page) =>
          setState((now) => (now?.key === key && now.page.next === next ? { key, page: { ...page, total: now.page.total ?? null, items: [...now.page.items, ...page.items] } } : now)),
        (error: unknown) => setFailed({ key, error }),
      )
      .finally(() => setGrowing(false));
  };
  const error = failed?.key === key ? failed.error : null;
  return {
    rows: own?.page.items ?? [],
    loading: !own && !error,
    growing,
    error,
    more: Boolean(own?.page.next),
    total: own?.page.total ?? null,
    grow,
    reload,
  };
}
