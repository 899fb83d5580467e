/** One ticket: what is wrong, what happened so far, who does what next. */
import { useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { span, toLocalInput, when } from "../../app/model/format";
import { Reporter } from "../../app/parts/reporter";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, Card, Dialog, Empty, Facts, Icon, List, Row, Select, TextField, Tick } from "../../ui";
import { all, change, row, useLoaded, useRecords, type Entities, type Seen } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { Editable } from "../parts/editable";
import { Ago, author, Changes, useHistory } from "../parts/history";
import { AddFiles, Photos } from "../parts/photos";
import { Picker } from "../parts/picker";
import { AssetPicker } from "../parts/pickers";
import { changed, told } from "../parts/tell";
import type { VisitRow } from "../board/plans";
import { dayAndTimes } from "../board/words";
import { NewVisit } from "../visits/form";
import { boardLink, VisitStatus } from "../visits/panel";
import { c } from "../words";
import { TicketPriority, TicketStatus } from "./badges";
import { NEXT, OPEN, PRIORITIES, type Priority, type Status } from "./lists";
import { Log } from "./log";
import "./ticket.css";

interface Mail {
  readonly id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly created_at: string;
  readonly state: string;
}

interface Entry {
  readonly at: string;
  readonly icon: "edit" | "clock" | "box" | "mail" | "info";
  readonly who: string;
  readonly body: preact.ComponentChildren;
  readonly isField: boolean;
}

