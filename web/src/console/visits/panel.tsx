/** A visit, opened over the board: what it is for, how it stands, who goes when, and what can still be done. */
import { useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { to } from "../../app/router";
import { clockTime, when } from "../../app/model/format";
import { t } from "../../i18n";
import { Badge, Button, Dialog, Facts, Icon, Notice, TextArea } from "../../ui";
import { plan, proposalOf } from "../board/commit";
import { nameOfDay } from "../board/days";
import { isMovable, isUnplanned, lateBy, planOf, type VisitRow } from "../board/plans";
import { dayAndTimes, pictureOf, siteName, whose } from "../board/words";
import { act, change, row, seen, type Seen } from "../data";
import { AddFiles, Photos } from "../parts/photos";
import { attempt, changed } from "../parts/tell";
import { c } from "../words";
import { Clashes, PlanFields, spanOfWhen, whenOf } from "./form";
import { Sheets } from "./sheets";
import "./visit.css";

export const STATUS_TONE = {
  planned: "neutral",
  scheduled: "accent",
  accepted: "accent",
  travelling: "flag",
  on_site: "pass",
  finished: "neutral",
  closed: "neutral",
  declined: "fail",
  cancelled: "neutral",
  aborted: "fail",
} as const;

/** How a visit stands, as a badge. */
export const VisitStatus = ({ of }: { of: VisitRow["fields"]["status"] }) => (
  <Badge tone={STATUS_TONE[of]} icon={pictureOf(of)}>
    {t().visitStatus[of]}
  </Badge>
);

function Steps({ visit }: { visit: VisitRow }) {
  const { fields } = visit;
  const zone = row("site", fields.site_id)?.fields.time_zone;
  const named = t().field;
  const steps: [string, string | null | undefined][] = [
    [named["mail_read_at"] ?? "", fields.mail_read_at],
    [named["travelling_at"] ?? "", fields.travelling_at],
    [named["arrived_at"] ?? "", fields.arrived_at],
    [named["finished_at"] ?? "", fields.finished_at],
  ];
  return (
    <ol class="steps">
      {steps.map(([name, at]) => (
        <li key={name} class={at ? "steps__step steps__step--done" : "steps__step"}>
          <Icon name={at ? "check" : "minus"} />
          <span>{name}</span>
          <span class="number muted">{at ? when(at, now.value, zone) : "–"}</span>
        </li>
      ))}
    </ol>
  );
}

/** Asks why, and calls the visit off. */
function CallOff({ visit, onClose }: { visit: string; onClose: (isDone: boolean) => void }) {
  const words = c().board;
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const submit = async () => {
    setTried(true);
    if (!reason.trim()) return;
    if (await changed(() => act("visit", visit, "cancel", { reason: reason.trim() }, { status: "cancelled", reason: reason.trim() }), words.calledOff)) onClose(true);
  };
  return (
    <Dialog
      title={words.callOffTitle}
      onClose={() => onClose(false)}
      closeLabel={words.keep}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button kind="danger" type="submit">
            {words.callOff}
          </Button>
          <Button onClick={() => onClose(false)}>{words.keep}</Button>
        </>
      }
    >
      <p>{words.callOffText}</p>
      <TextArea label={words.reason} value={reason} onInput={setReason} error={tried && !reason.trim() ? t().ui.required : undefined} />
    </Dialog>
  );
}

