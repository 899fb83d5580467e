/**
 * The one loop of sync: pushes, pulls, mends, tops up, sends photos, and waits until there is a reason to do so again.
 *
 * Trouble with sending never holds up reading, nor the other way round. What it learns goes through the engine and is stored;
 * an answer that is lost is asked for again, so it may be stopped at any moment.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { PullResponse, PushResponse, RepairResponse, WipeOrder } from "../sync/messages";
import { compareVersions, formatVersion, parseVersion, type Version } from "../sync/version";
import type { Api } from "./api";
import type { LastSync } from "./database";
import type { Phase } from "./index";
import { isGenuine } from "./key";
import { listen, sleep } from "./live";
import type { Photos } from "./photos";
import { Problem } from "./problem";
import type { Store } from "./store";
import type { Supplies } from "./supplies";

/** After this long without news it looks by itself, in milliseconds. */
const IDLE = 5 * 60_000;

/** Longest pause after failures, in milliseconds. */
const MOST = 5 * 60_000;

type Doing = "idle" | "pushing" | "pulling" | "waiting";

export class Loop {
  readonly #doing = signal<Doing>("idle");
  readonly #online = signal(true);
  readonly #problem = signal<Problem | null>(null);
  readonly #lastSync = signal<number | null>(null);
  readonly #photoProblem = signal<Problem | null>(null);
  readonly #loginDue = signal(false);
  /** Photos are sent beside the rounds, since one may take minutes. */
  #sending: Promise<void> | null = null;
  #photoFailures = 0;
  #wake: () => void = () => {};
  #isDue = false;
  /** Whether somebody asked during the round that runs: then no pause follows, not even after a failure. */
  #isHurried = false;
  /** Whether the next pause is after a failure, so that another edit does not end it. */
  #isBackingOff = false;
  #heard: Version | null = null;
  #rounds: { resolve: () => void }[] = [];

