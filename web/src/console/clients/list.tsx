/** Every client, with what is open there. */
import { shortDate } from "../../app/model/format";
import { go, to } from "../../app/router";
import { Button, Empty, LinkButton } from "../../ui";
import { useRecords, type Row } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { sortOf, useRows } from "../parts/rows";
import { setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch } from "../table/filters";
import { NothingFound, Table, type Column } from "../table/table";
import { OPEN } from "../tickets/lists";
import { c } from "../words";
import { NewClient } from "./forms";

type Client = Row<"client">;

const counted = (ids: readonly (string | undefined)[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const id of ids) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
};

/** Tickets that still want something done, of every client. */
function useOpenTickets() {
  return OPEN.map((status) => useRecords("ticket", { status }, (ticket) => ticket.status === status).rows.value).flat();
}

export default function Clients({ query }: PageProps) {
  const words = c().clients;
  const sites = counted(useRecords("site").rows.value.map(({ fields }) => fields.client_id));
  const tickets = counted(useOpenTickets().map(({ fields }) => fields.client_id));
  const visits = [
    ...useRecords("visit", { status: "scheduled" }, (visit) => visit.status === "scheduled").rows.value,
    ...useRecords("visit", { status: "accepted" }, (visit) => visit.status === "accepted").rows.value,
  ];
  const next = new Map<string, string>();
  for (const { fields } of visits) {
    const known = next.get(fields.client_id);
    if (!known || fields.planned_start < known) next.set(fields.client_id, fields.planned_start);
  }
  const isNew = query.get("new") === "1";
  const setNew = (isOpen: boolean) => setParameters({ new: isOpen ? "1" : null });
  const q = query.get("q") ?? "";
  const columns: Column<Client>[] = [
    { key: "name", title: words.name, sort: "name", look: "wide", cell: ({ fields }) => fields.name },
    { key: "code", title: words.code, sort: "code", look: "fit", cell: ({ fields }) => fields.code ?? "" },
    { key: "phone", title: words.phone, look: "fit", cell: ({ fields }) => (fields.phone ? <a href={`tel:${fields.phone}`}>{fields.phone}</a> : "") },
    { key: "sites", title: words.sites, look: "end", cell: ({ id }) => <span class="number">{sites.get(id) ?? 0}</span> },
    { key: "tickets", title: words.openTickets, look: "end", cell: ({ id }) => <span class="number">{tickets.get(id) ?? 0}</span> },
    { key: "visit", title: words.nextVisit, look: "fit", cell: ({ id }) => (next.get(id) ? <span class="number">{shortDate(next.get(id) ?? "")}</span> : <span class="muted">–</span>) },
  ];
  const sort = sortOf(query.get("sort"), columns, "name");
  const clients = useRows("client", { q, sort });
  return (
    <Page
      title={words.title}
      actions={
        <>
          <LinkButton icon="upload" href={to("/import")}>
            {words.import}
          </LinkButton>
          <Button kind="primary" icon="plus" onClick={() => setNew(true)}>
            {words.new}
          </Button>
        </>
      }
    >
      <div class="stack">
        <Filters label={c().table.filters} end={<ExportMenu path="/v1/clients" name={words.title} query={{ q, sort }} />}>
          <FilterSearch label={words.search} value={q} onChange={(next) => setParameters({ q: next })} />
        </Filters>
        <Table
          label={words.title}
          columns={columns}
          list={clients}
          id={({ id }) => id}
          name={({ fields }) => fields.name}
          href={({ id }) => to(`/clients/${id}`)}
          sort={sort}
          onSort={(next) => setParameters({ sort: next })}
          empty={
            q ? (
              <NothingFound onClear={() => setParameters({ q: null })} />
            ) : (
              <Empty icon="building" title={words.empty} text={words.emptyText} action={<Button onClick={() => setNew(true)}>{words.new}</Button>} />
            )
          }
        />
      </div>
      {isNew ? (
        <NewClient
          onClose={(id) => {
            if (id) go(`/clients/${id}`, { replace: true });
            else setNew(false);
          }}
        />
      ) : null}
    </Page>
  );
}
