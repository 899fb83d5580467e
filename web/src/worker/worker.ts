/**
 * The service worker: keeps every file of one version of the app, so that it opens without a network. It touches nothing
 * else; requests of the app itself go past it. A new version is fetched whole beside the present one and waits until the user
 * goes over to it, so that no tab ever runs on files of two versions.
 */

declare const self: ServiceWorkerGlobalScope;

/** Filled in by the build: every file of the app, and a name that changes with any of them. */
const { files, version } = JSON.parse("__APP__") as { files: string[]; version: string };

const PREFIX = "app-";
const NAME = PREFIX + version;

async function fill(): Promise<void> {
  const cache = await caches.open(NAME);
  const fetched = files.map(async (path) => {
    // A name below assets/ never means another content: what an earlier version has need not be fetched again.
    const known = path.startsWith("/assets/") ? await caches.match(path, { ignoreVary: true }) : undefined;
    await (known ? cache.put(path, known) : cache.add(new Request(path, { cache: "reload" })));
  });
  await Promise.all(fetched);
}

async function tidy(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

self.addEventListener("message", (event) => {
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin || !files.includes(pathname)) return;
  // Without ignoreVary, the server's `Vary: Accept-Encoding` would make the stored answers fit no request.
  const kept = caches.open(NAME).then((cache) => cache.match(pathname, { ignoreVary: true }));
  event.respondWith(kept.then((response) => response ?? fetch(event.request)));
});

export {};
