/** One asset: its label, what it is, where it stands, what was found on it. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Facts, LinkButton, List, Notice, Row } from "../../ui";
import { now } from "../model/clock";
import { ago, longDate, shortDate } from "../model/format";
import { answersOf, worst } from "../model/inspection";
import { Photos } from "../parts/photos";
import { SavedText } from "../parts/saved-text";
import { attempt, attemptAndTell, phone, row, rows } from "../phone";
import { go, to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { isOpenTicket, TicketRow } from "../tickets/row";
import { AssetBadge, AssetLine, kindIcon, type AssetRow } from "./row";
import "./asset.css";

function LabelCard({ asset }: { asset: AssetRow }) {
  const words = t().assets;
  const left = phone().supplies.tagsLeft.value;
  const [busy, setBusy] = useState(false);
  const give = async () => {
    setBusy(true);
    await attempt(async () => {
      const tag = await phone().supplies.nextTag();
      if (tag) await attemptAndTell(() => phone().records.update(asset.id, { tag }), words.tagGiven(tag));
    });
    setBusy(false);
  };
  if (asset.body.tag) {
    return (
      <div class="card label-card">
        <span class="muted small">{words.tag}</span>
        <span class="label-card__tag mono">{asset.body.tag}</span>
      </div>
    );
  }
  return (
    <div class="card stack">
      <p class="strong">{words.noTag}</p>
      {asset.body.claimed_tag ? <Notice tone="flag" icon="warning" title={`${asset.body.claimed_tag}: ${t().sync.state.conflict}`} /> : null}
      {left ? (
        <Button kind="primary" icon="label" wide busy={busy} onClick={() => void give()}>
          {words.nextTag}
        </Button>
      ) : (
        <p class="muted small">{words.noTagsLeft}</p>
      )}
      <LinkButton icon="scan" href={to(`/scan?label=${asset.id}`)} wide>
        {words.scanTag}
      </LinkButton>
    </div>
  );
}

function InspectionsCard({ asset }: { asset: AssetRow }) {
  const words = t().assets;
  const inspections = rows("inspection")
    .filter(({ body }) => body.asset_id === asset.id)
    .sort((a, b) => ((a.body.started_at ?? "") < (b.body.started_at ?? "") ? 1 : -1))
    .slice(0, 5);
  if (!inspections.length) return null;
  const answers = rows("inspection_answer");
  return (
    <Card title={words.inspections} plain>
      <List label={words.inspections}>
        {inspections.map(({ id, body }) => {
          const found = worst(answersOf(id, answers).values());
          return (
            <Row
              key={id}
              icon="check"
              title={body.started_at ? shortDate(body.started_at) : t().inspect.title}
              subtitle={body.remark}
              meta={found ? <Badge tone={found === "not_applicable" ? "neutral" : found}>{t().outcome[found]}</Badge> : undefined}
              href={to(`/visits/${body.visit_id}/inspect/${asset.id}`)}
            />
          );
        })}
      </List>
    </Card>
  );
}

/** Details an inventory agent reported, as far as they are plain. */
function plainDetails(details: unknown): [string, string][] {
  if (!details || typeof details !== "object") return [];
  return Object.entries(details)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .map(([name, value]) => [name, String(value)]);
}

export default function AssetScreen({ params }: ScreenProps) {
  const words = t().assets;
  const asset = row("asset", params.id);
  if (!asset) {
    return (
      <Screen title={words.title} up="/assets">
        <Empty icon="asset" title={t().ui.notHere} text={t().ui.notHereText} />
      </Screen>
    );
  }
  const { body } = asset;
  const parent = row("asset", body.parent_id);
  const mounted = rows("asset").filter((one) => one.body.parent_id === asset.id);
  const tickets = rows("ticket").filter((ticket) => ticket.body.asset_ids?.includes(asset.id) && isOpenTicket(ticket.body));
  const over = body.warranty_until && Date.parse(body.warranty_until) < now.value;
  return (
    <Screen
      title={body.name}
      up="/assets"
      action={
        <LinkButton kind="quiet" icon="edit" href={to(`/assets/${asset.id}/edit`)}>
          {t().ui.edit}
        </LinkButton>
      }
    >
      <LabelCard asset={asset} />
      <div class="line line--wrap">
        <Badge icon={kindIcon[body.kind] ?? "box"}>{t().assetKind[body.kind]}</Badge>
        <AssetBadge asset={body} />
        {over ? <Badge tone="flag">{words.warrantyOver}</Badge> : null}
        {asset.unsent ? <Badge icon="upload">{t().ui.unsent}</Badge> : null}
      </div>
      <Card>
        <Facts
          of={[
            [words.site, row("site", body.site_id)?.body.name],
            [words.location, body.location],
            [words.manufacturer, [body.manufacturer, body.model].filter(Boolean).join(" ")],
            [words.serial, body.serial ? <span class="mono">{body.serial}</span> : ""],
            [words.quantity, body.quantity ?? ""],
            [words.purchased, body.purchased_on ? longDate(body.purchased_on) : ""],
            [words.warranty, body.warranty_until ? longDate(body.warranty_until) : ""],
            [words.seen, body.seen_at ? ago(Date.parse(body.seen_at), now.value) : ""],
            ...plainDetails(body.details),
          ]}
        />
      </Card>
      {parent || mounted.length ? (
        <Card title={parent ? words.parent : words.parts} plain>
          <List>
            {parent ? <AssetLine asset={parent} /> : null}
            {mounted.map((one) => (
              <AssetLine key={one.id} asset={one} />
            ))}
          </List>
        </Card>
      ) : null}
      <Card>
        <SavedText label={words.notes} value={body.notes} onSave={(notes) => attempt(() => phone().records.update(asset.id, { notes: notes || null }))} />
      </Card>
      <Card title={words.photos}>
        <Photos owner={asset.id} />
      </Card>
      {tickets.length ? (
        <Card title={words.openTickets} plain>
          <List>
            {tickets.map((ticket) => (
              <TicketRow key={ticket.id} ticket={ticket} />
            ))}
          </List>
        </Card>
      ) : null}
      <InspectionsCard asset={asset} />
      <Button icon="plus" wide onClick={() => go(`/tickets/new?asset=${asset.id}`)}>
        {t().tickets.new}
      </Button>
    </Screen>
  );
}