/** Everything that happened, newest first. */
function Timeline({ id, visits }: { id: string; visits: readonly VisitRow[] }) {
  const words = c().tickets;
  const [onlyTalk, setOnlyTalk] = useState(false);
  const history = useHistory("ticket", id);
  const work = useRecords("worklog_entry", { parent: id }, (fields) => fields.ticket_id === id).rows.value;
  const ids = visits.map((visit) => visit.id).join(" ");
  const mails = useLoaded(`mails ${ids}`, async (signal) => (await Promise.all(visits.map((visit) => all<Mail>("/v1/notifications", { visit: visit.id }, { signal })))).flat(), ["visit"]);
  const changes = history.value ?? [];
  const entries: Entry[] = [
    ...changes.map((one, index) => ({
      at: one.recorded_at,
      icon: "edit" as const,
      who: author(one.user_id),
      body: index === changes.length - 1 ? <p>{words.made}</p> : <Changes entity="ticket" of={one.changes} />,
      isField: index < changes.length - 1,
    })),
    ...work.map(({ fields }) => ({
      at: fields.at,
      icon: fields.kind === "time" ? ("clock" as const) : fields.kind === "part" ? ("box" as const) : ("info" as const),
      who: author(fields.author_id),
      body: (
        <p class="prose">
          {fields.minutes ? <strong>{span(fields.minutes * 60_000)} </strong> : null}
          {fields.parts.map((part) => `${part.quantity} × ${part.name}`).join(", ")} {fields.text}
        </p>
      ),
      isField: false,
    })),
    ...(mails.value ?? []).map((mail) => ({
      at: mail.created_at,
      icon: "mail" as const,
      who: c().shell.theServer,
      body: <p>{words.mail(c().admin.mails.kinds[mail.kind] ?? mail.kind.replaceAll("_", " "), mail.recipient)}</p>,
      isField: false,
    })),
  ];
  const shown = entries.filter(({ isField }) => !onlyTalk || !isField).sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <Card title={words.timeline}>
      <Tick label={words.onlyTalk} checked={onlyTalk} onChange={setOnlyTalk} />
      <ol class="timeline">
        {shown.map((one, index) => (
          <li key={`${one.at} ${index}`} class="timeline__entry">
            <Icon name={one.icon} />
            <div class="timeline__head">
              <strong>{one.who}</strong>
              <Ago at={one.at} />
            </div>
            {one.body}
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** The step that comes next, as buttons; others are in the list of states. */
function Steps({ ticket, onWait }: { ticket: { id: string; fields: Entities["ticket"] }; onWait: () => void }) {
  const words = c().tickets;
  const { id, fields } = ticket;
  const go = (status: Status) => void changed(() => change("ticket", id, { status }));
  const can = NEXT[fields.status];
  return (
    <>
      {can.includes("reopened") ? (
        <Button icon="undo" onClick={() => go("reopened")}>
          {words.reopen}
        </Button>
      ) : null}
      {can.includes("closed") ? (
        <Button kind="primary" icon="check" onClick={() => go("closed")}>
          {words.close}
        </Button>
      ) : null}
      {can.includes("pending") ? (
        <Button icon="clock" onClick={onWait}>
          {words.wait}
        </Button>
      ) : null}
      {can.includes("in_progress") ? (
        <Button icon="tools" onClick={() => go("in_progress")}>
          {fields.status === "pending" ? words.resume : words.start}
        </Button>
      ) : null}
      {can.includes("solved") ? (
        <Button
          kind="primary"
          icon="check"
          onClick={() => (fields.solution?.trim() ? go("solved") : told(words.solveNeeds))}
        >
          {words.solve}
        </Button>
      ) : null}
    </>
  );
}

export default function Ticket({ params }: PageProps) {
  const words = c().tickets;
  const id = params["id"] ?? "";
  const ticket = row("ticket", id);
  const [isPlanning, setPlanning] = useState(false);
  const [reason, setReason] = useState<string | null>(null);
  const fields = ticket?.fields;
  const visits = useRecords("visit", { ticket: id }, (visit) => visit.ticket_ids.includes(id)).rows.value as readonly VisitRow[];
  const people = useRecords("user").rows.value.filter((person) => person.fields.active);
  const work = useRecords("worklog_entry", { parent: id }, (entry) => entry.ticket_id === id).rows.value;
  if (!ticket || !fields) {
    return (
      <Page title={words.ticket} up="/tickets">
        <Empty icon="ticket" title={words.notFound} text={words.notFoundText} />
      </Page>
    );
  }
  const contact = row("contact", fields.contact_id)?.fields;
  const site = row("site", fields.site_id)?.fields;
  const minutes = work.reduce((sum, entry) => sum + (entry.fields.minutes ?? 0), 0);
  const parts = work.flatMap((entry) => entry.fields.parts);
  const set = (values: Partial<Entities["ticket"]>, on?: Seen) => changed(() => change("ticket", id, values, on));
  const isOpen = OPEN.includes(fields.status);
  return (
    <Page
      title={fields.title}
      up="/tickets"
      lead={
        <span class="line line--wrap">
          <span class="muted number">{fields.number}</span>
          <TicketStatus of={fields.status} />
          {fields.priority === "high" || fields.priority === "urgent" ? <TicketPriority of={fields.priority} /> : null}
        </span>
      }
      actions={<Steps ticket={ticket} onWait={() => setReason(fields.pending_reason ?? "")} />}
    >
      <div class="ticket">
        <div class="stack stack--wide">
          {fields.status === "pending" && fields.pending_reason ? <Badge tone="flag" icon="clock">{fields.pending_reason}</Badge> : null}
          <Card>
            <div class="stack">
              <Editable of={id} label={t().field["description"] ?? ""} value={fields.description} empty={words.empties.description} onSave={(description, on) => set({ description }, on)} />
              <Editable of={id} label={t().field["diagnosis"] ?? ""} value={fields.diagnosis} empty={words.empties.diagnosis} onSave={(diagnosis, on) => set({ diagnosis }, on)} />
              <Editable of={id} label={t().field["solution"] ?? ""} value={fields.solution} empty={words.empties.solution} onSave={(solution, on) => set({ solution }, on)} />
            </div>
          </Card>
          <Card>
            <Log ticket={id} />
          </Card>
          <Timeline id={id} visits={visits} />
        </div>
        <div class="stack stack--wide">
          <Card>
            <div class="stack">
              <Facts
                of={[
                  [words.client, <a href={to(`/clients/${fields.client_id}`)}>{row("client", fields.client_id)?.fields.name ?? "…"}</a>],
                  [words.site, site ? site.name : null],
                  [words.reporter, contact || fields.reported_by ? <Reporter contact={contact} text={fields.reported_by} /> : null],
                  [words.reported, fields.reported_at ? when(fields.reported_at, now.value) : null],
                  [t().field["solved_at"] ?? "", fields.solved_at ? when(fields.solved_at, now.value) : null],
                ]}
              />
              <Picker
                label={words.assignee}
                value={fields.assignee_id ?? ""}
                none={words.nobody}
                choices={people.map((person) => ({ value: person.id, label: person.fields.name }))}
                onChange={(next) => void set({ assignee_id: next || null })}
              />
              <div class="form-line">
                <Select<Priority>
                  label={words.priority}
                  value={fields.priority}
                  options={PRIORITIES.map((value) => ({ value, label: t().priority[value] }))}
                  onChange={(priority) => void set({ priority })}
                />
                <Select<Status>
                  label={words.status}
                  value={fields.status}
                  options={[fields.status, ...NEXT[fields.status]].map((value) => ({ value, label: t().ticketStatus[value] }))}
                  onChange={(status) => (status === "pending" ? setReason(fields.pending_reason ?? "") : void set({ status }))}
                />
              </div>
              <Due at={fields.due_at} onSave={(due_at) => set({ due_at })} />
            </div>
          </Card>
          <Card
            title={words.visits}
            plain
            action={
              isOpen ? (
                <Button kind="quiet" icon="plus" onClick={() => setPlanning(true)}>
                  {words.plan}
                </Button>
              ) : undefined
            }
          >
            {visits.length ? (
              <List label={words.visits}>
                {visits.map((visit) => (
                  <Row
                    key={visit.id}
                    icon="calendar"
                    title={dayAndTimes(Date.parse(visit.fields.planned_start), Date.parse(visit.fields.planned_end))}
                    subtitle={row("user", visit.fields.technician_id)?.fields.name ?? c().plan.unplanned}
                    meta={<VisitStatus of={visit.fields.status} />}
                    href={boardLink(visit)}
                  />
                ))}
              </List>
            ) : (
              <p class="muted card__none">{words.noVisit}</p>
            )}
          </Card>
          <Devices ticket={id} fields={fields} />
          {work.length ? (
            <Card title={words.work}>
              <Facts
                of={[
                  [t().field["times"] ?? "", minutes ? words.total(span(minutes * 60_000)) : null],
                  [words.parts, parts.length ? parts.map((part) => `${part.quantity} × ${part.name}`).join(", ") : null],
                ]}
              />
            </Card>
          ) : null}
          <Card title={words.photos} action={<AddFiles owner={id} />}>
            <Photos owners={[id, ...work.map((entry) => entry.id)]} />
          </Card>
        </div>
      </div>
      {isPlanning ? (
        <NewVisit
          from={{ client: fields.client_id, site: fields.site_id ?? undefined, contact: fields.contact_id ?? undefined, tickets: [id], purpose: fields.title }}
          onClose={() => setPlanning(false)}
        />
      ) : null}
      {reason === null ? null : (
        <Dialog
          title={words.wait}
          onClose={() => setReason(null)}
          closeLabel={t().ui.close}
          onSubmit={() => {
            if (reason.trim()) void set({ status: "pending", pending_reason: reason.trim() }).then((done) => done && setReason(null));
          }}
          actions={
            <Button kind="primary" type="submit" disabled={!reason.trim()}>
              {t().ui.save}
            </Button>
          }
        >
          <TextField label={words.waitReason} value={reason} onInput={setReason} />
        </Dialog>
      )}
    </Page>
  );
}

/** By when; saved when the field is left, so that a half-typed date is none. */
function Due({ at, onSave }: { at: string | null | undefined; onSave: (at: string | null) => Promise<boolean> }) {
  const stands = at ? toLocalInput(at) : "";
  const [typed, setTyped] = useState<string | null>(null);
  const save = () => {
    if (typed === null || typed === stands) return setTyped(null);
    void onSave(typed ? new Date(typed).toISOString() : null).then((done) => done && setTyped(null));
  };
  return (
    <div class="field">
      <label class="field__label" for="ticket-due">
        {c().tickets.due}
      </label>
      <div class="input">
        <input id="ticket-due" type="datetime-local" value={typed ?? stands} onInput={(event) => setTyped(event.currentTarget.value)} onBlur={save} />
      </div>
    </div>
  );
}

function Devices({ ticket, fields }: { ticket: string; fields: Entities["ticket"] }) {
  const words = c().tickets;
  const [isAdding, setAdding] = useState(false);
  return (
    <Card
      title={words.devices}
      plain
      action={
        <Button kind="quiet" icon="plus" onClick={() => setAdding(true)}>
          {words.addDevice}
        </Button>
      }
    >
      {fields.asset_ids.length ? (
        <List label={words.devices}>
          {fields.asset_ids.map((id) => {
            const asset = row("asset", id)?.fields;
            return <Row key={id} icon="asset" title={asset?.name ?? "…"} subtitle={[asset?.tag, asset?.location].filter(Boolean).join(" · ")} href={to(`/assets/${id}`)} />;
          })}
        </List>
      ) : (
        <p class="muted card__none">{words.noDevices}</p>
      )}
      {isAdding ? (
        <Dialog title={words.addDevice} onClose={() => setAdding(false)} closeLabel={t().ui.close}>
          <AssetPicker
            label={words.addDevice}
            value=""
            within={fields.site_id ? { site: fields.site_id } : { client: fields.client_id }}
            not={fields.asset_ids}
            onChange={(asset) => void changed(() => change("ticket", ticket, { asset_ids: [...fields.asset_ids, asset] })).then(() => setAdding(false))}
          />
        </Dialog>
      ) : null}
    </Card>
  );
}
