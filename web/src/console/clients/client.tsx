/** One client with all that belongs to it, part by part. */
import { useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { dateAndTime, when } from "../../app/model/format";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Facts, Icon, IconButton, LinkButton, List, Notice, Row as Line } from "../../ui";
import type { VisitRow } from "../board/plans";
import { dayAndTimes } from "../board/words";
import { toneOf } from "../callbacks/call";
import { row, useRecords, type Row } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { AddFiles, Photos } from "../parts/photos";
import { Picker } from "../parts/picker";
import { setParameters } from "../table/address";
import { ExportMenu } from "../table/filters";
import { Table, type Column } from "../table/table";
import { Views } from "../table/views";
import { whole } from "../table/whole";
import { TicketPriority, TicketStatus } from "../tickets/badges";
import { OPEN } from "../tickets/lists";
import { NewVisit } from "../visits/form";
import { boardLink, VisitStatus } from "../visits/panel";
import { Sheets } from "../visits/sheets";
import { c } from "../words";
import { ContactForm, EditClient, SiteForm } from "./forms";
import { Going } from "./going";
import { isOver, useTicketsOf, useVisitsOf } from "./of";
import "./client.css";

const TABS = ["overview", "assets", "tickets", "visits", "satisfaction", "files"] as const;
type Tab = (typeof TABS)[number];

/** What can be taken out of a part as a file. */
const TABLES: Partial<Record<Tab, { path: string; sort: string }>> = {
  assets: { path: "assets", sort: "name" },
  tickets: { path: "tickets", sort: "-reported_at" },
  visits: { path: "visits", sort: "-planned_start" },
  satisfaction: { path: "callbacks", sort: "-due_at" },
};

/** The last of these are read for what hangs on a visit; more come with a press. */
const STEP = 20;

const byPlanDown = (a: VisitRow, b: VisitRow) => (a.fields.planned_start < b.fields.planned_start ? 1 : -1);

function Sites({ client }: { client: string }) {
  const words = c().clients;
  const sites = useRecords("site", { client }, (site) => site.client_id === client);
  const [shown, setShown] = useState<Row<"site"> | "new" | null>(null);
  return (
    <Card
      title={words.sites}
      plain
      action={
        <Button kind="quiet" icon="plus" onClick={() => setShown("new")}>
          {words.addSite}
        </Button>
      }
    >
      {sites.rows.value.length ? (
        <List label={words.sites}>
          {sites.rows.value.map((site) => (
            <Line
              key={site.id}
              icon="pin"
              title={site.fields.name}
              subtitle={
                <>
                  {site.fields.address}
                  {site.fields.access_notes ? (
                    <>
                      <br />
                      {site.fields.access_notes}
                    </>
                  ) : null}
                </>
              }
              onClick={() => setShown(site)}
            />
          ))}
        </List>
      ) : sites.isReady ? (
        <Empty icon="pin" title={words.noSites} text={words.noSitesText} />
      ) : null}
      {shown ? <SiteForm client={client} of={shown === "new" ? undefined : shown} onClose={() => setShown(null)} /> : null}
    </Card>
  );
}

function Contacts({ client }: { client: string }) {
  const words = c().clients;
  const contacts = useRecords("contact", { parent: client }, (contact) => contact.client_id === client);
  const [shown, setShown] = useState<Row<"contact"> | "new" | null>(null);
  return (
    <Card
      title={words.contacts}
      plain
      action={
        <Button kind="quiet" icon="plus" onClick={() => setShown("new")}>
          {words.addContact}
        </Button>
      }
    >
      {contacts.rows.value.length ? (
        <ul class="list" aria-label={words.contacts}>
          {contacts.rows.value.map((contact) => {
            const { name, position, phone, email } = contact.fields;
            return (
              <li key={contact.id} class="row">
                <span class="row__icon">
                  <Icon name="person" />
                </span>
                <span class="row__text">
                  <span class="row__title">
                    {name} {position ? <span class="muted small">{position}</span> : null}
                  </span>
                  <span class="row__subtitle line line--wrap">
                    {phone ? <a href={`tel:${phone}`}>{phone}</a> : null}
                    {email ? <a href={`mailto:${email}`}>{email}</a> : null}
                  </span>
                </span>
                <IconButton icon="edit" label={`${words.editContact}: ${name}`} onClick={() => setShown(contact)} />
              </li>
            );
          })}
        </ul>
      ) : contacts.isReady ? (
        <Empty icon="person" title={words.noContacts} text={words.noContactsText} />
      ) : null}
      {shown ? <ContactForm client={client} of={shown === "new" ? undefined : shown} onClose={() => setShown(null)} /> : null}
    </Card>
  );
}

