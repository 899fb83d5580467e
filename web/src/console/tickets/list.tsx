/** Tickets: what waits for whom, with filters that are kept, and what can be done to many at once. */
import { useEffect, useState } from "preact/hooks";
import { shortDate } from "../../app/model/format";
import { go, to } from "../../app/router";
import { t } from "../../i18n";
import { Button, Dialog, Empty, IconButton, Select, TextField } from "../../ui";
import { explain } from "../../app/model/explain";
import { change, row, standing, undo, useRecords, user, type Entities, type Row } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { Picker } from "../parts/picker";
import { told } from "../parts/tell";
import { Ago } from "../parts/history";
import { toast } from "../../ui";
import { sortOf, useRows } from "../parts/rows";
import { setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch, FilterSelect, Menu } from "../table/filters";
import { NothingFound, Table, type Column } from "../table/table";
import { Views } from "../table/views";
import { c } from "../words";
import { TicketPriority, TicketStatus } from "./badges";
import { NOBODY, OPEN, OVER, PRIORITIES, queryOf, type Filter, type Priority, type Status } from "./lists";
import { forget, keep, kept } from "./views";

const NAMES = ["view", "status", "priority", "assignee", "client", "q"] as const;

/** Changes sent at the same time. */
const TOGETHER = 4;

