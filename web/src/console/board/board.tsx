/** The board: who goes where, day and week, with what waits to be planned beside it. */
import { flushSync } from "preact/compat";
import { useEffect, useMemo, useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { longDate, shortDate } from "../../app/model/format";
import { go } from "../../app/router";
import { t } from "../../i18n";
import { Button, Dialog, Empty, IconButton, Search, Segmented } from "../../ui";
import { search } from "../../app/model/search";
import { readRow, row, standing, useRecords } from "../data";
import type { PageProps } from "../pages";
import { Page, Unread } from "../page";
import { attempt } from "../parts/tell";
import { NewVisit, soon, type Start } from "../visits/form";
import { setParameters } from "../table/address";
import { VisitPanel } from "../visits/panel";
import { c } from "../words";
import { plan, planNew, proposalOf, undoLast } from "./commit";
import { addDays, dayStart, daysOf, nameOfDay } from "./days";
import { Grid } from "./grid";
import type { Held } from "./hold";
import { hours, type Mode } from "./layout";
import { isUnplanned, planOf, stands, ticketsToPlan, type TicketRow, type VisitRow } from "./plans";
import { Printed } from "./printed";
import { Queue } from "./queue";
import { dayAndTimes, whose } from "./words";
import "./board.css";

type View = "day" | "week";

/** Below this there is no room for a timeline, in CSS pixels. */
const narrow = window.matchMedia("(max-width: 48rem)");

function useNarrow(): boolean {
  const [is, set] = useState(narrow.matches);
  useEffect(() => {
    const hear = () => set(narrow.matches);
    narrow.addEventListener("change", hear);
    return () => narrow.removeEventListener("change", hear);
  }, []);
  return is;
}

export default function Board({ query }: PageProps) {
  const words = c().board;
  const isNarrow = useNarrow();
  const view: View = query.get("view") === "week" ? "week" : query.get("view") === "day" || isNarrow ? "day" : "week";
  const dayName = query.get("day") ?? nameOfDay(now.value);
  const day = useMemo(() => dayStart(dayName), [dayName]);
  const days = useMemo(() => daysOf(view, day), [view, day]);
  const [first, end] = [days[0] as number, addDays(days.at(-1) as number, 1)];
  const [filter, setFilter] = useState("");
  const [isCalledOffShown, setCalledOffShown] = useState(false);
  const [start, setStart] = useState<Start | null>(null);
  const [shown, setShown] = useState<"keys" | "queue" | null>(null);
  const [isPrinting, setPrinting] = useState(false);
  const mode: Mode = view === "day" && !isNarrow ? "timeline" : "stack";

  const users = useRecords("user");
  const [from, until] = [new Date(first).toISOString(), new Date(end).toISOString()];
  const visits = useRecords("visit", { from, until }, ({ planned_start }) => Date.parse(planned_start) >= first && Date.parse(planned_start) < end);
  useRecords("client");
  useRecords("site");
  const planned = useRecords("visit", { status: "planned" }, (visit) => visit.status === "planned").rows.value as readonly VisitRow[];
  const declined = useRecords("visit", { status: "declined" }, (visit) => visit.status === "declined").rows.value as readonly VisitRow[];
  const fresh = useRecords("ticket", { status: "new" }, (ticket) => ticket.status === "new").rows.value as readonly TicketRow[];
  const assigned = useRecords("ticket", { status: "assigned" }, (ticket) => ticket.status === "assigned").rows.value as readonly TicketRow[];
  const reopened = useRecords("ticket", { status: "reopened" }, (ticket) => ticket.status === "reopened").rows.value as readonly TicketRow[];
  // Visits still to be, wherever they are planned: a ticket of theirs waits for nothing.
  const scheduled = useRecords("visit", { status: "scheduled" }, (visit) => visit.status === "scheduled").rows.value as readonly VisitRow[];
  const accepted = useRecords("visit", { status: "accepted" }, (visit) => visit.status === "accepted").rows.value as readonly VisitRow[];

  const all = visits.rows.value as readonly VisitRow[];
  const onBoard = useMemo(() => all.filter(({ fields }) => stands(fields, isCalledOffShown)), [all, isCalledOffShown]);
  const plans = useMemo(() => onBoard.map(planOf), [onBoard]);
  // The same objects as long as they say the same: of a visit that moved, only the rows it touches are drawn again.
  const { from: early, until: late } = useMemo(() => hours(plans, days), [plans, days]);
  const span = useMemo(() => ({ days, from: early, until: late }), [days, early, late]);
  const people = users.rows.value;
  const staff = useMemo(
    () => people.map(({ id, fields }) => ({ id, name: fields.name, isTechnician: fields.role === "technician" && fields.active })).sort((a, b) => a.name.localeCompare(b.name)),
    [people],
  );
  const technicians = useMemo(() => {
    const busy = new Set(plans.map(({ technician }) => technician));
    return staff.filter(({ id, isTechnician }) => isTechnician || busy.has(id));
  }, [staff, plans]);
  const found = useMemo(() => search(technicians, filter, ({ name }) => [name]), [technicians, filter]);
  const waiting = useMemo(() => [...planned, ...declined].sort((a, b) => (a.fields.planned_start < b.fields.planned_start ? -1 : 1)), [planned, declined]);
  const tickets = useMemo(
    () => ticketsToPlan([...fresh, ...assigned, ...reopened], [...planned, ...declined, ...scheduled, ...accepted, ...all]),
    [fresh, assigned, reopened, planned, declined, scheduled, accepted, all],
  );

  const goTo = (next: { view?: View; day?: number; visit?: string | null }, replace = false) => {
    const params = new URLSearchParams({ view: next.view ?? view, day: nameOfDay(next.day ?? day) });
    const visit = next.visit === undefined ? null : next.visit;
    if (visit) params.set("visit", visit);
    go(`/board?${params}`, { replace });
  };
  const step = view === "day" ? 1 : 7;
  const open = query.get("visit");

  const put = (held: Held) => {
    const name = row("user", held.technician)?.fields.name ?? "";
    const times = dayAndTimes(held.start, held.end);
    if (held.what === "visit") {
      const visit = standing<"visit">(held.id);
      if (visit) void plan(held.id, held, held.technician ? words.planned(whose(visit as VisitRow), name, times) : words.takenBack, held.on);
      return;
    }
    const ticket = standing<"ticket">(held.id)?.fields;
    if (!ticket || !held.technician) return;
    const span = { start: held.start, end: held.end };
    // Without a site it can't be planned yet: the form asks for it.
    if (!ticket.site_id) return setStart({ client: ticket.client_id, tickets: [held.id], purpose: ticket.title, technician: held.technician, span });
    const client = row("client", ticket.client_id)?.fields.name ?? "";
    void planNew(
      { client_id: ticket.client_id, site_id: ticket.site_id, ...(ticket.contact_id ? { contact_id: ticket.contact_id } : {}), kind: "ad_hoc", purpose: ticket.title, ticket_ids: [held.id] },
      held,
      words.planned(client, name, times),
    );
  };

  const back = (id: string) => {
    const visit = standing<"visit">(id) as VisitRow | undefined;
    if (visit && !isUnplanned(visit.fields)) void plan(id, { ...proposalOf(visit), technician: null }, words.takenBack);
  };

  const print = () =>
    void attempt(async () => {
      // Paper fills nothing in later: whom to meet is read first.
      const contacts = new Set(onBoard.map(({ fields }) => fields.contact_id).filter((id) => id !== null && id !== undefined));
      await Promise.all([...contacts].filter((id) => !standing(id)).map((id) => readRow("contact", id)));
      window.print();
    });

  // The browser's own command prints the plan too, with the contacts that were read so far: it waits for nothing.
  useEffect(() => {
    const begin = () => flushSync(() => setPrinting(true));
    const end = () => setPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches("input, textarea, select");
      if (isTyping || document.querySelector("dialog[open]")) return;
      const isCommand = event.ctrlKey || event.metaKey;
      const acts: Record<string, () => void> = isCommand
        ? { z: () => void undoLast(), p: print }
        : {
            t: () => goTo({ day: now.value }),
            d: () => goTo({ view: "day" }),
            w: () => goTo({ view: "week" }),
            n: () => setStart({ span: soon(now.value) }),
            "?": () => setShown("keys"),
          };
      const act = event.altKey ? undefined : acts[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  const next = soon(now.value).start;
  const queue = (
    <Queue
      visits={waiting}
      tickets={tickets}
      days={days}
      start={first <= next && next < end ? next : first + 9 * 3_600_000}
      onOpen={(visit) => goTo({ visit })}
      onOpenTicket={(id) => go(`/tickets/${id}`)}
    />
  );
  const count = waiting.length + tickets.length;
  return (
    <Page
      title={words.title}
      fill
      actions={
        <>
          <div class="line">
            <IconButton icon="back" label={words.before} onClick={() => goTo({ day: addDays(day, -step) })} />
            <Button onClick={() => goTo({ day: now.value })}>{words.today}</Button>
            <IconButton icon="next" label={words.after} onClick={() => goTo({ day: addDays(day, step) })} />
            {isNarrow ? null : (
              <label class="board__date">
                <span class="sr-only">{words.goTo}</span>
                <input type="date" value={nameOfDay(day)} onChange={(event) => event.currentTarget.value && goTo({ day: dayStart(event.currentTarget.value) })} />
              </label>
            )}
          </div>
          <Segmented<View>
            label={words.view}
            hideLabel
            value={view}
            options={[
              { value: "day", label: words.day },
              { value: "week", label: words.week },
            ]}
            onChange={(next) => goTo({ view: next })}
          />
          {isNarrow ? (
            <>
              <Button icon="inbox" onClick={() => setShown("queue")}>
                {words.queueShow(count)}
              </Button>
              <IconButton icon="plus" label={words.newVisit} onClick={() => setStart({ span: soon(now.value) })} />
            </>
          ) : (
            <>
              <IconButton icon="print" label={words.print} onClick={print} />
              <IconButton icon="info" label={words.keys} onClick={() => setShown("keys")} />
              <Button kind="primary" icon="plus" onClick={() => setStart({ span: soon(now.value) })}>
                {words.newVisit}
              </Button>
            </>
          )}
        </>
      }
      lead={
        <span class="board__span muted">
          {view === "day" ? longDate(day) : `${shortDate(first)} – ${shortDate(days.at(-1) as number)}`}
        </span>
      }
    >
      <div class={isNarrow ? "board board--narrow" : "board"}>
        <div class="board__main">
          {technicians.length > 8 || filter ? (
            <div class="board__filter">
              <Search label={words.filter} value={filter} onInput={setFilter} />
              <label class="check">
                <input type="checkbox" checked={isCalledOffShown} onChange={(event) => setCalledOffShown(event.currentTarget.checked)} />
                {words.cancelled}
              </label>
            </div>
          ) : null}
          {visits.problem ? (
            <div class="board__unread">
              <Unread problem={visits.problem} again={() => void visits.read()} />
            </div>
          ) : null}
          {users.isReady && !technicians.length ? (
            <Empty icon="person" title={words.noTechnicians} text={words.noTechniciansText} />
          ) : filter && !found.length ? (
            <Empty icon="search" title={words.noneFound} action={<Button onClick={() => setFilter("")}>{words.clearFilter}</Button>} />
          ) : (
            <Grid
              technicians={found}
              plans={plans}
              span={span}
              mode={mode}
              onOpen={(visit) => goTo({ visit })}
              onPut={put}
              onBack={back}
              onEmpty={(technician, at) => setStart({ technician, span: { start: at, end: at + 2 * 3_600_000 } })}
            />
          )}
        </div>
        {isNarrow ? null : queue}
      </div>
      {open ? <VisitPanel key={open} id={open} onClose={() => goTo({ visit: null }, true)} /> : null}
      {start || query.get("new") ? (
        <NewVisit
          from={start ?? { span: soon(now.value) }}
          onClose={() => {
            setStart(null);
            if (query.get("new")) setParameters({ new: null });
          }}
        />
      ) : null}
      {shown === "queue" ? (
        <Dialog title={words.queue} onClose={() => setShown(null)} closeLabel={t().ui.close}>
          <div onClick={() => setShown(null)}>{queue}</div>
        </Dialog>
      ) : null}
      {shown === "keys" ? (
        <Dialog title={words.keys} onClose={() => setShown(null)} closeLabel={t().ui.close}>
          <dl class="keys">
            {words.keysText.map(([key, text]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      ) : null}
      {isPrinting ? <Printed technicians={technicians} visits={onBoard} first={first} last={days.at(-1) as number} /> : null}
    </Page>
  );
}
