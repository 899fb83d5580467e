/** What goes on at a client: what somebody asks who has them on the phone, before any part is opened. */
import { now } from "../../app/model/clock";
import { dateAndTime, when } from "../../app/model/format";
import { to } from "../../app/router";
import { Badge, Card, LinkButton, List, Row as Line } from "../../ui";
import type { VisitRow } from "../board/plans";
import { dayAndTimes } from "../board/words";
import { toneOf } from "../callbacks/call";
import { all, row, useLoaded, type Sent } from "../data";
import { TicketPriority, TicketStatus } from "../tickets/badges";
import { OPEN } from "../tickets/lists";
import { boardLink, VisitStatus } from "../visits/panel";
import { c } from "../words";
import { isOver, useTicketsOf, useVisitsOf } from "./of";

/** Most of a kind; the part of its own has the rest. */
const MOST = 4;

/** The last answers that count, about a year of monthly visits. */
const ANSWERS = 12;

function OpenTickets({ client }: { client: string }) {
  const words = c().clients;
  const every = useTicketsOf(client);
  const open = every.rows.value.filter(({ fields }) => OPEN.includes(fields.status)).sort((a, b) => (a.id < b.id ? 1 : -1));
  return (
    <Card
      title={words.openTickets}
      plain
      action={
        open.length > MOST ? (
          <LinkButton kind="quiet" href={to(`/clients/${client}?tab=tickets`)}>
            {words.all}
          </LinkButton>
        ) : undefined
      }
    >
      {open.length ? (
        <List label={words.tabs.tickets}>
          {open.slice(0, MOST).map(({ id, fields }) => (
            <Line
              key={id}
              icon="ticket"
              title={fields.title}
              subtitle={
                <span class="line line--wrap">
                  <TicketStatus of={fields.status} />
                  <TicketPriority of={fields.priority} />
                  {fields.reported_at ? when(fields.reported_at, now.value) : ""}
                </span>
              }
              href={to(`/tickets/${id}`)}
            />
          ))}
        </List>
      ) : every.isReady ? (
        <p class="card__none muted">{words.noOpenTickets}</p>
      ) : null}
    </Card>
  );
}

function NextVisits({ client }: { client: string }) {
  const words = c().clients;
  const every = useVisitsOf(client);
  const visits = [...(every.rows.value as readonly VisitRow[])].sort((a, b) => (a.fields.planned_start < b.fields.planned_start ? -1 : 1));
  const over = visits.filter(isOver);
  // One that is over and was never begun is late, not next; the board tells it.
  const isNext = ({ fields }: VisitRow) =>
    fields.status === "travelling" || fields.status === "on_site" || ((fields.status === "scheduled" || fields.status === "accepted") && Date.parse(fields.planned_end) >= now.value);
  const next = visits.filter(isNext);
  const last = over.at(-1);
  const line = (visit: VisitRow) => (
    <Line
      key={visit.id}
      icon="calendar"
      title={dayAndTimes(Date.parse(visit.fields.planned_start), Date.parse(visit.fields.planned_end))}
      subtitle={
        <span class="line line--wrap">
          <VisitStatus of={visit.fields.status} />
          {[row("site", visit.fields.site_id)?.fields.name, row("user", visit.fields.technician_id)?.fields.name].filter(Boolean).join(" · ")}
        </span>
      }
      href={boardLink(visit)}
    />
  );
  return (
    <Card title={words.nextVisits} plain>
      {next.length ? <List label={words.nextVisits}>{next.slice(0, MOST).map(line)}</List> : every.isReady ? <p class="card__none muted">{words.noNextVisits}</p> : null}
      {last ? (
        <p class="card__none muted small">{words.lastVisit(dateAndTime(last.fields.finished_at ?? last.fields.planned_end))}</p>
      ) : null}
    </Card>
  );
}

function Content({ client }: { client: string }) {
  const words = c().clients;
  // A callback names its visit alone, so which are the client's is the server's to say.
  const callbacks = useLoaded(`callbacks ${client}`, (signal) => all<Sent<"callback">>("/v1/callbacks", { client }, { signal }), ["callback"]);
  const answers = [...(callbacks.value ?? [])]
    .sort((a, b) => (a.fields.due_at < b.fields.due_at ? 1 : -1))
    .map(({ fields }) => ({ score: fields.score ?? fields.survey_score, comment: fields.comment ?? fields.survey_comment }))
    .filter((answer): answer is { score: number; comment: string | null | undefined } => typeof answer.score === "number")
    .slice(0, ANSWERS);
  const mean = answers.reduce((sum, { score }) => sum + score, 0) / answers.length;
  const comment = answers.find(({ comment }) => comment)?.comment;
  return (
    <Card
      title={words.satisfaction}
      action={
        <LinkButton kind="quiet" href={to(`/clients/${client}?tab=satisfaction`)}>
          {words.all}
        </LinkButton>
      }
    >
      {answers.length ? (
        <div class="stack stack--tight">
          <div class="line line--wrap">
            <Badge tone={toneOf(mean)} icon="star">
              {words.stars(Math.round(mean * 10) / 10)}
            </Badge>
            <span class="muted small">{words.answers(answers.length)}</span>
          </div>
          {comment ? <p class="prose">{comment}</p> : null}
        </div>
      ) : callbacks.value ? (
        <p class="muted">{words.noAnswers}</p>
      ) : null}
    </Card>
  );
}

export function Going({ client }: { client: string }) {
  return (
    <div class="client">
      <OpenTickets client={client} />
      <NextVisits client={client} />
      <Content client={client} />
    </div>
  );
}
