/** One visit: where, whom, what for, and the step it is at, with the next one under the thumb. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Card, Dialog, Empty, Icon, LinkButton, List, Notice, Row, Segmented, TextArea } from "../../ui";
import type { Entities, Row as DataRow } from "../../device";
import { stamp } from "../model/clock";
import { clockTime, shortDate } from "../model/format";
import { answersOf, inspectable, missingItems, templatesByKind } from "../model/inspection";
import { isOpen, mayTravel, stepOf, type Visit } from "../model/visit";
import { AskReason, HappenedAt } from "../parts/ask";
import { PhotoGrid, Photos } from "../parts/photos";
import { SavedText } from "../parts/saved-text";
import { attempt, phone, row, rows } from "../phone";
import { go, to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { TicketRow } from "../tickets/row";
import { abort, accept, arrive, decline, finish, setOut } from "./actions";
import { VisitBadge } from "./card";
import { PlaceCard } from "./place";
import { settled } from "./settled";
import { ArrivalCard, Going, OverNotice, PrepareCard, Stepper, WrapUpCard } from "./steps";
import { TimesCard } from "./times";
import { Worklog } from "./worklog";
import "./visit.css";

type VisitRow = DataRow<Entities["visit"]>;

type Progress = ReturnType<typeof progressOf>;

/** What is done at the place, as far as the phone knows. */
function progressOf(visit: VisitRow) {
  const templates = templatesByKind(rows("checklist_template"));
  const inspections = rows("inspection").filter(({ body }) => body.visit_id === visit.id);
  const devices = inspectable(rows("asset"), visit.body.site_id, templates);
  const finished = inspections.filter(({ body }) => body.status === "finished").length;
  const answers = inspections.length ? rows("inspection_answer") : [];
  const incomplete = inspections.filter(({ id, body }) => {
    const template = row("checklist_template", body.template_id)?.body;
    return body.status !== "finished" && template && missingItems(template, answersOf(id, answers)).length > 0;
  }).length;
  const tickets = (visit.body.ticket_ids ?? []).map((id) => row("ticket", id)).filter((one) => one !== undefined);
  const unsolved = tickets.filter(({ body }) => !["solved", "closed", "cancelled"].includes(body.status ?? "")).length;
  const solved = tickets.some(({ body }) => body.solution?.trim());
  return { devices, finished, incomplete, tickets, unsolved, solved };
}

