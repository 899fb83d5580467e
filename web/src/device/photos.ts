/**
 * Photos: their bytes are kept on the phone from the moment they are taken until the server has them for good, and are sent
 * when there is a network, one after the other, each going on where it was cut off.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { sha256Hex } from "../sync/canonical";
import { timestamp } from "../sync/json";
import type { Fields, Uuid } from "../sync/messages";
import { KEEP_DAYS } from "../sync/outbox";
import { compareVersions } from "../sync/version";
import type { Api } from "./api";
import { type StoredPhoto, storing } from "./database";
import { newId } from "./ids";
import type { Photo } from "./index";
import { isPicture, preview, stripped } from "./picture";
import { Problem } from "./problem";
import type { Store } from "./store";
import { isFinal, MAX_BYTES, transfer } from "./upload";
import type { Views } from "./views";

const KEPT = KEEP_DAYS * 24 * 60 * 60 * 1000;

export class Photos {
  /** Those whose bytes are here, by id. */
  readonly #here = signal<ReadonlyMap<Uuid, StoredPhoto>>(new Map());
  /** The one that is being sent, and how much of it is. */
  readonly #sending = signal<{ id: Uuid; progress: number } | null>(null);
  readonly unsent: ReadonlySignal<readonly Photo[]>;
  readonly isSending: ReadonlySignal<boolean>;
  /** Of photos not on the server: how many, and when the oldest was added. */
  readonly figures: ReadonlySignal<{ count: number; oldest: number | null }>;

  constructor(
    readonly api: Api,
    readonly store: Store,
    readonly views: Views,
  ) {
    const waiting = computed(() => oldestFirst([...this.#here.value.values()].filter((photo) => photo.storedAt === null)));
    this.unsent = computed(() => waiting.value.map((photo) => this.#shown(photo, this.views.row(photo.id).value?.body)));
    this.figures = computed(() => ({ count: waiting.value.length, oldest: waiting.value[0]?.addedAt ?? null }));
    this.isSending = computed(() => this.#sending.value !== null);
  }

  /** Reads what is here. */
  async open(): Promise<void> {
    const photos = await this.api.db.photos.toArray();
    this.#here.value = new Map(photos.map((photo) => [photo.id, photo]));
  }

  async add(owner: Uuid, photo: Blob, about: { caption?: string; takenAt?: number } = {}): Promise<Uuid> {
    return this.addExact(owner, await stripped(photo), { takenAt: this.api.outside.now(), ...about });
  }

  async addExact(owner: Uuid, photo: Blob, about: { caption?: string; takenAt?: number } = {}): Promise<Uuid> {
    if (photo.size > MAX_BYTES) throw new Problem("too_large", `a photo may have ${MAX_BYTES} bytes`);
    const now = this.api.outside.now();
    const bytes = new Uint8Array(await photo.arrayBuffer());
    const kept: StoredPhoto = {
      id: newId(now),
      owner,
      sha256: await sha256Hex(bytes),
      size: bytes.length,
      mediaType: photo.type,
      preview: await preview(photo),
      addedAt: now,
      storedAt: null,
      storedEpoch: null,
      upload: null,
      refused: null,
    };
    const fields: Fields = {
      owner_id: owner,
      file_name: `${kept.sha256.slice(0, 12)}.${photo.type === "image/png" ? "png" : photo.type === "image/webp" ? "webp" : "jpg"}`,
      media_type: photo.type,
      sha256: kept.sha256,
      size: kept.size,
      ...(about.takenAt === undefined ? {} : { taken_at: timestamp(about.takenAt) }),
      ...(about.caption ? { caption: about.caption } : {}),
    };
    const origin = { operation: newId(now), occurredAt: now };
    await this.store.change(
      (engine) => engine.create(origin, "attachment", kept.id, fields),
      async () => {
        await this.api.db.photos.add(kept);
        await this.api.db.bytes.add(bytes, kept.id);
      },
    );
    this.#note(kept);
    return kept.id;
  }

  of(owner: Uuid): ReadonlySignal<readonly Photo[]> {
    return computed(() => {
      const rows = this.views.list("attachment").value.filter(({ body }) => body.owner_id === owner);
      const photos = rows.map(({ id, body }) => this.#shown(this.#here.value.get(id) ?? fromRow(id, body), body));
      return photos.sort((a, b) => (a.takenAt ?? 0) - (b.takenAt ?? 0));
    });
  }

  async content(id: Uuid): Promise<Blob> {
    const [bytes, photo] = [await this.api.db.bytes.get(id), this.#here.value.get(id)];
    if (bytes && photo) return new Blob([bytes], { type: photo.mediaType });
    const response = await this.api.asUser("GET", `/v1/attachments/${id}/content`);
    return response.blob();
  }

  /** Sends every photo the server lacks. @throws Problem where it can't go on at present */
  async send(abort: AbortSignal): Promise<void> {
    await this.#sweep();
    for (const photo of oldestFirst([...this.#here.value.values()])) {
      if (abort.aborted) return;
      if (photo.storedAt === null && photo.refused === null) await this.#upload(photo, abort);
    }
  }

  async #upload(photo: StoredPhoto, abort: AbortSignal): Promise<void> {
    const bytes = await this.api.db.bytes.get(photo.id);
    if (!bytes) throw new Problem("storage_broken", "a photo's bytes are gone from this phone");
    this.#sending.value = { id: photo.id, progress: 0 };
    try {
      const sending = {
        origin: this.api.outside.origin,
        bytes,
        metadata: { attachment_id: photo.id, sha256: photo.sha256 },
        begun: photo.upload,
        token: () => this.api.token(),
        onBegun: (url: string | null) => this.#change(photo.id, { upload: url }),
        onProgress: (progress: number) => {
          this.#sending.value = { id: photo.id, progress };
        },
      };
      await transfer(sending, abort);
      await this.#change(photo.id, { storedAt: this.api.outside.now(), storedEpoch: this.store.engine.epoch, upload: null });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 404 || error.status === 410) await this.#change(photo.id, { upload: null });
      if (!isFinal(error)) throw error;
      await this.#change(photo.id, { refused: { code: error.code, detail: error.detail }, upload: null });
    } finally {
      this.#sending.value = null;
    }
  }

  /** Lets go of bytes that the server has for good; sends again what a restored server has lost. */
  async #sweep(): Promise<void> {
    const { rows, durable, epoch } = this.store.engine;
    for (const photo of this.#here.value.values()) {
      if (photo.storedAt === null) continue;
      const row = rows.get(photo.id);
      const isThere = (row?.body.stored_at ?? null) !== null;
      if (row && !isThere && photo.storedEpoch !== epoch) {
        await this.#change(photo.id, { storedAt: null, storedEpoch: null });
      }
      const isInBackup = isThere && row !== undefined && durable !== null && compareVersions(row.version, durable) <= 0;
      const isOld = this.api.outside.now() - photo.storedAt > KEPT && (row === undefined || isThere);
      if (isInBackup || isOld) await this.#forget(photo.id);
    }
  }

  /** Forgets the bytes of what was sent, at logout. */
  async forgetSent(): Promise<void> {
    for (const photo of this.#here.value.values()) if (photo.storedAt !== null) await this.#forget(photo.id);
  }

  async #forget(id: Uuid): Promise<void> {
    const { db } = this.api;
    await storing(() =>
      db.transaction("rw", db.photos, db.bytes, async () => {
        await db.photos.delete(id);
        await db.bytes.delete(id);
      }),
    );
    const left = new Map(this.#here.value);
    left.delete(id);
    this.#here.value = left;
  }

  async #change(id: Uuid, parts: Partial<StoredPhoto>): Promise<void> {
    const photo = this.#here.value.get(id);
    if (!photo) return;
    const changed = { ...photo, ...parts };
    await storing(() => this.api.db.photos.put(changed));
    this.#note(changed);
  }

  #note(photo: StoredPhoto): void {
    this.#here.value = new Map(this.#here.value).set(photo.id, photo);
  }

  #shown(photo: StoredPhoto, body: Fields | undefined): Photo {
    const sending = this.#sending.value;
    const text = (value: unknown) => (typeof value === "string" ? value : null);
    const takenAt = text(body?.taken_at);
    const fromServer = text(body?.preview);
    return {
      id: photo.id,
      owner: photo.owner,
      document: isPicture(photo.mediaType) ? null : text(body?.file_name),
      caption: text(body?.caption),
      takenAt: takenAt ? Date.parse(takenAt) : null,
      preview: photo.preview ?? (fromServer ? `data:image/jpeg;base64,${fromServer}` : null),
      bytes: photo.size,
      state: stateOf(photo, body, sending?.id === photo.id, this.#here.value.has(photo.id)),
      progress: sending?.id === photo.id ? sending.progress : 0,
      problem: photo.refused && new Problem(photo.refused.code, photo.refused.detail),
    };
  }
}

function stateOf(photo: StoredPhoto, body: Fields | undefined, isSending: boolean, isHere: boolean): Photo["state"] {
  if (photo.storedAt !== null || (body?.stored_at ?? null) !== null) return "stored";
  if (!isHere) return "missing";
  if (photo.refused) return "refused";
  return isSending ? "uploading" : "here";
}

/** A photo whose bytes are not here. */
function fromRow(id: Uuid, { owner_id, sha256, size, media_type }: Fields): StoredPhoto {
  return {
    id,
    owner: String(owner_id),
    sha256: String(sha256),
    size: Number(size),
    mediaType: String(media_type),
    preview: null,
    addedAt: 0,
    storedAt: null,
    storedEpoch: null,
    upload: null,
    refused: null,
  };
}

function oldestFirst(photos: StoredPhoto[]): StoredPhoto[] {
  return photos.sort((a, b) => a.addedAt - b.addedAt);
}
