/**
 * Photos and documents on their way from this desk to a record. They are sent one after the other whatever page is open; one that could
 * not be sent stays, with the reason, until it is tried again or given up. Its bytes are in this tab alone until then.
 */
import { computed, effect, signal } from "@preact/signals";
import { preview, stripped } from "../../device/picture";
import { MAX_BYTES, transfer } from "../../device/upload";
import { sha256Hex } from "../../sync/canonical";
import { create, Problem, readRow, remove, standing, token, user, type Uuid } from "../data";

export interface Upload {
  readonly n: number;
  readonly owner: Uuid;
  readonly name: string;
  /** A small picture of it as a `data:` URL; `null` until it is made, and for what is no picture. */
  readonly small: string | null;
  /** The part that is sent, 0 to 1. */
  readonly progress: number;
  readonly problem: unknown;
}

interface Kept {
  readonly file: File;
  bytes: Uint8Array<ArrayBuffer> | null;
  /** Its record, once that is made. */
  id: Uuid | null;
  /** Where its upload was begun. */
  url: string | null;
}

export const uploads = signal<readonly Upload[]>([]);

/** Something would be lost if this tab were closed. */
const isAnyLeft = computed(() => uploads.value.length > 0);

const kept = new Map<number, Kept>();
let count = 0;
let working: Promise<void> | null = null;

const set = (n: number, part: Partial<Upload>): void => {
  uploads.value = uploads.value.map((one) => (one.n === n ? { ...one, ...part } : one));
};

const drop = (n: number): void => {
  kept.delete(n);
  uploads.value = uploads.value.filter((one) => one.n !== n);
};

// Whoever logs in next neither sees nor sends what another one chose.
const whose = computed(() => user.value?.userId);
effect(() => {
  void whose.value;
  kept.clear();
  uploads.value = [];
});

const warn = (event: BeforeUnloadEvent) => event.preventDefault();

effect(() => {
  if (isAnyLeft.value) addEventListener("beforeunload", warn);
  else removeEventListener("beforeunload", warn);
});

/** What a document is: it is sent as it is, where a photo is drawn anew. */
const PDF = "application/pdf";

/** What a file will be called as an attachment. */
export const fileName = (file: string): string => (/\.pdf$/i.test(file) ? file : file.replace(/\.[^.]*$/, "") + ".jpg");

/** Sends photos and documents to a record. */
export function addFiles(owner: Uuid, files: Iterable<File>): void {
  for (const file of files) {
    const n = ++count;
    kept.set(n, { file, bytes: null, id: null, url: null });
    uploads.value = [...uploads.value, { n, owner, name: file.name, small: null, progress: 0, problem: null }];
    if (file.type !== PDF) void preview(file).then((small) => set(n, { small }));
  }
  work();
}

/** Tries again what could not be sent. */
export function tryAgain(n: number): void {
  set(n, { problem: null });
  work();
}

/** Gives up what could not be sent; its record goes with it. @throws Problem where that is refused */
export async function giveUp(n: number): Promise<void> {
  const id = kept.get(n)?.id;
  if (id) {
    if (!standing(id)) await readRow("attachment", id);
    await remove("attachment", id);
  }
  drop(n);
}

function work(): void {
  working ??= sendAll().finally(() => {
    working = null;
  });
}

async function sendAll(): Promise<void> {
  for (;;) {
    const next = uploads.peek().find(({ problem }) => problem === null);
    const own = next && kept.get(next.n);
    if (!next || !own) return;
    try {
      await send(next, own);
      drop(next.n);
    } catch (error) {
      console.error(error);
      set(next.n, { problem: error, progress: 0 });
    }
  }
}

async function send({ n, owner }: Upload, own: Kept): Promise<void> {
  if (!own.bytes) {
    const sent = own.file.type === PDF ? own.file : await stripped(own.file);
    if (sent.size > MAX_BYTES) throw new Problem("too_large", `a file may have ${MAX_BYTES} bytes`);
    own.bytes = new Uint8Array(await sent.arrayBuffer());
  }
  const { bytes } = own;
  const sha256 = await sha256Hex(bytes);
  if (!own.id) {
    const fields = { owner_id: owner, file_name: fileName(own.file.name), media_type: own.file.type === PDF ? PDF : "image/jpeg", sha256, size: bytes.length };
    const taken = own.file.lastModified && own.file.type !== PDF ? { taken_at: new Date(own.file.lastModified).toISOString() } : {};
    own.id = (await create("attachment", { ...fields, ...taken })).id;
  }
  const { id } = own;
  const sending = {
    origin: location.origin,
    bytes,
    metadata: { attachment_id: id, sha256 },
    begun: own.url,
    token,
    onBegun: async (url: string | null) => {
      own.url = url;
    },
    onProgress: (progress: number) => set(n, { progress }),
  };
  await transfer(sending, new AbortController().signal);
  // Its size and small picture are known to the server only now.
  await readRow("attachment", id);
}
