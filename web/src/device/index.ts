/**
 * The phone under the screens: rows and edits, sync, session, photos, labels, signatures. Screens know this file alone.
 *
 * Everything shown is a signal. Everything that resolves is durable: an edit's promise resolves when it is in IndexedDB,
 * and whatever happens to the tab then, it will be sent. Nothing here waits for the network unless it says so.
 */
import type { ReadonlySignal } from "@preact/signals";
import type { Fields, Uuid } from "../sync/messages";
import type { Provider } from "./database";
import type { Entities, EntityName } from "./entities";
import type { Problem } from "./problem";

export type { Fields, Uuid } from "../sync/messages";
export type { Provider } from "./database";
export type { EntityName, Entities } from "./entities";
export { Problem, UnsentWork, type ProblemCode } from "./problem";
export { canonical, sha256Hex, sheetHash } from "../sync/canonical";
export { timestamp } from "../sync/json";
export { isPicture } from "./picture";
export { openDevice } from "./open";

/** A row as its user sees it: what was pulled, overlaid by what was edited here. `unsent`: some of it is not on the server. */
export interface Row<F = Fields> {
  readonly id: Uuid;
  readonly entity: string;
  readonly body: F;
  readonly unsent: boolean;
}

/** The phone. One for each tab; tabs of one browser share their storage, and one of them talks to the server. */
export interface Device {
  readonly session: Session;
  readonly records: Records;
  readonly sync: Sync;
  readonly photos: Photos;
  readonly supplies: Supplies;
  readonly storage: Storage;
  readonly app: AppUpdate;
  /** Stops listening and closes the storage; for tests. */
  close(): Promise<void>;
}

/** Who is logged in on this phone. */
export interface Session {
  /** `null`: show the login. Known offline too. */
  readonly user: ReadonlySignal<Account | null>;
  /** The server wants the password again before it sends rows. Work goes on, and is still taken; ask when it suits. */
  readonly loginDue: ReadonlySignal<boolean>;
  /**
   * Logs in, which needs the network. What an earlier login of the same user left unsent on this phone is found again.
   * @throws Problem `bad_credentials`, `throttled`, `offline`
   */
  login(email: string, password: string): Promise<void>;
  /**
   * Ends the session and forgets what was read. With unsent work it refuses, so that the screen can warn, unless
   * `leaveUnsent`: then the work stays on this phone, is sent when it can, and is there again at the next login.
   * @throws UnsentWork
   */
  logout(how?: { leaveUnsent: boolean }): Promise<void>;
}

export interface Account {
  readonly userId: Uuid;
  readonly deviceId: Uuid;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly language: "en" | "zh-CN";
}

/** Rows, and edits of them. */
export interface Records {
  /** One row; `undefined` while this phone has none of that id. The same signal for the same id. */
  row<F = Fields>(id: Uuid): ReadonlySignal<Row<F> | undefined>;
  /** All rows of a kind, by id; the list is another array when any of them changed, an unchanged row the same object. */
  list<E extends EntityName>(entity: E): ReadonlySignal<readonly Row<Entities[E]>[]>;
  /** Rows that left this phone while edits of them were unsent: read-only, gone with the last receipt. */
  readonly parked: ReadonlySignal<readonly Row[]>;
  /** Every operation kept, newest first, with what became of it. */
  readonly operations: ReadonlySignal<readonly Operation[]>;
  /**
   * Makes a row and resolves to its id, which is new unless given.
   * @throws Problem of an {@link EditCode}, or `storage_full`; nothing was changed then.
   */
  create<E extends EntityName>(entity: E, fields: Partial<Entities[E]>, how?: EditOptions & { row?: Uuid }): Promise<Uuid>;
  /**
   * Changes fields of a row. A set takes `{add: […], remove: […]}`, a quantity `{by: 3}`. Fields that already show the
   * value are left out; resolves to whether anything was left.
   */
  update(row: Uuid, fields: Fields, how?: EditOptions): Promise<boolean>;
  delete(row: Uuid, how?: EditOptions): Promise<void>;
  /** Edits that stand together on the server or not at all: at most 64. What `edit` returns is what this resolves to. */
  group<T>(edit: (edits: Edits) => T, how?: EditOptions): Promise<T>;
}

/** Edits inside a group, where nothing may be waited for. */
export interface Edits {
  create<E extends EntityName>(entity: E, fields: Partial<Entities[E]>, row?: Uuid): Uuid;
  update(row: Uuid, fields: Fields): boolean;
  delete(row: Uuid): void;
}

export interface EditOptions {
  /** When it really happened, in milliseconds; now unless given. */
  readonly occurredAt?: number;
  /** Operations or rows of others that must reach the server first. */
  readonly deps?: readonly Uuid[];
}

/** An edit and what became of it. */
export interface Operation {
  readonly id: Uuid;
  readonly entity: string;
  readonly row: Uuid;
  readonly kind: "create" | "update" | "delete";
  /** What was typed. */
  readonly set: Fields;
  /** In milliseconds. */
  readonly occurredAt: number;
  /** `unsent`: on this phone alone. `deferred`: the server waits for what it builds on. The rest as receipts say. */
  readonly state: "unsent" | "deferred" | "applied" | "merged" | "conflict" | "quarantined" | "duplicate";
  /** Ids of `conflict` rows. */
  readonly conflicts: readonly Uuid[];
  /** Why it is in quarantine: a stable code, and the server's words. */
  readonly reason?: string;
  readonly detail?: string;
}

