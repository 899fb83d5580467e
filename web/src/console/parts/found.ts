/** What the server finds for what is being typed: asked when typing rests, and what was found before stays until then. */
import { useEffect, useRef, useState } from "preact/hooks";

/** How long typing rests before it is asked, in milliseconds. */
const REST = 180;

export interface Found<T> {
  readonly value: T | undefined;
  readonly problem: unknown;
  /** What is shown is not yet what was found for the words typed last. */
  readonly busy: boolean;
}

/** Finds for `words`; nothing is asked while they are `null`. */
export function useFound<T>(words: string | null, find: (words: string, signal: AbortSignal) => Promise<T>): Found<T> {
  const [state, setState] = useState<{ words: string | null; value: T | undefined; problem: unknown }>({ words: null, value: undefined, problem: null });
  const latest = useRef(find);
  latest.current = find;
  useEffect(() => {
    if (words === null) return;
    const end = new AbortController();
    const timer = setTimeout(
      () =>
        latest.current(words, end.signal).then(
          (value) => end.signal.aborted || setState({ words, value, problem: null }),
          (problem: unknown) => end.signal.aborted || setState({ words, value: undefined, problem }),
        ),
      words ? REST : 0,
    );
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [words]);
  return { value: state.value, problem: state.problem, busy: words !== null && state.words !== words };
}
