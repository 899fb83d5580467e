/** Assets by what stands on them, as the server finds them. */
import type { Sent } from "./entities";
import { get, type Page } from "./session";

/** What else a search for assets is narrowed down to. */
export interface Narrowed {
  readonly site?: string | undefined;
  readonly status?: string | undefined;
  readonly after?: string | null | undefined;
  /** 1 to 200. */
  readonly limit?: number;
}

/** One page of the assets whose name, tag or serial number holds the words; of all where there are none. @throws Problem */
export const findAssets = (words: string, { site, status, after, limit }: Narrowed, signal: AbortSignal): Promise<Page<Sent<"asset">>> =>
  get("/v1/assets", { q: words.trim(), site, status, after, limit }, { signal });
