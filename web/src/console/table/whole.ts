/** A list that is read whole and follows the server, as a table shows it. */
import type { EntityName, List, Row } from "../data";
import type { Listed } from "./list";

export function whole<E extends EntityName>(list: List<E>, arrange: (rows: readonly Row<E>[]) => readonly Row<E>[]): Listed<Row<E>> {
  return {
    rows: arrange(list.rows.value),
    loading: !list.isReady && !list.problem,
    growing: false,
    error: list.problem,
    more: false,
    grow: () => {},
    reload: () => void list.read(),
  };
}
