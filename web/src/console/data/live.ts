/** The feed of changes: told of each new version, it reads what changed and hands it to the store. */
import { batch } from "@preact/signals";
import { listen } from "../../device/live";
import { Problem } from "../../device/problem";
import type { Fields, Uuid } from "../../sync/messages";
import { type Entities, type EntityName, plural } from "./entities";
import { asUser, get } from "./session";
import { changesOf, forget, isWanted, readAgain, take } from "./store";

type Change =
  | { readonly change: "put"; readonly id: Uuid; readonly entity: string; readonly version: number; readonly body: Fields }
  | { readonly change: "deleted" | "removed"; readonly row: Uuid; readonly version: number };

interface Changes {
  readonly changes: readonly Change[];
  readonly next: string;
  readonly more: boolean;
}

/** Follows the feed until `signal` ends it. Begins before the first list is read, so that nothing falls in between. */
export async function follow(signal: AbortSignal): Promise<void> {
  let place = (await get<{ head: string }>("/v1/head", {}, { signal })).head;
  let heard = place;
  let reading: Promise<void> | null = null;
  const catchUp = async () => {
    while (heard !== place && !signal.aborted) {
      try {
        const page: Changes = await get("/v1/changes", { after: place }, { signal, headers: { "Seen-Version": heard } });
        apply(page);
        place = page.next;
        if (!page.more) return;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "bad_cursor") throw error;
        // The database was restored: what is shown may never have been.
        place = heard = (await get<{ head: string }>("/v1/head", {}, { signal })).head;
        await readAgain();
      }
    }
  };
  const hear = (version: string) => {
    heard = version;
    // What fails now is read with the next news; the listener goes on.
    reading ??= catchUp().catch(() => {}).finally(() => {
      reading = null;
      if (heard !== place && !signal.aborted) hear(heard);
    });
  };
  await listen({ asUser }, () => place, hear, signal);
}

const isKnown = (entity: string): entity is EntityName => entity in plural;

function apply({ changes, next }: Changes): void {
  const epoch = next.split(".")[0];
  const touched = new Set<EntityName>();
  batch(() => {
    for (const change of changes) {
      if (change.change === "deleted") forget(change.row);
      // A row that left a bucket is in another one now: the office sees all of them.
      if (change.change !== "put" || !isKnown(change.entity)) continue;
      const fields = change.body as unknown as Entities[EntityName];
      touched.add(change.entity);
      if (!isWanted(change.entity, change.id, fields as never)) continue;
      take(change.entity, { id: change.id, version: `${epoch}.${change.version}`, fields: fields as never });
    }
    for (const entity of touched) changesOf(entity).value += 1;
  });
}
