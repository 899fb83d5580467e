/** What waits to be planned, beside the board: visits without a technician, and open tickets without a visit. */
import { now } from "../../app/model/clock";
import { ago, shortDate } from "../../app/model/format";
import { t } from "../../i18n";
import { Badge, Empty, Icon } from "../../ui";
import { row, seen } from "../data";
import { c } from "../words";
import { addDays, dayStart, nameOfDay } from "./days";
import { held, type Held } from "./hold";
import { onDay } from "./layout";
import { memo } from "./memo";
import type { TicketRow, VisitRow } from "./plans";
import { siteName, whose } from "./words";

/** How long a visit for a ticket is planned at first, in milliseconds. */
const TICKET = 90 * 60_000;

export const PRIORITY_TONE = { urgent: "fail", high: "flag", normal: "neutral", low: "neutral" } as const;

export function Queue({
  visits,
  tickets,
  start,
  days,
  onOpen,
  onOpenTicket,
}: {
  visits: readonly VisitRow[];
  tickets: readonly TicketRow[];
  /** When something without a wish of its own would begin, in milliseconds. */
  start: number;
  days: readonly number[];
  onOpen: (visit: string) => void;
  onOpenTicket: (ticket: string) => void;
}) {
  const words = c().board;
  const one = held.value;
  const holdOf = (what: "visit" | "ticket", id: string, by: Held["by"]): Held => {
    const visit = visits.find((visit) => visit.id === id)?.fields;
    const wish = visit ? { start: Date.parse(visit.planned_start), end: Date.parse(visit.planned_end) } : { start, end: start + TICKET };
    const before = { technician: null, ...wish };
    const on = seen(id);
    const last = days.at(-1) ?? start;
    if (wish.start >= (days[0] ?? 0) && wish.start < addDays(last, 1)) return { what, id, by, before, on, ...before };
    // Of a wish for a day that is not shown, the time of day is kept.
    const near = onDay(wish.start, dayStart(nameOfDay(start)));
    return { what, id, by, before, on, technician: null, start: near, end: near + wish.end - wish.start };
  };
  /** What something was done to. */
  const heard = ({ target }: Event): { element: HTMLElement; what: "visit" | "ticket"; id: string } | null => {
    const element = target instanceof Element ? target.closest<HTMLElement>("[data-waits]") : null;
    if (!element) return null;
    return { element, what: element.dataset["waits"] === "visit" ? "visit" : "ticket", id: element.dataset["id"] ?? "" };
  };
  const onPointerDown = (down: PointerEvent) => {
    const item = heard(down);
    if (!item || down.button !== 0 || down.pointerType === "touch") return;
    window.dispatchEvent(new CustomEvent("board-drag", { detail: { down, start: holdOf(item.what, item.id, "mouse") } }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const item = heard(event);
    if (!item) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = [...document.querySelectorAll<HTMLElement>(".queue__item")];
      all[all.indexOf(item.element) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
      event.preventDefault();
    }
    if (event.key !== " ") return;
    event.preventDefault();
    held.value = holdOf(item.what, item.id, "keys");
  };
  const onClick = (event: MouseEvent) => {
    const item = heard(event);
    if (item) (item.what === "visit" ? onOpen : onOpenTicket)(item.id);
  };
  const nothing = !visits.length && !tickets.length;
  return (
    <aside
      class="queue"
      aria-label={words.queue}
      data-queue=""
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {one?.what === "visit" && one.by === "mouse" && one.before.technician ? <p class={one.isBack ? "queue__drop queue__drop--over" : "queue__drop"}>{words.dropBack}</p> : null}
      {nothing ? <Empty icon="check" title={words.queueEmpty} text={words.queueEmptyText} /> : <p class="queue__hint muted">{words.queueText}</p>}
      {visits.length ? (
        <section>
          <h2 class="queue__title">
            {words.queueVisits} <span class="number">{visits.length}</span>
          </h2>
          <ul>
            {visits.map((visit) => (
              <li key={visit.id}>
                <WaitingVisit visit={visit} isHeld={one?.id === visit.id} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {tickets.length ? (
        <section>
          <h2 class="queue__title">
            {words.queueTickets} <span class="number">{tickets.length}</span>
          </h2>
          <ul>
            {tickets.map((ticket) => (
              <li key={ticket.id}>
                <WaitingTicket ticket={ticket} isHeld={one?.id === ticket.id} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </aside>
  );
}

const classOf = (isHeld: boolean): string => (isHeld ? "queue__item queue__item--held" : "queue__item");

const WaitingVisit = memo(function WaitingVisit({ visit, isHeld }: { visit: VisitRow; isHeld: boolean }) {
  const words = c().board;
  return (
    <button type="button" class={classOf(isHeld)} data-waits="visit" data-id={visit.id}>
      <span class="queue__line">
        <strong>{whose(visit)}</strong>
        {visit.fields.status === "declined" ? (
          <Badge tone="fail" icon="undo">
            {words.declinedBy(row("user", visit.fields.technician_id)?.fields.name ?? "…")}
          </Badge>
        ) : null}
      </span>
      <span class="queue__text">{visit.fields.purpose}</span>
      <span class="muted">
        {siteName(visit)} · {words.wished(shortDate(visit.fields.planned_start))}
      </span>
    </button>
  );
});

const WaitingTicket = memo(function WaitingTicket({ ticket: { id, fields }, isHeld }: { ticket: TicketRow; isHeld: boolean }) {
  return (
    <button type="button" class={classOf(isHeld)} data-waits="ticket" data-id={id}>
      <span class="queue__line">
        <strong>{row("client", fields.client_id)?.fields.name ?? "…"}</strong>
        {fields.priority === "urgent" || fields.priority === "high" ? (
          <Badge tone={PRIORITY_TONE[fields.priority]} icon="flag">
            {t().priority[fields.priority]}
          </Badge>
        ) : null}
      </span>
      <span class="queue__text">{fields.title}</span>
      <span class="muted">
        <Icon name="ticket" /> {fields.number} {fields.reported_at ? `· ${ago(Date.parse(fields.reported_at), now.value)}` : ""}
      </span>
    </button>
  );
});
