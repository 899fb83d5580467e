/**
 * Requests to the server: proofs, tokens, compression, and refusals as problems.
 */
import type { Fields, Uuid, WipeOrder } from "../sync/messages";
import type { AccountDatabase, Tokens } from "./database";
import { newId } from "./ids";
import { type Proven, prove, utf8 } from "./key";
import type { Outside } from "./outside";
import { Problem } from "./problem";

/** A smaller body is sent as it is: compressing it would save no packet. */
const WORTH_PACKING = 1400;

/** How long an answer may take, in milliseconds: mobile networks stall for half a minute and then go on. */
const PATIENCE = 90_000;

/** A token is renewed this long before it runs out, in milliseconds. */
const EARLY = 30_000;

/** A request. */
export interface Ask {
  readonly json?: unknown;
  /** A file as the body, instead of JSON. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
  /** The answer may take as long as it likes: a stream, a long poll. */
  readonly patient?: boolean;
}

/** What a login or a refresh gives. */
export interface TokensGiven {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token?: string | null;
}

/** Sends a request as nobody, with a device's proof if there is one to give. */
export async function send(
  outside: Outside,
  method: string,
  path: string,
  ask: Ask = {},
  proof?: (request: Proven) => Promise<string>,
): Promise<Response> {
  const headers = new Headers(ask.headers);
  const body = ask.bytes ?? (ask.json === undefined ? undefined : utf8(JSON.stringify(ask.json)));
  if (body) headers.set("Content-Type", ask.bytes ? "application/octet-stream" : "application/json");
  if (proof) {
    const proven = { method, path: path.split("?")[0] ?? path, body: body ?? utf8("") };
    headers.set("Device-Proof", await proof(proven));
  }
  let sent: BodyInit | undefined = body;
  if (body && body.length > WORTH_PACKING && typeof CompressionStream === "function") {
    headers.set("Content-Encoding", "gzip");
    sent = await packed(body);
  }
  const signals = [ask.signal, ask.patient ? undefined : AbortSignal.timeout(PATIENCE)].filter((signal) => signal !== undefined);
  let response: Response;
  try {
    response = await outside.fetch(outside.origin + path, {
      method,
      headers,
      cache: "no-store",
      ...(sent ? { body: sent } : {}),
      ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
    });
  } catch (error) {
    throw offline(error);
  }
  if (response.ok || response.status === 304) return response;
  throw await refusal(response);
}

/** The JSON of an answer. */
export async function json<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    // Broken off on the way: as good as no answer.
    throw offline(error);
  }
}

function offline(error: unknown): Problem {
  return new Problem("offline", "the server did not answer", { cause: error });
}

async function packed(body: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return new Response(new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
}

async function refusal(response: Response): Promise<Problem> {
  interface Body {
    code?: string;
    detail?: string;
    field?: string;
    current?: Fields;
    wipe?: WipeOrder;
    request_id?: string;
  }
  const body: Body = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  // A proxy's own page has no code; what is in between is no refusal of ours, and is tried again.
  return new Problem(body.code ?? "unavailable", body.detail ?? `answered ${response.status}`, {
    status: response.status,
    ...(body.field ? { field: body.field } : {}),
    ...(body.current ? { current: body.current } : {}),
    ...(body.wipe ? { wipe: body.wipe } : {}),
    ...(body.request_id ? { requestId: body.request_id } : {}),
    ...(Number.isFinite(retryAfter) ? { retryAfter } : {}),
  });
}

/** Tokens as they are stored; `now` in milliseconds. */
export function stored(tokens: TokensGiven, now: number): Tokens {
  return {
    key: "tokens",
    access: tokens.access_token,
    expiresAt: now + tokens.expires_in * 1000,
    refresh: tokens.refresh_token ?? null,
  };
}

/** The server as one account's device asks it. */
export class Api {
  #refreshing: Promise<string> | null = null;

  constructor(
    readonly outside: Outside,
    readonly db: AccountDatabase,
  ) {}

  /** Asks by the device's proof alone, which needs no session for pushing and no fresh token for reading. */
  async proven<T>(path: string, body: unknown, signal: AbortSignal, headers: Ask["headers"] = {}): Promise<T> {
    const response = await send(this.outside, "POST", path, { json: body, headers, signal }, (request) => this.#prove(request));
    return json<T>(response);
  }

  /** Asks with the session's token, renewed if it has run out. */
  async asUser(method: string, path: string, ask: Ask = {}): Promise<Response> {
    const token = await this.token();
    try {
      return await this.#bear(token, method, path, ask);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "token_expired") throw error;
      return await this.#bear(await this.token(token), method, path, ask);
    }
  }

  /** Posts under a key of its own, so that it can be sent again. */
  async post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const headers = { "Idempotency-Key": newId(this.outside.now()) };
    return json<T>(await this.asUser("POST", path, { json: body, headers, ...(signal ? { signal } : {}) }));
  }

  /** A good access token, other than `spent`. @throws Problem `unauthenticated` where only a login helps */
  async token(spent?: string): Promise<string> {
    const tokens = await this.db.single("tokens");
    if (!tokens) throw new Problem("unauthenticated", "nobody is logged in on this phone");
    if (tokens.access !== spent && tokens.expiresAt - EARLY > this.outside.now()) return tokens.access;
    this.#refreshing ??= this.#refresh(tokens).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh({ refresh }: Tokens): Promise<string> {
    if (!refresh) throw new Problem("unauthenticated", "this session can't be renewed");
    const asked = { json: { refresh_token: refresh } };
    const response = await send(this.outside, "POST", "/v1/refresh", asked, (request) => this.#prove(request));
    const tokens = stored(await json<TokensGiven>(response), this.outside.now());
    // Another tab may have logged out meanwhile.
    await this.db.transaction("rw", this.db.singles, async () => {
      if (await this.db.single("tokens")) await this.db.singles.put(tokens);
    });
    return tokens.access;
  }

  #bear(token: string, method: string, path: string, ask: Ask): Promise<Response> {
    return send(this.outside, method, path, { ...ask, headers: { ...ask.headers, Authorization: `Bearer ${token}` } });
  }

  async #prove(request: Proven): Promise<string> {
    const { keys, deviceId } = await this.identity();
    return prove(keys, deviceId, request, this.outside.now());
  }

  /** What the device proves itself by. */
  async identity(): Promise<{ keys: CryptoKeyPair; deviceId: Uuid; serverKey: { id: string; public_key: string } }> {
    const identity = await this.db.single("identity");
    if (!identity) throw new Problem("storage_broken", "this phone's key is gone");
    return identity;
  }
}
