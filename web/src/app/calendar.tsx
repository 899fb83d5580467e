/** The calendar: a week at a time, as long as the phone holds it. */
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Button, IconButton, Search } from "../ui";
import { now } from "./model/clock";
import { dayOf, month, shortDate, weekday } from "./model/format";
import { search } from "./model/search";
import { byPlan, isMine } from "./model/visit";
import { me, row, rows } from "./phone";
import { Screen } from "./shell";
import { VisitCard } from "./visit/card";
import { settled } from "./visit/settled";
import "./calendar.css";

const DAY = 86_400_000;

/** Noon of the Monday of the week `at` lies in, by the phone's zone: a time no change of clocks moves to another day. */
export function mondayOf(at: number): number {
  const day = new Date(at);
  day.setHours(12, 0, 0, 0);
  return day.getTime() - ((day.getDay() + 6) % 7) * DAY;
}

export default function Calendar() {
  const words = t().today;
  const [weeks, setWeeks] = useState(0);
  const [picked, setPicked] = useState<string | null>(null);
  const [query, setQuery] = useState("");
  const monday = mondayOf(now.value) + weeks * 7 * DAY;
  const days = Array.from({ length: 7 }, (_, index) => monday + index * DAY);
  const mine = rows("visit").filter((visit) => isMine(visit, me())).map(settled).sort(byPlan);
  const named = search(mine, query, ({ body }) => [
    row("client", body.client_id)?.body.name,
    row("site", body.site_id)?.body.name,
    body.purpose,
  ]);
  const dayOfVisit = (visit: (typeof mine)[number]) => dayOf(visit.body.planned_start, row("site", visit.body.site_id)?.body.time_zone);
  const shown = query ? [...new Set(named.map(dayOfVisit))] : days.map((day) => dayOf(day)).filter((day) => !picked || day === picked);
  return (
    <Screen title={words.calendar} up="/">
      <Search label={words.search} value={query} onInput={setQuery} />
      {query ? null : (
        <div class="stack">
          <div class="line line--apart">
            <IconButton icon="back" label={words.previous} onClick={() => setWeeks(weeks - 1)} />
            <h2>{month(monday + 3 * DAY)}</h2>
            <IconButton icon="next" label={words.following} onClick={() => setWeeks(weeks + 1)} />
          </div>
          <div class="week" role="group" aria-label={words.week}>
            {days.map((at) => {
              const day = dayOf(at);
              const busy = named.filter((visit) => dayOfVisit(visit) === day).length;
              return (
                <button
                  key={day}
                  type="button"
                  class={day === dayOf(now.value) ? "week__day week__day--today" : "week__day"}
                  aria-pressed={picked === day}
                  onClick={() => setPicked(picked === day ? null : day)}
                >
                  <span class="small">{weekday(at)}</span>
                  <span class="week__number number">{new Date(at).getDate()}</span>
                  <span class="week__dots" aria-hidden="true">
                    {"•".repeat(Math.min(busy, 3))}
                  </span>
                  <span class="sr-only">{words.visits(busy)}</span>
                </button>
              );
            })}
          </div>
          {weeks ? (
            <Button kind="quiet" onClick={() => setWeeks(0)}>
              {words.thisWeek}
            </Button>
          ) : null}
        </div>
      )}
      {shown.map((day) => {
        const visits = named.filter((visit) => dayOfVisit(visit) === day);
        return (
          <section class="section" key={day}>
            <h2 class="section__title">{shortDate(`${day}T12:00:00`)}</h2>
            {visits.length ? (
              <ul class="stack">
                {visits.map((visit) => (
                  <VisitCard key={visit.id} visit={visit} />
                ))}
              </ul>
            ) : (
              <p class="muted small">{words.emptyDay}</p>
            )}
          </section>
        );
      })}
      {query && !shown.length ? <p class="muted">{t().tickets.nothingFound}</p> : null}
    </Screen>
  );
}
