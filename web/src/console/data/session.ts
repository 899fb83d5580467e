/**
 * Who works at this desk, and requests in their name. A session that ends is renewed by a login over the page: requests
 * wait for it and go on, so nothing that was typed or pressed is lost.
 */
import { signal } from "@preact/signals";
import { Api, type Ask, json, stored } from "../../device/api";
import { AccountDatabase, type Known, Registry, storing } from "../../device/database";
import { newId } from "../../device/ids";
import { logIn } from "../../device/login";
import { browser } from "../../device/outside";
import { Problem } from "../../device/problem";

// Apart from the app of the same browser, which holds rows and unsent work under its own scope.
const outside = { ...browser(), scope: "onsite-console" };
const registry = new Registry(outside);
const channel = new BroadcastChannel(outside.scope);

interface Open {
  readonly known: Known;
  readonly db: AccountDatabase;
  readonly api: Api;
}

let open: Open | null = null;
let waiting: { go: () => void; giveUp: (why: Problem) => void }[] = [];

/** Who is logged in; `null`: show the login. */
export const user = signal<Known | null>(null);

/** The server wants the password again; requests wait for it. */
export const loginDue = signal(false);

/** The server answered last time it was asked. */
export const online = signal(true);

const over = () => new Problem("unauthenticated", "nobody is logged in here");

/** Reads who was logged in; once, at the start. */
export async function openSession(): Promise<void> {
  channel.onmessage = () => void reopen();
  await reopen();
}

async function reopen(): Promise<void> {
  const known = await registry.current();
  const isSame = open !== null && known?.userId === open.known.userId;
  // The same person may have come back as another device: what waited is theirs all the same.
  if (!isSame || known.deviceId !== open?.known.deviceId) {
    open?.db.close();
    open = null;
    if (known) {
      const db = new AccountDatabase(outside, known.userId);
      open = { known, db, api: new Api(outside, db) };
    }
    user.value = known ?? null;
  }
  settle(isSame);
}

function settle(isSame: boolean): void {
  const all = waiting;
  waiting = [];
  loginDue.value = false;
  for (const one of all) isSame ? one.go() : one.giveUp(over());
}

/** Logs in. Where the same person logs in again, what waited goes on. @throws Problem */
export async function login(email: string, password: string): Promise<void> {
  const address = email.toLowerCase();
  const known = await registry.accounts.where("email").equals(address).first();
  const before = known && new AccountDatabase(outside, known.userId);
  const identity = await before?.single("identity");
  before?.close();
  const { answer, identity: own, known: entered } = await logIn(outside, address, password, identity);
  const db = new AccountDatabase(outside, entered.userId);
  await storing(() => db.singles.bulkPut([own, stored(answer, outside.now())]));
  db.close();
  await registry.enter(entered);
  channel.postMessage("session");
  await reopen();
}

/** Ends the session. */
export async function logout(): Promise<void> {
  // Without a network the session stands on the server until it runs out; nothing here can use it any more.
  await open?.api.asUser("POST", "/v1/logout").catch(() => {});
  await open?.db.singles.delete("tokens");
  await registry.enter(null);
  channel.postMessage("session");
  await reopen();
}

async function loginAgain(why: Problem): Promise<void> {
  // A revoked device is none any more: the next login makes another.
  if (why.code === "device_revoked" || why.code === "bad_proof") await open?.db.singles.delete("identity");
  loginDue.value = true;
  await new Promise<void>((go, giveUp) => waiting.push({ go, giveUp }));
}

/** Does something with the session; where only a login helps, it is waited for and the same done again. */
async function inSession<T>(work: (api: Api) => Promise<T>): Promise<T> {
  for (;;) {
    if (!open) throw over();
    try {
      return await work(open.api);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 401 && error.code !== "unauthenticated" && error.code !== "device_revoked") throw error;
      await loginAgain(error);
    }
  }
}

/** How long a change may be under way before it is said that it is not saved yet, in milliseconds. */
const PATIENCE = 3_000;

/** Changes that the server has not answered for that long. */
export const unanswered = signal(0);

/** Counts a request as unanswered once it takes too long, until what is returned is called. */
function watchFor(): () => void {
  let isCounted = false;
  const timer = setTimeout(() => {
    isCounted = true;
    unanswered.value += 1;
  }, PATIENCE);
  return () => {
    clearTimeout(timer);
    if (isCounted) unanswered.value -= 1;
  };
}

/** The server as whoever works here asks it. */
export const asUser: Api["asUser"] = (method, path, ask = {}) =>
  inSession(async (api) => {
    // Files take their time, and show it themselves.
    const answered = method === "GET" || ask.patient ? null : watchFor();
    try {
      const response = await api.asUser(method, path, ask);
      online.value = true;
      return response;
    } catch (error) {
      if (error instanceof Problem) {
        if (error.code === "offline" && !ask.signal?.aborted) online.value = false;
        if (error.status) online.value = true;
      }
      throw error;
    } finally {
      answered?.();
    }
  });

/** A good access token, for requests that others make. */
export const token = (): Promise<string> => inSession((api) => api.token());

/** Parameters of a request; those without a value are left out. */
export type Query = { readonly [name: string]: string | number | boolean | null | undefined };

/** A path with its parameters. */
export function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

/** Reads JSON. @throws Problem */
export const get = async <T>(path: string, query?: Query, how: Ask = {}): Promise<T> => json<T>(await asUser("GET", address(path, query), how));

/** Reads bytes, such as a PDF or a picture. @throws Problem */
export const getBlob = async (path: string, query?: Query): Promise<Blob> => (await asUser("GET", address(path, query))).blob();

/** Posts under a key of its own, so that a lost answer never does it twice; `seen`: the version it is based on. @throws Problem */
export async function post<T>(path: string, body: unknown, seen?: string): Promise<T> {
  const headers = { "Idempotency-Key": newId(outside.now()), ...(seen ? { "If-Match": `"${seen}"` } : {}) };
  const response = await asUser("POST", path, { json: body, headers });
  return response.status === 204 ? (undefined as T) : json<T>(response);
}

/** Posts a file, or JSON that is answered with one, under a key of its own. @throws Problem */
export const postFor = (path: string, what: Pick<Ask, "json" | "bytes">, query?: Query, signal?: AbortSignal): Promise<Response> =>
  asUser("POST", address(path, query), { ...what, ...(signal ? { signal } : {}), patient: true, headers: { "Idempotency-Key": newId(outside.now()) } });

/** Changes what was seen as `seen`. @throws Problem */
export const patch = async <T>(path: string, body: unknown, seen: string): Promise<T> =>
  json<T>(await asUser("PATCH", path, { json: body, headers: { "If-Match": `"${seen}"` } }));

/** Deletes what was seen as `seen`. @throws Problem */
export async function destroy(path: string, seen?: string): Promise<void> {
  await asUser("DELETE", path, seen ? { headers: { "If-Match": `"${seen}"` } } : {});
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
  /** How many there are on all pages, where that was asked. */
  readonly total?: number | null;
}

/** Every page of a list. */
export async function all<T>(path: string, query: Query = {}, how: Ask = {}): Promise<T[]> {
  const found: T[] = [];
  for (let after: string | null | undefined; ; ) {
    const page: Page<T> = await get(path, { limit: 200, ...query, after }, how);
    found.push(...page.items);
    after = page.next;
    if (!after) return found;
  }
}
