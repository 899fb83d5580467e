/**
 * Builds the service worker and the clients' script beside the app, under names that last, and tells the worker every file
 * of the app in the version it belongs to. Console and client pages need the network, so what is theirs alone is left to it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, ResolvedConfig, Rollup } from "vite";

/** Of the worker's file, and of its entry. */
const WORKER = "worker";

/** Of the script of the page clients sign on, which is no part of the app. */
const SIGN = "sign";

const APP = "index.html";
const CONSOLE = "console.html";

type Bundle = Rollup.OutputBundle;

/** Every file an entry loads, at once or later. */
function reached(page: string, bundle: Bundle): Set<string> {
  const found = new Set([page]);
  const entry = Object.values(bundle).find((file) => file.type === "chunk" && file.facadeModuleId?.endsWith(`/${page}`));
  const queue = entry ? [entry.fileName] : [];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const file = bundle[name];
    if (file?.type !== "chunk") continue;
    queue.push(...file.imports, ...file.dynamicImports, ...(file.viteMetadata?.importedCss ?? []), ...(file.viteMetadata?.importedAssets ?? []));
  }
  return found;
}

/** The build's inputs and names for an app with a service worker, and a console without. */
export function inputs(root: string) {
  return {
    input: { index: join(root, APP), console: join(root, CONSOLE), [WORKER]: join(root, "src/worker/worker.ts"), [SIGN]: join(root, "src/pages/sign.ts") },
    output: {
      entryFileNames: ({ name }: { name: string }) => (name === WORKER || name === SIGN ? `${name}.js` : "assets/[name]-[hash].js"),
    },
  };
}

/** Fills the list of files into the worker once all others are known. */
export function offline(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "offline",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle[`${WORKER}.js`];
        if (worker?.type !== "chunk") return this.error("the service worker was not built");
        const hash = createHash("sha256");
        const app = reached(APP, bundle);
        const others = new Set([...reached(CONSOLE, bundle), ...reached("src/pages/sign.ts", bundle)]);
        const built = Object.values(bundle).filter((file) => file !== worker && (app.has(file.fileName) || !others.has(file.fileName)));
        for (const file of built) hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
        const lasting = config.publicDir ? readdirSync(config.publicDir) : [];
        for (const name of lasting) hash.update(name).update(readFileSync(join(config.publicDir, name)));
        const files = [...built.map((file) => file.fileName), ...lasting].map((name) => (name === APP ? "/" : `/${name}`));
        const told = JSON.stringify({ files: files.sort(), version: hash.digest("hex").slice(0, 16) });
        const marked = worker.code.replace(/["'`]__APP__["'`]/, () => JSON.stringify(told));
        if (marked === worker.code) return this.error("the service worker has no place for its files");
        worker.code = marked;
      },
    },
  };
}
