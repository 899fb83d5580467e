/** How the pages are built and their unit tests run. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  build: { target: "es2022", sourcemap: false },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