  readonly online: ReadonlySignal<boolean> = this.#online;
  readonly problem: ReadonlySignal<Problem | null> = computed(() => this.#problem.value ?? this.#photoProblem.value);
  readonly lastSync: ReadonlySignal<number | null> = this.#lastSync;
  /** Rows are sent only after another login. */
  readonly loginDue: ReadonlySignal<boolean> = this.#loginDue;
  readonly phase: ReadonlySignal<Phase>;
  /** Told when this device has been wiped and the server has all its work: it is to be deleted. */
  onForgotten: () => void = () => {};

  constructor(
    readonly api: Api,
    readonly store: Store,
    readonly supplies: Supplies,
    readonly photos: Photos,
  ) {
    this.phase = computed(() => {
      const [doing, code] = [this.#doing.value, this.#problem.value?.code ?? ""];
      if (doing === "pushing" || doing === "pulling") return doing;
      if (this.photos.isSending.value) return "uploading";
      if (this.#loginDue.value) return "login_due";
      if (code === "client_too_old" || code === "server_too_old") return "update_due";
      return doing;
    });
  }

  async open(): Promise<void> {
    this.#lastSync.value = (await this.api.db.single("lastSync"))?.at ?? null;
  }

  /** Syncs until `abort` ends it. */
  async run(abort: AbortSignal): Promise<void> {
    let failures = 0;
    const stopListening = this.#listenWhileVisible(abort);
    while (!abort.aborted) {
      this.#isDue = false;
      this.#isHurried = false;
      const waiting = this.#rounds.splice(0);
      const problem = await this.round(abort);
      void Promise.resolve(this.#sending).then(() => {
        for (const { resolve } of waiting) resolve();
      });
      if (abort.aborted) break;
      failures = problem && isPassing(problem) ? failures + 1 : 0;
      this.#isBackingOff = failures > 0;
      this.#doing.value = failures > 0 ? "waiting" : "idle";
      await this.#pause(failures > 0 ? backoff(failures, problem) : IDLE, abort);
    }
    stopListening();
    await this.#sending;
    this.#doing.value = "idle";
    for (const { resolve } of this.#rounds.splice(0)) resolve();
  }

  /** There is something to send. */
  edited(): void {
    this.#isDue = true;
    if (!this.#isBackingOff) this.#wake();
  }

  /** The network may be back, or somebody asks: the next round begins at once. */
  hurry(): void {
    this.#isHurried = true;
    this.#wake();
  }

  /** Resolves when the next whole round is done, and photos are sent as far as can be. */
  now(): Promise<void> {
    return new Promise((resolve) => {
      this.#rounds.push({ resolve });
      this.hurry();
    });
  }

  /** Sends and reads everything once; returns what held it up. */
  async round(abort: AbortSignal): Promise<Problem | null> {
    const problems: Problem[] = [];
    const attempt = async (work: () => Promise<void>) => {
      if (abort.aborted) return;
      try {
        await work();
      } catch (error) {
        problems.push(await this.#understand(error));
      }
    };
    await attempt(() => this.push(abort));
    await attempt(() => this.#pull(abort));
    if (this.store.engine.isForgotten()) {
      this.onForgotten();
      return null;
    }
    const isReachable = !problems.some((problem) => problem.code === "offline");
    if (isReachable && !this.#loginDue.value && !this.store.engine.wiped) {
      await attempt(async () => {
        // Leased tags come by a pull.
        if (await this.supplies.topUp(abort)) await this.#pull(abort);
      });
      this.#sendPhotos(abort);
    }
    if (!abort.aborted) {
      this.#online.value = isReachable;
      this.#problem.value = problems[0] ?? null;
    }
    return problems.find(isPassing) ?? problems[0] ?? null;
  }

  #sendPhotos(abort: AbortSignal): void {
    const send = async () => {
      const problem = await this.photos.send(abort).then(
        () => null,
        (error) => this.#understand(error),
      );
      if (abort.aborted) return;
      this.#photoProblem.value = problem;
      this.#photoFailures = problem && isPassing(problem) ? this.#photoFailures + 1 : 0;
      if (this.#photoFailures > 0) void sleep(backoff(this.#photoFailures, problem), abort).then(() => this.hurry());
    };
    this.#sending ??= send().finally(() => {
      this.#sending = null;
    });
  }

  /** Pushes until nothing is unsent. */
  async push(abort: AbortSignal): Promise<void> {
    const { store } = this;
    let isLost = false;
    while (!abort.aborted) {
      if (store.engine.needsNewStream() || isLost) {
        const continues = store.engine.continues();
        const { stream_id } = await this.api.post<{ stream_id: string }>("/v1/streams", continues ? { continues } : {}, abort);
        await store.change((engine) => engine.renumber(stream_id));
        isLost = false;
      }
      const { max_operations, max_push_bytes } = this.supplies.limits;
      const request = store.engine.nextPush(this.api.outside.now(), max_operations, max_push_bytes);
      if (!request) return;
      this.#doing.value = "pushing";
      request.schema = store.outboxSchema;
      const waiting = store.engine.operations.filter((entry) => entry.settled === null);
      request.standing = { app_version: __APP_VERSION__, unsent: waiting.length, oldest_unsent_at: waiting[0]?.operation.occurred_at ?? null };
      let response: PushResponse;
      try {
        response = await this.api.proven<PushResponse>("/v1/push", request, abort);
      } catch (error) {
        // The stream is not this device's, as after its storage was copied: its work goes on in one that is.
        isLost = error instanceof Problem && error.code === "not_found";
        if (!isLost) throw error;
        continue;
      }
      if (response.wipe) await this.#obey(response.wipe);
      const events = await store.change((engine) => engine.onPush(request, response));
      const isSame = store.engine.nextPush(0, 1, 0)?.operations[0]?.n === request.operations[0]?.n;
      if (events.length === 0 && isSame) throw new Problem("unavailable", "the server gave no receipts");
    }
  }

  async #pull(abort: AbortSignal): Promise<void> {
    const { store, api } = this;
    while (!abort.aborted && !store.engine.wiped) {
      const request = store.engine.nextPull(this.supplies.limits.max_rows);
      this.#doing.value = "pulling";
      let page: PullResponse;
      try {
        page = await api.proven<PullResponse>("/v1/pull", request, abort, this.#heard ? { "Seen-Version": formatVersion(this.#heard) } : {});
      } catch (error) {
        const isRefused = error instanceof Problem && error.code === "bad_cursor" && request.cursor !== null;
        if (!isRefused) throw error;
        await store.change((engine) => engine.reread());
        continue;
      }
      const now = api.outside.now();
      const done = await store.change(
        (engine) => {
          const events = engine.onPull(request, page);
          const isDone = events.some((event) => "checkpoint" in event);
          if (isDone) engine.prune(now);
          return isDone;
        },
        async (isDone) => {
          const lastSync: LastSync = { key: "lastSync", at: now };
          if (isDone) await api.db.singles.put(lastSync);
        },
      );
      this.#loginDue.value = false;
      if (done) {
        this.#lastSync.value = now;
        break;
      }
      if (store.engine.nextPull(1).cursor === request.cursor) {
        throw new Problem("unavailable", "the server is behind what this phone has read");
      }
      // What was edited meanwhile does not wait for a long first sync.
      if (store.engine.status().pending > 0) await this.push(abort).catch((error) => this.#understand(error));
    }
    await this.#repair(abort);
  }

  async #repair(abort: AbortSignal): Promise<void> {
    const { store } = this;
    while (!abort.aborted && !store.engine.wiped) {
      const request = await this.#nextRepair();
      if (!request) return;
      const response = await this.api.proven<RepairResponse>("/v1/repair", request, abort);
      const events = await store.change((engine) => engine.onRepair(request, response));
      if (events.length === 0) return;
    }
  }

  async #nextRepair() {
    // It may begin to read anew, which is a change; mostly there is nothing to ask.
    if (Object.keys(this.store.engine.repair.suspect).length === 0) return null;
    return this.store.change((engine) => engine.nextRepair());
  }

  /** Whether everything heard of has been read. */
  #hear(text: string): void {
    const heard = parseVersion(text);
    if (!heard) return;
    this.#heard = heard;
    if (compareVersions(heard, this.store.engine.seen) > 0) this.hurry();
  }

  /** Listens for news while somebody looks; returns how to stop. */
  #listenWhileVisible(abort: AbortSignal): () => void {
    const { outside } = this.api;
    let listening: AbortController | null = null;
    const look = () => {
      const isWanted = outside.visible() && !abort.aborted && !this.store.engine.wiped;
      if (isWanted && !listening) {
        const own = new AbortController();
        listening = own;
        const heard = (version: string) => this.#hear(version);
        const after = () => formatVersion(this.store.engine.seen);
        void listen(this.api, after, heard, own.signal).finally(() => {
          if (listening === own) listening = null;
        });
      } else if (!isWanted) {
        listening?.abort();
        listening = null;
      }
    };
    const stopWaking = outside.onWake(() => {
      look();
      if (outside.visible()) this.hurry();
    });
    look();
    return () => {
      stopWaking();
      listening?.abort();
    };
  }

  /** What an error means for the rounds to come. */
  async #understand(error: unknown): Promise<Problem> {
    if (!(error instanceof Problem)) {
      // A fault of this app must not end sync for good; it is shown, and tried again.
      console.error(error);
      return new Problem("app_fault", String(error), { cause: error });
    }
    if (error.wipe) await this.#obey(error.wipe);
    const needsLogin = ["unauthenticated", "token_reused", "bad_proof", "device_revoked"];
    if (needsLogin.includes(error.code)) this.#loginDue.value = true;
    return error;
  }

  async #obey(order: WipeOrder): Promise<void> {
    const { deviceId, serverKey } = await this.api.identity();
    if (this.store.engine.wiped || !(await isGenuine(order, deviceId, serverKey))) return;
    const { db } = this.api;
    await this.store.change(
      (engine) => engine.wipe(),
      () => db.singles.bulkDelete(["tokens", "stock", "lastSync"]),
    );
  }

  async #pause(millis: number, abort: AbortSignal): Promise<void> {
    if (this.#isHurried || (this.#isDue && !this.#isBackingOff)) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(millis, AbortSignal.any([abort, woken.signal]));
    this.#wake = () => {};
  }
}

/** How long to wait after so many failures, in milliseconds: spread, so that not all phones come back in one moment. */
function backoff(failures: number, problem: Problem | null): number {
  const least = (problem?.retryAfter ?? 0) * 1000;
  return Math.max(least, Math.min(MOST, 500 * 2 ** failures)) * (0.5 + Math.random());
}

/** Whether trying again later may help by itself. */
function isPassing(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}
