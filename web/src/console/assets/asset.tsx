/** One asset: what it is, where, how it did in inspections, what was done to it, and who changed what. */
import { useState } from "preact/hooks";
import { bilingual } from "../../app/model/bilingual";
import { now } from "../../app/model/clock";
import { ago, longDate } from "../../app/model/format";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Facts, LinkButton, List, Row, Select } from "../../ui";
import { all, readRow, row, useLoaded, useRecords, type Sent } from "../data";
import { Page, Unread } from "../page";
import type { PageProps } from "../pages";
import { Ago, author, Changes, useHistory } from "../parts/history";
import { AddFiles, Photos } from "../parts/photos";
import { TicketStatus } from "../tickets/badges";
import { c } from "../words";
import { Bars, Lines } from "./chart";
import { AssetForm } from "./form";
import { results } from "./results";
import "../parts/history.css";

const YEAR = 365.25 * 86_400_000;

/** Every inspection of an asset with its answers. */
function useInspected(asset: string) {
  return useLoaded(
    `inspected ${asset}`,
    async (signal) => {
      const [inspections, answers] = await Promise.all([
        all<Sent<"inspection">>("/v1/inspections", { asset }, { signal }),
        all<Sent<"inspection_answer">>("/v1/inspection-answers", { asset }, { signal }),
      ]);
      // Its visit tells when, where an inspection does not.
      const timeless = new Set(inspections.filter(({ fields }) => !fields.finished_at && !fields.started_at).map(({ fields }) => fields.visit_id));
      const planned = new Map(await Promise.all([...timeless].map(async (id) => [id, Date.parse((await readRow("visit", id)).fields.planned_start)] as const)));
      return { inspections, results: results(inspections, answers, (visit) => planned.get(visit) ?? 0) };
    },
    ["inspection", "inspection_answer"],
  );
}

function Results({ asset }: { asset: string }) {
  const words = c().assets;
  const inspected = useInspected(asset);
  const templates = useRecords("checklist_template").rows.value;
  const used = new Set(inspected.value?.inspections.map(({ fields }) => fields.template_id));
  const items = templates.filter(({ id }) => used.has(id)).flatMap(({ fields }) => fields.sections.flatMap((section) => section.items));
  const nameOf = (key: string): string => {
    const item = items.find((one) => one.key === key);
    return item ? bilingual(item.label) : key;
  };
  const found = inspected.value?.results ?? [];
  return (
    <Card title={words.results}>
      {inspected.problem ? (
        <Unread problem={inspected.problem} again={inspected.reload} />
      ) : found.length ? (
        <div class="stack">
          <Bars of={found} />
          <Lines of={found} nameOf={nameOf} />
        </div>
      ) : inspected.busy ? (
        <p class="muted">{c().shell.loading}</p>
      ) : (
        <Empty icon="check" title={words.noResults} text={words.noResultsText} />
      )}
    </Card>
  );
}

