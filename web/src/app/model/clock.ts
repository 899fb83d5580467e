/** The time now, as screens show it: a signal that moves every few seconds and when the phone wakes up. */
import { signal } from "@preact/signals";
import { timestamp } from "../../device/index";

const EVERY_MS = 10_000;

/** In milliseconds. */
export const now = signal(Date.now());

/** Keeps it going; once. */
export function startClock(): void {
  const tick = () => {
    now.value = Date.now();
  };
  setInterval(tick, EVERY_MS);
  document.addEventListener("visibilitychange", tick);
}

/** The moment of a touch, as rows hold it. */
export const stamp = (): string => timestamp(Date.now());
