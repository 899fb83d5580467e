/** The audit log, searched by what, who and when, newest first. */
import { now } from "../../app/model/clock";
import { dateAndTime, when } from "../../app/model/format";
import { to } from "../../app/router";
import { Card, Empty, Facts, IconButton } from "../../ui";
import { get, row, useLoaded, useRecords, type EntityName, type Page } from "../data";
import type { PageProps } from "../pages";
import { addressWith, setParameters } from "../table/address";
import { ExportMenu, FilterDay, Filters, FilterSearch, FilterSelect } from "../table/filters";
import { useList } from "../table/list";
import { Split } from "../table/split";
import { NothingFound, Table, type Column } from "../table/table";
import { nameOf } from "../values";
import { c } from "../words";
import { AdminPage, maySee } from "./admin";
import { contentLines } from "./lines";

interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly user_id?: string | null;
  readonly action: string;
  readonly subject_id?: string | null;
  readonly detail: unknown;
  readonly previous_hash: string;
  readonly hash: string;
}

const actionName = (action: string): string => c().admin.log.actions[action] ?? action.replaceAll("_", " ");
/** What an entry is about, where the console has a page for it. */
const abouts: readonly [begins: RegExp, entity: EntityName | null, page: (id: string) => string][] = [
  [/^(user|password|logins)_/, "user", (id) => `/admin/users?all=true&id=${id}`],
  [/^complaint_/, "complaint", (id) => `/complaints?id=${id}`],
  [/^asset_/, "asset", (id) => `/assets/${id}`],
  [/^fault_/, "ticket", (id) => `/tickets/${id}`],
  [/^(logged_in|token_reused|device_)/, null, (id) => `/devices?id=${id}`],
  [/^conflict_/, null, (id) => `/inbox?id=${id}`],
  [/^quarantine_/, null, (id) => `/inbox?view=quarantine&id=${id}`],
  [/^notification_/, null, (id) => `/admin/outbox?id=${id}`],
];

/** Its name, and the address of its page. */
function aboutOf({ action, subject_id, detail }: Entry): { name: string; page: string } | null {
  const found = abouts.find(([begins]) => begins.test(action));
  if (!found || !subject_id) return null;
  const [, entity, page] = found;
  const own = detail as { number?: string; device?: string; recipient?: string } | null;
  const name = own?.number ?? own?.device ?? own?.recipient ?? (entity ? nameOf(entity, subject_id) : c().admin.log.open);
  return { name, page: to(page(subject_id)) };
}

function About({ entry }: { entry: Entry }) {
  const about = aboutOf(entry);
  if (about) return <a href={about.page}>{about.name}</a>;
  return entry.subject_id ? <span class="mono small">{entry.subject_id}</span> : null;
}

/** Who it was instead of their id, and words instead of how the server calls a thing. */
function sayValue(field: string, value: unknown): string | undefined {
  const { roles, inbox, admin } = c();
  if (typeof value === "boolean") return value ? inbox.yes : inbox.no;
  if (typeof value !== "string") return undefined;
  if (field === "user_id" || field === "by") return row("user", value)?.fields.name;
  const words: Readonly<Record<string, Readonly<Record<string, string>>>> = { role: roles, language: admin.checklists.language, kind: admin.mails.kinds, fields: admin.names };
  return words[field]?.[value];
}

const linesOf = (detail: unknown) => contentLines(detail, c().admin.names, sayValue);

const short = (detail: unknown): string => linesOf(detail).map(([name, value]) => (name === "–" ? value : `${name}: ${value}`)).join(", ");

