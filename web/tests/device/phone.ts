/** A phone for unit tests: storage of its own, and a server that is played. The simulation has the real one. */
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { type Device, openDevice } from "../../src/device/index";
import type { Outside } from "../../src/device/outside";
import type { PullRequest, PullResponse, PushRequest, PushResponse, Receipt } from "../../src/sync/messages";

export const USER = "018f3a5e-7c00-7000-8000-0000000000f1";
export const DEVICE = "018f3a5e-7c00-7000-8000-0000000000d1";
export const STREAM = "018f3a5e-7c00-7000-8000-000000000051";
export const TICKET = "018f3a5e-7c00-7000-8000-0000000000a1";
export const SITE = "site:018f3a5e-7c00-7000-8000-0000000000c1";

/** A request as the server got it. */
export interface Got {
  path: string;
  headers: Headers;
  body: unknown;
}

/** How a request is answered; what throws is a network that is gone. */
export type Answer = (got: Got) => unknown;

/** A refusal as the server writes it. */
export class Refused {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly more: object = {},
  ) {}
}

export class PlayedServer {
  isReachable = true;
  readonly got: Got[] = [];
  version = 10;
  /** Bodies of operations by their number in the stream. */
  readonly taken = new Map<number, string>();
  serverKey = { id: "k1", public_key: "" };

  readonly answers: Record<string, Answer> = {
    "/v1/login": () => ({
      access_token: "access-1",
      expires_in: 900,
      refresh_token: "refresh-1",
      user: { id: USER, name: "Zhang Wei", role: "technician", language: "zh-CN" },
      device_id: DEVICE,
      stream_id: STREAM,
      server_key: this.serverKey,
    }),
    "/v1/refresh": () => ({ access_token: "access-2", expires_in: 900, refresh_token: "refresh-2" }),
    "/v1/logout": () => ({}),
    "/v1/enrol": () => ({ nonces: Array.from({ length: 20 }, (_, at) => `nonce-${at}`), limits: {}, provider: { name: "P", address: "", phone: "" } }),
    "/v1/push": ({ body }) => this.push(body as PushRequest),
    "/v1/pull": ({ body }) => this.pull(body as PullRequest),
  };

  /** A bucket with one ticket and a range of tags, then nothing new. */
  pull({ cursor }: PullRequest): PullResponse {
    if (cursor) return { epoch: 1, cursor: "b", changes: [], checkpoint: true, head: this.version };
    const range = { device_id: DEVICE, prefix: "T-", width: 4, first: 7, last: 9 };
    return {
      epoch: 1,
      cursor: "a",
      filling: SITE,
      bucket_complete: true,
      head: this.version,
      changes: [
        { change: "put", id: TICKET, entity: "ticket", bucket: SITE, version: 5, body: { title: "Printer jams" } },
        { change: "put", id: "018f3a5e-7c00-7000-8000-0000000000e1", entity: "tag_range", bucket: SITE, version: 6, body: range },
      ],
    };
  }

  /** Takes operations in order; the same again gets the same receipt. */
  push({ operations }: PushRequest): PushResponse {
    const receipts: Receipt[] = [];
    for (const { n, op } of operations) {
      const body = JSON.stringify(op);
      if ((this.taken.get(n) ?? body) !== body) throw new Error(`number ${n} came with another content`);
      if (n > this.taken.size + 1) throw new Error(`number ${n} came after ${this.taken.size}`);
      this.taken.set(n, body);
      receipts.push({ n, operation: op.id, outcome: "applied", version: 10 + n });
    }
    return { epoch: 1, server_time: new Date().toISOString(), receipts, expected: this.taken.size + 1 };
  }

  fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    if (!this.isReachable) throw new TypeError("no network");
    const headers = new Headers(init.headers);
    const path = new URL(String(input)).pathname;
    const got = { path, headers, body: await bodyOf(init.body, headers) };
    this.got.push(got);
    const answer = await this.answers[path]?.(got);
    if (answer instanceof Refused) {
      return Response.json({ code: answer.code, detail: answer.code, ...answer.more }, { status: answer.status });
    }
    if (answer === undefined) return Response.json({ code: "not_found", detail: path }, { status: 404 });
    return Response.json(answer);
  };
}

async function bodyOf(body: BodyInit | null | undefined, headers: Headers): Promise<unknown> {
  if (!body) return undefined;
  const bytes = new Response(body as ArrayBuffer).body;
  const plain = headers.get("Content-Encoding") === "gzip" ? bytes?.pipeThrough(new DecompressionStream("gzip")) : bytes;
  return new Response(plain ?? null).json();
}

let count = 0;

/** Surroundings of a phone that reaches this server. */
export function outside(server: PlayedServer, parts: Partial<Outside> = {}): Outside {
  count += 1;
  return {
    origin: "http://onsite.test",
    fetch: server.fetch,
    indexedDB: new IDBFactory(),
    IDBKeyRange,
    now: Date.now,
    locks: undefined,
    scope: `test-${count}`,
    deviceName: "test",
    visible: () => false,
    onWake: () => () => {},
    ...parts,
  };
}

/** A phone that has logged in and read everything, with the network gone since. */
export async function phoneInTheField(server: PlayedServer, around: Outside): Promise<Device> {
  const device = await openDevice(around);
  await device.session.login("Zhang.Wei@example.com", "a password");
  await device.sync.now();
  server.isReachable = false;
  return device;
}
