/** A list of the server as a table shows it: page by page, its rows kept right by the feed and by changes on their way. */
import { changesOf, pageOf, row, type Entities, type EntityName, type Query, type Row, type Sent } from "../data";
import { type Listed, useList } from "../table/list";

/** `keep` narrows down further what the server's own filters can't say. */
export function useRows<E extends EntityName>(entity: E, query: Query, keep?: (fields: Entities[E]) => boolean): Listed<Row<E>> {
  const list = useList<Sent<E>>(
    async (after, limit, signal) => {
      const page = await pageOf(entity, { ...query, after, limit, total: after || keep ? undefined : true }, signal);
      return keep ? { ...page, items: page.items.filter(({ fields }) => keep(fields)) } : page;
    },
    JSON.stringify([entity, query, Boolean(keep)]),
    changesOf(entity).value,
  );
  return { ...list, rows: list.rows.map((sent) => row(entity, sent.id) ?? { ...sent, entity, pending: false }) };
}

/** The order that was asked for, where the list can be sorted so; otherwise the usual one. */
export function sortOf(asked: string | null, columns: readonly { readonly sort?: string }[], usual: string): string {
  return asked && columns.some(({ sort }) => sort === asked.replace(/^-/, "")) ? asked : usual;
}
