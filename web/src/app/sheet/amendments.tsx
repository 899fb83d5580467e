/** What was changed after the client had signed: what the sheet says, what the records say now, and who decides. */
import { t } from "../../i18n";
import { Badge, Card, type Tone } from "../../ui";
import type { Entities, Uuid } from "../../device";
import { now } from "../model/clock";
import { when } from "../model/format";
import { rows } from "../phone";
import { changes } from "./differences";
import "./amendments.css";

const tones: Record<NonNullable<Entities["sheet_amendment"]["status"]>, Tone> = { proposed: "flag", accepted: "accent", dismissed: "neutral" };

function Side({ title, lines }: { title: string; lines: string[] }) {
  return (
    <div class="amendment__side">
      <dt class="muted small">{title}</dt>
      {(lines.length ? lines : [t().sync.nothing]).map((line) => (
        <dd key={line}>{line}</dd>
      ))}
    </div>
  );
}

export function Amendments({ sheet }: { sheet: Uuid }) {
  const words = t().amendment;
  const proposed = rows("sheet_amendment")
    .filter(({ body }) => body.sheet_id === sheet)
    .sort((a, b) => (a.body.proposed_at < b.body.proposed_at ? 1 : -1));
  return (
    <>
      {proposed.map(({ id, body }) => {
        const status = body.status ?? "proposed";
        return (
          <Card key={id} title={words.title}>
            <div class="stack">
              <div class="line line--wrap">
                <Badge tone={tones[status]}>{words.status[status]}</Badge>
                <span class="muted small">{when(body.proposed_at, now.value)}</span>
              </div>
              <p class="small">{words.text[status]}</p>
              {changes(body.differences, t()).map((change) => (
                <section key={change.about} class="amendment">
                  <h3 class="strong">{change.about}</h3>
                  <dl class="amendment__sides">
                    <Side title={words.sealed} lines={change.sealed} />
                    <Side title={words.now} lines={change.now} />
                  </dl>
                </section>
              ))}
            </div>
          </Card>
        );
      })}
    </>
  );
}
