/** The board of complaints, by the step they wait for, the most pressing on top; closed ones as a list. */
import { useState } from "preact/hooks";
import { dateAndTime, longDate } from "../../app/model/format";
import { Button, Empty } from "../../ui";
import { useRecords, user, type Row } from "../data";
import { Page, Unread } from "../page";
import type { PageProps } from "../pages";
import { addressWith, setParameters } from "../table/address";
import { Filters, FilterSelect } from "../table/filters";
import { Split } from "../table/split";
import { Table, type Column } from "../table/table";
import { Views } from "../table/views";
import { whole } from "../table/whole";
import { nameOf } from "../values";
import { c } from "../words";
import { ComplaintCard, Level } from "./card";
import { ComplaintDetail } from "./detail";
import { NewComplaint } from "./new";
import { byPressure, COLUMNS } from "./step";
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

export default function Complaints({ query }: PageProps) {
  const words = c().complaints;
  const [adding, setAdding] = useState(false);
  const [view, whose, open] = ["view", "whose", "id"].map((name) => query.get(name) ?? "") as [string, string, string];
  const isClosed = view === "closed";
  const list = useRecords("complaint");
  const me = user.value?.userId;
  const rows = list.rows.value.filter(({ fields }) => (fields.status === "closed") === isClosed && (whose !== "mine" || fields.owner_id === me));
  const columns: Column<ComplaintRow>[] = [
    { key: "client", title: words.client, cell: ({ fields }) => nameOf("client", fields.client_id) },
    { key: "number", title: words.number, look: "fit", cell: ({ fields }) => fields.number ?? "" },
    { key: "level", title: words.levelLabel, look: "fit", cell: ({ fields }) => <Level level={fields.level} /> },
    ...(open ? [] : [{ key: "solution", title: words.solution, look: "wide" as const, cell: ({ fields }: ComplaintRow) => fields.solution ?? "" }]),
    { key: "closed", title: words.closedAt, look: "fit", cell: ({ fields }) => (fields.closed_at ? <time title={dateAndTime(fields.closed_at)}>{longDate(fields.closed_at)}</time> : "") },
  ];
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
          onChange={(next) => setParameters({ view: next === "board" ? null : next, id: null }, { step: true })}
        />
      }
      actions={
        <Button kind="primary" icon="plus" onClick={() => setAdding(true)}>
          {words.new}
        </Button>
      }
    >
      <Split
        list={
          <>
            <Filters label={c().table.filters}>
              <FilterSelect label={words.whose} all={words.everybody} value={whose} options={[{ value: "mine", label: words.mine }]} onChange={(next) => setParameters({ whose: next })} />
            </Filters>
            {isClosed ? (
              <Table
                label={words.closedView}
                columns={columns}
                list={whole(list, () => rows.sort((a, b) => (b.fields.closed_at ?? "").localeCompare(a.fields.closed_at ?? "")))}
                id={({ id }) => id}
                name={({ fields }) => `${nameOf("client", fields.client_id)} ${fields.number ?? ""}`}
                href={({ id }) => addressWith({ id })}
                current={open || undefined}
                empty={<Empty icon="check" title={words.emptyClosed} />}
              />
            ) : list.problem ? (
              <Unread problem={list.problem} again={() => void list.read()} />
            ) : list.isReady && !rows.length && !open ? (
              <Empty icon="check" title={words.empty} text={words.emptyText} />
            ) : (
              <Board rows={rows} open={open} />
            )}
          </>
        }
        detail={open ? <ComplaintDetail key={open} id={open} /> : null}
      />
      {adding ? <NewComplaint onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
