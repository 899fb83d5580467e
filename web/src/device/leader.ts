/**
 * One leader among the tabs of a browser: the one that talks to the server. It is the tab that was shown last, because a
 * browser may freeze the others at any time.
 */
import type { Outside } from "./outside";

/** Runs `work` while this tab leads, again each time it comes to lead; returns how to step down for good. */
export function lead(outside: Outside, name: string, work: (signal: AbortSignal) => Promise<void>): () => void {
  const ended = new AbortController();
  const { locks } = outside;
  if (!locks) {
    void work(ended.signal);
    return () => ended.abort();
  }
  let isLeading = false;
  const hold = async (options: LockOptions) => {
    const term = new AbortController();
    try {
      await locks.request(name, options, async () => {
        isLeading = true;
        await work(AbortSignal.any([ended.signal, term.signal]));
      });
    } catch (error) {
      // Another tab was shown and took over, or this one steps down.
      if (!(error instanceof DOMException)) throw error;
    } finally {
      isLeading = false;
      term.abort();
    }
  };
  const queue = async () => {
    while (!ended.signal.aborted) await hold({ signal: ended.signal });
  };
  const takeOver = () => {
    if (outside.visible() && !isLeading && !ended.signal.aborted) void hold({ steal: true });
  };
  const stopWaking = outside.onWake(takeOver);
  takeOver();
  void queue();
  return () => {
    stopWaking();
    ended.abort();
  };
}
