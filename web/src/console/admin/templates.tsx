/** Every checklist in its newest version. */
import { bilingual } from "../../app/model/bilingual";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Empty, LinkButton, Notice } from "../../ui";
import { search } from "../../app/model/search";
import { useRecords, type Row } from "../data";
import type { PageProps } from "../pages";
import { setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch } from "../table/filters";
import { NothingFound, Table, type Column } from "../table/table";
import { whole } from "../table/whole";
import { c } from "../words";
import { AdminPage, isManager } from "./admin";
import { draftOf } from "./drafts";
import { allItems } from "./template";

type TemplateRow = Row<"checklist_template">;

/** The newest version of each family. */
export function newest(rows: readonly TemplateRow[]): TemplateRow[] {
  const found = new Map<string, TemplateRow>();
  for (const row of rows) {
    const known = found.get(row.fields.family_id);
    if (!known || known.fields.version < row.fields.version) found.set(row.fields.family_id, row);
  }
  return [...found.values()];
}

export default function Templates({ query }: PageProps) {
  const words = c().admin.checklists;
  const text = query.get("q") ?? "";
  const records = useRecords("checklist_template");
  const list = whole(records, (rows) => search(newest(rows), text, ({ fields }) => [fields.name.en, fields.name["zh-CN"]]).sort((a, b) => bilingual(a.fields.name).localeCompare(bilingual(b.fields.name))));
  const columns: Column<TemplateRow>[] = [
    {
      key: "name",
      title: words.name,
      look: "wide",
      cell: ({ fields }) => (
        <span class="line line--wrap">
          {bilingual(fields.name)}
          {draftOf(fields.family_id) ? <Badge tone="flag">{words.draftBrief}</Badge> : null}
        </span>
      ),
    },
    { key: "kind", title: words.kind, cell: ({ fields }) => t().assetKind[fields.asset_kind] },
    { key: "items", title: words.items, look: "end", cell: ({ fields }) => String(allItems(fields).length) },
    { key: "version", title: words.version, look: "end", cell: ({ fields }) => String(fields.version) },
  ];
  return (
    <AdminPage
      part="templates"
      actions={
        isManager() ? (
          <LinkButton kind="primary" icon="plus" href={to("/admin/templates/new")}>
            {words.new}
          </LinkButton>
        ) : undefined
      }
    >
      <div class="stack">
        {draftOf("new") ? <Notice tone="flag" icon="sheet" title={words.newDraft} action={<div><LinkButton href={to("/admin/templates/new")}>{words.goOn}</LinkButton></div>} /> : null}
        <Filters label={c().table.filters} end={<ExportMenu path="/v1/checklist-templates" name={c().admin.templates} query={{ q: text }} />}>
          <FilterSearch label={words.search} value={text} onChange={(q) => setParameters({ q })} />
        </Filters>
        <Table
          label={c().admin.templates}
          columns={columns}
          list={list}
          id={({ id }) => id}
          name={({ fields }) => bilingual(fields.name)}
          href={({ id }) => to(`/admin/templates/${id}`)}
          empty={text ? <NothingFound onClear={() => setParameters({ q: null })} /> : <Empty icon="sheet" title={words.empty} text={words.emptyText} />}
        />
      </div>
    </AdminPage>
  );
}