/** How sync stands; always shown, never in the way. */
export interface Sync {
  readonly status: ReadonlySignal<SyncStatus>;
  /** Syncs at once instead of when it is due. Resolves when everything is sent and read, or it can't go on at present. */
  now(): Promise<void>;
}

export interface SyncStatus {
  /** What sync is doing, or waits for. */
  readonly phase: Phase;
  /** The server answered last time it was asked. */
  readonly online: boolean;
  readonly unsentEdits: number;
  readonly unsentPhotos: number;
  /** When the oldest unsent edit or photo was made, in milliseconds. */
  readonly oldestUnsent: number | null;
  /** When everything the server had was last read, in milliseconds. */
  readonly lastSync: number | null;
  /** Of the operations kept. */
  readonly conflicts: number;
  /** Refused: in quarantine on the server, whole. */
  readonly quarantined: number;
  readonly deferred: number;
  readonly parked: number;
  /** The first sync, or one from the beginning: rows so far, and of how many once that is known. `null` when done. */
  readonly reading: { readonly rows: number; readonly total: number | null } | null;
  /** Why it does not go on. */
  readonly problem: Problem | null;
}

/**
 * `idle`: everything is sent and read. `waiting`: after a failure, until the next try. `login_due`: the server wants the
 * password before it sends rows; edits are sent. `update_due`: the app is too old to be sent rows, or newer than the
 * server. `wiped`: this device was revoked and has forgotten what it read.
 */
export type Phase = "logged_out" | "idle" | "pushing" | "pulling" | "uploading" | "waiting" | "login_due" | "update_due" | "wiped";

/** Photos of rows. */
export interface Photos {
  /**
   * Adds a photo to a row: strips it of metadata by drawing it anew (at most 2560 pixels), hashes it, keeps its bytes, and
   * creates the `attachment` row, durably together. Resolves to that row's id.
   * @throws Problem `unsupported_media`, `too_large`, `storage_full`
   */
  add(owner: Uuid, photo: Blob, about?: { caption?: string; takenAt?: number }): Promise<Uuid>;
  /** The same for bytes made here (an annotated picture, a drawn signature), which are kept exactly as they are. */
  addExact(owner: Uuid, photo: Blob, about?: { caption?: string; takenAt?: number }): Promise<Uuid>;
  /** The photos and documents of a row, oldest first. */
  of(owner: Uuid): ReadonlySignal<readonly Photo[]>;
  /** The photos whose bytes are not on the server yet, oldest first. */
  readonly unsent: ReadonlySignal<readonly Photo[]>;
  /**
   * The file itself: from this phone if it has it, otherwise from the server.
   * @throws Problem `offline`, `not_found`
   */
  content(id: Uuid): Promise<Blob>;
}

export interface Photo {
  readonly id: Uuid;
  readonly owner: Uuid;
  /** What it is called, of a document from the office, which has no picture; `null` of a photo. */
  readonly document: string | null;
  readonly caption: string | null;
  /** In milliseconds. */
  readonly takenAt: number | null;
  /** A small picture as a `data:` URL; from the phone at once, from the server when it has it. */
  readonly preview: string | null;
  readonly bytes: number;
  /** `here`: this phone alone has the bytes. `refused`: the server does not take them; they stay here. `missing`: nobody has sent them yet. */
  readonly state: "here" | "uploading" | "stored" | "refused" | "missing";
  /** 0 to 1 while it is uploading. */
  readonly progress: number;
  readonly problem: Problem | null;
}

/** What the server gave ahead of the offline days. */
export interface Supplies {
  /** Asset tags left. */
  readonly tagsLeft: ReadonlySignal<number>;
  /** The IT provider, as printed on sheets; `null` until the server has told it. */
  readonly provider: ReadonlySignal<Provider | null>;
  /** Takes the next tag of the leased range, which nobody else will be given; `null` when there is none left. */
  nextTag(): Promise<string | null>;
  /** Takes a nonce for a signature; `null` when there is none left: sign all the same. */
  takeNonce(): Promise<string | null>;
  /** The device's own signature over text: ECDSA P-256 with SHA-256, IEEE P1363 form, base64. */
  sign(text: string): Promise<string>;
}

/** The place on this phone. */
export interface Storage {
  /** In bytes; `persisted`: the browser does not clear it by itself. `null` where the browser does not say. */
  readonly state: ReadonlySignal<{ readonly persisted: boolean; readonly used: number | null; readonly quota: number | null }>;
  /** Asks the browser to keep the storage; call it from a touch. Resolves to whether it does. */
  askToPersist(): Promise<boolean>;
}

/** New versions of the app. */
export interface AppUpdate {
  /** A new version is here and waits. */
  readonly waiting: ReadonlySignal<boolean>;
  /** Goes over to it: reloads all tabs. Nothing unsent is lost by it. */
  apply(): Promise<void>;
}

/** Why an edit was not taken. */
export type EditCode = "exists" | "unknown" | "parked" | "too_large" | "repeated" | "group_too_large" | "wiped";
