/** Notes, time and parts: written down once, on a visit or a ticket. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Card, List, NumberField, Row, Segmented, TextArea, TextField, type IconName } from "../../ui";
import type { Entities, Uuid } from "../../device";
import { now, stamp } from "../model/clock";
import { when } from "../model/format";
import { contentOf, faultsOf, MOST_MINUTES, MOST_PIECES } from "../model/worklog";
import { HappenedAt } from "../parts/ask";
import { SaveDialog } from "../parts/save-dialog";
import { attemptAndTell, me, phone, row, rows } from "../phone";

type Entry = Entities["worklog_entry"];
type Kind = Entry["kind"];

const icons: Record<Kind, IconName> = { note: "edit", time: "clock", part: "box" };

/** What an entry says, in one line. */
export function entryText(entry: Entry): string {
  if (entry.kind === "time") return [t().ui.minutes(entry.minutes ?? 0), entry.text].filter(Boolean).join(" · ");
  if (entry.kind === "part") return (entry.parts ?? []).map((part) => `${part.quantity} × ${part.name}`).join(", ");
  return entry.text ?? "";
}

function AddEntry({ ticket, visit, onClose }: { ticket?: Uuid | undefined; visit?: Uuid | undefined; onClose: () => void }) {
  const words = t().work;
  const [kind, setKind] = useState<Kind>("time");
  const [text, setText] = useState("");
  const [minutes, setMinutes] = useState("30");
  const [part, setPart] = useState("");
  const [quantity, setQuantity] = useState("1");
  const [at, setAt] = useState(stamp());
  const [tried, setTried] = useState(false);
  const typed = { kind, text, minutes, part, quantity };
  const faults = faultsOf(typed);
  const error = (field: keyof typeof faults) => (tried && faults[field] ? t().ui.required : undefined);
  const save = async () => {
    setTried(true);
    if (Object.values(faults).some(Boolean)) return;
    const fields = {
      ...(ticket ? { ticket_id: ticket } : {}),
      ...(visit ? { visit_id: visit } : {}),
      author_id: me(),
      at,
      ...contentOf(typed),
    };
    const how = { occurredAt: Date.parse(at) };
    if (await attemptAndTell(() => phone().records.create("worklog_entry", fields, how), words.added)) onClose();
  };
  return (
    <SaveDialog title={words.logWork} onSave={save} onClose={onClose}>
      <Segmented<Kind>
        label={words.logWork}
        hideLabel
        value={kind}
        onChange={setKind}
        options={[
          { value: "time", label: words.logTime, icon: "clock" },
          { value: "part", label: words.logPart, icon: "box" },
          { value: "note", label: words.logNote, icon: "edit" },
        ]}
      />
      {kind === "time" ? (
        <NumberField label={words.minutes} value={minutes} onInput={setMinutes} stepper={{ min: 5, max: MOST_MINUTES }} error={error("minutes")} />
      ) : null}
      {kind === "part" ? (
        <>
          <TextField label={words.part} value={part} onInput={setPart} error={error("part")} />
          <NumberField label={words.quantity} value={quantity} onInput={setQuantity} stepper={{ min: 1, max: MOST_PIECES }} error={error("quantity")} />
        </>
      ) : (
        <TextArea label={words.note} value={text} onInput={setText} error={error("text")} />
      )}
      <HappenedAt value={at} onChange={setAt} />
    </SaveDialog>
  );
}

/** What was written down, newest first, and the way to add to it. */
export function Worklog({ ticket, visit, title, closed }: { ticket?: Uuid; visit?: Uuid; title: string; closed?: boolean }) {
  const [adding, setAdding] = useState(false);
  const entries = rows("worklog_entry")
    .filter(({ body }) => (ticket ? body.ticket_id === ticket : body.visit_id === visit && !body.ticket_id))
    .sort((a, b) => Date.parse(b.body.at) - Date.parse(a.body.at));
  const add = closed ? undefined : (
    <Button kind="quiet" icon="plus" onClick={() => setAdding(true)}>
      {t().ui.add}
    </Button>
  );
  return (
    <Card title={title} action={add} plain>
      {entries.length ? (
        <List label={title}>
          {entries.map(({ id, body }) => (
            <Row
              key={id}
              icon={icons[body.kind]}
              title={entryText(body)}
              subtitle={[row("user", body.author_id)?.body.name, when(body.at, now.value)].filter(Boolean).join(" · ")}
            />
          ))}
        </List>
      ) : (
        <p class="muted pad">{t().work.logNothing}</p>
      )}
      {adding ? <AddEntry ticket={ticket} visit={visit} onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}
