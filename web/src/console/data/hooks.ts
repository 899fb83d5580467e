/** How pages read: lists that follow the server, and whatever else the API tells. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Problem } from "../../device/problem";
import type { Entities, EntityName } from "./entities";
import type { Query } from "./session";
import { changesOf, hold, list, type List } from "./store";

/** A list, read once and kept right by the feed. `keep` must say the same as the query. */
export function useRecords<E extends EntityName>(entity: E, query: Query = {}, keep?: (fields: Entities[E], id: string) => boolean): List<E> {
  const key = JSON.stringify(query);
  const found = useMemo(() => list(entity, query, keep), [entity, key]);
  useEffect(() => hold(found as unknown as List<EntityName>), [found]);
  return found;
}

/** Something that was asked for. */
export interface Loaded<T> {
  /** The newest answer; the one before stays while another is on its way. */
  readonly value: T | undefined;
  readonly problem: Problem | null;
  readonly busy: boolean;
  readonly reload: () => void;
}

/** Changes that follow each other within this are read together, in milliseconds. */
const SOON = 250;

/** Asks for something, again when `key` changes or rows of the kinds in `on` do. An answer that was overtaken is dropped. */
export function useLoaded<T>(key: string, load: (signal: AbortSignal) => Promise<T>, on: readonly EntityName[] = []): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem: Problem | null; busy: boolean }>({ key, problem: null, busy: true });
  const [turn, setTurn] = useState(0);
  const changes = on.map((entity) => changesOf(entity).value).join(" ");
  const before = useRef(changes);
  const now = useRef(load);
  now.current = load;
  useEffect(() => {
    const end = new AbortController();
    const wait = before.current === changes ? 0 : SOON;
    before.current = changes;
    setState((known) => ({ ...(known.key === key && "value" in known ? { value: known.value as T } : {}), key, problem: null, busy: true }));
    const timer = setTimeout(() => {
      now.current(end.signal).then(
        (value) => end.signal.aborted || setState({ key, value, problem: null, busy: false }),
        (error: unknown) => {
          if (end.signal.aborted) return;
          const problem = error instanceof Problem ? error : new Problem("app_fault", String(error), { cause: error });
          setState((known) => ({ ...known, problem, busy: false }));
        },
      );
    }, wait);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [key, turn, changes]);
  const fresh = state.key === key ? state : { value: undefined, problem: null, busy: true };
  return { value: fresh.value, problem: fresh.problem, busy: fresh.busy, reload: () => setTurn((count) => count + 1) };
}

/** Does something again and again while the page is looked at: for what is in no feed. `every` is in milliseconds. */
export function useEvery(every: number, run: () => void): void {
  const now = useRef(run);
  now.current = run;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && now.current(), every);
    return () => clearInterval(timer);
  }, [every]);
}
