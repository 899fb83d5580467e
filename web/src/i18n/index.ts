/** Words in the user's language. Dictionaries are plain typed objects; one with parameters is a function, so the
 * compiler checks every use. A dictionary is loaded when its language is chosen. */
import { signal } from "@preact/signals";
import type { Dictionary } from "./en";

export type Language = "en" | "zh-CN";
export type { Dictionary };

const loaders: Record<Language, () => Promise<Dictionary>> = {
  en: () => import("./en").then((module) => module.en),
  "zh-CN": () => import("./zh").then((module) => module.zh),
};

const current = signal<{ language: Language; words: Dictionary } | null>(null);

/** The language in use. */
export const language = (): Language => current.value?.language ?? "en";

/** The words in use; a component that calls it is drawn again when the language changes. */
export function t(): Dictionary {
  if (!current.value) throw new Error("no language has been chosen yet");
  return current.value.words;
}

/** Goes over to a language. */
export async function speak(next: Language): Promise<void> {
  current.value = { language: next, words: await loaders[next]() };
  document.documentElement.lang = next;
}

/** The words of a language that may not be the user's, as a document for a client needs them. */
export const wordsOf = (of: Language): Promise<Dictionary> => loaders[of]();

/** The language of ours nearest to what the browser prefers. */
export function preferred(of: readonly string[]): Language {
  const first = of.find((tag) => /^(zh|en)\b/i.test(tag));
  return first && /^zh/i.test(first) ? "zh-CN" : "en";
}