function SiteAssets({ site }: { site: Row<"site"> }) {
  const words = c().clients;
  const assets = useRecords("asset", { site: site.id }, (asset) => asset.site_id === site.id);
  const named = c().assets;
  const columns: Column<Row<"asset">>[] = [
    { key: "name", title: named.name, look: "wide", cell: ({ fields }) => fields.name },
    { key: "tag", title: named.tag, look: "fit", cell: ({ fields }) => <span class="mono">{fields.tag ?? ""}</span> },
    { key: "kind", title: named.kind, look: "fit", cell: ({ fields }) => t().assetKind[fields.kind] },
    { key: "model", title: named.model, cell: ({ fields }) => [fields.manufacturer, fields.model].filter(Boolean).join(" ") },
    { key: "location", title: named.location, cell: ({ fields }) => fields.location ?? "" },
    { key: "status", title: named.status, look: "fit", cell: ({ fields }) => t().assetStatus[fields.status] },
  ];
  return (
    <section class="stack">
      <div class="line line--apart">
        <h2 class="section__title">
          {site.fields.name} <span class="number">{assets.rows.value.length}</span>
        </h2>
        <LinkButton kind="quiet" icon="label" href={to(`/labels?site=${site.id}`)}>
          {words.print}
        </LinkButton>
      </div>
      <Table
        label={`${named.title}: ${site.fields.name}`}
        columns={columns}
        list={whole(assets, (rows) => [...rows].sort((a, b) => a.fields.name.localeCompare(b.fields.name, undefined, { numeric: true })))}
        id={({ id }) => id}
        name={({ fields }) => fields.name}
        href={({ id }) => to(`/assets/${id}`)}
        empty={<Empty icon="asset" title={words.noAssets} text={words.noAssetsText} />}
      />
    </section>
  );
}

function Tickets({ client }: { client: string }) {
  const words = c().tickets;
  const tickets = useTicketsOf(client);
  const columns: Column<Row<"ticket">>[] = [
    { key: "title", title: words.ticket, look: "wide", cell: ({ fields }) => `${fields.title} ${fields.number ?? ""}` },
    { key: "priority", title: words.priority, look: "fit", cell: ({ fields }) => <TicketPriority of={fields.priority} /> },
    { key: "status", title: words.status, look: "fit", cell: ({ fields }) => <TicketStatus of={fields.status} /> },
    { key: "assignee", title: words.assignee, cell: ({ fields }) => row("user", fields.assignee_id)?.fields.name ?? "" },
    { key: "reported", title: words.reported, look: "fit", cell: ({ fields }) => (fields.reported_at ? when(fields.reported_at, now.value) : "") },
  ];
  return (
    <Table
      label={words.title}
      columns={columns}
      // What is open first, then the newest.
      list={whole(tickets, (rows) => [...rows].sort((a, b) => Number(OPEN.includes(b.fields.status)) - Number(OPEN.includes(a.fields.status)) || (a.id < b.id ? 1 : -1)))}
      id={({ id }) => id}
      name={({ fields }) => fields.title}
      href={({ id }) => to(`/tickets/${id}`)}
      empty={<Empty icon="ticket" title={c().clients.noTickets} />}
    />
  );
}