function FinishDialog({ visit, progress, onClose }: { visit: VisitRow; progress: Progress; onClose: () => void }) {
  const words = t().work;
  const { incomplete, unsolved, solved } = progress;
  const [at, setAt] = useState(stamp());
  const missing = [
    visit.body.contact_met_at ? "" : words.missingContact,
    incomplete ? words.missingDevices(incomplete) : "",
    unsolved ? words.missingTickets(unsolved) : "",
    solved || visit.body.solution?.trim() ? "" : words.missingSolution,
  ].filter(Boolean);
  return (
    <Dialog
      title={words.finishTitle}
      closeLabel={t().ui.close}
      onClose={onClose}
      actions={
        <Button
          kind="primary"
          large
          wide
          onClick={() => {
            void finish(visit, at).then((done) => done && onClose());
          }}
        >
          {missing.length ? words.finishAnyway : t().visit.finish}
        </Button>
      }
    >
      {missing.length ? (
        <Notice tone="flag" icon="warning" title={words.missing}>
          <ul>
            {missing.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <SolutionText visit={visit} />
      <HappenedAt value={at} onChange={setAt} />
    </Dialog>
  );
}

function AbortDialog({ visit, onClose }: { visit: VisitRow; onClose: () => void }) {
  const words = t().work;
  type Cause = keyof typeof words.abortReasons;
  const [cause, setCause] = useState<Cause>("access");
  const [text, setText] = useState("");
  const [left, setLeft] = useState(visit.body.purpose);
  const [tried, setTried] = useState(false);
  const needsText = cause === "other" && !text.trim();
  const save = async () => {
    setTried(true);
    if (needsText) return;
    const reason = [cause === "other" ? "" : words.abortReasons[cause], text.trim()].filter(Boolean).join(": ");
    if (await abort(visit.id, reason, left.trim())) onClose();
  };
  return (
    <Dialog
      title={words.abortTitle}
      closeLabel={t().ui.close}
      onClose={onClose}
      actions={
        <Button kind="danger" large wide onClick={() => void save()}>
          {words.abort}
        </Button>
      }
    >
      <p class="muted">{words.abortText}</p>
      <div class="abort-causes">
        <Segmented<Cause>
          label={words.abortReason}
          value={cause}
          onChange={setCause}
          options={(Object.keys(words.abortReasons) as Cause[]).map((value) => ({ value, label: words.abortReasons[value] }))}
        />
      </div>
      <TextArea label={t().inspect.note} rows={2} value={text} onInput={setText} error={tried && needsText ? t().ui.required : undefined} />
      <TextArea label={words.left} value={left} onInput={setLeft} />
    </Dialog>
  );
}

function SolutionText({ visit }: { visit: VisitRow }) {
  return (
    <SavedText
      label={t().work.solution}
      hint={t().work.solutionHint}
      value={visit.body.solution}
      onSave={(solution) => attempt(() => phone().records.update(visit.id, { solution: solution || null }))}
    />
  );
}

function Tasks({ visit, progress }: { visit: VisitRow; progress: Progress }) {
  const words = t().work;
  const { devices, finished } = progress;
  const assets = rows("asset").filter(({ body }) => body.site_id === visit.body.site_id && body.status !== "retired");
  const arrived = visit.body.arrived_at ?? "";
  const seen = assets.filter(({ body }) => body.seen_at && arrived && body.seen_at >= arrived).length;
  const path = `/visits/${visit.id}`;
  return (
    <Card title={words.doing} plain>
      <List label={words.doing}>
        {visit.body.kind === "first" ? <Row icon="building" title={words.first} href={to(`${path}/first`)} /> : null}
        <Row icon="check" title={words.inspect} subtitle={words.inspectNote(finished, devices.length)} href={to(`${path}/inspect`)} />
        <Row icon="scan" title={words.scan} href={to(`/scan?visit=${visit.id}`)} />
        <Row icon="label" title={words.stocktake} subtitle={words.stocktakeNote(seen, assets.length)} href={to(`${path}/stocktake`)} />
      </List>
    </Card>
  );
}

function Notes({ visit }: { visit: VisitRow }) {
  const words = t().work;
  return (
    <>
      <Worklog visit={visit.id} title={words.log} />
      <Card>
        <SolutionText visit={visit} />
      </Card>
      <Card title={words.photos}>
        <Photos owner={visit.id} />
      </Card>
    </>
  );
}

/** Photos and documents of the client and the place, and of the visit itself until its own are under the work. */
function Files({ visit }: { visit: VisitRow }) {
  const { client_id, site_id } = visit.body;
  const own = stepOf(visit.body) === "work" ? [] : [visit.id];
  const owners = [...own, site_id, client_id].filter((owner) => phone().photos.of(owner).value.length > 0);
  if (!owners.length) return null;
  return (
    <Card title={t().visit.files}>
      <div class="stack">
        {owners.map((owner) => (
          <PhotoGrid key={owner} owner={owner} />
        ))}
      </div>
    </Card>
  );
}

function Tickets({ visit, tickets }: { visit: VisitRow; tickets: Progress["tickets"] }) {
  const words = t().visit;
  const add = isOpen(visit.body) ? (
    <LinkButton kind="quiet" icon="plus" href={to(`/tickets/new?visit=${visit.id}`)}>
      {t().work.newTicket}
    </LinkButton>
  ) : undefined;
  return (
    <Card title={words.tickets} action={add} plain>
      {tickets.length ? (
        <List label={words.tickets}>
          {tickets.map((ticket) => (
            <TicketRow key={ticket.id} ticket={ticket} href={`/tickets/${ticket.id}?visit=${visit.id}`} />
          ))}
        </List>
      ) : (
        <p class="muted pad">{words.noTickets}</p>
      )}
    </Card>
  );
}

function History({ visit }: { visit: VisitRow }) {
  const words = t().visit;
  const earlier = rows("visit")
    .filter(({ id, body }) => id !== visit.id && body.site_id === visit.body.site_id && body.planned_start < visit.body.planned_start)
    .sort((a, b) => (a.body.planned_start < b.body.planned_start ? 1 : -1))
    .slice(0, 5);
  return (
    <Card title={words.history} plain>
      {earlier.length ? (
        <List label={words.history}>
          {earlier.map(({ id, body }) => (
            <Row
              key={id}
              icon="history"
              title={body.purpose}
              subtitle={[shortDate(body.planned_start), row("user", body.technician_id)?.body.name, body.solution].filter(Boolean).join(" · ")}
              href={to(`/visits/${id}`)}
            />
          ))}
        </List>
      ) : (
        <p class="muted pad">{words.noHistory}</p>
      )}
    </Card>
  );
}

function NextStep({ visit, ask }: { visit: VisitRow; ask: (what: "decline" | "finish" | "abort") => void }) {
  const words = t().visit;
  const step = stepOf(visit.body);
  const quiet = (what: "decline" | "abort", label: string) => (
    <Button kind="quiet" onClick={() => ask(what)}>
      {label}
    </Button>
  );
  const main = (label: string, icon: Parameters<typeof Icon>[0]["name"], onClick: () => void, disabled = false) => (
    <Button kind="primary" large icon={icon} onClick={onClick} disabled={disabled}>
      {label}
    </Button>
  );
  switch (step) {
    case "accept":
      return (
        <div class="next-step">
          {quiet("decline", words.decline)}
          {main(words.accept, "check", () => void accept(visit.id))}
        </div>
      );
    case "prepare":
      return (
        <div class="next-step">
          {quiet("decline", words.decline)}
          {main(words.setOut, "car", () => void setOut(visit.id), !mayTravel(visit.body))}
        </div>
      );
    case "travel":
      return (
        <div class="next-step">
          {quiet("abort", t().work.abort)}
          {main(words.arrived, "pin", () => void arrive(visit.id))}
        </div>
      );
    case "work":
      return (
        <div class="next-step">
          {quiet("abort", t().work.abort)}
          {main(words.finish, "check", () => ask("finish"))}
        </div>
      );
    case "wrapUp":
      return (
        <>
          <p class="muted small">{t().wrapUp.missing}</p>
          {main(t().wrapUp.next, "sheet", () => go(`/visits/${visit.id}/sheet`), true)}
        </>
      );
    case "sign":
      return main(t().wrapUp.next, "sheet", () => go(`/visits/${visit.id}/sheet`));
    default:
      return null;
  }
}

export default function VisitScreen({ params }: ScreenProps) {
  const words = t().visit;
  const [asking, setAsking] = useState<"decline" | "finish" | "abort" | null>(null);
  const known = row("visit", params.id);
  const visit = known && settled(known);
  if (!visit) {
    return (
      <Screen title={words.title} up="/">
        <Empty icon="today" title={t().ui.notHere} text={t().ui.notHereText} />
      </Screen>
    );
  }
  const body: Visit = visit.body;
  const client = row("client", body.client_id)?.body;
  const zone = row("site", body.site_id)?.body.time_zone;
  const step = stepOf(body);
  const progress = progressOf(visit);
  const met = Boolean(body.contact_met_at && body.purpose_confirmed_at);
  const close = () => setAsking(null);
  const sheet = ["closed", "finished"].includes(body.status ?? "");
  return (
    <Screen title={client?.name ?? words.title} up="/" part={body.status} bottom={step ? <NextStep visit={visit} ask={setAsking} /> : undefined}>
      <Stepper visit={body} />
      <OverNotice visit={body} />
      <section class="stack">
        <div class="line line--wrap">
          <VisitBadge visit={body} />
          <Badge>{t().visitKind[body.kind]}</Badge>
          {visit.unsent ? <Badge icon="upload">{t().ui.unsent}</Badge> : null}
        </div>
        <p class="visit-time number">
          {shortDate(body.planned_start, zone)}
          <br />
          <strong>
            {clockTime(body.planned_start, zone)}–{clockTime(body.planned_end, zone)}
          </strong>
        </p>
        <p class="prose">{body.purpose}</p>
        {body.follows_id ? <p class="muted small">{words.follows}</p> : null}
      </section>
      <Going visit={visit} />
      {step === "work" && !met ? <ArrivalCard visit={visit} /> : null}
      {step === "work" ? (
        <>
          <Tasks visit={visit} progress={progress} />
          <Tickets visit={visit} tickets={progress.tickets} />
          <Notes visit={visit} />
          {met ? <ArrivalCard visit={visit} /> : null}
        </>
      ) : null}
      {step === "wrapUp" || step === "sign" ? <WrapUpCard visit={visit} /> : null}
      {step === "prepare" ? <PrepareCard visit={visit} /> : null}
      {sheet ? (
        <Card plain>
          <List>
            <Row icon="sheet" title={words.sheet} href={to(`/visits/${visit.id}/sheet`)} />
            {step ? <Row icon="check" title={t().work.inspect} href={to(`/visits/${visit.id}/inspect`)} /> : null}
          </List>
        </Card>
      ) : null}
      <PlaceCard visit={visit} />
      <Files visit={visit} />
      {step === "work" ? null : <Tickets visit={visit} tickets={progress.tickets} />}
      {body.arrived_at && step !== "work" ? <Worklog visit={visit.id} title={t().work.log} closed={!step} /> : null}
      <TimesCard visit={visit} />
      <History visit={visit} />
      {asking === "decline" ? (
        <AskReason
          title={words.declineTitle}
          text={words.declineText}
          label={words.declineReason}
          yes={words.decline}
          kind="danger"
          onClose={close}
          onAnswer={(reason) => void decline(visit.id, reason)}
        />
      ) : null}
      {asking === "finish" ? <FinishDialog visit={visit} progress={progress} onClose={close} /> : null}
      {asking === "abort" ? <AbortDialog visit={visit} onClose={close} /> : null}
    </Screen>
  );
}
