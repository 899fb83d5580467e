/** Every asset of every client, found by what stands on it. */
import { t } from "../../i18n";
import { to } from "../../app/router";
import { Empty, LinkButton } from "../../ui";
import { changesOf, get, row, useRecords, type Page as Answer, type Sent } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { setParameters } from "../table/address";
import { Filters, FilterSearch, FilterSelect } from "../table/filters";
import { useList } from "../table/list";
import { NothingFound, Table, type Column } from "../table/table";
import { c } from "../words";
import { STATUSES } from "./form";

type Asset = Sent<"asset">;

export default function Assets({ query }: PageProps) {
  const words = c().assets;
  const filter = { search: query.get("q") ?? "", status: query.get("status") ?? "", site: query.get("site") ?? "" };
  const sites = useRecords("site").rows.value;
  useRecords("client");
  const assets = useList<Asset>((after, limit, signal) => get<Answer<Asset>>("/v1/assets", { ...filter, after, limit }, { signal }), JSON.stringify(filter), changesOf("asset").value);
  const isFiltered = Boolean(filter.search || filter.status || filter.site);
  const columns: Column<Asset>[] = [
    { key: "name", title: words.name, look: "wide", cell: ({ fields }) => fields.name },
    { key: "tag", title: words.tag, look: "fit", cell: ({ fields }) => <span class="mono">{fields.tag ?? ""}</span> },
    { key: "kind", title: words.kind, look: "fit", cell: ({ fields }) => t().assetKind[fields.kind] },
    { key: "model", title: words.model, cell: ({ fields }) => [fields.manufacturer, fields.model].filter(Boolean).join(" ") },
    { key: "serial", title: words.serial, look: "fit", desktopOnly: true, cell: ({ fields }) => <span class="mono">{fields.serial ?? ""}</span> },
    {
      key: "place",
      title: words.place,
      cell: ({ fields }) => {
        const site = row("site", fields.site_id)?.fields;
        return [row("client", site?.client_id)?.fields.name, site?.name, fields.location].filter(Boolean).join(" · ");
      },
    },
    { key: "status", title: words.status, look: "fit", cell: ({ fields }) => t().assetStatus[fields.status] },
  ];
  const places = sites
    .map(({ id, fields }) => ({ value: id as string, label: `${row("client", fields.client_id)?.fields.name ?? ""} · ${fields.name}` }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <Page title={words.title}>
      <div class="stack">
        <Filters label={c().table.filters}>
          <FilterSearch label={words.search} value={filter.search} onChange={(q) => setParameters({ q })} />
          <FilterSelect label={words.site} all={words.all} value={filter.site} options={places} onChange={(site) => setParameters({ site })} />
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
          empty={
            isFiltered ? (
              <NothingFound onClear={() => setParameters({ q: null, status: null, site: null })} />
            ) : (
              <Empty icon="asset" title={words.empty} text={words.emptyText} action={<LinkButton href={to("/clients")}>{c().shell.clients}</LinkButton>} />
            )
          }
        />
      </div>
    </Page>
  );
}
