/** One call: whom to ring, what to say beside what happened, and what the client said, entered by keyboard. */
import { useRef, useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { ago, dateAndTime, shortDate } from "../../app/model/format";
import { Confirm } from "../../app/parts/ask";
import { SaveDialog } from "../../app/parts/save-dialog";
import { to } from "../../app/router";
import { Button, Icon, IconButton, Notice, TextArea, TextField, toast } from "../../ui";
import { act, all, row, useRecords, user, type Row, type Sent } from "../data";
import { attempt } from "../parts/tell";
import { Picker } from "../parts/picker";
import { setParameters } from "../table/address";
import { nameOf } from "../values";
import { c } from "../words";
import { answered, emptyForm, LOW, missing, titleOf, usualAgain, workingDay, type Form } from "./call";
import { Result } from "./result";
import { Scores } from "./scores";
import { Story } from "./story";

/** Typed so far, by callback: looking at another one loses nothing. */
const drafts = new Map<string, Form>();

function Phone({ name, number, note }: { name: string; number: string; note?: string | undefined }) {
  return (
    <a class="call__phone" href={`tel:${number.replace(/[^+\d]/g, "")}`}>
      <Icon name="phone" />
      <span>
        <span class="strong number">{number}</span>
        <span class="muted small">{[name, note].filter(Boolean).join(" · ")}</span>
      </span>
    </a>
  );
}

function Whom({ visit }: { visit: Row<"visit"> }) {
  const words = c().callbacks;
  const contacts = useRecords("contact", { parent: visit.fields.client_id }, (contact) => contact.client_id === visit.fields.client_id).rows.value;
  const client = row("client", visit.fields.client_id)?.fields;
  const met = contacts.find(({ id }) => id === visit.fields.contact_id);
  const rest = contacts.filter((one) => one !== met && one.fields.phone);
  const first = met?.fields.phone ? met : undefined;
  return (
    <div class="call__phones">
      {first?.fields.phone ? <Phone name={first.fields.name} number={first.fields.phone} note={first.fields.position ?? undefined} /> : null}
      {!first && client?.phone ? <Phone name={client.name} number={client.phone} /> : null}
      {!first && !client?.phone && !rest.length ? <p class="muted">{words.noPhone}</p> : null}
      {rest.length ? (
        <details>
          <summary class="small">{words.contacts}</summary>
          <div class="call__phones">
            {rest.map(({ id, fields }) => (
              <Phone key={id} name={fields.name} number={fields.phone ?? ""} note={fields.position ?? undefined} />
            ))}
          </div>
        </details>
      ) : null}
    </div>
  );
}

/** Asks when a client who was not there, or had no time, is called again. */
function Again({ onAgain, onClose }: { onAgain: (at: Date) => Promise<void>; onClose: () => void }) {
  const words = c().callbacks;
  const [typed, setTyped] = useState(usualAgain(new Date()));
  const [tried, setTried] = useState(false);
  const at = new Date(typed);
  const isGood = at.getTime() > Date.now();
  const save = async () => {
    setTried(true);
    if (!isGood) return;
    onClose();
    await onAgain(at);
  };
  return (
    <SaveDialog title={words.anotherTimeTitle} onSave={save} onClose={onClose}>
      <TextField label={words.againLabel} type="datetime-local" value={typed} onInput={setTyped} error={tried && !isGood ? words.againPast : undefined} />
    </SaveDialog>
  );
}

export function Call({ callback, onDone }: { callback: Row<"callback">; onDone: () => void }) {
  const words = c().callbacks;
  const visit = row("visit", callback.fields.visit_id);
  const staff = useRecords("user").rows.value.filter(({ fields }) => fields.active);
  const [form, setForm] = useState<Form>(drafts.get(callback.id) ?? { ...emptyForm, day: workingDay(new Date(), 2) });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<"give-up" | "again" | null>(null);
  const scores = useRef<HTMLDivElement>(null);
  const route = useRef<HTMLDivElement>(null);
  if (!visit) return <p class="muted">{c().table.loading}</p>;
  const { fields } = callback;
  const site = row("site", visit.fields.site_id)?.fields;
  const client = nameOf("client", visit.fields.client_id);
  const contact = visit.fields.contact_id ? nameOf("contact", visit.fields.contact_id) : "";
  const isOpen = fields.status !== "done";
  const set = (part: Partial<Form>) =>
    setForm((before) => {
      const next = { ...before, ...part };
      drafts.set(callback.id, next);
      return next;
    });
  const errors = tried ? missing(form) : [];
  const error = (of: "score" | "assignee" | "day") => (errors.includes(of) ? words.required[of] : undefined);

  const record = async (call: object, expect: Partial<Row<"callback">["fields"]>) => {
    if (busy) return false;
    setBusy(true);
    const done = await attempt(() => act("callback", callback.id, "calls", call, expect));
    setBusy(false);
    return done;
  };
  const save = async () => {
    setTried(true);
    const [first] = missing(form);
    if (first) {
      const place = first === "score" ? scores : route;
      place.current?.querySelector<HTMLElement>(first === "day" ? "input[type=date]" : first === "score" ? "input" : "[role=combobox]")?.focus();
      return;
    }
    const score = form.score ?? 0;
    if (!(await record(answered(form), { status: "done", score }))) return;
    drafts.delete(callback.id);
    if (score > LOW) toast(words.saved(client, score));
    else await tellOfComplaint(callback.id, client);
    onDone();
  };
  const noAnswer = async () => {
    if (await record({ result: "no_answer" }, { status: "attempted", attempts: fields.attempts + 1, last_attempt_at: new Date().toISOString() })) {
      toast(words.again(client));
      onDone();
    }
  };
  const callAgain = async (againAt: Date) => {
    const at = againAt.toISOString();
    if (await record({ result: "no_answer", again_at: at }, { status: "attempted", attempts: fields.attempts + 1, last_attempt_at: new Date().toISOString(), due_at: at })) {
      toast(words.againAt(client, dateAndTime(at)));
      onDone();
    }
  };
  const giveUp = async () => {
    if (await record({ result: "unreachable" }, { status: "unreachable" })) {
      toast(words.gaveUp(client));
      onDone();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen || !(event.target instanceof HTMLElement) || event.target.closest("dialog")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("textarea, select, input:not([type=radio])")) return;
    if (/^[1-5]$/.test(event.key)) {
      event.preventDefault();
      set({ score: Number(event.key) });
    } else if (event.key === "n" || event.key === "N") {
      event.preventDefault();
      void noAnswer();
    }
  };
  const day = shortDate(visit.fields.arrived_at ?? visit.fields.planned_start, site?.time_zone);
  return (
    <article class="call" onKeyDown={onKeyDown} aria-labelledby="call-title">
      <header class="call__head">
        <div class="grow">
          <h2 id="call-title" class="call__title" tabIndex={-1}>
            {client}
          </h2>
          <p class="muted small">
            {[site?.name, day, words.dueFor(dateAndTime(fields.due_at)), fields.attempts && fields.last_attempt_at ? words.tried(fields.attempts, ago(Date.parse(fields.last_attempt_at), now.value)) : ""].filter(Boolean).join(" · ")}
          </p>
        </div>
        <IconButton icon="close" label={words.close} onClick={() => setParameters({ id: null })} />
      </header>
      <div class="call__columns">
        <div class="stack">
          <Whom visit={visit} />
          {isOpen ? (
            <form
              class="card stack call__form"
              onSubmit={(event) => {
                event.preventDefault();
                void save();
              }}
            >
              <p class="call__say">{words.greeting(contact, user.value?.name ?? "", visit.fields.technician_id ? nameOf("user", visit.fields.technician_id) : "", site?.name ?? "", day)}</p>
              <p class="call__say">{words.askDone}</p>
              <p class="call__say">{words.askScore}</p>
              <div ref={scores}>
                <Scores value={form.score} onChange={(score) => set({ score })} error={error("score")} />
              </div>
              {form.score !== null && form.score <= LOW ? (
                <Notice tone="flag" icon="warning" title={words.low}>
                  {words.lowText}
                </Notice>
              ) : null}
              <p class="call__say">{words.askBetter}</p>
              <TextArea label={words.comment} rows={2} value={form.comment} onInput={(comment) => set({ comment })} />
              <p class="call__say">{words.askNeeds}</p>
              <TextArea label={words.needs} hint={words.needsHint} rows={2} value={form.needs} onInput={(needs) => set({ needs })} />
              {form.needs.trim() ? (
                <div class="call__route" ref={route}>
                  <TextField label={words.ticketTitle} value={form.title} placeholder={titleOf(form)} maxLength={120} onInput={(title) => set({ title })} />
                  <Picker
                    label={words.assignee}
                    value={form.assignee}
                    choices={staff.map(({ id, fields: person }) => ({ value: id, label: person.name, note: c().roles[person.role] }))}
                    onChange={(assignee) => set({ assignee })}
                    error={error("assignee")}
                  />
                  <TextField label={words.day} type="date" value={form.day} onInput={(next) => set({ day: next })} error={error("day")} />
                </div>
              ) : null}
              <p class="call__say">{words.thanks}</p>
              <div class="line line--wrap">
                <Button kind="primary" type="submit" busy={busy}>
                  {words.save}
                </Button>
                <kbd class="call__key">{words.saveKey}</kbd>
                <span class="grow" />
                <Button busy={busy} onClick={() => void noAnswer()}>
                  {words.noAnswer}
                </Button>
                <kbd class="call__key">{words.noAnswerKey}</kbd>
                <Button kind="quiet" busy={busy} onClick={() => setAsking("again")}>
                  {words.anotherTime}
                </Button>
                {fields.status === "unreachable" || !fields.attempts ? null : (
                  <Button kind="quiet" onClick={() => setAsking("give-up")}>
                    {words.giveUp}
                  </Button>
                )}
              </div>
            </form>
          ) : (
            <Result callback={callback} />
          )}
        </div>
        <Story callback={callback} visit={visit} />
      </div>
      {asking === "again" ? <Again onAgain={callAgain} onClose={() => setAsking(null)} /> : null}
      {asking === "give-up" ? (
        <Confirm title={words.giveUpTitle} yes={words.giveUp} onYes={() => void giveUp()} onClose={() => setAsking(null)}>
          <p class="muted">{words.giveUpText(fields.attempts)}</p>
        </Confirm>
      ) : null}
    </article>
  );
}

/** Says that a complaint was opened, and leads to it. */
async function tellOfComplaint(callback: string, client: string): Promise<void> {
  const words = c().callbacks;
  const opened = await all<Sent<"complaint">>("/v1/complaints", { callback }).catch(() => []);
  const [complaint] = opened;
  toast(words.savedLow(client), complaint ? { undo: { label: words.toComplaint, run: () => (window.location.hash = to(`/complaints?id=${complaint.id}`)) } } : {});
}