function Detail({ entry }: { entry: Entry }) {
  const words = c().admin.log;
  return (
    <article class="stack" aria-labelledby="entry-title">
      <div class="line">
        <h2 id="entry-title" class="grow admin-title">
          {`${entry.seq}: ${actionName(entry.action)}`}
        </h2>
        <IconButton icon="close" label={c().admin.close} onClick={() => setParameters({ id: null })} />
      </div>
      <div class="card">
        <Facts
          of={[
            [words.at, dateAndTime(entry.at)],
            [words.who, entry.user_id ? nameOf("user", entry.user_id) : words.server],
            [words.subject, entry.subject_id ? <About entry={entry} /> : ""],
          ]}
        />
      </div>
      <Card title={words.detail}>
        <dl class="entry-lines">
          {linesOf(entry.detail).map(([name, value]) => (
            <>
              <dt key={name}>{name}</dt>
              <dd class="prose">{value}</dd>
            </>
          ))}
        </dl>
      </Card>
      <Card>
        <Facts
          of={[
            [words.hash, <span class="mono small">{entry.hash}</span>],
            [words.previous, <span class="mono small">{entry.previous_hash}</span>],
          ]}
        />
        <p class="muted small">{words.chain}</p>
      </Card>
    </article>
  );
}

/** The beginning of a day here, so many days on. */
const dayStart = (day: string, on = 0): string => {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + on);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString();
};

export default function Audit({ query }: PageProps) {
  const words = c().admin.log;
  const [text, action, person, subject, from, until, open] = ["q", "action", "user", "subject", "from", "until", "id"].map((name) => query.get(name) ?? "") as [string, string, string, string, string, string, string];
  const mine = maySee("audit");
  const actions = useLoaded("audit-actions", async (signal) => (mine ? get<string[]>("/v1/audit-actions", {}, { signal }) : []));
  const people = useRecords("user").rows.value;
  const asked = { newest: true, q: text, action, user: person, subject, from: from && dayStart(from), until: until && dayStart(until, 1) };
  const list = useList<Entry>(
    async (after, limit, signal) => (mine ? get<Page<Entry>>("/v1/audit-entries", { ...asked, after, limit }, { signal }) : { items: [] }),
    JSON.stringify(asked),
  );
  const entry = list.rows.find(({ seq }) => String(seq) === open);
  const columns: Column<Entry>[] = [
    { key: "action", title: words.action, cell: (one) => actionName(one.action) },
    { key: "who", title: words.who, cell: ({ user_id }) => (user_id ? nameOf("user", user_id) : words.server) },
    { key: "at", title: words.at, look: "fit", cell: ({ at }) => <time title={dateAndTime(at)}>{when(at, now.value)}</time> },
  ];
  const more: Column<Entry>[] = [
    { key: "subject", title: words.subject, cell: (one) => aboutOf(one)?.name ?? "" },
    { key: "detail", title: words.detail, look: "wide", cell: ({ detail }) => <span class="muted">{short(detail)}</span> },
    { key: "seq", title: "#", look: "end", cell: ({ seq }) => String(seq) },
  ];
  return (
    <AdminPage part="audit" fill>
      <Split
        list={
          <>
            <Filters label={c().table.filters} end={entry ? undefined : <ExportMenu path="/v1/audit-entries" name={c().admin.audit} query={asked} />}>
              <FilterSearch label={words.search} value={text} onChange={(q) => setParameters({ q, id: null })} />
              <FilterSelect label={words.action} all={words.anyAction} value={action} options={(actions.value ?? []).map((value) => ({ value, label: actionName(value) }))} onChange={(next) => setParameters({ action: next, id: null })} />
              <FilterSelect label={words.who} all={words.anybody} value={person} options={people.map(({ id, fields }) => ({ value: id, label: fields.name }))} onChange={(next) => setParameters({ user: next, id: null })} />
              <FilterDay label={words.from} value={from} onChange={(next) => setParameters({ from: next, id: null })} />
              <FilterDay label={words.until} value={until} onChange={(next) => setParameters({ until: next, id: null })} />
            </Filters>
            <Table
              label={c().admin.audit}
              columns={entry ? columns : [...columns, ...more]}
              list={list}
              id={({ seq }) => String(seq)}
              name={(one) => `${one.seq} ${actionName(one.action)}`}
              href={({ seq }) => addressWith({ id: String(seq) })}
              current={open || undefined}
              empty={text || action || person || from || until || subject ? <NothingFound onClear={() => setParameters({ q: null, action: null, user: null, from: null, until: null, subject: null })} /> : <Empty icon="history" title={words.empty} />}
            />
          </>
        }
        detail={entry ? <Detail key={entry.seq} entry={entry} /> : null}
      />
    </AdminPage>
  );
}
