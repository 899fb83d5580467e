/**
 * The one table of the console: columns sorted as far as the server sorts them, pages, chosen rows with what can be done to
 * them, and one list of cards on a phone. A row is opened by its first column's link; arrow keys go from row to row.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { Button, Empty, Icon, Notice } from "../../ui";
import { c } from "../words";
import { allOrNone, direction, present, toggled, turned, type Sort } from "./choice";
import { useKeptScroll } from "./kept";
import type { Listed } from "./list";
import "./table.css";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** What the server calls it in `sort`; a column without is not sorted by. */
  readonly sort?: string;
  /** `fit`: no wider than its words. `end`: a number. `wide`: takes what is left. */
  readonly look?: "fit" | "end" | "wide";
  /** Left out of the cards on a phone. */
  readonly desktopOnly?: boolean;
}

export interface Choosing {
  readonly chosen: ReadonlySet<string>;
  readonly choose: (chosen: ReadonlySet<string>) => void;
  /** What can be done to those chosen. */
  readonly actions: (ids: string[]) => ComponentChildren;
}

export interface TableProps<T> {
  /** What the list is of; said to assistive technology. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly list: Listed<T>;
  readonly id: (row: T) => string;
  /** What a row is called, for its checkbox. */
  readonly name: (row: T) => string;
  /** Where a row leads. */
  readonly href?: (row: T) => string;
  /** Or what opening it does. */
  readonly onOpen?: (row: T) => void;
  /** The row that is open beside the table. */
  readonly current?: string | undefined;
  readonly sort?: Sort | undefined;
  readonly onSort?: (sort: Sort) => void;
  readonly choosing?: Choosing;
  readonly empty: ComponentChildren;
}

/** The same place in the next row, or in the one before. */
function step(event: KeyboardEvent): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const from = event.target instanceof HTMLElement ? event.target : null;
  const row = from?.closest("tr");
  if (!by || !from || !row || from.matches("select, textarea, input:not([type=checkbox])")) return;
  const mark = from.matches("input") ? "input[type=checkbox]" : ".table__open";
  let next: Element | null = row;
  do next = by > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && !next.querySelector(mark));
  const goal = next?.querySelector<HTMLElement>(mark);
  if (!goal) return;
  event.preventDefault();
  goal.focus();
}

function Head<T>({ column, sort, onSort }: { column: Column<T>; sort: Sort | undefined; onSort: ((sort: Sort) => void) | undefined }) {
  const by = column.sort;
  const look = column.look ? ` table__cell--${column.look}` : "";
  if (!by || !onSort) {
    return (
      <th role="columnheader" scope="col" class={`table__head${look}`}>
        {column.title}
      </th>
    );
  }
  const way = direction(sort, by);
  return (
    <th role="columnheader" scope="col" class={`table__head${look}`} aria-sort={way}>
      <button type="button" class="table__sort" onClick={() => onSort(turned(sort, by))}>
        {column.title}
        <span class={`table__arrow table__arrow--${way}`}>
          <Icon name="down" />
        </span>
      </button>
    </th>
  );
}

function ChooseAll({ ids, chosen, choose }: { ids: string[]; chosen: ReadonlySet<string>; choose: Choosing["choose"] }) {
  const box = useRef<HTMLInputElement>(null);
  const count = present(chosen, ids).length;
  useEffect(() => {
    if (box.current) box.current.indeterminate = count > 0 && count < ids.length;
  });
  return (
    <input
      ref={box}
      type="checkbox"
      class="table__check"
      aria-label={c().table.chooseAll}
      checked={count > 0 && count === ids.length}
      onChange={() => choose(allOrNone(chosen, ids))}
    />
  );
}

