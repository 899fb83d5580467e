/** A text the office wrote in both languages. */
import { language, type Language } from "../../i18n";

export interface Bilingual {
  en: string;
  "zh-CN": string;
}

/** The text in a language, or the other one where this one is empty. */
export function bilingual(text: Bilingual, of: Language = language()): string {
  return text[of] || text[of === "en" ? "zh-CN" : "en"];
}