function Visits({ client }: { client: string }) {
  const words = c().clients;
  const visits = useVisitsOf(client);
  const columns: Column<VisitRow>[] = [
    { key: "when", title: words.when, look: "fit", cell: ({ fields }) => <span class="number">{dayAndTimes(Date.parse(fields.planned_start), Date.parse(fields.planned_end))}</span> },
    { key: "purpose", title: c().plan.purpose, look: "wide", cell: ({ fields }) => fields.purpose },
    { key: "site", title: c().plan.site, cell: ({ fields }) => row("site", fields.site_id)?.fields.name ?? "" },
    { key: "technician", title: words.technician, cell: ({ fields }) => row("user", fields.technician_id)?.fields.name ?? "" },
    { key: "status", title: c().tickets.status, look: "fit", cell: ({ fields }) => <VisitStatus of={fields.status} /> },
  ];
  return (
    <Table
      label={c().tickets.visits}
      columns={columns}
      list={whole(visits, (rows) => [...(rows as readonly VisitRow[])].sort(byPlanDown))}
      id={({ id }) => id}
      name={({ fields }) => fields.purpose}
      href={(visit) => boardLink(visit as VisitRow)}
      empty={<Empty icon="calendar" title={words.noVisits} />}
    />
  );
}

/** What a client said of a visit. */
function Score({ visit }: { visit: string }) {
  const words = c().clients;
  const callback = useRecords("callback", { visit }, (fields) => fields.visit_id === visit).rows.value[0]?.fields;
  const score = callback?.score ?? callback?.survey_score;
  const comment = callback?.comment ?? callback?.survey_comment;
  return (
    <div class="stack stack--tight">
      {score ? (
        <Badge tone={toneOf(score)} icon="star">
          {words.stars(score)}
        </Badge>
      ) : (
        <span class="muted small">{words.noScore}</span>
      )}
      {comment ? <p class="prose small">{comment}</p> : null}
    </div>
  );
}

function Satisfaction({ client }: { client: string }) {
  const words = c().clients;
  const [count, setCount] = useState(STEP);
  const visits = useVisitsOf(client);
  const over = (visits.rows.value as readonly VisitRow[]).filter(isOver).sort(byPlanDown);
  if (visits.isReady && !over.length) return <Empty icon="star" title={words.noSheets} />;
  return (
    <Card plain>
      <ul class="list">
        {over.slice(0, count).map(({ id, fields }) => (
          <li key={id} class="story">
            <div>
              <p class="strong">{fields.purpose}</p>
              <p class="muted small">
                {dateAndTime(fields.finished_at ?? fields.planned_end)} · {row("user", fields.technician_id)?.fields.name}
              </p>
              <Sheets visit={id} />
            </div>
            <Score visit={id} />
          </li>
        ))}
      </ul>
      {over.length > count ? (
        <Button kind="quiet" wide onClick={() => setCount(count + STEP)}>
          {c().table.more}
        </Button>
      ) : null}
    </Card>
  );
}

/** Photos of the client, its sites, devices, tickets and visits; a new one is the client's where nothing else is chosen. */
function Files({ client }: { client: string }) {
  const words = c().clients;
  const visits = [...(useVisitsOf(client).rows.value as readonly VisitRow[])].sort(byPlanDown).slice(0, STEP);
  const tickets = [...useTicketsOf(client).rows.value].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 2 * STEP);
  const sites = useRecords("site", { client }, (site) => site.client_id === client).rows.value;
  const own = new Set(sites.map(({ id }) => id));
  const assets = useRecords("asset", { client }, (asset) => own.has(asset.site_id)).rows.value;
  const [owner, setOwner] = useState(client);
  const choices = [
    { value: client, label: row("client", client)?.fields.name ?? "…", note: t().entity.client },
    ...sites.map(({ id, fields }) => ({ value: id, label: fields.name, note: t().entity.site })),
    ...assets.map(({ id, fields }) => ({ value: id, label: fields.name, note: [fields.tag, fields.location].filter(Boolean).join(" · ") })),
    ...tickets.map(({ id, fields }) => ({ value: id, label: fields.title, note: fields.number ?? "" })),
    ...visits.map(({ id, fields }) => ({ value: id, label: fields.purpose, note: dayAndTimes(Date.parse(fields.planned_start), Date.parse(fields.planned_end)) })),
  ];
  return (
    <Card>
      <div class="stack">
        <div class="files__add">
          <Picker label={words.photoOf} hint={words.photoOfHint} value={owner} choices={choices} onChange={setOwner} />
          {owner ? <AddFiles owner={owner} /> : null}
        </div>
        <Photos owners={choices.map(({ value }) => value)} empty={words.noFilesText} />
      </div>
    </Card>
  );
}

