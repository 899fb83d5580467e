/** One upload by tus, for whoever has bytes to send: it goes on where it was cut off. */
import { Problem } from "./problem";

type Bytes = Uint8Array<ArrayBuffer>;

/** Largest file the server takes, in bytes. */
export const MAX_BYTES = 20_000_000;

export interface Sending {
  /** Where the server is. */
  readonly origin: string;
  readonly bytes: Bytes;
  readonly metadata: { readonly attachment_id: string; readonly sha256: string };
  /** Where it was begun before, to go on there. */
  readonly begun: string | null;
  /** A good access token. */
  readonly token: () => Promise<string>;
  /** It was begun there. */
  readonly onBegun: (url: string | null) => Promise<unknown>;
  /** The part that is sent, 0 to 1. */
  readonly onProgress: (part: number) => void;
}

/** Sends until all is there. tus itself is loaded only when there is something to send. @throws Problem */
export async function transfer({ origin, bytes, metadata, begun, token, onBegun, onProgress }: Sending, abort: AbortSignal): Promise<void> {
  const { Upload } = await import("tus-js-client");
  await token();
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(bytes as unknown as Blob, {
      endpoint: `${origin}/v1/files`,
      ...(begun ? { uploadUrl: begun } : {}),
      uploadSize: bytes.length,
      metadata: { ...metadata },
      storeFingerprintForResuming: false,
      // Once, at once: a file the server knows is complete when it is begun, and says so when it is asked.
      retryDelays: [0],
      fileReader: { openFile: async () => source(bytes) } as never,
      onBeforeRequest: async (request) => request.setHeader("Authorization", `Bearer ${await token()}`),
      onUploadUrlAvailable: () => void onBegun(upload.url ?? null).catch(reject),
      onProgress: (sent, total) => onProgress(total > 0 ? sent / total : 0),
      onSuccess: () => resolve(),
      onError: (error) => reject(problemOf(error)),
    });
    const stop = () => void upload.abort().then(() => reject(new Problem("offline", "the upload was stopped")), reject);
    abort.addEventListener("abort", stop);
    upload.start();
  });
}

/** Whether sending the same bytes again would be refused again. */
export const isFinal = ({ status, code }: Problem): boolean => [400, 413, 415, 422, 460].includes(status) && code !== "quota_exceeded";

/** Bytes as tus reads them, the same in a browser and in a test. */
function source(bytes: Bytes) {
  return {
    size: bytes.length,
    slice: async (start: number, end: number) => {
      const part = bytes.slice(start, end);
      return { value: Object.assign(part, { size: part.length }), done: end >= bytes.length };
    },
    close: () => {},
  };
}

function problemOf(error: unknown): Problem {
  const response = (error as { originalResponse?: { getStatus(): number; getBody(): string } | null }).originalResponse;
  if (!response) return new Problem("offline", "the upload was cut off", { cause: error });
  let body: { code?: string; detail?: string } = {};
  try {
    body = JSON.parse(response.getBody());
  } catch {
    // A proxy's page; the status tells enough.
  }
  return new Problem(body.code ?? "unavailable", body.detail ?? `answered ${response.getStatus()}`, { status: response.getStatus(), cause: error });
}
