/** What waits to be planned, beside the board: visits without a technician, and open tickets without a visit. */
import { now } from "../../app/model/clock";
import { ago, shortDate } from "../../app/model/format";
import { t } from "../../i18n";
import { Badge, Empty, Icon } from "../../ui";
import { row } from "../data";
import { c } from "../words";
import { addDays, dayStart, nameOfDay } from "./days";
import { held, type Held } from "./hold";
import { onDay } from "./layout";
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
    const last = days.at(-1) ?? start;
    if (wish.start >= (days[0] ?? 0) && wish.start < addDays(last, 1)) return { what, id, by, before, ...before };
    // Of a wish for a day that is not shown, the time of day is kept.
    const near = onDay(wish.start, dayStart(nameOfDay(start)));
    return { what, id, by, before, technician: null, start: near, end: near + wish.end - wish.start };
  };
  const hear = (what: "visit" | "ticket", id: string) => ({
    onPointerDown: (down: PointerEvent) => {
      if (down.button !== 0 || down.pointerType === "touch") return;
      window.dispatchEvent(new CustomEvent("board-drag", { detail: { down, start: holdOf(what, id, "mouse") } }));
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const all = [...document.querySelectorAll<HTMLElement>(".queue__item")];
        all[all.indexOf(event.currentTarget as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
        event.preventDefault();
      }
      if (event.key !== " ") return;
      event.preventDefault();
      held.value = holdOf(what, id, "keys");
    },
  });
  const nothing = !visits.length && !tickets.length;
  return (
    <aside class={one?.isBack && one.before.technician ? "queue queue--drop" : "queue"} aria-label={words.queue} data-queue="">
      {one?.what === "visit" && one.by === "mouse" && one.before.technician ? <p class="queue__drop">{words.dropBack}</p> : null}
      {nothing ? <Empty icon="check" title={words.queueEmpty} text={words.queueEmptyText} /> : <p class="queue__hint muted">{words.queueText}</p>}
      {visits.length ? (
        <section>
          <h2 class="queue__title">
            {words.queueVisits} <span class="number">{visits.length}</span>
          </h2>
          <ul>
            {visits.map((visit) => (
              <li key={visit.id}>
                <button
                  type="button"
                  class={one?.id === visit.id ? "queue__item queue__item--held" : "queue__item"}
                  onClick={() => onOpen(visit.id)}
                  {...hear("visit", visit.id)}
                >
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
            {tickets.map(({ id, fields }) => (
              <li key={id}>
                <button type="button" class={one?.id === id ? "queue__item queue__item--held" : "queue__item"} onClick={() => onOpenTicket(id)} {...hear("ticket", id)}>
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
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </aside>
  );
}
