/** A list that the server sorts, narrows down and gives page by page; its rows are the store's, so what is done to one shows at once. */
import { changesOf, get, plural, row, take, type EntityName, type Page, type Row, type Sent } from "../data";
import type { Query } from "../data";
import { useList, type Listed } from "../table/list";

export function useRows<E extends EntityName>(entity: E, query: Query): Listed<Row<E>> {
  const list = useList<string>(
    async (after, limit, signal) => {
      const page = await get<Page<Sent<E>>>(`/v1/${plural[entity]}`, { ...query, after, limit }, { signal });
      for (const one of page.items) take(entity, one);
      return { items: page.items.map(({ id }) => id), next: page.next ?? null };
    },
    `${entity} ${JSON.stringify(query)}`,
    changesOf(entity).value,
  );
  return { ...list, rows: list.rows.map((id) => row(entity, id)).filter((one) => one !== undefined) };
}
