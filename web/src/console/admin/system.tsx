/** How the server is doing: each thing good or not, in words, with what to do about it. */
import type { ComponentChildren } from "preact";
import { now } from "../../app/model/clock";
import { ago, count, dateAndTime, span } from "../../app/model/format";
import { to } from "../../app/router";
import { Badge, LinkButton, Notice } from "../../ui";
import { get, useLoaded } from "../data";
import { Unread } from "../page";
import { c } from "../words";
import { AdminPage, maySee } from "./admin";
import { judged, type System } from "./health";

function Check({ title, good, value, text, action }: { title: string; good: boolean; value: string; text?: string | undefined; action?: ComponentChildren }) {
  return (
    <section class="check" aria-label={title}>
      <div class="line line--apart">
        <h2 class="section__title">{title}</h2>
        <Badge tone={good ? "pass" : "flag"} icon={good ? "check" : "warning"}>
          {good ? c().admin.health.ok : c().admin.health.wrong}
        </Badge>
      </div>
      <p class="check__value">{value}</p>
      {text ? <p class="muted small">{text}</p> : null}
      {action ? <div>{action}</div> : null}
    </section>
  );
}

export default function Health() {
  const words = c().admin.health;
  const read = useLoaded("system", async (signal) => {
    if (!maySee("system")) return null;
    const asked = Date.now();
    const system = await get<System>("/v1/system", {}, { signal });
    // The answer is half a round trip old.
    return { system, skew: Date.parse(system.now) - (asked + Date.now()) / 2 };
  });
  const found = read.value;
  const link = (path: string) => <LinkButton href={to(path)}>{words.open}</LinkButton>;
  const checks = found ? judged(found.system, found.skew, now.value) : null;
  const wrong = checks ? Object.values(checks).filter((good) => !good).length : 0;
  const system = found?.system;
  return (
    <AdminPage part="system">
      {read.problem ? <Unread problem={read.problem} again={read.reload} /> : null}
      {system && checks && found ? (
        <div class="stack">
          <Notice tone={wrong ? "flag" : "pass"} icon={wrong ? "warning" : "check"} title={wrong ? words.look(wrong) : words.good} />
          <div class="checks">
            <Check
              title={words.backup}
              good={checks.backup}
              value={system.backup ? ago(Date.parse(system.backup.made_at), now.value) : words.never}
              text={system.backup ? (checks.backup ? dateAndTime(system.backup.made_at) : words.oldBackup) : words.noBackup}
            />
            <Check
              title={words.mails}
              good={checks.mails}
              value={[system.mails.due ? words.mailsDue(system.mails.due) : "", system.mails.dead ? words.mailsDead(system.mails.dead) : ""].filter(Boolean).join(", ") || words.mailsGood}
              text={checks.mails ? undefined : words.mailsText}
              action={system.mails.due || system.mails.dead ? link(`/admin/outbox?state=${system.mails.dead ? "dead" : "due"}`) : undefined}
            />
            <Check
              title={words.inbox}
              good={checks.inbox}
              value={checks.inbox ? words.inboxGood : words.inboxWaits(system.open_conflicts, system.quarantined)}
              text={checks.inbox ? undefined : words.inboxText}
              action={checks.inbox ? undefined : link(system.open_conflicts ? "/inbox" : "/inbox?view=quarantine")}
            />
            <Check title={words.clock} good={checks.clock} value={checks.clock ? words.clockGood : words.clockOff(span(Math.abs(found.skew)))} text={dateAndTime(system.now)} />
            <Check title={words.address} good={checks.address} value={system.public_url} text={checks.address ? undefined : words.addressLocal} />
            <Check title={words.server} good value={`Onsite ${system.version}`} text={`${words.changes}: ${count(Number(system.head.split(".")[1] ?? 0))}`} />
          </div>
          <p class="muted small">{words.rest}</p>
        </div>
      ) : null}
    </AdminPage>
  );
}
