/**
 * Being told that there is something to pull: server-sent events read by `fetch`, since the token stands in a header; long
 * polls where something on the way holds streams up.
 */
import { type Api as Whole, json } from "./api";
import { Problem } from "./problem";

/** As much of it as listening needs. */
type Api = Pick<Whole, "asUser">;

/** Within this, a stream brings something or is dead, in milliseconds; the server sends a comment every 15 seconds. */
const SILENCE = 40_000;

/** Seconds of a long poll. */
const POLL = 50;

/** Longest pause between two attempts, in milliseconds. */
const MOST = 60_000;

/** Listens until `signal` ends it; `hear` is told each newest version, `epoch.number`. Needs a login. */
export async function listen(api: Api, after: () => string, hear: (version: string) => void, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let isStreaming = true;
  while (!signal.aborted) {
    let retry = 1000;
    try {
      if (isStreaming) {
        const heard = await stream(api, after(), hear, signal);
        retry = heard.retry;
        isStreaming = heard.pieces > 0;
      } else {
        await poll(api, after(), hear, signal);
        retry = 0;
      }
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) return;
      failures += 1;
    }
    const pause = failures > 0 ? Math.min(MOST, 1000 * 2 ** failures) : retry;
    await sleep(pause * (0.5 + Math.random()), signal);
  }
}

async function stream(api: Api, after: string, hear: (version: string) => void, signal: AbortSignal): Promise<{ pieces: number; retry: number }> {
  const silent = new AbortController();
  const headers = { Accept: "text/event-stream", "Last-Event-ID": after };
  let timer = setTimeout(() => silent.abort(), SILENCE);
  let [pieces, retry] = [0, 1000];
  try {
    const response = await api.asUser("GET", "/v1/live", { headers, patient: true, signal: AbortSignal.any([signal, silent.signal]) });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) break;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), SILENCE);
      pieces += 1;
      const lines = (text + piece.value).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const [, name, value = ""] = /^(id|retry): ?(.*)$/.exec(line) ?? [];
        if (name === "id") hear(value);
        if (name === "retry" && Number(value) >= 0) retry = Number(value);
      }
    }
  } catch (error) {
    // Silence from the first byte on: something holds the stream up. Later it is a connection that died.
    if (!silent.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  return { pieces, retry };
}

async function poll(api: Api, after: string, hear: (version: string) => void, signal: AbortSignal): Promise<void> {
  const response = await api.asUser("GET", `/v1/head?after=${after}&wait=${POLL}`, { signal, patient: true });
  if (response.status === 200) hear((await json<{ head: string }>(response)).head);
}

/** Waits; ends early, without an error, when `signal` does. */
export function sleep(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, millis);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
