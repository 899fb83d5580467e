/**
 * One leader among the tabs of a browser: the one that talks to the server. It is the tab that was shown last, because a
 * browser may freeze the others at any time.
 */
import type { Outside } from "./outside";

export interface Leading {
  /** Leads from now on, if this tab does not yet. */
  takeOver(): void;
  /** Steps down for good. */
  stop(): void;
}

/** Runs `work` while this tab leads, again each time it comes to lead. */
export function lead(outside: Outside, name: string, work: (signal: AbortSignal) => Promise<void>): Leading {
  const ended = new AbortController();
  const { locks } = outside;
  if (!locks) {
    void work(ended.signal);
    return { takeOver: () => {}, stop: () => ended.abort() };
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
    if (!isLeading && !ended.signal.aborted) void hold({ steal: true });
  };
  const takeOverIfShown = () => {
    if (outside.visible()) takeOver();
  };
  const stopWaking = outside.onWake(takeOverIfShown);
  takeOverIfShown();
  void queue();
  const stop = () => {
    stopWaking();
    ended.abort();
  };
  return { takeOver, stop };
}
