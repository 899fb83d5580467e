/** Copies of a phone's storage, as a backup of the phone holds it. */
import { IDBFactory } from "fake-indexeddb";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A storage with the same content. Nothing may write to the old one meanwhile. */
export async function copyOf(storage: IDBFactory): Promise<IDBFactory> {
  const copy = new IDBFactory();
  for (const { name, version } of await storage.databases()) {
    if (name === undefined) continue;
    const from = await done(storage.open(name));
    const opening = copy.open(name, version);
    opening.onupgradeneeded = () => {
      for (const table of from.objectStoreNames) {
        const store = from.transaction(table).objectStore(table);
        const made = opening.result.createObjectStore(table, { keyPath: store.keyPath as string | null });
        for (const index of store.indexNames) made.createIndex(index, store.index(index).keyPath);
      }
    };
    const to = await done(opening);
    for (const table of from.objectStoreNames) {
      const store = from.transaction(table).objectStore(table);
      const [keys, values] = [await done(store.getAllKeys()), await done(from.transaction(table).objectStore(table).getAll())];
      const target = to.transaction(table, "readwrite").objectStore(table);
      await Promise.all(values.map((value, at) => done(target.put(value, store.keyPath === null ? keys[at] : undefined))));
    }
    from.close();
    to.close();
  }
  return copy;
}
