/** The callback desk: whom to call, the call itself, and what became of earlier ones. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { now } from "../../app/model/clock";
import { ago, dateAndTime, when } from "../../app/model/format";
import { Badge, Empty } from "../../ui";
import { row, useRecords, type Query, type Row } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { useRows } from "../parts/rows";
import { addressWith, setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch } from "../table/filters";
import type { Listed } from "../table/list";
import { Split } from "../table/split";
import { NothingFound, Table, type Column } from "../table/table";
import { Views } from "../table/views";
import { nameOf } from "../values";
import { c } from "../words";
import { groupOf, isOverdue, nextCall, toneOf, type Group } from "./call";
import { Call } from "./calling";
import "./callbacks.css";

type CallbackRow = Row<"callback">;

const visitOf = ({ fields }: CallbackRow) => row("visit", fields.visit_id)?.fields;
const clientOf = (one: CallbackRow): string => {
  const visit = visitOf(one);
  return visit ? nameOf("client", visit.client_id) : "…";
};
const siteOf = (one: CallbackRow): string => {
  const visit = visitOf(one);
  return visit ? nameOf("site", visit.site_id) : "";
};

type Status = CallbackRow["fields"]["status"];

/** Where it is, beside the client: several calls of one client are told apart by it. */
function ClientAndSite({ of }: { of: CallbackRow }) {
  return (
    <>
      {clientOf(of)} <span class="callbacks__site muted small">{siteOf(of)}</span>
    </>
  );
}

/** When the next call is due; one that should have been made before today says so. */
function Due({ of: { fields }, group }: { of: CallbackRow; group: Group }) {
  const at = nextCall(fields);
  const text = group === "later" ? when(at, now.value) : ago(at, now.value);
  return <time title={dateAndTime(at)}>{isOverdue(fields, now.value) ? <Badge tone="fail" icon="clock">{c().callbacks.overdue(text)}</Badge> : text}</time>;
}

/** Those of one status, followed. */
const useStatus = (status: Status) => useRecords("callback", { status }, (fields) => fields.status === status);

interface Shown {
  readonly query: URLSearchParams;
  readonly group: Group;
  readonly list: Listed<CallbackRow>;
  /** Asks for the same as a file. */
  readonly asked: Query;
  readonly views: ComponentChildren;
  readonly sort: string;
}

/** The list and the call beside it. */
function Desk({ query, group, list, asked, views, sort }: Shown) {
  const words = c().callbacks;
  const [text, open] = ["q", "id"].map((name) => query.get(name) ?? "") as [string, string];
  const ids = list.rows.map(({ id }) => id);
  const callback = row("callback", open);
  const toNext = () => {
    const at = ids.indexOf(open);
    setParameters({ id: ids[at + 1] ?? ids.find((id) => id !== open) ?? null });
  };
  useEffect(() => document.getElementById("call-title")?.focus({ preventScroll: true }), [callback?.id]);
  const isDone = group === "done";
  const isPast = isDone || group === "unreachable";
  const columns: Column<CallbackRow>[] = [
    { key: "client", title: words.client, cell: (one) => (callback ? <ClientAndSite of={one} /> : clientOf(one)) },
    isPast
      ? {
          key: "called",
          title: words.called,
          look: "fit",
          sort: "last_attempt_at",
          cell: ({ fields }) => {
            const at = fields.last_attempt_at ?? fields.due_at;
            return <time title={dateAndTime(at)}>{ago(Date.parse(at), now.value)}</time>;
          },
        }
      : { key: "due", title: words.due, look: "fit", sort: "due_at", cell: (one) => <Due of={one} group={group} /> },
    ...(isDone
      ? [
          {
            key: "score",
            title: words.score,
            look: "fit" as const,
            sort: "score",
            cell: ({ fields }: CallbackRow) => (fields.score ? <Badge tone={toneOf(fields.score)}>{`${fields.score}/5`}</Badge> : ""),
          },
        ]
      : []),
  ];
  const wide: Column<CallbackRow>[] = [
    { key: "visit", title: words.visit, cell: siteOf },
    { key: "technician", title: words.technician, cell: (one) => nameOf("user", visitOf(one)?.technician_id ?? "") },
    ...(isDone
      ? [{ key: "said", title: words.comment, look: "wide" as const, cell: ({ fields }: CallbackRow) => fields.comment ?? "" }]
      : [
          { key: "purpose", title: words.purpose, look: "wide" as const, cell: (one: CallbackRow) => visitOf(one)?.purpose ?? "" },
          { key: "attempts", title: words.attempts, look: "end" as const, cell: ({ fields }: CallbackRow) => (fields.attempts ? String(fields.attempts) : "") },
        ]),
  ];
  return (
    <Page title={words.title} lead={views} fill>
      <Split
        list={
          <>
            <Filters label={c().table.filters} end={callback ? undefined : <ExportMenu path="/v1/callbacks" name={words.title} query={asked} />}>
              <FilterSearch label={words.search} value={text} onChange={(q) => setParameters({ q })} />
            </Filters>
            <Table
              label={words.groups[group]}
              columns={callback ? columns : [...columns, ...wide]}
              list={list}
              id={({ id }) => id}
              name={clientOf}
              href={({ id }) => addressWith({ id })}
              current={open || undefined}
              sort={sort}
              onSort={(next) => setParameters({ sort: next })}
              empty={
                text ? (
                  <NothingFound onClear={() => setParameters({ q: null })} />
                ) : (
                  <Empty icon="check" title={group === "now" ? words.emptyNow : words.empty} {...(group === "now" ? { text: words.emptyNowText } : {})} />
                )
              }
            />
          </>
        }
        detail={callback ? <Call key={callback.id} callback={callback} onDone={toNext} /> : null}
      />
    </Page>
  );
}

