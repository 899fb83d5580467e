/** What is around a simulated phone: its own storage, a clock, and a network that fails as it is told. */
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import type { Outside } from "../../src/device/outside";
import type { Dice } from "./dice";

/** How a request fails: it never arrives, its answer never does, or it arrives twice. */
export type Fault = "lost" | "unanswered" | "doubled";

export class Around {
  indexedDB = new IDBFactory();
  /** How far the phone's clock is ahead, in milliseconds. */
  skew = 0;
  isOnline = true;
  /** Of a hundred requests, how many fail. */
  faults = 0;
  readonly told: Record<Fault, number> = { lost: 0, unanswered: 0, doubled: 0 };

  constructor(
    readonly server: { readonly url: string; readonly fetch: typeof fetch },
    readonly name: string,
    readonly dice: Dice,
  ) {}

  /** The same phone switched on again has the same storage. */
  outside(): Outside {
    return {
      origin: this.server.url,
      fetch: (input, init) => this.#fetch(input, init),
      indexedDB: this.indexedDB,
      IDBKeyRange,
      now: () => Date.now() + this.skew,
      locks: undefined,
      scope: this.name,
      deviceName: this.name,
      visible: () => false,
      onWake: () => () => {},
    };
  }

  async #fetch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    if (!this.isOnline) throw new TypeError("no network");
    const fault = this.dice.below(100) < this.faults ? this.dice.of<Fault>(["lost", "unanswered", "doubled"]) : null;
    if (fault) this.told[fault] += 1;
    if (fault === "lost") throw new TypeError("lost on the way");
    const response = await this.server.fetch(input, init);
    if (fault === "unanswered") {
      await response.arrayBuffer();
      throw new TypeError("the answer was lost");
    }
    if (fault !== "doubled") return response;
    await response.arrayBuffer();
    return this.server.fetch(input, init);
  }
}
