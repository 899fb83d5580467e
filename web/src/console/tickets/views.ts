/** Filters somebody keeps, in this browser: by name, as the part of the address that makes them. */
import { computed, signal } from "@preact/signals";
import { user } from "../data";

export interface View {
  readonly name: string;
  readonly filter: string;
}

const turn = signal(0);
const key = () => `onsite.views.${user.value?.userId ?? ""}`;

/** Those of who is logged in. */
export const kept = computed<readonly View[]>(() => {
  void turn.value;
  try {
    const read: unknown = JSON.parse(localStorage.getItem(key()) ?? "[]");
    const isView = (one: unknown): one is View => typeof one === "object" && one !== null && "name" in one && "filter" in one;
    return Array.isArray(read) ? read.filter(isView) : [];
  } catch {
    // A browser that keeps nothing, or something that is not ours.
    return [];
  }
});

function write(views: readonly View[]): void {
  try {
    localStorage.setItem(key(), JSON.stringify(views));
  } catch {
    // What can't be kept is there until the page is closed no more than before.
  }
  turn.value += 1;
}

/** Keeps one; the same name stands for the newer. */
export const keep = (view: View): void => write([...kept.value.filter(({ name }) => name !== view.name), view]);

export const forget = (name: string): void => write(kept.value.filter((view) => view.name !== name));
