/** The first visit: its steps in order, and the count compared with what was known before. */
import type { Entities, Row, Uuid } from "../../device";

export const FIRST_STEPS = ["introductions", "handover", "count", "inspect", "findings", "repairs"] as const;
export type FirstStep = (typeof FIRST_STEPS)[number];

type Asset = Row<Entities["asset"]>;

/** What was counted at a site since `since`: ids are of their time, so what was made since then was not known before. */
export function counted(assets: readonly Asset[], site: Uuid, since: string) {
  const here = assets.filter(({ body }) => body.site_id === site && body.status !== "retired");
  const isNew = ({ id }: Asset) => madeAt(id) >= Date.parse(since);
  const seen = here.filter(({ body }) => body.status !== "missing" && Boolean(body.seen_at && body.seen_at >= since));
  return {
    before: here.filter((asset) => !isNew(asset)).length,
    found: seen.length,
    labelled: seen.filter(({ body }) => body.tag).length,
    missing: here.filter((asset) => !isNew(asset) && asset.body.status === "missing"),
    added: here.filter(isNew),
  };
}

/** When a UUIDv7 was made, in milliseconds; ids of other kinds are as old as can be. */
export function madeAt(id: Uuid): number {
  const hex = id.replaceAll("-", "");
  return hex[12] === "7" ? Number.parseInt(hex.slice(0, 12), 16) : 0;
}
