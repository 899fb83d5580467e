/** The story of a visit for who asks the client about it: why, what was done, what was signed, what the client has said before. */
import type { ComponentChildren } from "preact";
import { clockTime, dateAndTime, shortDate } from "../../app/model/format";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, LinkButton } from "../../ui";
import { row, useRecords, type Entities, type Row } from "../data";
import { save } from "../table/save";
import { nameOf } from "../values";
import { c } from "../words";

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="story__part">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Sheet({ visit }: { visit: string }) {
  const words = c().callbacks;
  const sheets = useRecords("service_sheet", { parent: visit }, (sheet) => sheet.visit_id === visit).rows.value;
  const sheet = [...sheets].sort((a, b) => b.fields.version - a.fields.version)[0];
  if (!sheet) return null;
  const { status, number, rating, reason } = sheet.fields;
  const isShown = status !== "draft";
  return (
    <Part title={words.sheet}>
      <div class="line line--wrap">
        <Badge tone={status === "signed" ? "pass" : status === "draft" ? "neutral" : "flag"}>{t().sheetStatus[status]}</Badge>
        {number ? <span class="mono small">{number}</span> : null}
        {rating ? <span class="small">{`${words.ratingOnSheet}: ${rating}/5`}</span> : null}
        {isShown ? (
          <Button kind="quiet" icon="sheet" onClick={() => void save(`/v1/service-sheets/${sheet.id}/document.pdf`, `${number ?? "sheet"}.pdf`)}>
            {words.openSheet}
          </Button>
        ) : null}
      </div>
      {reason ? <p class="prose">{reason}</p> : null}
    </Part>
  );
}

/** What is known of the visit a callback is about. */
export function Story({ callback, visit }: { callback: Row<"callback">; visit: Row<"visit"> }) {
  const words = c().callbacks;
  const { fields } = visit;
  const zone = row("site", fields.site_id)?.fields.time_zone;
  const advice = useRecords("advice", { parent: visit.id }, (one) => one.visit_id === visit.id).rows.value;
  const inspections = useRecords("inspection", { parent: visit.id }, (one) => one.visit_id === visit.id).rows.value;
  const { survey_score: score, survey_comment: comment, surveyed_at: at } = callback.fields;
  const finished = fields.finished_at;
  const times = fields.arrived_at ? `${shortDate(fields.arrived_at, zone)} ${clockTime(fields.arrived_at, zone)}${finished ? `–${clockTime(finished, zone)}` : ""}` : dateAndTime(fields.planned_start, zone);
  const isEmpty = !fields.solution && !advice.length && !fields.ticket_ids.length && !fields.unfinished;
  return (
    <section class="card story" aria-label={words.story}>
      <div class="line line--apart">
        <h2 class="section__title">{words.story}</h2>
        <LinkButton kind="quiet" href={to(`/visits/${visit.id}`)}>
          {words.openVisit}
        </LinkButton>
      </div>
      <p class="small">{[t().visitKind[fields.kind], times, fields.technician_id ? nameOf("user", fields.technician_id) : ""].filter(Boolean).join(" · ")}</p>
      <Part title={words.purpose}>
        <p class="prose">{fields.purpose}</p>
      </Part>
      {fields.solution ? (
        <Part title={words.done}>
          <p class="prose">{fields.solution}</p>
        </Part>
      ) : null}
      {fields.unfinished ? (
        <Part title={words.unfinished}>
          <p class="prose">{fields.unfinished}</p>
        </Part>
      ) : null}
      {fields.ticket_ids.length ? (
        <Part title={words.tickets}>
          <ul class="stack stack--tight">
            {fields.ticket_ids.map((id) => (
              <li key={id}>
                <a href={to(`/tickets/${id}`)}>{nameOf("ticket", id)}</a>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {inspections.length ? <p class="small muted">{words.inspected(inspections.length)}</p> : null}
      {advice.length ? (
        <Part title={words.advice}>
          <ul class="stack stack--tight">
            {advice.map((one) => (
              <li key={one.id} class="line">
                <Badge tone={tone[one.fields.severity]}>{t().severity[one.fields.severity]}</Badge>
                <span>{one.fields.text}</span>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {isEmpty ? <p class="muted small">{words.noStory}</p> : null}
      <Sheet visit={visit.id} />
      {score ? (
        <Part title={words.survey}>
          <p>{words.surveyed(score, at ? dateAndTime(at) : "")}</p>
          {comment ? <p class="prose">{comment}</p> : null}
        </Part>
      ) : null}
    </section>
  );
}

const tone: Record<Entities["advice"]["severity"], "neutral" | "flag" | "fail"> = { low: "neutral", medium: "flag", high: "fail" };
