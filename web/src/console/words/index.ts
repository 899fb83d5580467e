/** The console's own words, beside those it shares with the technician's app. A page's words are a file in each language. */
import { dictionary } from "../../i18n";
import type { ConsoleWords } from "./en";

export type { ConsoleWords };

/** The words in use. */
export const c = dictionary<ConsoleWords>({
  en: () => import("./en").then((module) => module.en),
  "zh-CN": () => import("./zh").then((module) => module.zh),
});