/** Those that were called or given up: as many as there ever were, so the server pages them. */
function Past({ query, group, views }: { query: URLSearchParams; group: "done" | "unreachable"; views: ComponentChildren }) {
  const asked = { status: group, q: query.get("q") ?? "", sort: query.get("sort") ?? "-last_attempt_at" };
  const list = useRows("callback", asked);
  const rows = list.rows.filter(({ fields }) => fields.status === group);
  return <Desk query={query} group={group} list={{ ...list, rows }} asked={asked} views={views} sort={asked.sort} />;
}

export default function Callbacks({ query }: PageProps) {
  const words = c().callbacks;
  const group = (query.get("view") ?? "now") as Group;
  const lists = [useStatus("due"), useStatus("attempted")];
  const open = lists.flatMap((list) => list.rows.value);
  const of = (wanted: Group) => open.filter(({ fields }) => groupOf(fields, now.value) === wanted);
  const views = (
    <Views<Group>
      label={words.views}
      value={group}
      options={(["now", "later", "unreachable", "done"] as const).map((value) => ({
        value,
        label: words.groups[value],
        count: value === "now" || value === "later" ? of(value).length : undefined,
      }))}
      onChange={(next) => setParameters({ view: next === "now" ? null : next, id: null, sort: null }, { step: true })}
    />
  );
  if (group === "done" || group === "unreachable") return <Past key={group} query={query} group={group} views={views} />;
  const wanted = (query.get("q") ?? "").toLowerCase();
  // A list read whole is sorted here, by when the next call may be made.
  const sort = query.get("sort") === "-due_at" ? "-due_at" : "due_at";
  const way = sort === "due_at" ? 1 : -1;
  const failed = lists.find((list) => list.problem)?.problem ?? null;
  const list: Listed<CallbackRow> = {
    rows: of(group)
      .filter((one) => !wanted || `${clientOf(one)} ${siteOf(one)}`.toLowerCase().includes(wanted))
      .sort((a, b) => way * (nextCall(a.fields) - nextCall(b.fields))),
    loading: !failed && lists.some((one) => !one.isReady),
    growing: false,
    error: failed,
    more: false,
    grow: () => {},
    reload: () => lists.forEach((one) => void one.read()),
  };
  return <Desk query={query} group={group} list={list} asked={{ status: "due,attempted", q: query.get("q") ?? "", sort }} views={views} sort={sort} />;
}
