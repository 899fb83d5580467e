/**
 * Runs the simulation: `node tests/simulation/run.mjs --url http://127.0.0.1:8080 [--seed 1] [--days 200]
 * [--technicians a@…,b@…] [--office c@…] [--password …]`; the defaults are the demo's logins. Fails where anything is wrong.
 */
import { parseArgs } from "node:util";
import { createServer, createServerModuleRunner } from "vite";

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    seed: { type: "string", default: "1" },
    days: { type: "string", default: "200" },
    technicians: { type: "string", default: "zhang.wei@demo.example,tom.becker@demo.example,liu.yang@demo.example,amina.okafor@demo.example" },
    office: { type: "string", default: "admin@demo.example" },
    password: { type: "string", default: "onsite demo 2026" },
  },
});
if (!values.url) {
  console.error("say with --url where the server is");
  process.exit(2);
}
const server = await createServer({
  configFile: false,
  root: `${import.meta.dirname}/../..`,
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const runner = createServerModuleRunner(server.environments.ssr, { hmr: false });
const { simulate } = await runner.import("/tests/simulation/simulation.ts");
const faults = await simulate({
  url: values.url,
  seed: Number(values.seed),
  days: Number(values.days),
  technicians: values.technicians.split(","),
  office: values.office,
  password: values.password,
  say: (line) => console.log(`${Math.round(performance.now() / 1000)} s: ${line}`),
});
for (const fault of faults.slice(0, 20)) console.error(fault);
if (faults.length > 0) console.error(`seed ${values.seed}: ${faults.length} faults`);
await runner.close();
await server.close();
process.exit(faults.length > 0 ? 1 : 0);
