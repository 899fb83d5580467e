/** Every asset of every client, found by what stands on it. */
import { KINDS } from "../../app/model/asset-form";
import { t } from "../../i18n";
import { to } from "../../app/router";
import { Empty, LinkButton } from "../../ui";
import { row, useRecords, type Row } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { sortOf, useRows } from "../parts/rows";
import { setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch, FilterSelect } from "../table/filters";
import { NothingFound, Table, type Column } from "../table/table";
import { c } from "../words";
import { STATUSES } from "./form";

const NAMES = ["q", "client", "site", "kind", "status"] as const;

export default function Assets({ query }: PageProps) {
  const words = c().assets;
  const filter = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""])) as Record<(typeof NAMES)[number], string>;
  const sites = useRecords("site").rows.value;
  const clients = useRecords("client").rows.value;
  const isFiltered = NAMES.some((name) => filter[name]);
  const columns: Column<Row<"asset">>[] = [
    { key: "name", title: words.name, sort: "name", cell: ({ fields }) => fields.name },
    { key: "tag", title: words.tag, sort: "tag", look: "fit", cell: ({ fields }) => <span class="mono">{fields.tag ?? ""}</span> },
    { key: "kind", title: words.kind, sort: "kind", look: "fit", cell: ({ fields }) => t().assetKind[fields.kind] },
    { key: "model", title: words.model, cell: ({ fields }) => [fields.manufacturer, fields.model].filter(Boolean).join(" ") },
    { key: "serial", title: words.serial, sort: "serial", look: "fit", desktopOnly: true, cell: ({ fields }) => <span class="mono">{fields.serial ?? ""}</span> },
    {
      key: "place",
      title: words.place,
      look: "wide",
      cell: ({ fields }) => {
        const site = row("site", fields.site_id)?.fields;
        return [row("client", site?.client_id)?.fields.name, site?.name, fields.location].filter(Boolean).join(" · ");
      },
    },
    { key: "status", title: words.status, sort: "status", look: "fit", cell: ({ fields }) => t().assetStatus[fields.status] },
  ];
  const sort = sortOf(query.get("sort"), columns, "name");
  const assets = useRows("asset", { ...filter, sort });
  const byLabel = (a: { label: string }, b: { label: string }) => a.label.localeCompare(b.label);
  const companies = clients.map(({ id, fields }) => ({ value: id as string, label: fields.name })).sort(byLabel);
  const own = filter.client ? sites.filter(({ fields }) => fields.client_id === filter.client) : sites;
  const places = own
    .map(({ id, fields }) => ({ value: id as string, label: filter.client ? fields.name : `${row("client", fields.client_id)?.fields.name ?? ""} · ${fields.name}` }))
    .sort(byLabel);
  return (
    <Page
      title={words.title}
      actions={
        <>
          <LinkButton icon="label" href={to("/labels")}>
            {c().labels.title}
          </LinkButton>
          <LinkButton icon="upload" href={to("/import")}>
            {c().clients.import}
          </LinkButton>
        </>
      }
    >
      <div class="stack">
        <Filters label={c().table.filters} end={<ExportMenu path="/v1/assets" name={words.title} query={{ ...filter, sort }} />}>
          <FilterSearch label={words.search} value={filter.q} onChange={(q) => setParameters({ q })} />
          <FilterSelect label={words.client} all={words.all} value={filter.client} options={companies} onChange={(client) => setParameters({ client, site: null })} />
          <FilterSelect label={words.site} all={words.all} value={filter.site} options={places} onChange={(site) => setParameters({ site })} />
          <FilterSelect
            label={words.kind}
            all={words.all}
            value={filter.kind}
            options={KINDS.map((value) => ({ value: value as string, label: t().assetKind[value] }))}
            onChange={(kind) => setParameters({ kind })}
          />
          <FilterSelect
            label={words.status}
            all={words.all}
            value={filter.status}
            options={STATUSES.map((value) => ({ value: value as string, label: t().assetStatus[value] }))}
            onChange={(status) => setParameters({ status })}
          />
        </Filters>
        <Table
          label={words.title}
          columns={columns}
          list={assets}
          id={({ id }) => id}
          name={({ fields }) => fields.name}
          href={({ id }) => to(`/assets/${id}`)}
          sort={sort}
          onSort={(next) => setParameters({ sort: next })}
          empty={
            isFiltered ? (
              <NothingFound onClear={() => setParameters(Object.fromEntries(NAMES.map((name) => [name, null])))} />
            ) : (
              <Empty icon="asset" title={words.empty} text={words.emptyText} action={<LinkButton href={to("/clients")}>{c().shell.clients}</LinkButton>} />
            )
          }
        />
      </div>
    </Page>
  );
}
