/** What phones sent and could not be applied, oldest first. */
import { useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { ago, dateAndTime } from "../../app/model/format";
import { t } from "../../i18n";
import { Empty } from "../../ui";
import { changesOf, get, row, useEvery, type EntityName, type Page } from "../data";
import { addressWith, setParameters } from "../table/address";
import { ExportMenu, FilterSelect, Filters } from "../table/filters";
import { useList } from "../table/list";
import { Split } from "../table/split";
import { Table, type Column } from "../table/table";
import { nameOf } from "../values";
import { c } from "../words";
import { KeptDetail } from "./kept";
import { readOperation, type Kept } from "./operation";
import { placeName, siteOf, siteOfFields } from "./where";

/** How often it is read again, in milliseconds: what comes in here is in no feed. */
const EVERY = 30_000;

/** What an operation is about, in words. */
export function operationName(kept: Kept): string {
  const operation = readOperation(kept.operation);
  if (!operation) return c().inbox.quarantined.unread;
  const kind = (t().entity as Record<string, string>)[operation.entity] ?? operation.entity;
  const own = [operation.set.name, operation.set.title, operation.set.text].find((text) => typeof text === "string" && text);
  // What was to be made is not there to be asked for.
  const known = operation.kind === "create" ? undefined : row(operation.entity as EntityName, operation.row);
  const name = known ? nameOf(operation.entity as EntityName, operation.row) : (own as string | undefined);
  return `${t().sync.kind[operation.kind]}: ${name ? `${kind} ${name}` : kind}`;
}

/** Why it could not be applied, in a sentence; in the server's words where the reason is one of a newer server. */
export const whyKept = ({ reason, detail }: Kept): string => (c().inbox.quarantined.reasons as Record<string, string>)[reason] ?? detail;

const siteOfKept = (kept: Kept): string => {
  const operation = readOperation(kept.operation);
  return operation ? placeName(siteOfFields(operation.set) ?? (operation.kind === "create" ? undefined : siteOf(operation.entity, operation.row))) : "";
};

const person = (id: string | null | undefined): string => (id ? nameOf("user", id) : c().inbox.server);

export function Quarantine({ query }: { query: URLSearchParams }) {
  const words = c().inbox;
  const q = words.quarantined;
  const [turn, setTurn] = useState(0);
  const [open, decided] = [query.get("id") ?? "", query.get("decided") === "true"];
  const readAgain = () => setTurn((count) => count + 1);
  useEvery(EVERY, readAgain);
  const onChange = () => {
    readAgain();
    // What waits is counted with the conflicts, here and beside the place.
    changesOf("conflict").value += 1;
  };
  const asked = decided ? { decided } : {};
  const list = useList<Kept>((after, limit, signal) => get<Page<Kept>>("/v1/quarantine", { ...asked, after, limit }, { signal }), `${decided}`, turn);
  const columns: Column<Kept>[] = [
    { key: "what", title: words.what, cell: operationName, look: "wide" },
    { key: "why", title: q.reason, cell: (kept) => whyKept(kept) },
  ];
  const wide: Column<Kept>[] = [
    { key: "where", title: words.where, cell: siteOfKept },
    { key: "who", title: words.who, cell: ({ user_id }) => person(user_id) },
    ...(decided ? [{ key: "outcome", title: words.outcome, cell: ({ decision }: Kept) => (decision ? (decision.applied ? q.wasApplied : q.wasDiscarded) : "") }] : []),
  ];
  const when: Column<Kept> = {
    key: "when",
    title: q.received,
    look: "fit",
    cell: ({ received_at }) => <time title={dateAndTime(received_at)}>{ago(Date.parse(received_at), now.value)}</time>,
  };
  const ids = list.rows.map(({ id }) => id);
  const at = ids.indexOf(open);
  const kept = list.rows[at];
  return (
    <Split
      list={
        <>
          <Filters label={c().table.filters} end={kept ? undefined : <ExportMenu path="/v1/quarantine" name={words.quarantine} query={asked} />}>
            <FilterSelect
              label={words.list}
              value={decided ? "all" : "open"}
              options={[
                { value: "open", label: q.waiting },
                { value: "all", label: q.everything },
              ]}
              onChange={(next) => setParameters({ decided: next === "all" ? "true" : null, id: null })}
            />
          </Filters>
          <Table
            label={words.quarantine}
            columns={open ? [...columns, when] : [...columns, ...wide, when]}
            list={list}
            id={({ id }) => id}
            name={operationName}
            href={({ id }) => addressWith({ id })}
            current={open || undefined}
            empty={<Empty icon="check" title={words.emptyQuarantine} text={words.emptyQuarantineText} />}
          />
        </>
      }
      detail={
        kept ? (
          <KeptDetail
            key={kept.id}
            kept={kept}
            position={words.place(at + 1, ids.length)}
            canStep={{ back: at > 0, on: at < ids.length - 1 }}
            onStep={(by) => setParameters({ id: ids[at + by] ?? null })}
            onDecided={() => {
              if (!decided) setParameters({ id: ids[at + 1] ?? ids[at - 1] ?? null });
              onChange();
            }}
            onTakenBack={onChange}
            onClose={() => setParameters({ id: null })}
          />
        ) : null
      }
    />
  );
}
