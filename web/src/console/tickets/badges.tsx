/** How a ticket stands and how urgent it is. */
import { t } from "../../i18n";
import { Badge, type Tone } from "../../ui";
import type { Priority, Status } from "./lists";

const TONES: Record<Status, Tone> = {
  new: "accent",
  assigned: "accent",
  in_progress: "accent",
  pending: "flag",
  solved: "pass",
  closed: "neutral",
  reopened: "flag",
  cancelled: "neutral",
};

export const TicketStatus = ({ of }: { of: Status }) => <Badge tone={TONES[of]}>{t().ticketStatus[of]}</Badge>;

export function TicketPriority({ of }: { of: Priority }) {
  if (of === "normal" || of === "low") return <span class="muted">{t().priority[of]}</span>;
  return (
    <Badge tone={of === "urgent" ? "fail" : "flag"} icon="flag">
      {t().priority[of]}
    </Badge>
  );
}
