/** What was brought in before, and what still is being: each opens how far it is, or what became of its rows. */
import { now } from "../../app/model/clock";
import { dateAndTime, when } from "../../app/model/format";
import { Badge, Empty, type Tone } from "../../ui";
import { get, useEvery, useLoaded } from "../data";
import { addressWith } from "../table/address";
import { Table, type Column } from "../table/table";
import { nameOf } from "../values";
import { c } from "../words";
import { type Standing, worthListing } from "./import";

const TONES: Record<Standing["state"], Tone> = { running: "accent", done: "pass", failed: "fail", interrupted: "flag" };

/** How often the list is read again while something in it goes on, in milliseconds. */
const EVERY = 2_000;

/** How many rows were refused, which an import tells for itself. */
function Refused({ id }: { id: string }) {
  const { value } = useLoaded(`import ${id}`, (signal) => get<Standing>(`/v1/imports/${id}`, {}, { signal }));
  const refused = value?.counts?.refused;
  return refused ? <span class="import-refused">{refused}</span> : <>{refused}</>;
}

export function Earlier() {
  const words = c().imports;
  const loaded = useLoaded("imports", (signal) => get<Standing[]>("/v1/imports", {}, { signal }));
  const rows = worthListing(loaded.value ?? []);
  useEvery(EVERY, () => {
    if (rows.some(({ state }) => state === "running")) loaded.reload();
  });
  const columns: Column<Standing>[] = [
    { key: "file", title: words.file, look: "wide", cell: ({ file_name, format }) => file_name || words.formats[format] },
    { key: "when", title: words.when, look: "fit", cell: ({ created_at }) => <time title={dateAndTime(created_at)}>{when(created_at, now.value)}</time> },
    { key: "who", title: words.who, cell: ({ user_id }) => nameOf("user", user_id) },
    { key: "state", title: words.state, look: "fit", cell: ({ state, dry_run }) => <Badge tone={TONES[state]}>{dry_run ? words.checking : words.states[state]}</Badge> },
    { key: "rows", title: words.rowsDone, look: "end", cell: ({ done, total }) => (total ? words.rows(done, total) : "") },
    { key: "refused", title: words.outcome.refused, look: "end", cell: ({ id, state }) => (state === "done" ? <Refused id={id} /> : "") },
  ];
  return (
    <section class="stack" aria-labelledby="imports-earlier">
      <h2 id="imports-earlier" class="section__title">
        {words.earlier}
      </h2>
      <Table
        label={words.earlier}
        columns={columns}
        list={{
          rows,
          loading: !loaded.value && !loaded.problem,
          growing: false,
          error: loaded.problem,
          more: false,
          grow: () => {},
          reload: loaded.reload,
        }}
        id={({ id }) => id}
        name={({ file_name }) => file_name}
        href={({ id }) => addressWith({ id })}
        empty={<Empty icon="upload" title={words.noneYet} text={words.noneYetText} />}
      />
    </section>
  );
}
