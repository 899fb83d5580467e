/** A complaint on the board: whose it is, how grave, and when it goes up by itself. */
import { now } from "../../app/model/clock";
import { dateAndTime, span } from "../../app/model/format";
import { language } from "../../i18n";
import { Badge, type Tone } from "../../ui";
import type { Row } from "../data";
import { addressWith } from "../table/address";
import { nameOf } from "../values";
import { c } from "../words";
import { pressure, type Complaint } from "./step";

const tones: Record<ReturnType<typeof pressure>, Tone> = { none: "neutral", calm: "neutral", soon: "flag", now: "fail" };
const levelTones: Tone[] = ["neutral", "flag", "fail"];

const DAY = 86_400_000;

/** A span in words; one of two days or more in whole days, which is all that is told by it. */
const left = (ms: number): string =>
  ms < 2 * DAY ? span(ms) : new Intl.NumberFormat(language(), { style: "unit", unit: "day", unitDisplay: "long" }).format(Math.floor(ms / DAY));

/** When it escalates by itself, in words. */
export function Deadline({ complaint, now: at }: { complaint: Complaint; now: number }) {
  const words = c().complaints;
  const press = pressure(complaint, at);
  if (!complaint.due_at) return null;
  const until = left(Date.parse(complaint.due_at) - at);
  const text = press === "now" ? words.overdue : complaint.level === 3 ? words.atTop(until) : words.escalatesIn(until);
  return (
    <span title={dateAndTime(complaint.due_at)}>
      <Badge tone={tones[press]} icon="clock">
        {text}
      </Badge>
    </span>
  );
}

export const Level = ({ level }: { level: number }) => <Badge tone={levelTones[level - 1] ?? "neutral"}>{c().complaints.level(level)}</Badge>;

export function ComplaintCard({ complaint: { id, fields }, isCurrent }: { complaint: Row<"complaint">; isCurrent: boolean }) {
  const words = c().complaints;
  return (
    <li class={isCurrent ? "complaint complaint--current" : "complaint"}>
      <div class="complaint__head">
        <a class="complaint__open" href={addressWith({ id })} aria-current={isCurrent ? "true" : undefined}>
          {nameOf("client", fields.client_id)}
        </a>
        <Level level={fields.level} />
      </div>
      <p class="complaint__text">{fields.text || (fields.score ? words.score(fields.score) : "")}</p>
      <div class="line line--wrap line--apart">
        <span class="muted small">{fields.owner_id ? nameOf("user", fields.owner_id) : words.noOwner}</span>
        <Deadline complaint={fields} now={now.value} />
      </div>
    </li>
  );
}
