/** A list of the server as a table shows it: page by page, its rows kept right by the feed and by changes on their way. */
import { changesOf, pageOf, row, type EntityName, type Query, type Row, type Sent } from "../data";
import { type Listed, useList } from "../table/list";

export function useRows<E extends EntityName>(entity: E, query: Query): Listed<Row<E>> {
  const list = useList<Sent<E>>(
    (after, limit, signal) => pageOf(entity, { ...query, after, limit, total: after ? undefined : true }, signal),
    JSON.stringify([entity, query]),
    changesOf(entity).value,
  );
  return { ...list, rows: list.rows.map((sent) => row(entity, sent.id) ?? { ...sent, entity, pending: false }) };
}

/** The order that was asked for, where the list can be sorted so; otherwise the usual one. */
export function sortOf(asked: string | null, columns: readonly { readonly sort?: string }[], usual: string): string {
  return asked && columns.some(({ sort }) => sort === asked.replace(/^-/, "")) ? asked : usual;
}
