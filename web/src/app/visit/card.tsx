/** A visit in a list: when, who, what for, and how far it is. */
import { t } from "../../i18n";
import { Badge, Icon, type Tone } from "../../ui";
import type { Entities, Row } from "../../device";
import { clockTime } from "../model/format";
import { row } from "../phone";
import { to } from "../router";
import type { Visit } from "../model/visit";
import "./card.css";

const tones: Record<string, Tone> = {
  scheduled: "accent",
  accepted: "neutral",
  travelling: "accent",
  on_site: "accent",
  finished: "flag",
  closed: "pass",
  declined: "neutral",
  cancelled: "fail",
  aborted: "fail",
};

/** How far a visit is, as a badge. */
export function VisitBadge({ visit }: { visit: Visit }) {
  const status = visit.status ?? "planned";
  return <Badge tone={tones[status] ?? "neutral"}>{t().visitStatus[status]}</Badge>;
}

export function VisitCard({ visit, main }: { visit: Row<Entities["visit"]>; main?: boolean }) {
  const { body } = visit;
  const client = row("client", body.client_id)?.body;
  const site = row("site", body.site_id)?.body;
  const zone = site?.time_zone;
  return (
    <li>
      <a class={main ? "visit-card visit-card--main" : "visit-card"} href={to(`/visits/${visit.id}`)}>
        <span class="visit-card__time number">
          <span class="visit-card__start">{clockTime(body.planned_start, zone)}</span>
          <span class="muted small">{clockTime(body.planned_end, zone)}</span>
        </span>
        <span class="visit-card__body">
          <span class="row__title">{client?.name ?? t().visitKind[body.kind]}</span>
          <span class="row__subtitle">{[site?.name, body.purpose].filter(Boolean).join(" · ")}</span>
          <span class="line line--wrap visit-card__badges">
            <VisitBadge visit={body} />
            <Badge>{t().visitKind[body.kind]}</Badge>
          </span>
        </span>
        <Icon name="next" />
      </a>
    </li>
  );
}
