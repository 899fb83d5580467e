/** A stocktake: what should be at a site, and what was seen there since it began. */
import type { Entities, Row, Uuid } from "../../device";
import { byCode } from "./find";
import { inOrder } from "./order";

type Asset = Row<Entities["asset"]>;

export interface Stocktake {
  /** Not seen yet. */
  todo: Asset[];
  found: Asset[];
  missing: Asset[];
}

/** How a site's assets stand in a stocktake begun at `since`; what was retired is not looked for. */
export function stocktake(assets: readonly Asset[], site: Uuid, since: string): Stocktake {
  const here = inOrder(assets).filter(({ body }) => body.site_id === site && body.status !== "retired");
  const seen = ({ body }: Asset) => Boolean(body.seen_at && body.seen_at >= since);
  const isMissing = (asset: Asset) => asset.body.status === "missing";
  return {
    found: here.filter((asset) => seen(asset) && !isMissing(asset)),
    missing: here.filter(isMissing),
    todo: here.filter((asset) => !seen(asset) && !isMissing(asset)),
  };
}

/** What a scanned code means in a stocktake. */
export type Scan = { is: "found"; asset: Asset } | { is: "wrong_place"; asset: Asset } | { is: "unknown"; code: string };

export function readScan(code: string, assets: readonly Asset[], site: Uuid): Scan {
  const asset = byCode(code, assets);
  if (!asset) return { is: "unknown", code };
  return asset.body.site_id === site ? { is: "found", asset } : { is: "wrong_place", asset };
}
