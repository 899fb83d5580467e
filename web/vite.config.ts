/** How the pages are built and their unit tests run. `npm run dev` passes the API on to a server, by default the demo's. */
import { defineConfig } from "vitest/config";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inputs, offline } from "./scripts/offline.ts";

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8")) as { version: string };
const server = process.env["ONSITE_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: { target: "es2022", sourcemap: false, rollupOptions: inputs(import.meta.dirname) },
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [offline()],
  server: { proxy: { "/v1": { target: server, xfwd: false } } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
