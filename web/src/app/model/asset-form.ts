/** Which fields the form of an asset shows: those that mean something for its kind. */
import type { Entities } from "../../device";

type Kind = Entities["asset"]["kind"];

/** Every kind, in the order they are met on a walk through an office. */
export const KINDS: Kind[] = [
  "computer",
  "laptop",
  "monitor",
  "printer",
  "phone",
  "server",
  "storage",
  "switch",
  "router",
  "firewall",
  "access_point",
  "ups",
  "camera",
  "other",
];

export type OptionalField = "manufacturer" | "model" | "serial" | "parent_id" | "quantity";

/** The fields beside name, place and state: what is counted has a number, what is mounted has a parent. */
export function fieldsOf(kind: Kind): OptionalField[] {
  const machine: OptionalField[] = ["manufacturer", "model", "serial"];
  if (kind === "other") return [...machine, "quantity", "parent_id"];
  const mounted: Kind[] = ["server", "storage", "switch", "router", "firewall", "ups", "monitor", "access_point"];
  return mounted.includes(kind) ? [...machine, "parent_id"] : machine;
}
