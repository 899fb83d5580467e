/** One leader among tabs: the one shown last. */
import { describe, expect, it, vi } from "vitest";
import { lead, type Leading } from "../../src/device/leader";
import { outside, PlayedServer } from "./phone";

interface Held {
  settle: (error?: DOMException) => void;
}

/** Web Locks of one browser, as far as leading needs them: exclusive, in turn, and stealing. */
class Locks {
  #held: Held | null = null;
  readonly #queue: (() => void)[] = [];

  request = async (_name: string, options: LockOptions, work: () => Promise<unknown>): Promise<void> => {
    if (options.steal) {
      this.#held?.settle(new DOMException("stolen", "AbortError"));
    } else if (this.#held) {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push(resolve);
        options.signal?.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
      });
      if (options.signal?.aborted) throw new DOMException("given up", "AbortError");
    }
    let held: Held | undefined;
    const ended = new Promise<void>((resolve, reject) => {
      held = { settle: (error) => (error ? reject(error) : resolve()) };
      this.#held = held;
    });
    void work().then(() => held?.settle());
    try {
      await ended;
    } finally {
      // Whoever was stolen from holds it no longer.
      if (this.#held === held) this.#release();
    }
  };

  #release(): void {
    this.#held = null;
    this.#queue.shift()?.();
  }
}

class Tab {
  isVisible: boolean;
  isLeading = false;
  wake: () => void = () => {};
  readonly leading: Leading;

  constructor(locks: Locks, isVisible: boolean) {
    this.isVisible = isVisible;
    const around = outside(new PlayedServer(), {
      locks: locks as unknown as LockManager,
      visible: () => this.isVisible,
      onWake: (wake) => {
        this.wake = wake;
        return () => {};
      },
    });
    this.leading = lead(around, "sync", async (signal) => {
      this.isLeading = true;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      this.isLeading = false;
    });
  }

  show(): void {
    this.isVisible = true;
    this.wake();
  }
}

describe("leading", () => {
  it("is one tab's at a time: the one shown last", async () => {
    const locks = new Locks();
    const first = new Tab(locks, true);
    await vi.waitFor(() => expect(first.isLeading).toBe(true));
    const second = new Tab(locks, false);
    await Promise.resolve();
    expect([first.isLeading, second.isLeading]).toEqual([true, false]);
    first.isVisible = false;
    second.show();
    await vi.waitFor(() => expect([first.isLeading, second.isLeading]).toEqual([false, true]));
    first.show();
    await vi.waitFor(() => expect([first.isLeading, second.isLeading]).toEqual([true, false]));
    second.leading.takeOver();
    await vi.waitFor(() => expect([first.isLeading, second.isLeading]).toEqual([false, true]));
    first.leading.stop();
    second.leading.stop();
    await vi.waitFor(() => expect([first.isLeading, second.isLeading]).toEqual([false, false]));
  });

  it("is every tab's where the browser has no locks", async () => {
    const work = vi.fn(async () => {});
    const { stop } = lead(outside(new PlayedServer()), "sync", work);
    expect(work).toHaveBeenCalledOnce();
    stop();
  });
});
