/** A ticket in a list. */
import { t } from "../../i18n";
import { Badge, Row, type Tone } from "../../ui";
import type { Entities, Row as DataRow } from "../../device";
import { row } from "../phone";
import { to } from "../router";

export type Ticket = Entities["ticket"];

const tones: Record<string, Tone> = { new: "accent", assigned: "accent", in_progress: "accent", pending: "flag", solved: "pass", reopened: "flag" };

/** Whether a ticket still wants something done. */
export const isOpenTicket = (ticket: Ticket): boolean => !["solved", "closed", "cancelled"].includes(ticket.status ?? "new");

export function TicketBadges({ ticket }: { ticket: Ticket }) {
  const status = ticket.status ?? "new";
  const priority = ticket.priority ?? "normal";
  return (
    <span class="line line--wrap">
      <Badge tone={tones[status] ?? "neutral"}>{t().ticketStatus[status]}</Badge>
      {priority === "high" || priority === "urgent" ? (
        <Badge tone={priority === "urgent" ? "fail" : "flag"} icon="warning">
          {t().priority[priority]}
        </Badge>
      ) : null}
    </span>
  );
}

export function TicketRow({ ticket, href }: { ticket: DataRow<Ticket>; href?: string }) {
  const { body } = ticket;
  const place = row("site", body.site_id)?.body.name ?? row("client", body.client_id)?.body.name;
  return (
    <Row
      title={body.title}
      subtitle={
        <>
          {[body.number ?? t().tickets.noNumber, place].filter(Boolean).join(" · ")}
          <br />
          <TicketBadges ticket={body} />
        </>
      }
      icon="ticket"
      href={to(href ?? `/tickets/${ticket.id}`)}
    />
  );
}
