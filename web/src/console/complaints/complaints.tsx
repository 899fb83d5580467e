/** The board of complaints, by the step they wait for, the most pressing on top; closed ones as a list. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { dateAndTime, longDate } from "../../app/model/format";
import { Button, Empty } from "../../ui";
import { useRecords, user, type Row } from "../data";
import { Page, Unread } from "../page";
import type { PageProps } from "../pages";
import { useRows } from "../parts/rows";
import { addressWith, setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch, FilterSelect } from "../table/filters";
import { Split } from "../table/split";
import { NothingFound, Table, type Column } from "../table/table";
import { Views } from "../table/views";
import { nameOf } from "../values";
import { c } from "../words";
import { ComplaintCard, Level } from "./card";
import { ComplaintDetail } from "./detail";
import { NewComplaint } from "./new";
import { byPressure, COLUMNS, isAbout } from "./step";
import "./complaints.css";

type ComplaintRow = Row<"complaint">;

function Board({ rows, open }: { rows: readonly ComplaintRow[]; open: string }) {
  const words = c().complaints;
  return (
    <div class="complaints">
      {COLUMNS.map((status) => {
        const own = rows.filter(({ fields }) => fields.status === status).sort((a, b) => byPressure(a.fields, b.fields));
        return (
          <section key={status} class="complaints__column" aria-labelledby={`complaints-${status}`}>
            <h2 id={`complaints-${status}`} class="complaints__head">
              {words.status[status]} <span class="muted number">{own.length}</span>
            </h2>
            {own.length ? (
              <ul class="complaints__cards">
                {own.map((complaint) => (
                  <ComplaintCard key={complaint.id} complaint={complaint} isCurrent={complaint.id === open} />
                ))}
              </ul>
            ) : (
              <p class="muted small complaints__none">{words.emptyColumn}</p>
            )}
          </section>
        );
      })}
    </div>
  );
}

/** Those that were closed: as many as there ever were, so the server pages them. */
function Closed({ query, filters }: { query: URLSearchParams; filters: ComponentChildren }) {
  const words = c().complaints;
  const [whose, text, open] = ["whose", "q", "id"].map((name) => query.get(name) ?? "") as [string, string, string];
  const asked = { status: "closed", owner: whose === "mine" ? user.value?.userId : "", q: text, sort: query.get("sort") ?? "-closed_at" };
  const list = useRows("complaint", asked);
  const columns: Column<ComplaintRow>[] = [
    { key: "client", title: words.client, cell: ({ fields }) => nameOf("client", fields.client_id) },
    { key: "number", title: words.number, look: "fit", cell: ({ fields }) => fields.number ?? "" },
    { key: "level", title: words.levelLabel, look: "fit", sort: "level", cell: ({ fields }) => <Level level={fields.level} /> },
    ...(open ? [] : [{ key: "solution", title: words.solution, look: "wide" as const, cell: ({ fields }: ComplaintRow) => fields.solution ?? "" }]),
    { key: "closed", title: words.closedAt, look: "fit", sort: "closed_at", cell: ({ fields }) => (fields.closed_at ? <time title={dateAndTime(fields.closed_at)}>{longDate(fields.closed_at)}</time> : "") },
  ];
  return (
    <>
      <Filters label={c().table.filters} end={open ? undefined : <ExportMenu path="/v1/complaints" name={words.title} query={asked} />}>
        {filters}
      </Filters>
      <Table
        label={words.closedView}
        columns={columns}
        list={{ ...list, rows: list.rows.filter(({ fields }) => fields.status === "closed") }}
        id={({ id }) => id}
        name={({ fields }) => `${nameOf("client", fields.client_id)} ${fields.number ?? ""}`}
        href={({ id }) => addressWith({ id })}
        current={open || undefined}
        sort={asked.sort}
        onSort={(sort) => setParameters({ sort })}
        empty={text || whose ? <NothingFound onClear={() => setParameters({ q: null, whose: null })} /> : <Empty icon="check" title={words.emptyClosed} />}
      />
    </>
  );
}

/** Those that wait for somebody, on the board. */
function Waiting({ query, filters }: { query: URLSearchParams; filters: ComponentChildren }) {
  const words = c().complaints;
  const [whose, text, open] = ["whose", "q", "id"].map((name) => query.get(name) ?? "") as [string, string, string];
  const list = useRecords("complaint", { status: COLUMNS.join(",") }, ({ status }) => status !== "closed");
  const me = user.value?.userId;
  const rows = list.rows.value.filter(({ fields }) => (whose !== "mine" || fields.owner_id === me) && isAbout(fields, nameOf("client", fields.client_id), text));
  return (
    <>
      <Filters label={c().table.filters} end={open ? undefined : <ExportMenu path="/v1/complaints" name={words.title} query={{ ...list.query, owner: whose === "mine" ? me : "", q: text }} />}>
        {filters}
      </Filters>
      {list.problem ? (
        <Unread problem={list.problem} again={() => void list.read()} />
      ) : list.isReady && !rows.length && !open ? (
        text || whose ? (
          <NothingFound onClear={() => setParameters({ q: null, whose: null })} />
        ) : (
          <Empty icon="check" title={words.empty} text={words.emptyText} />
        )
      ) : (
        <Board rows={rows} open={open} />
      )}
    </>
  );
}

export default function Complaints({ query }: PageProps) {
  const words = c().complaints;
  const [adding, setAdding] = useState(false);
  const [view, whose, text, open] = ["view", "whose", "q", "id"].map((name) => query.get(name) ?? "") as [string, string, string, string];
  const isClosed = view === "closed";
  const filters = (
    <>
      <FilterSearch label={words.search} value={text} onChange={(q) => setParameters({ q })} />
      <FilterSelect label={words.whose} all={words.everybody} value={whose} options={[{ value: "mine", label: words.mine }]} onChange={(next) => setParameters({ whose: next })} />
    </>
  );
  return (
    <Page
      title={words.title}
      fill
      lead={
        <Views
          label={words.views}
          value={isClosed ? "closed" : "board"}
          options={[
            { value: "board", label: words.board },
            { value: "closed", label: words.closedView },
          ]}
          onChange={(next) => setParameters({ view: next === "board" ? null : next, id: null, sort: null }, { step: true })}
        />
      }
      actions={
        <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
          {words.new}
        </Button>
      }
    >
      <Split list={isClosed ? <Closed query={query} filters={filters} /> : <Waiting query={query} filters={filters} />} detail={open ? <ComplaintDetail key={open} id={open} /> : null} />
      {adding ? <NewComplaint onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
