/**
 * What the server gives ahead of the offline days: nonces for signatures, asset tags, limits. Each nonce and each tag is
 * taken durably before it is handed out, so that a crash wastes one and never uses one twice.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Uuid } from "../sync/messages";
import type { Api } from "./api";
import { type Provider, type Stock, storing } from "./database";
import { sign } from "./key";
import type { Views } from "./views";

/** Own limits; a server may have smaller ones. */
const LIMITS = { max_operations: 500, max_push_bytes: 4 * 1024 * 1024, max_rows: 1000 };

/** Below this many it asks for more. */
const FEW_NONCES = 10;
const FEW_TAGS = 20;

/** Tags of one lease: a large site on a first visit. */
const LEASE = 200;

const EMPTY: Stock = { key: "stock", nonces: [], tags: {}, provider: null, limits: LIMITS };

type Range = { device_id: Uuid; prefix: string; width: number; first: number; last: number };

export class Supplies {
  readonly #stock = signal<Stock>(EMPTY);
  readonly tagsLeft: ReadonlySignal<number>;
  readonly provider: ReadonlySignal<Provider | null>;

  constructor(
    readonly api: Api,
    readonly views: Views,
    readonly deviceId: Uuid,
    /** Whether this user labels assets at all. */
    readonly needsTags: boolean,
  ) {
    this.provider = computed(() => this.#stock.value.provider);
    this.tagsLeft = computed(() => this.#ranges().reduce((sum, [id, range]) => sum + range.last - this.#taken(this.#stock.value, id, range), 0));
  }

  get limits(): Stock["limits"] {
    return this.#stock.value.limits;
  }

  async open(): Promise<void> {
    this.#stock.value = (await this.api.db.single("stock")) ?? EMPTY;
  }

  async nextTag(): Promise<string | null> {
    return this.#take((stock) => {
      const found = this.#ranges().find(([id, range]) => this.#taken(stock, id, range) < range.last);
      if (!found) return [null, stock];
      const [id, range] = found;
      const number = this.#taken(stock, id, range) + 1;
      const tag = `${range.prefix}${String(number).padStart(range.width, "0")}`;
      return [tag, { ...stock, tags: { ...stock.tags, [id]: number } }];
    });
  }

  async takeNonce(): Promise<string | null> {
    return this.#take((stock) => {
      const [nonce = null, ...nonces] = stock.nonces;
      return [nonce, { ...stock, nonces }];
    });
  }

  async sign(text: string): Promise<string> {
    const { keys } = await this.api.identity();
    return sign(keys, text);
  }

  /** Asks the server for what runs low; returns whether it leased tags. */
  async topUp(abort: AbortSignal): Promise<boolean> {
    const stock = this.#stock.value;
    const isShortOfTags = this.needsTags && this.tagsLeft.value < FEW_TAGS;
    if (stock.nonces.length >= FEW_NONCES && !isShortOfTags) return false;
    const before = stock.nonces;
    const { nonces, limits, provider } = await this.api.post<{ nonces: string[]; limits: Partial<Stock["limits"]>; provider: Provider }>(
      "/v1/enrol",
      isShortOfTags ? { tags: LEASE } : {},
      abort,
    );
    await this.#take((stock) => {
      // What was taken while the answer was under way is in it, and used all the same.
      const taken = new Set(before.filter((nonce) => !stock.nonces.includes(nonce)));
      return [null, { ...stock, nonces: nonces.filter((nonce) => !taken.has(nonce)), provider, limits: smaller(limits) }];
    });
    return isShortOfTags;
  }

  #ranges(): [Uuid, Range][] {
    const rows = this.views.list("tag_range").value.map(({ id, body }): [Uuid, Range] => [id, body as unknown as Range]);
    return rows.filter(([, range]) => range.device_id === this.deviceId).sort(([, a], [, b]) => a.first - b.first);
  }

  /** The number of a range that was given out last; the one before its first if none was. */
  #taken(stock: Stock, id: Uuid, range: Range): number {
    return stock.tags[id] ?? range.first - 1;
  }

  #take<T>(from: (stock: Stock) => [T, Stock]): Promise<T> {
    const { db } = this.api;
    return storing(async () => {
      const [taken, left] = await db.transaction("rw", db.singles, async () => {
        const [taken, left] = from((await db.single("stock")) ?? EMPTY);
        await db.singles.put(left);
        return [taken, left] as const;
      });
      this.#stock.value = left;
      return taken;
    });
  }
}

function smaller(theirs: Partial<Stock["limits"]>): Stock["limits"] {
  const least = (name: keyof Stock["limits"]) => Math.min(LIMITS[name], theirs[name] ?? LIMITS[name]);
  return { max_operations: least("max_operations"), max_push_bytes: least("max_push_bytes"), max_rows: least("max_rows") };
}
