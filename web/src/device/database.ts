/**
 * Where a device keeps things: one database for each account that ever logged in on this phone, and a small one that knows
 * them. Rows and operations are records of their own, so that an edit writes as much as it changes.
 */
import Dexie, { type EntityTable, type Table } from "dexie";
import type { Head } from "../sync/engine";
import type { Uuid } from "../sync/messages";
import type { Entry } from "../sync/outbox";
import type { BaseRow, View } from "../sync/rows";
import type { Page } from "../sync/staging";
import type { Outside } from "./outside";
import { Problem } from "./problem";

/** An account known on this phone. */
export interface Known {
  readonly userId: Uuid;
  readonly deviceId: Uuid;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly language: "en" | "zh-CN";
  /** Whether it is logged in; at most one is. */
  readonly current: 0 | 1;
}

/** The engine's small parts, with what only storing needs. */
export interface StoredHead extends Head {
  readonly key: "head";
  /** Counts the transactions that changed anything: who has seen another one reads again. */
  readonly revision: number;
  /** The shape the app that wrote last makes operations in. */
  readonly schema: number;
  /** The oldest shape an operation kept was made in; pushes name it. */
  readonly outboxSchema: number;
}

/** What the device proves itself by. */
export interface Identity {
  readonly key: "identity";
  readonly deviceId: Uuid;
  readonly keys: CryptoKeyPair;
  /** What the server's signatures are checked with: raw Ed25519, base64, and its id. */
  readonly serverKey: { readonly id: string; readonly public_key: string };
}

/** What opens the session. */
export interface Tokens {
  readonly key: "tokens";
  readonly access: string;
  /** By this device's clock, in milliseconds. */
  readonly expiresAt: number;
  readonly refresh: string | null;
}

/** The IT provider, as printed on sheets. */
export interface Provider {
  readonly name: string;
  readonly address: string;
  readonly phone: string;
}

/** What was given ahead of the offline days. */
export interface Stock {
  readonly key: "stock";
  readonly nonces: readonly string[];
  /** By leased range, the number that was given out last. */
  readonly tags: { readonly [range: Uuid]: number };
  /** Who stands at the head of a sheet. */
  readonly provider: Provider | null;
  readonly limits: { readonly max_operations: number; readonly max_push_bytes: number; readonly max_rows: number };
}

/** When everything the server had was last read, in milliseconds. */
export interface LastSync {
  readonly key: "lastSync";
  readonly at: number;
}

export type Single = StoredHead | Identity | Tokens | Stock | LastSync;

/** A photo whose bytes this phone keeps. */
export interface StoredPhoto {
  /** Of the `attachment` row. */
  readonly id: Uuid;
  readonly owner: Uuid;
  readonly sha256: string;
  readonly size: number;
  readonly mediaType: string;
  /** A small picture as a `data:` URL. */
  readonly preview: string | null;
  /** In milliseconds. */
  readonly addedAt: number;
  /** When the server had all of it, in milliseconds. */
  readonly storedAt: number | null;
  /** The epoch the server was in then: one restored since may have lost it. */
  readonly storedEpoch: number | null;
  /** Where its upload goes on, once begun. */
  readonly upload: string | null;
  /** Why the server does not take it. */
  readonly refused: { readonly code: string; readonly detail: string } | null;
}

/** One account's database. */
export class AccountDatabase extends Dexie {
  declare singles: Table<Single, string>;
  declare rows: EntityTable<BaseRow & { id: Uuid }, "id">;
  declare parked: EntityTable<View, "id">;
  declare entries: EntityTable<Entry, "order">;
  declare pages: EntityTable<Page, "id">;
  declare photos: EntityTable<StoredPhoto, "id">;
  /** Apart from the rest of a photo, so that listing them loads no pictures. */
  declare bytes: Table<Uint8Array<ArrayBuffer>, Uuid>;

  constructor(outside: Outside, userId: Uuid) {
    // Strict: an edit that is called saved survives a phone that goes off.
    super(`${outside.scope}-${userId}`, { ...dexieOptions(outside), chromeTransactionDurability: "strict" });
    this.version(1).stores({
      singles: "key",
      rows: "id",
      parked: "id",
      entries: "order",
      pages: "id",
      photos: "id",
      bytes: "",
    });
  }

  async single<K extends Single["key"]>(key: K): Promise<Extract<Single, { key: K }> | undefined> {
    return (await this.singles.get(key)) as Extract<Single, { key: K }> | undefined;
  }
}

/** The accounts of this phone. */
export class Registry extends Dexie {
  declare accounts: EntityTable<Known, "userId">;

  constructor(outside: Outside) {
    super(outside.scope, dexieOptions(outside));
    this.version(1).stores({ accounts: "userId, email" });
  }

  async current(): Promise<Known | undefined> {
    return (await this.accounts.toArray()).find((account) => account.current === 1);
  }

  /** Makes an account the one that is logged in, or nobody. */
  async enter(account: Omit<Known, "current"> | null): Promise<void> {
    await this.transaction("rw", this.accounts, async () => {
      await this.accounts.toCollection().modify({ current: 0 });
      if (account) await this.accounts.put({ ...account, current: 1 });
    });
  }
}

function dexieOptions({ indexedDB, IDBKeyRange }: Outside) {
  return { indexedDB, IDBKeyRange };
}

/** Runs what writes to a database; tells a full storage from a broken one. */
export async function storing<T>(write: () => PromiseLike<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw storageProblem(error) ?? error;
  }
}

function storageProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || error instanceof Problem) return undefined;
  const inner = (error as { inner?: unknown }).inner;
  const names = [error.name, inner instanceof Error ? inner.name : ""];
  if (names.includes("QuotaExceededError")) {
    return new Problem("storage_full", "the phone has no room left for this; nothing was changed", { cause: error });
  }
  const isDexie = error instanceof Dexie.DexieError || names.some((name) => /^(Abort|Unknown|InvalidState|DatabaseClosed|OpenFailed|MissingAPI)/.test(name));
  return isDexie ? new Problem("storage_broken", error.message, { cause: error }) : undefined;
}
