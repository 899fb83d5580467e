/** How far a visit is, and the card of the step it is at. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Card, Icon, Notice, Tick } from "../../ui";
import type { Row } from "../../device";
import { now } from "../model/clock";
import { clockTime, span } from "../model/format";
import { breakTime, mayTravel, openBreak, since, stepOf, STEPS, unprepared, WRAP_UP, type Visit } from "../model/visit";
import { AskReason } from "../parts/ask";
import { row, rows } from "../phone";
import { override, pause, tick } from "./actions";
import "./steps.css";

/** The steps as a row of dots with words. */
export function Stepper({ visit }: { visit: Visit }) {
  const step = stepOf(visit);
  const at = step ? STEPS.indexOf(step) : visit.status === "closed" ? STEPS.length : -1;
  if (at < 0) return null;
  return (
    <ol class="stepper" aria-label={t().visit.steps}>
      {STEPS.map((name, index) => (
        <li key={name} class={index < at ? "stepper__step stepper__step--done" : "stepper__step"} aria-current={index === at ? "step" : undefined}>
          <span class="stepper__dot">{index < at ? <Icon name="check" /> : index + 1}</span>
          <span class="stepper__name">{t().visit.step[name]}</span>
        </li>
      ))}
    </ol>
  );
}

function Ticks<P extends keyof Visit & string>({ visit, points }: { visit: Row<Visit>; points: { point: P; label: string; note?: string }[] }) {
  const zone = row("site", visit.body.site_id)?.body.time_zone;
  return (
    <>
      {points.map(({ point, label, note }) => {
        const at = visit.body[point] as string | null | undefined;
        return (
          <Tick
            key={point}
            label={label}
            note={at ? t().prepare.at(clockTime(at, zone)) : note}
            checked={Boolean(at)}
            onChange={(done) => tick(visit.id, point, done)}
          />
        );
      })}
    </>
  );
}

/** The preparation gate. */
export function PrepareCard({ visit }: { visit: Row<Visit> }) {
  const words = t().prepare;
  const [asking, setAsking] = useState(false);
  const missing = unprepared(visit.body);
  const reason = visit.body.preparation_override;
  return (
    <Card title={words.title} plain>
      <Ticks
        visit={visit}
        points={[
          { point: "mail_read_at", label: words.mail },
          { point: "contact_confirmed_at", label: words.contact },
          { point: "tools_packed_at", label: words.tools, note: words.toolsNote },
          { point: "forms_ready_at", label: words.forms, note: words.formsHave(rows("checklist_template").length) },
        ]}
      />
      <div class="step-note">
        {!missing.length ? (
          <p class="step-note__good">{words.open}</p>
        ) : reason ? (
          <p class="muted small">{words.overridden(reason)}</p>
        ) : (
          <div class="line line--apart">
            <p class="muted small">{words.missing(missing.length)}</p>
            <Button kind="quiet" onClick={() => setAsking(true)}>
              {words.override}
            </Button>
          </div>
        )}
      </div>
      {asking ? (
        <AskReason
          title={words.overrideTitle}
          text={words.overrideText}
          label={words.overrideReason}
          yes={words.override}
          onClose={() => setAsking(false)}
          onAnswer={(reason) => void override(visit.id, reason)}
        />
      ) : null}
    </Card>
  );
}

/** A clock for the step that goes on. */
export function Going({ visit }: { visit: Row<Visit> }) {
  const words = t().work;
  const from = since(visit.body);
  if (!from) return null;
  const zone = row("site", visit.body.site_id)?.body.time_zone;
  const working = visit.body.status === "on_site";
  const resting = openBreak(visit.body);
  const breaks = visit.body.breaks ?? [];
  return (
    <div class="card going">
      <Icon name={resting ? "coffee" : working ? "tools" : "car"} large />
      <div class="grow">
        <p class="muted small">
          {resting ? words.onBreak : working ? words.onSiteFor : words.travellingFor} {t().visit.since(clockTime(resting?.from ?? from, zone))}
        </p>
        <p class="going__time number">{span(now.value - Date.parse(resting?.from ?? from))}</p>
        {breaks.length && !resting ? <p class="muted small">{words.breaks(breaks.length, span(breakTime(visit.body, now.value)))}</p> : null}
      </div>
      {working ? (
        <Button icon={resting ? "tools" : "coffee"} kind={resting ? "primary" : "secondary"} onClick={() => void pause(visit)}>
          {resting ? words.breakEnd : words.breakStart}
        </Button>
      ) : null}
    </div>
  );
}

/** On arriving: whom one met, and that they want what is planned. */
export function ArrivalCard({ visit }: { visit: Row<Visit> }) {
  const words = t().work;
  const contact = row("contact", visit.body.contact_id)?.body.name ?? "";
  const met = visit.body.kind === "ad_hoc" ? words.reporterFound(contact) : words.contactMet(contact);
  return (
    <Card title={words.arrivedTitle} plain>
      <Ticks
        visit={visit}
        points={[
          { point: "contact_met_at", label: met },
          { point: "purpose_confirmed_at", label: words.purposeConfirmed },
        ]}
      />
    </Card>
  );
}

/** Before the client signs. */
export function WrapUpCard({ visit }: { visit: Row<Visit> }) {
  const words = t().wrapUp;
  const contact = row("contact", visit.body.contact_id)?.body.name ?? "";
  const labels = { explained_at: words.explained(contact), cleaned_at: words.cleaned, goodbye_at: words.goodbye };
  return (
    <Card title={words.title} plain>
      <Ticks visit={visit} points={WRAP_UP.map((point) => ({ point, label: labels[point] }))} />
    </Card>
  );
}

/** What a visit that is over says of itself. */
export function OverNotice({ visit }: { visit: Visit }) {
  const words = t().visit;
  const reason = visit.reason ? words.reason(visit.reason) : "";
  if (visit.status === "cancelled") return <Notice tone="fail" icon="warning" title={words.cancelled}>{reason}</Notice>;
  if (visit.status === "aborted" || visit.status === "declined") {
    return (
      <Notice tone="flag" icon="info" title={t().visitStatus[visit.status]}>
        {[reason, visit.unfinished].filter(Boolean).join("\n")}
      </Notice>
    );
  }
  if (visit.unprepared && !mayTravel(visit)) return <Notice tone="flag" icon="info" title={words.unprepared} />;
  return null;
}
