/** The app's own dictionaries, so that a scenario speaks of what stands on the screen, in any language, by its key. */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";

const WEB = new URL("../../../web/", import.meta.url);
const ts = createRequire(new URL("package.json", WEB))("typescript");

/** The words of `en` or `zh`. */
export const wordsOf = (language) => read(new URL(`src/i18n/${language}/`, WEB));

/** The console's own words. */
export const consoleWordsOf = (language) => read(new URL(`src/console/words/${language}/`, WEB));

async function read(folder) {
  const all = {};
  for (const file of readdirSync(folder).filter((name) => name !== "index.ts")) {
    const { outputText } = ts.transpileModule(readFileSync(new URL(file, folder), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const parts = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
    Object.assign(all, ...Object.values(parts));
  }
  return all;
}
