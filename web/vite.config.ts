/** How the pages are built and their unit tests run. `npm run dev` passes the API on to a server, by default the demo's. */
import { defineConfig } from "vitest/config";
import { inputs, offline } from "./scripts/offline.ts";

const server = process.env["ONSITE_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  build: { target: "es2022", sourcemap: false, rollupOptions: inputs(import.meta.dirname) },
  plugins: [offline()],
  server: { proxy: { "/v1": { target: server, xfwd: false } } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
