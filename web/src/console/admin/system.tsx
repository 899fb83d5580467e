/** How the server is doing: each part good or not, in words, with what to do about it. */
import type { ComponentChildren } from "preact";
import { now } from "../../app/model/clock";
import { ago, bytes, count, dateAndTime, span } from "../../app/model/format";
import { to } from "../../app/router";
import { Badge, LinkButton, Notice } from "../../ui";
import { get, useLoaded } from "../data";
import { Unread } from "../page";
import { c } from "../words";
import { AdminPage, maySee } from "./admin";
import { agrees, troublesOf, unknownTroubles, type Health, type Part } from "./health";

function Check({ title, troubles, value, text, action }: { title: string; troubles: readonly string[]; value: string; text?: string | undefined; action?: ComponentChildren }) {
  const words = c().admin.health;
  const good = troubles.length === 0;
  return (
    <section class="health__check" aria-label={title}>
      <div class="line line--apart">
        <h2 class="section__title">{title}</h2>
        <Badge tone={good ? "pass" : "flag"} icon={good ? "check" : "warning"}>
          {good ? words.ok : words.wrong}
        </Badge>
      </div>
      <p class="health__value">{value}</p>
      {troubles.map((trouble) => (
        <p key={trouble} class="small">
          {words.troubles[trouble] ?? trouble.replaceAll("_", " ")}
        </p>
      ))}
      {text ? <p class="muted small">{text}</p> : null}
      {action ? <div>{action}</div> : null}
    </section>
  );
}

export default function System() {
  const words = c().admin.health;
  const read = useLoaded("health", async (signal) => {
    if (!maySee("system")) return null;
    const asked = Date.now();
    const health = await get<Health>("/v1/health/details", {}, { signal });
    // The answer is half a round trip old.
    return { health, skew: Date.parse(health.now) - (asked + Date.now()) / 2 };
  });
  const found = read.value;
  const health = found?.health;
  const link = (path: string) => <LinkButton href={to(path)}>{words.open}</LinkButton>;
  const of = (part: Part) => (health ? troublesOf(health, part) : []);
  const clock = found && !agrees(found.skew) ? [...of("clock"), "clock_differs"] : of("clock");
  const waits = health ? health.open_conflicts + health.quarantine : 0;
  const wrong = health ? new Set([...health.troubles, ...clock, ...(waits ? ["inbox"] : [])]).size : 0;
  return (
    <AdminPage part="system">
      {read.problem ? <Unread problem={read.problem} again={read.reload} /> : null}
      {health && found ? (
        <div class="stack">
          <Notice tone={wrong ? "flag" : "pass"} icon={wrong ? "warning" : "check"} title={wrong ? words.look(wrong) : words.good}>
            {unknownTroubles(health).join(", ")}
          </Notice>
          <div class="health">
            <Check title={words.backup} troubles={of("backup")} value={health.last_backup_at ? ago(Date.parse(health.last_backup_at), now.value) : words.never} text={health.last_backup_at ? dateAndTime(health.last_backup_at) : undefined} />
            {/* Its link is there even when all is well: a page that scrolls needs something the keyboard reaches. */}
            <Check
              title={words.mails}
              troubles={of("mails")}
              value={[health.mail.due ? words.mailsDue(health.mail.due) : "", health.mail.dead ? words.mailsDead(health.mail.dead) : ""].filter(Boolean).join(", ") || words.mailsGood}
              text={health.mail.error ?? health.mail.last_error ?? (health.mail.last_sent_at ? words.lastSent(ago(Date.parse(health.mail.last_sent_at), now.value)) : undefined)}
              action={link(`/admin/outbox${health.mail.dead ? "?state=dead" : health.mail.due ? "?state=due" : ""}`)}
            />
            <Check
              title={words.inbox}
              troubles={waits ? ["inbox"] : []}
              value={waits ? words.inboxWaits(health.open_conflicts, health.quarantine) : words.inboxGood}
              action={waits ? link(health.open_conflicts ? "/inbox" : "/inbox?view=quarantine") : undefined}
            />
            <Check title={words.disk} troubles={of("disk")} value={health.free_bytes ? words.free(bytes(health.free_bytes)) : words.bucket} />
            <Check title={words.clock} troubles={clock} value={agrees(found.skew) ? words.clockGood : words.clockOff(span(Math.abs(found.skew)))} text={dateAndTime(health.now)} />
            <Check
              title={words.jobs}
              troubles={of("jobs")}
              value={words.jobsRan(health.jobs.length)}
              text={health.jobs.filter(({ error }) => error).map(({ job, error }) => `${job}: ${error}`).join("; ") || undefined}
            />
            <Check title={words.server} troubles={[]} value={`Onsite ${health.version}`} text={`${health.database === "sqlite" ? "SQLite" : "PostgreSQL"} · ${words.changes}: ${count(health.head)}`} />
          </div>
          <p class="muted small">{words.rest}</p>
        </div>
      ) : null}
    </AdminPage>
  );
}