/** Bones of rows while they are read. */
function Bones({ columns }: { columns: number }) {
  return (
    <tbody role="rowgroup" class="table__bones" aria-hidden="true">
      {Array.from({ length: 8 }, (_, row) => (
        <tr key={row}>
          {Array.from({ length: columns }, (_, cell) => (
            <td key={cell}>
              <span />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

export function Table<T>({ label, columns, list, id, name, href, onOpen, current, sort, onSort, choosing, empty }: TableProps<T>) {
  const words = c().table;
  const last = useRef<string | null>(null);
  const holder = useRef<HTMLDivElement>(null);
  useKeptScroll(holder, list.rows.length > 0);
  const ids = list.rows.map(id);
  const chosen = choosing ? present(choosing.chosen, ids) : [];
  const body = (row: T, column: Column<T>, at: number) => {
    if (at > 0) return column.cell(row);
    if (href) {
      return (
        <a class="table__open" href={href(row)} aria-current={current === id(row) ? "true" : undefined}>
          {column.cell(row)}
        </a>
      );
    }
    return onOpen ? (
      <button type="button" class="table__open" aria-pressed={current === id(row)} onClick={() => onOpen(row)}>
        {column.cell(row)}
      </button>
    ) : (
      column.cell(row)
    );
  };
  if (!list.loading && !list.error && !list.rows.length) return <div class="table__empty">{empty}</div>;
  return (
    <div class="table" ref={holder}>
      {choosing && chosen.length ? (
        <div class="table__chosen" role="group" aria-label={words.chosen(chosen.length)}>
          <span class="strong number">{words.chosen(chosen.length)}</span>
          <div class="line line--wrap grow">{choosing.actions(chosen)}</div>
          <Button kind="quiet" onClick={() => choosing.choose(new Set())}>
            {words.chooseNone}
          </Button>
        </div>
      ) : null}
      {list.error ? (
        <Notice tone="fail" icon="warning" title={list.rows.length ? words.staleTitle : words.failedTitle} action={<div><Button onClick={list.reload}>{words.again}</Button></div>}>
          {explain(list.error)}
        </Notice>
      ) : null}
      {list.error && !list.rows.length ? null : (
        <div class="table__scroll" tabIndex={-1}>
          <table role="table" aria-label={label} aria-busy={list.loading} class="table__table">
            <thead role="rowgroup">
              <tr role="row">
                {choosing ? (
                  <th role="columnheader" scope="col" class="table__head table__cell--check">
                    <ChooseAll ids={ids} chosen={choosing.chosen} choose={choosing.choose} />
                  </th>
                ) : null}
                {columns.map((column) => (
                  <Head key={column.key} column={column} sort={sort} onSort={onSort} />
                ))}
              </tr>
            </thead>
            {list.loading ? (
              <Bones columns={columns.length + (choosing ? 1 : 0)} />
            ) : (
              <tbody role="rowgroup" onKeyDown={step}>
                {list.rows.map((row) => {
                  const own = id(row);
                  const isOn = choosing?.chosen.has(own) ?? false;
                  return (
                    <tr key={own} role="row" class={["table__row", isOn && "table__row--chosen", current === own && "table__row--current"].filter(Boolean).join(" ")}>
                      {choosing ? (
                        <td role="cell" class="table__cell table__cell--check">
                          <input
                            type="checkbox"
                            class="table__check"
                            aria-label={words.choose(name(row))}
                            checked={isOn}
                            onClick={(event) => {
                              choosing.choose(toggled(choosing.chosen, ids, own, event.shiftKey ? last.current : null));
                              last.current = own;
                            }}
                          />
                        </td>
                      ) : null}
                      {columns.map((column, at) => (
                        <td
                          key={column.key}
                          role="cell"
                          data-label={at > 0 ? column.title : undefined}
                          class={["table__cell", column.look && `table__cell--${column.look}`, column.desktopOnly && "table__cell--desktop", at === 0 && "table__cell--first"].filter(Boolean).join(" ")}
                        >
                          {body(row, column, at)}
                        </td>
                      ))}
                    </tr>
                  );
                })}
              </tbody>
            )}
          </table>
        </div>
      )}
      {list.loading ? (
        <p class="sr-only" role="status">
          {words.loading}
        </p>
      ) : null}
      {list.rows.length ? (
        <div class="table__foot">
          <span class="muted small number">{list.more ? (list.total ? words.shownOf(list.rows.length, list.total) : words.shownOfMore(list.rows.length)) : words.shown(list.rows.length)}</span>
          {list.more ? (
            <Button kind="quiet" busy={list.growing} onClick={list.grow}>
              {words.more}
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

/** What a list without any rows says; a filter that fits nothing can be taken off. */
export function NothingFound({ onClear }: { onClear?: () => void }) {
  const words = c().table;
  return <Empty icon="search" title={words.nothing} text={words.nothingText} action={onClear ? <Button onClick={onClear}>{words.clear}</Button> : undefined} />;
}
