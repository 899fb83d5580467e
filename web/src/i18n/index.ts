/** Words in the user's language. Dictionaries are plain typed objects; one with parameters is a function, so the
 * compiler checks every use. A dictionary is loaded when its language is chosen. */
import { signal } from "@preact/signals";
import type { Dictionary } from "./en";

export type Language = "en" | "zh-CN";
export type { Dictionary };

type Loaders<D> = Record<Language, () => Promise<D>>;

const loaders: Loaders<Dictionary> = {
  en: () => import("./en").then((module) => module.en),
  "zh-CN": () => import("./zh").then((module) => module.zh),
};

const current = signal<Language | null>(null);
const loads: ((next: Language) => Promise<void>)[] = [];

/** The language in use. */
export const language = (): Language => current.value ?? "en";

/**
 * The words of a dictionary in the language in use; a component that calls it is drawn again when the language changes.
 * Declared before the first {@link speak}, which loads it.
 */
export function dictionary<D>(of: Loaders<D>): () => D {
  const words = new Map<Language, D>();
  loads.push(async (next) => {
    words.set(next, await of[next]());
  });
  return () => {
    const found = words.get(language());
    if (!current.value || !found) throw new Error("no language has been chosen yet");
    return found;
  };
}

/** The words every page shares with the technician's app. */
export const t = dictionary(loaders);

/** Goes over to a language. */
export async function speak(next: Language): Promise<void> {
  await Promise.all(loads.map((load) => load(next)));
  current.value = next;
  document.documentElement.lang = next;
}

/** The words of a language that may not be the user's, as a document for a client needs them. */
export const wordsOf = (of: Language): Promise<Dictionary> => loaders[of]();

/** The language of ours nearest to what the browser prefers. */
export function preferred(of: readonly string[]): Language {
  const first = of.find((tag) => /^(zh|en)\b/i.test(tag));
  return first && /^zh/i.test(first) ? "zh-CN" : "en";
}