function History({ id }: { id: string }) {
  const words = c().assets;
  const [field, setField] = useState("");
  const history = useHistory("asset", id);
  const entries = history.value ?? [];
  const fields = [...new Set(entries.flatMap(({ changes }) => Object.keys(changes)))].sort();
  const named = t().field;
  const shown = entries
    .map((entry) => ({ ...entry, changes: Object.fromEntries(Object.entries(entry.changes).filter(([name]) => !field || name === field)) }))
    .filter(({ changes }) => Object.keys(changes).length);
  return (
    <Card title={words.history}>
      {history.problem ? <Unread problem={history.problem} again={history.reload} /> : null}
      <Select
        label={words.field}
        value={field}
        options={[{ value: "", label: words.everyField }, ...fields.map((value) => ({ value, label: named[value] ?? value }))]}
        onChange={setField}
      />
      <ol class="timeline asset__history">
        {shown.map(({ version, user_id, recorded_at, changes }) => (
          <li key={version} class="timeline__entry">
            <div class="timeline__head">
              <strong>{author(user_id)}</strong>
              <Ago at={recorded_at} />
            </div>
            <Changes entity="asset" of={changes} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

export default function Asset({ params }: PageProps) {
  const words = c().assets;
  const id = params["id"] ?? "";
  const asset = row("asset", id);
  const site = row("site", asset?.fields.site_id);
  const client = site?.fields.client_id ?? "";
  const [isEditing, setEditing] = useState(false);
  const tickets = useRecords("ticket", { asset: id }, (ticket) => ticket.asset_ids.includes(id)).rows.value;
  if (!asset) {
    return (
      <Page title={words.title} up="/assets">
        <Empty icon="asset" title={words.notFound} />
      </Page>
    );
  }
  const { fields } = asset;
  const age = fields.purchased_on ? Math.floor((now.value - Date.parse(fields.purchased_on)) / YEAR) : 0;
  const isExpired = Boolean(fields.warranty_until && Date.parse(fields.warranty_until) < now.value);
  return (
    <Page
      title={fields.name}
      up="/assets"
      lead={
        <span class="line line--wrap">
          {fields.tag ? <Badge icon="label">{fields.tag}</Badge> : null}
          <Badge tone={fields.status === "missing" ? "fail" : fields.status === "in_repair" ? "flag" : "neutral"}>{t().assetStatus[fields.status]}</Badge>
        </span>
      }
      actions={
        <>
          <LinkButton icon="ticket" href={to(`/tickets/new?client=${client}&site=${fields.site_id}&asset=${id}`)}>
            {c().tickets.new}
          </LinkButton>
          {fields.tag ? (
            <LinkButton icon="label" href={to(`/labels?site=${fields.site_id}&asset=${id}`)}>
              {words.label}
            </LinkButton>
          ) : null}
          <Button icon="edit" onClick={() => setEditing(true)}>
            {t().ui.edit}
          </Button>
        </>
      }
    >
      <div class="asset">
        <div class="stack stack--wide">
          <Card>
            <Facts
              of={[
                [words.client, <a href={to(`/clients/${client}?tab=assets`)}>{row("client", client)?.fields.name ?? "…"}</a>],
                [words.site, site?.fields.name],
                [words.location, fields.location],
                [words.kind, t().assetKind[fields.kind]],
                [words.manufacturer, fields.manufacturer],
                [words.model, fields.model],
                [words.serial, fields.serial ? <span class="mono">{fields.serial}</span> : null],
                [words.partOf, fields.parent_id ? <a href={to(`/assets/${fields.parent_id}`)}>{row("asset", fields.parent_id)?.fields.name ?? "…"}</a> : null],
                [words.quantity, fields.quantity],
                [words.purchased, fields.purchased_on ? `${longDate(fields.purchased_on, "UTC")}${age > 0 ? ` (${words.old(age)})` : ""}` : null],
                [
                  words.warranty,
                  fields.warranty_until ? (
                    <>
                      {longDate(fields.warranty_until, "UTC")} {isExpired ? <Badge tone="flag">{words.expired}</Badge> : null}
                    </>
                  ) : null,
                ],
                [words.seen, fields.seen_at ? ago(Date.parse(fields.seen_at), now.value) : null],
                [words.notes, fields.notes],
              ]}
            />
          </Card>
          <Results asset={id} />
          <Card title={words.photos} action={<AddFiles owner={id} />}>
            <Photos owners={[id]} />
          </Card>
        </div>
        <div class="stack stack--wide">
          <Card title={words.tickets} plain>
            {tickets.length ? (
              <List label={words.tickets}>
                {tickets.map((ticket) => (
                  <Row key={ticket.id} icon="ticket" title={ticket.fields.title} subtitle={ticket.fields.number ?? ""} meta={<TicketStatus of={ticket.fields.status} />} href={to(`/tickets/${ticket.id}`)} />
                ))}
              </List>
            ) : (
              <p class="muted card__none">{words.noTickets}</p>
            )}
          </Card>
          <History id={id} />
        </div>
      </div>
      {isEditing ? <AssetForm site={fields.site_id} of={asset} onClose={() => setEditing(false)} /> : null}
    </Page>
  );
}
