/** An asset in a list, and the pictures of the kinds. */
import { t } from "../../i18n";
import { Badge, Row, type IconName, type Tone } from "../../ui";
import type { Entities, Row as DataRow } from "../../device";
import { row } from "../phone";
import { to } from "../router";

export type Asset = Entities["asset"];
export type AssetRow = DataRow<Asset>;
export type AssetKind = Asset["kind"];
export type AssetStatus = NonNullable<Asset["status"]>;

/** A picture for each kind of thing. */
export const kindIcon: Record<AssetKind, IconName> = {
  computer: "asset",
  laptop: "asset",
  server: "rack",
  switch: "rack",
  router: "wifi",
  firewall: "rack",
  access_point: "wifi",
  printer: "print",
  ups: "box",
  camera: "camera",
  phone: "phone",
  monitor: "asset",
  storage: "rack",
  other: "box",
};

const tones: Record<AssetStatus, Tone> = { in_service: "neutral", spare: "neutral", in_repair: "flag", missing: "fail", retired: "neutral" };

export function AssetBadge({ asset }: { asset: Asset }) {
  const status = asset.status ?? "in_service";
  return status === "in_service" ? null : <Badge tone={tones[status]}>{t().assetStatus[status]}</Badge>;
}

/** What is searched of an asset. */
export const assetText = ({ body }: AssetRow) => [body.tag, body.name, body.serial, body.location, body.manufacturer, body.model];

export function AssetLine({ asset, site, onClick, href }: { asset: AssetRow; site?: boolean; onClick?: () => void; href?: string }) {
  const { body } = asset;
  const where = [site ? row("site", body.site_id)?.body.name : null, body.location].filter(Boolean).join(" · ");
  return (
    <Row
      icon={kindIcon[body.kind] ?? "box"}
      title={body.name}
      subtitle={
        <>
          <span class={body.tag ? "mono" : ""}>{body.tag ?? t().assets.noTag}</span>
          {where ? ` · ${where}` : ""}
        </>
      }
      meta={<AssetBadge asset={body} />}
      {...(onClick ? { onClick } : { href: href ?? to(`/assets/${asset.id}`) })}
    />
  );
}
