/** The list of conflicts, open or decided, by site and by who entered the value that came in. */
import { useEffect, useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { ago, dateAndTime } from "../../app/model/format";
import { go, place } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, Empty } from "../../ui";
import { row, user, type EntityName, type Row } from "../data";
import { useRows } from "../parts/rows";
import { addressWith, setParameters, withParameters } from "../table/address";
import { ExportMenu, FilterSelect, Filters } from "../table/filters";
import { Split } from "../table/split";
import { NothingFound, Table, type Column } from "../table/table";
import { nameOf } from "../values";
import { c } from "../words";
import { decideMany } from "./decide";
import { ConflictDetail } from "./detail";
import { isNobodys, mayDecide, type Claim, type Conflict } from "./conflict";
import type { Counts } from "./counts";
import { placeName, siteOf } from "./where";

type ConflictRow = Row<"conflict">;

/** Who a side is by. */
export const personOf = (claim: Claim): string => (claim.user_id ? nameOf("user", claim.user_id) : c().inbox.server);

/** A kind of record in a few letters, and what this one is called. */
export function aboutName({ entity, row_id }: Conflict): string {
  const kind = (t().entity as Record<string, string>)[entity] ?? entity;
  const known = row(entity as EntityName, row_id);
  return known ? `${kind}: ${nameOf(entity as EntityName, row_id)}` : kind;
}

export const fieldTitle = ({ kind, field }: Conflict): string => (kind === "deleted" ? c().inbox.kinds.deleted : (t().field[field] ?? field.replaceAll("_", " ")));

/** Whom the list names: a side that nobody wrote says nothing. */
const author = ({ current, incoming }: Conflict): string => personOf(isNobodys(incoming) ? current : incoming);

export function Conflicts({ query, counts, isDecided }: { query: URLSearchParams; counts: Counts | undefined; isDecided: boolean }) {
  const words = c().inbox;
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [site, by, kind, open] = ["site", "by", "kind", "id"].map((name) => query.get(name) ?? "") as [string, string, string, string];
  const status = isDecided ? "resolved" : "open";
  // What waits longest comes first; of what was decided, the last.
  const sort = query.get("sort") ?? (isDecided ? "-decided_at" : "opened_at");
  const asked = { status, site, author: by, kind, sort };
  const read = useRows("conflict", asked);
  // One decided just now has left before the list is read again.
  const list = { ...read, rows: read.rows.filter(({ fields }) => fields.status === status) };
  const at = ({ fields }: ConflictRow) => (isDecided ? (fields.resolution?.at ?? "") : fields.opened_at);
  const ids = list.rows.map(({ id }) => id);
  const place_ = ids.indexOf(open);
  const step = (by_: number) => {
    const next = ids[place_ + by_];
    if (next) setParameters({ id: next });
  };
  // The next one comes up by itself when one has been decided and has left the list.
  const [after, setAfter] = useState<string | null>(null);
  useEffect(() => {
    if (place_ >= 0) setAfter(ids[place_ + 1] ?? ids[place_ - 1] ?? null);
  }, [open, ids.join(" ")]);
  const onDecided = () => setParameters({ id: after });
  const filtered = Boolean(site || by || kind);
  const clear = () => setParameters({ site: null, by: null, kind: null });

  const columns: Column<ConflictRow>[] = [
    { key: "what", title: words.what, cell: ({ fields }) => aboutName(fields), ...(open ? {} : { look: "wide" as const }) },
    {
      key: "field",
      title: words.field,
      sort: "field",
      cell: ({ fields }) => (fields.kind === "field" || fields.kind === "deleted" ? fieldTitle(fields) : <Badge tone="flag">{words.kinds[fields.kind]}</Badge>),
    },
  ];
  const wide: Column<ConflictRow>[] = [
    { key: "where", title: words.where, cell: ({ fields }) => placeName(siteOf(fields.entity, fields.row_id)) },
    { key: "who", title: words.who, cell: ({ fields }) => author(fields) },
  ];
  const when: Column<ConflictRow> = {
    key: "when",
    title: words.when,
    look: "fit",
    sort: isDecided ? "decided_at" : "opened_at",
    cell: (one) => <time title={dateAndTime(at(one))}>{ago(Date.parse(at(one)), now.value)}</time>,
  };
  const outcome: Column<ConflictRow> = { key: "outcome", title: words.outcome, cell: ({ fields }) => (fields.resolution ? words.choice[fields.resolution.choice] : "") };
  const shown = open ? [...columns, ...(isDecided ? [outcome] : []), when] : [...columns, ...wide, ...(isDecided ? [outcome] : []), when];
  const options = (entity: "site" | "user", of: readonly { id: string; open: number }[] | undefined) =>
    (of ?? []).map(({ id, open: count }) => ({ value: id, label: words.counted(entity === "site" ? placeName(id) : nameOf(entity, id), count) }));
  const chosenRows = (picked: string[]) => list.rows.filter(({ id }) => picked.includes(id));
  return (
    <Split
      list={
        <>
          <Filters label={c().table.filters} end={open ? undefined : <ExportMenu path="/v1/conflicts" name={words.conflicts} query={asked} />}>
            <FilterSelect label={words.bySite} all={words.anywhere} value={site} options={options("site", counts?.sites)} onChange={(next) => setParameters({ site: next, id: null })} />
            <FilterSelect label={words.byPerson} all={words.anybody} value={by} options={options("user", counts?.authors)} onChange={(next) => setParameters({ by: next, id: null })} />
            <FilterSelect
              label={words.kind}
              all={words.everyKind}
              value={kind as Conflict["kind"] | ""}
              options={(["field", "status", "duplicate_tag", "deleted"] as const).map((value) => ({ value, label: words.kinds[value] }))}
              onChange={(next) => setParameters({ kind: next, id: null })}
            />
          </Filters>
          <Table
            label={isDecided ? words.decided : words.conflicts}
            columns={shown}
            list={list}
            id={({ id }) => id}
            name={({ fields }) => `${aboutName(fields)}, ${fieldTitle(fields)}`}
            href={({ id }) => addressWith({ id })}
            current={open || undefined}
            sort={sort}
            onSort={(next) => setParameters({ sort: next })}
            {...(isDecided || !mayDecide(user.value?.role)
              ? {}
              : {
                  choosing: {
                    chosen,
                    choose,
                    actions: (picked: string[]) => (
                      <>
                        <Button onClick={() => void decideMany(chosenRows(picked), "keep_current").then(() => choose(new Set()))}>{words.bulkKeep}</Button>
                        <Button onClick={() => void decideMany(chosenRows(picked), "take_incoming").then(() => choose(new Set()))}>{words.bulkTake}</Button>
                      </>
                    ),
                  },
                })}
            empty={
              filtered ? (
                <NothingFound onClear={clear} />
              ) : (
                <Empty icon="check" title={isDecided ? words.emptyDecided : words.empty} text={words.emptyText} />
              )
            }
          />
        </>
      }
      detail={
        open ? (
          <ConflictDetail
            key={open}
            id={open}
            position={place_ >= 0 ? words.place(place_ + 1, ids.length) : ""}
            onStep={step}
            canStep={{ back: place_ > 0, on: place_ >= 0 && place_ < ids.length - 1 }}
            onDecided={onDecided}
            onClose={() => go(withParameters(place.value.path, query, { id: null }), { replace: true })}
          />
        ) : null
      }
    />
  );
}
