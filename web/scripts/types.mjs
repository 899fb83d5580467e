/**
 * Types from the server's own description (`onsite openapi`): the messages of sync and the fields of every kind of row.
 *
 *     node scripts/types.mjs [--check] [PATH OF onsite]
 *
 * Writes the generated files; with --check compares instead, and fails where one is not up to date.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const ROOT = join(import.meta.dirname, "..");

/** Each generated file: the schemas it begins from, and whether a field with a default is always there. */
const FILES = [
  {
    path: "src/sync/messages.generated.ts",
    about: "The messages of sync, @generated from the server's description by scripts/types.mjs.",
    schemas: ["PushRequest", "PushResponse", "PullRequest", "PullResponse", "RepairRequest", "RepairResponse", "WipeOrder", "ErrorCode"],
    // A message may leave out what has a default.
    defaultNonNullable: false,
  },
  {
    path: "src/device/entities.generated.ts",
    about: "The fields of every kind of row, @generated from the server's description by scripts/types.mjs.",
    schemas: [
      "Advice", "Asset", "Attachment", "Callback", "ChecklistTemplate", "Client", "Complaint", "Conflict", "Contact", "HandoverItem", "Inspection",
      "InspectionAnswer", "ServiceSheet", "SheetAmendment", "Signature", "Site", "TagRange", "Ticket", "User", "Visit",
      "WorklogEntry",
    ],
    // A published row has every field that has a default.
    defaultNonNullable: true,
  },
];

/** The schemas of these names and all they refer to. */
function closure(names, all) {
  const found = {};
  const queue = [...names];
  for (let name = queue.pop(); name; name = queue.pop()) {
    if (found[name]) continue;
    if (!all[name]) throw new Error(`the server describes no ${name}`);
    found[name] = all[name];
    for (const [, to] of JSON.stringify(all[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) queue.push(to);
  }
  return found;
}

/** The text of each generated file, by its path. */
export async function generated(onsite) {
  const { openapi, info, components } = JSON.parse(execFileSync(onsite, ["openapi"], { encoding: "utf8", maxBuffer: 1 << 26 }));
  const texts = new Map();
  for (const { path, about, schemas, defaultNonNullable } of FILES) {
    const description = { openapi, info, paths: {}, components: { schemas: closure(schemas, components.schemas) } };
    const types = astToString(await openapiTS(description, { alphabetize: true, defaultNonNullable }));
    const body = types.slice(types.indexOf("export interface components"), types.indexOf("export type $defs"));
    texts.set(path, `/** ${about} */\n${body}`);
  }
  return texts;
}

/** Whether the files are as they would be generated now; names those that are not. */
export async function stale(onsite) {
  const texts = [...(await generated(onsite))];
  return texts.filter(([path, text]) => readFileSync(join(ROOT, path), "utf8") !== text).map(([path]) => path);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [onsite = join(ROOT, "../target/debug/onsite")] = process.argv.slice(2).filter((word) => word !== "--check");
  if (process.argv.includes("--check")) {
    const old = await stale(onsite);
    if (old.length > 0) {
      console.error(`not up to date, run node scripts/types.mjs: ${old.join(", ")}`);
      process.exit(1);
    }
  } else {
    for (const [path, text] of await generated(onsite)) writeFileSync(join(ROOT, path), text);
  }
}