export function VisitPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const words = c().board;
  const visit = row("visit", id) as VisitRow | undefined;
  const [isCallingOff, setCallingOff] = useState(false);
  const [edited, setEdited] = useState<{ technician: string; when: ReturnType<typeof whenOf>; on: Seen } | null>(null);
  const [purpose, setPurpose] = useState<{ text: string; on: Seen } | null>(null);
  const [busy, setBusy] = useState(false);
  if (!visit) {
    return (
      <Dialog title={words.details} onClose={onClose} closeLabel={t().ui.close}>
        <p class="muted">{c().shell.loading}</p>
      </Dialog>
    );
  }
  const { fields } = visit;
  const contact = row("contact", fields.contact_id)?.fields;
  const site = row("site", fields.site_id)?.fields;
  const current = proposalOf(visit);
  const form = edited ?? { technician: current.technician ?? "", when: whenOf(current) };
  const late = lateBy(fields, now.value);
  const next = spanOfWhen(form.when);
  const save = async () => {
    if (!next) return;
    setBusy(true);
    const name = row("user", form.technician)?.fields.name;
    const done = await plan(id, { ...next, technician: form.technician || null }, name ? words.planned(whose(visit), name, dayAndTimes(next.start, next.end)) : words.takenBack, edited?.on);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog
      title={whose(visit)}
      onClose={onClose}
      closeLabel={t().ui.close}
      actions={
        isMovable(fields) ? (
          <>
            <Button kind="primary" busy={busy} disabled={!edited} onClick={() => void save()}>
              {words.put}
            </Button>
            {isUnplanned(fields) ? null : (
              <Button icon="undo" onClick={() => void plan(id, { ...current, technician: null }, words.takenBack).then((done) => done && onClose())}>
                {words.unassign}
              </Button>
            )}
            <Button kind="danger" onClick={() => setCallingOff(true)}>
              {words.callOff}
            </Button>
          </>
        ) : undefined
      }
    >
      <div class="line line--wrap">
        <VisitStatus of={fields.status} />
        <Badge>{t().visitKind[fields.kind]}</Badge>
        {late ? (
          <Badge tone="fail" icon="clock">
            {words.lateFor(late)}
          </Badge>
        ) : null}
        {fields.unprepared ? (
          <Badge tone="flag" icon="warning">
            {words.unprepared}
          </Badge>
        ) : null}
        {fields.follows_id ? <Badge icon="history">{words.followUp}</Badge> : null}
      </div>
      {edited ? null : <Clashes visit={id} site={fields.site_id} of={planOf(visit).isOpen ? current : null} />}
      {fields.reason ? <Notice tone="flag" icon="info" title={fields.reason} /> : null}
      {fields.preparation_override ? (
        <Notice tone="flag" icon="warning" title={words.unprepared}>
          {fields.preparation_override}
        </Notice>
      ) : null}
      {purpose === null ? (
        <p class="visit__purpose prose">
          {fields.purpose}{" "}
          {isMovable(fields) ? (
            <button type="button" class="link" onClick={() => setPurpose({ text: fields.purpose, on: seen(id) })}>
              {words.edit}
            </button>
          ) : null}
        </p>
      ) : (
        <>
          <TextArea label={c().plan.purpose} value={purpose.text} onInput={(text) => setPurpose({ ...purpose, text })} />
          <div class="line">
            <Button
              onClick={() =>
                void attempt(async () => {
                  const text = purpose.text.trim();
                  if (!text || (await changed(() => change("visit", id, { purpose: text }, purpose.on)))) setPurpose(null);
                })
              }
            >
              {t().ui.save}
            </Button>
            <Button kind="quiet" onClick={() => setPurpose(null)}>
              {t().ui.cancel}
            </Button>
          </div>
        </>
      )}
      <Facts
        of={[
          [words.at, <span class="number">{dayAndTimes(current.start, current.end)}</span>],
          [c().plan.technician, fields.technician_id ? row("user", fields.technician_id)?.fields.name : c().plan.unplanned],
          [
            words.where,
            <>
              <a href={to(`/clients/${fields.client_id}`)}>{whose(visit)}</a> · {siteName(visit)}
              <span class="muted small visit__address">{site?.address}</span>
            </>,
          ],
          [
            words.who,
            contact ? (
              <>
                {contact.name} {contact.position ? <span class="muted">{contact.position}</span> : null}{" "}
                {contact.phone ? <a href={`tel:${contact.phone}`}>{contact.phone}</a> : null}
              </>
            ) : null,
          ],
          [words.access, site?.access_notes],
          [
            t().field["ticket_ids"] ?? "",
            fields.ticket_ids.length ? (
              <>
                {fields.ticket_ids.map((ticket) => (
                  <a key={ticket} class="visit__ticket" href={to(`/tickets/${ticket}`)}>
                    {row("ticket", ticket)?.fields.number} {row("ticket", ticket)?.fields.title}
                  </a>
                ))}
              </>
            ) : null,
          ],
          [t().field["solution"] ?? "", fields.solution],
          [t().field["unfinished"] ?? "", fields.unfinished],
        ]}
      />
      <Steps visit={visit} />
      <Sheets visit={id} />
      <section class="stack stack--tight">
        <div class="line line--apart">
          <h3 class="section__title">{c().tickets.photos}</h3>
          <AddFiles owner={id} />
        </div>
        <Photos owners={[id]} />
      </section>
      {isMovable(fields) ? (
        <section class="stack">
          <h3 class="section__title">{words.assign}</h3>
          <PlanFields site={fields.site_id} technician={form.technician} when={form.when} tried={Boolean(edited)} onChange={(technician, when) => setEdited({ technician, when, on: edited?.on ?? seen(id) })} />
          {edited ? <Clashes visit={id} site={fields.site_id} of={next && { ...next, technician: form.technician || null }} /> : null}
        </section>
      ) : fields.arrived_at && fields.finished_at ? (
        <p class="muted small number">
          {clockTime(fields.arrived_at, site?.time_zone)}–{clockTime(fields.finished_at, site?.time_zone)}
        </p>
      ) : null}
      {isCallingOff ? (
        <CallOff
          visit={id}
          onClose={(isDone) => {
            setCallingOff(false);
            if (isDone) onClose();
          }}
        />
      ) : null}
    </Dialog>
  );
}

/** Where a visit stands open on the board, on its day at this desk. */
export const boardPath = ({ id, fields }: VisitRow): string => `/board?view=day&day=${nameOfDay(Date.parse(fields.planned_start))}&visit=${id}`;

/** A link that opens a visit where it stands on the board. */
export const boardLink = (visit: VisitRow): string => to(boardPath(visit));