/** Changes many, each for itself; those that were refused stay as they were and say why. */
async function changeAll(ids: readonly string[], fields: (ticket: Entities["ticket"]) => Partial<Entities["ticket"]> | null): Promise<void> {
  const words = c().tickets;
  const done: Row<"ticket">[] = [];
  let why: unknown;
  const queue = [...ids];
  const work = async () => {
    for (let id = queue.shift(); id; id = queue.shift()) {
      const now = standing<"ticket">(id);
      const set = now && fields(now.fields);
      if (!set) continue;
      try {
        const after = await change("ticket", id, set);
        if (after) done.push(after);
      } catch (error) {
        why ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  const refused = ids.length - done.length;
  if (why && refused) toast(words.bulkSome(done.length, refused, explain(why)), { failed: true });
  else told(words.bulkDone(done.length), async () => {
    for (const one of done) await undo("ticket", one.id, one.version);
  });
}

type Ask = { ids: string[]; about: "assignee" | "status" | "priority" };

function Bulk({ ask, onClose }: { ask: Ask; onClose: () => void }) {
  const words = c().tickets;
  const people = useRecords("user").rows.value.filter(({ fields }) => fields.active);
  const [chosen, setChosen] = useState<string>(ask.about === "status" ? "in_progress" : ask.about === "priority" ? "high" : "");
  const titles = { assignee: words.assign, status: words.setStatus, priority: words.setPriority };
  const save = () => {
    onClose();
    void changeAll(ask.ids, (ticket) => {
      if (ask.about === "assignee") return { assignee_id: chosen || null };
      if (ask.about === "priority") return { priority: chosen as Priority };
      return ticket.status === chosen ? null : { status: chosen as Status };
    });
  };
  return (
    <Dialog
      title={titles[ask.about]}
      onClose={onClose}
      closeLabel={t().ui.close}
      onSubmit={save}
      actions={
        <>
          <Button kind="primary" type="submit">
            {t().ui.save}
          </Button>
          <Button onClick={onClose}>{t().ui.cancel}</Button>
        </>
      }
    >
      {ask.about === "assignee" ? (
        <Picker label={words.assignee} value={chosen} none={words.nobody} choices={people.map(({ id, fields }) => ({ value: id, label: fields.name }))} onChange={setChosen} />
      ) : (
        <Select
          label={ask.about === "status" ? words.status : words.priority}
          value={chosen}
          options={
            ask.about === "status"
              ? [...OPEN, ...OVER].filter((one) => one !== "new").map((value) => ({ value: value as string, label: t().ticketStatus[value] }))
              : PRIORITIES.map((value) => ({ value: value as string, label: t().priority[value] }))
          }
          onChange={setChosen}
        />
      )}
    </Dialog>
  );
}

function KeepView({ filter, onClose }: { filter: string; onClose: () => void }) {
  const words = c().tickets;
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const save = () => {
    setTried(true);
    if (!name.trim()) return;
    keep({ name: name.trim(), filter });
    onClose();
  };
  return (
    <Dialog title={words.saveView} onClose={onClose} closeLabel={t().ui.close} onSubmit={save} actions={<Button kind="primary" type="submit">{t().ui.save}</Button>}>
      <TextField label={words.saveViewName} hint={words.saveViewText} value={name} onInput={setName} error={tried && !name.trim() ? t().ui.required : undefined} maxLength={40} />
    </Dialog>
  );
}

export default function Tickets({ query }: PageProps) {
  const words = c().tickets;
  const filter = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""])) as unknown as Filter;
  const visits = [useVisits("planned"), useVisits("scheduled"), useVisits("accepted")].flat();
  const people = useRecords("user").rows.value.filter(({ fields }) => fields.active);
  const clients = useRecords("client").rows.value;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [ask, setAsk] = useState<Ask | null>(null);
  const [isKeeping, setKeeping] = useState(false);
  const next = new Map(visits.flatMap(({ fields }) => fields.ticket_ids.map((ticket) => [ticket, fields.planned_start] as const)));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches("input, textarea, select");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.key.toLowerCase() !== "n") return;
      event.preventDefault();
      go("/tickets/new");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const columns: Column<Row<"ticket">>[] = [
    {
      key: "title",
      title: words.ticket,
      sort: "title",
      look: "wide",
      cell: ({ fields }) => (
        <>
          {fields.title} <span class="muted small number">{fields.number}</span>
        </>
      ),
    },
    { key: "client", title: words.client, cell: ({ fields }) => row("client", fields.client_id)?.fields.name ?? "…" },
    { key: "priority", title: words.priority, sort: "priority", look: "fit", cell: ({ fields }) => <TicketPriority of={fields.priority} /> },
    { key: "status", title: words.status, sort: "status", look: "fit", cell: ({ fields }) => <TicketStatus of={fields.status} /> },
    { key: "assignee", title: words.assignee, cell: ({ fields }) => (fields.assignee_id ? (row("user", fields.assignee_id)?.fields.name ?? "…") : <span class="muted">{words.nobody}</span>) },
    { key: "visit", title: words.visit, look: "fit", cell: ({ id }) => (next.get(id) ? <span class="number">{shortDate(next.get(id) ?? "")}</span> : <span class="muted">{words.noVisit}</span>) },
    { key: "reported", title: words.reported, sort: "reported_at", look: "fit", cell: ({ fields }) => (fields.reported_at ? <Ago at={fields.reported_at} /> : null) },
  ];
  const sort = sortOf(query.get("sort"), columns, "-reported_at");
  const asked = { ...queryOf(filter, user.value?.userId ?? ""), sort };
  const tickets = useRows("ticket", asked);
  const set = (changes: Partial<Record<(typeof NAMES)[number], string>>) => setParameters({ ...changes, ...(changes.view === undefined ? {} : { status: null }) });
  const clear = () => setParameters(Object.fromEntries(NAMES.map((name) => [name, null])));
  const isFiltered = NAMES.some((name) => name !== "view" && filter[name]);
  const current = new URLSearchParams([...NAMES.map((name) => [name, filter[name]] as [string, string]).filter(([, value]) => value), ["sort", sort]]).toString();
  const own = kept.value;
  return (
    <Page
      title={words.title}
      lead={
        <Views
          label={words.view}
          value={filter.view || "open"}
          options={[
            ...(["open", "mine", "unassigned", "urgent", "waiting", "solved"] as const).map((value) => ({ value: value as string, label: words.views[value] })),
            { value: "all", label: c().table.all },
          ]}
          onChange={(view) => set({ view: view === "open" ? "" : view })}
        />
      }
      actions={
        <Button kind="primary" icon="phone" onClick={() => go("/tickets/new")}>
          {words.new}
        </Button>
      }
    >
      <div class="stack">
        <Filters
          label={c().table.filters}
          end={
            <>
              {own.length ? <Menu label={words.view} icon="star" items={own.map(({ name, filter: of }) => ({ label: name, run: () => go(`/tickets?${of}`) }))} /> : null}
              {isFiltered ? (
                <Button kind="quiet" icon="star" onClick={() => setKeeping(true)}>
                  {words.saveView}
                </Button>
              ) : null}
              <ExportMenu path="/v1/tickets" name={words.title} query={asked} />
            </>
          }
        >
          <FilterSearch label={words.search} value={filter.q} onChange={(q) => set({ q })} />
          <FilterSelect
            label={words.status}
            all={c().table.all}
            value={filter.status as Status | ""}
            options={[...OPEN, ...OVER].map((value) => ({ value, label: t().ticketStatus[value] }))}
            onChange={(status) => set({ status })}
          />
          <FilterSelect
            label={words.priority}
            all={c().table.all}
            value={filter.priority as Priority | ""}
            options={PRIORITIES.map((value) => ({ value, label: t().priority[value] }))}
            onChange={(priority) => set({ priority })}
          />
          <FilterSelect
            label={words.assignee}
            all={c().table.all}
            value={filter.assignee}
            options={[{ value: NOBODY, label: words.nobody }, ...people.map(({ id, fields }) => ({ value: id as string, label: fields.name }))]}
            onChange={(assignee) => set({ assignee })}
          />
          <FilterSelect
            label={words.client}
            all={c().table.all}
            value={filter.client}
            options={clients.map(({ id, fields }) => ({ value: id as string, label: fields.name })).sort((a, b) => a.label.localeCompare(b.label))}
            onChange={(client) => set({ client })}
          />
          {own.filter(({ filter: of }) => of === current).map(({ name }) => (
            <IconButton key={name} icon="trash" label={words.forgetView(name)} onClick={() => forget(name)} />
          ))}
        </Filters>
        <Table
          label={words.title}
          columns={columns}
          list={tickets}
          id={({ id }) => id}
          name={({ fields }) => fields.title}
          href={({ id }) => to(`/tickets/${id}`)}
          sort={sort}
          onSort={(next) => setParameters({ sort: next })}
          choosing={{
            chosen,
            choose: setChosen,
            actions: (ids) => (
              <>
                <Button icon="person" onClick={() => setAsk({ ids, about: "assignee" })}>
                  {words.assign}
                </Button>
                <Button icon="check" onClick={() => setAsk({ ids, about: "status" })}>
                  {words.setStatus}
                </Button>
                <Button icon="flag" onClick={() => setAsk({ ids, about: "priority" })}>
                  {words.setPriority}
                </Button>
              </>
            ),
          }}
          empty={isFiltered ? <NothingFound onClear={clear} /> : <Empty icon="ticket" title={words.empty} text={words.emptyText} action={<Button onClick={() => go("/tickets/new")}>{words.new}</Button>} />}
        />
      </div>
      {ask ? <Bulk ask={ask} onClose={() => setAsk(null)} /> : null}
      {isKeeping ? <KeepView filter={current} onClose={() => setKeeping(false)} /> : null}
    </Page>
  );
}

/** Visits still to be: a ticket of theirs has one. */
const useVisits = (status: "planned" | "scheduled" | "accepted") => useRecords("visit", { status }, (visit) => visit.status === status).rows.value;

