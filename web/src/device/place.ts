/**
 * The browser around the app: whether it keeps the storage, and new versions of the app.
 */
import { signal } from "@preact/signals";
import type { AppUpdate, Storage } from "./index";

/** How the storage stands. */
export class Place implements Storage {
  readonly state = signal<Storage["state"]["value"]>({ persisted: false, used: null, quota: null });

  /** Asks the browser how things stand. */
  async look(): Promise<void> {
    const storage = globalThis.navigator?.storage;
    if (!storage?.persisted || !storage.estimate) return;
    const [persisted, { usage = null, quota = null }] = await Promise.all([storage.persisted(), storage.estimate()]);
    this.state.value = { persisted, used: usage, quota };
  }

  async askToPersist(): Promise<boolean> {
    const granted = (await globalThis.navigator?.storage?.persist?.()) ?? false;
    await this.look();
    return granted;
  }
}

/** Watches for a new version: its service worker is installed beside the present one and waits until it is told. */
export function appUpdate(): AppUpdate {
  const waiting = signal(false);
  let registration: ServiceWorkerRegistration | undefined;
  const workers = globalThis.navigator?.serviceWorker;
  // The first worker of all waits for nobody, and its coming is no update.
  const isFirst = () => workers?.controller == null;
  const look = () => {
    waiting.value = registration?.waiting != null && !isFirst();
  };
  // In development there is no worker, so that every change shows. One that can't be fetched now comes another time.
  if (import.meta.env.PROD) workers?.register("/worker.js").catch(console.warn);
  void workers?.ready.then((ready) => {
    registration = ready;
    ready.addEventListener("updatefound", () => ready.installing?.addEventListener("statechange", look));
    look();
  });
  if (!isFirst()) {
    // Whichever tab went over, all do: parts of the app that are loaded later are those of the new version now.
    workers?.addEventListener("controllerchange", () => location.reload(), { once: true });
  }
  return {
    waiting,
    async apply() {
      registration?.waiting?.postMessage("take over");
    },
  };
}