export default function Client({ params, query }: PageProps) {
  const words = c().clients;
  const id = params["id"] ?? "";
  const client = row("client", id);
  const tab = (TABS.find((one) => one === query.get("tab")) ?? "overview") satisfies Tab;
  const [shown, setShown] = useState<"edit" | "visit" | null>(null);
  const sites = useRecords("site", { client: id }, (site) => site.client_id === id).rows.value;
  if (!client) {
    return (
      <Page title={words.title} up="/clients">
        <Empty icon="building" title={words.notFound} />
      </Page>
    );
  }
  const { fields } = client;
  const table = TABLES[tab];
  return (
    <Page
      title={fields.name}
      up="/clients"
      lead={fields.code ? <Badge>{fields.code}</Badge> : undefined}
      actions={
        <>
          <LinkButton icon="ticket" href={to(`/tickets/new?client=${id}`)}>
            {words.newTicket}
          </LinkButton>
          <Button icon="calendar" onClick={() => setShown("visit")} disabled={!sites.length}>
            {words.newVisit}
          </Button>
        </>
      }
    >
      <div class="stack stack--wide">
        <div class="line line--wrap line--apart">
          <Views
            label={words.parts}
            value={tab as Tab}
            options={TABS.map((value) => ({ value, label: words.tabs[value] }))}
            onChange={(next) => setParameters({ tab: next === "overview" ? null : next }, { step: true })}
          />
          {table ? <ExportMenu path={`/v1/${table.path}`} name={`${fields.name} ${words.tabs[tab]}`} query={{ client: id, sort: table.sort }} /> : null}
        </div>
        {tab === "overview" ? (
          <>
            <Going client={id} />
            <div class="client">
              <Card
                title={c().clients.tabs.overview}
                action={
                  <Button kind="quiet" icon="edit" onClick={() => setShown("edit")}>
                    {t().ui.edit}
                  </Button>
                }
              >
                <Facts
                  of={[
                    [words.phone, fields.phone ? <a href={`tel:${fields.phone}`}>{fields.phone}</a> : null],
                    [words.address, fields.address],
                    [words.language, fields.language === "zh-CN" ? "中文" : "English"],
                  ]}
                />
                {fields.notes ? <Notice icon="info" title={fields.notes} /> : null}
              </Card>
              <Sites client={id} />
              <Contacts client={id} />
            </div>
          </>
        ) : tab === "assets" ? (
          sites.length ? (
            sites.map((site) => <SiteAssets key={site.id} site={site} />)
          ) : (
            <Empty icon="asset" title={words.noAssets} text={words.noAssetsText} />
          )
        ) : tab === "tickets" ? (
          <Tickets client={id} />
        ) : tab === "visits" ? (
          <Visits client={id} />
        ) : tab === "satisfaction" ? (
          <Satisfaction client={id} />
        ) : (
          <Files client={id} />
        )}
      </div>
      {shown === "edit" ? <EditClient of={client} onClose={() => setShown(null)} /> : null}
      {shown === "visit" ? <NewVisit from={{ client: id }} onClose={() => setShown(null)} /> : null}
    </Page>
  );
}
