/** Today: what is under way, what is next, what waits for an answer. */
import { t } from "../i18n";
import { Badge, Empty, LinkButton, Notice, Progress, Button } from "../ui";
import type { Entities, Row } from "../device";
import { now } from "./model/clock";
import { count, dayOf, shortDate } from "./model/format";
import { byPlan, isMine, isOpen, isUnderWay } from "./model/visit";
import { me, phone, row, rows } from "./phone";
import { to } from "./router";
import { Screen } from "./shell";
import { VisitCard } from "./visit/card";
import { settled } from "./visit/settled";

type VisitRow = Row<Entities["visit"]>;

const zoneOf = (visit: VisitRow): string | undefined => row("site", visit.body.site_id)?.body.time_zone;
const zoned = (visit: VisitRow): string => dayOf(visit.body.planned_start, zoneOf(visit));

function Group({ title, visits, main }: { title: string; visits: VisitRow[]; main?: boolean }) {
  if (!visits.length) return null;
  return (
    <section class="section">
      <div class="section__head">
        <h2 class="section__title">{title}</h2>
        {visits.length > 1 ? <Badge>{visits.length}</Badge> : null}
      </div>
      <ul class="stack">
        {visits.map((visit) => (
          <VisitCard key={visit.id} visit={visit} main={main ?? false} />
        ))}
      </ul>
    </section>
  );
}

/** The first sync with what it has read so far; the rest of the screen is usable meanwhile. */
export function FirstSync() {
  const { reading, online } = phone().sync.status.value;
  if (!reading) return null;
  const words = t().sync;
  const text = reading.total === null ? words.firstSome(count(reading.rows)) : words.firstRows(count(reading.rows), count(reading.total));
  return (
    <div class="card stack stack--tight">
      <Progress label={words.first} text={text} value={reading.rows} max={reading.total} />
      <p class="muted small">{online ? words.firstText : words.offlineText}</p>
    </div>
  );
}

/** What the browser or the server asks of the user, in place and never in the way. */
function Asks() {
  const { phase, oldestUnsent } = phone().sync.status.value;
  const DAY = 86_400_000;
  return (
    <>
      {phone().session.loginDue.value ? (
        <Notice tone="flag" icon="key" title={t().login.again} action={<a href={to("/sync")}>{t().login.title}</a>}>
          {t().login.againText}
        </Notice>
      ) : null}
      {phase === "update_due" ? <Notice tone="flag" icon="warning" title={t().sync.updateDue} /> : null}
      {oldestUnsent !== null && now.value - oldestUnsent > DAY ? <Notice tone="flag" icon="warning" title={t().sync.oldWarning} /> : null}
      {phone().app.waiting.value ? (
        <Notice
          icon="sync"
          title={t().me.update}
          action={
            <Button kind="quiet" onClick={() => void phone().app.apply()}>
              {t().me.updateNow}
            </Button>
          }
        >
          {t().me.updateText}
        </Notice>
      ) : null}
    </>
  );
}

export function Today() {
  const words = t().today;
  const mine = rows("visit").filter((visit) => isMine(visit, me())).map(settled).sort(byPlan);
  const isToday = (visit: VisitRow) => zoned(visit) === dayOf(now.value, zoneOf(visit));
  const underWay = mine.filter((visit) => isUnderWay(visit.body));
  const rest = mine.filter((visit) => !isUnderWay(visit.body));
  const open = rest.filter((visit) => isToday(visit) && isOpen(visit.body));
  const overdue = rest.filter((visit) => isOpen(visit.body) && !isToday(visit) && Date.parse(visit.body.planned_end) < now.value);
  const done = rest.filter((visit) => isToday(visit) && !isOpen(visit.body) && visit.body.status !== "planned");
  const coming = rest.filter((visit) => isOpen(visit.body) && !isToday(visit) && Date.parse(visit.body.planned_start) > now.value);
  const toAccept = coming.filter((visit) => visit.body.status === "scheduled");
  const upcoming = coming.filter((visit) => visit.body.status !== "scheduled").slice(0, 3);
  const [next, ...later] = open;
  const nothing = !underWay.length && !open.length && !done.length;
  const { online, reading } = phone().sync.status.value;
  return (
    <Screen
      title={words.title}
      action={
        <LinkButton kind="quiet" icon="calendar" href={to("/calendar")}>
          {words.calendar}
        </LinkButton>
      }
    >
      <p class="muted today__date">{shortDate(now.value)}</p>
      <FirstSync />
      {phone().session.user.value?.role === "technician" ? null : <Notice icon="board" title={words.desk} action={<a href="/console">{words.console}</a>} />}
      <Asks />
      <Group title={words.now} visits={underWay} main />
      <Group title={words.next} visits={next ? [next] : []} main={!underWay.length} />
      <Group title={words.later} visits={later} />
      {nothing && !reading ? <Empty icon="coffee" title={words.free} text={online ? words.freeText : words.freeOffline} /> : null}
      <Group title={words.toAccept} visits={toAccept} />
      <Group title={words.open} visits={overdue} />
      <Group title={words.upcoming} visits={upcoming} />
      <Group title={words.finished} visits={done} />
      <div class="stack stack--tight">
        <LinkButton icon="plus" href={to("/visits/new")} wide>
          {words.adHoc}
        </LinkButton>
        <p class="muted small">{words.adHocText}</p>
      </div>
    </Screen>
  );
}
