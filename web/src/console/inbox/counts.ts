/** How much waits in the inbox: counted once, by what stands around the pages, and shown there and on the page itself. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, useEvery, useLoaded, user } from "../data";
import { mayDecide } from "./conflict";

/** How often it is counted again, in milliseconds: what could not be applied is in no feed. */
const EVERY = 30_000;

export interface Count {
  readonly id: string;
  readonly open: number;
}

export interface Counts {
  readonly total: number;
  readonly sites: readonly Count[];
  readonly authors: readonly Count[];
  /** What could not be applied and waits. */
  readonly quarantined: number;
}

/** The newest counts; none for whom decides nothing, who is not told of them. */
export const inboxCounts = signal<Counts | undefined>(undefined);

/** Keeps {@link inboxCounts} right, for as long as it is used. */
export function useInboxCounts() {
  const decides = mayDecide(user.value?.role);
  const { value, reload } = useLoaded(`conflict-counts ${decides}`, async (signal) => (decides ? get<Counts>("/v1/conflict-counts", {}, { signal }) : undefined), ["conflict"]);
  useEvery(EVERY, reload);
  useEffect(() => {
    inboxCounts.value = value;
  }, [value]);
}
