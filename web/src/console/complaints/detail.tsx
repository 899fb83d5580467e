/** One complaint: what the client says, until when which step is due, and everything that happened. */
import { useEffect, useRef, useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { dateAndTime } from "../../app/model/format";
import { SaveDialog } from "../../app/parts/save-dialog";
import { to } from "../../app/router";
import { Badge, Button, Card, Empty, Facts, IconButton, Segmented, Select, TextArea } from "../../ui";
import { change, get, readRow, row, useLoaded, useRecords, user, type Row } from "../data";
import { changed } from "../parts/tell";
import { Picker } from "../parts/picker";
import { setParameters } from "../table/address";
import { nameOf, value } from "../values";
import { c } from "../words";
import { Deadline } from "./card";
import { stepsOf, written, type Complaint, type Step } from "./step";

interface Entry {
  readonly version: string;
  readonly user_id?: string | null;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly recorded_at: string;
}

/** A change in words; fields that follow from others say nothing of their own. */
function lines({ changes }: Entry): string[] {
  const words = c().complaints;
  // The first entry has every field; what it says is that there is a complaint.
  if ("client_id" in changes) return [words.openedLine];
  return Object.entries(changes)
    .filter(([field]) => field in words.fields)
    .map(([field, to_]) => {
      const said =
        field === "status"
          ? words.status[to_ as Complaint["status"]]
          : field === "category"
            ? words.category[to_ as Complaint["category"]]
            : field === "level"
              ? words.level(Number(to_))
              : field.endsWith("_id")
                ? nameOf("user", String(to_ ?? ""))
                : value("callback", field, to_);
      return words.changedField(words.fields[field] ?? field, said);
    });
}

function History({ complaint }: { complaint: Row<"complaint"> }) {
  const words = c().complaints;
  const history = useLoaded(`history ${complaint.id} ${complaint.version}`, (signal) => get<Entry[]>(`/v1/complaints/${complaint.id}/history`, {}, { signal }));
  const told = (history.value ?? []).map((entry) => ({ ...entry, lines: lines(entry) })).filter((entry) => entry.lines.length);
  if (!told.length) return null;
  return (
    <Card title={words.history}>
      <ol class="history">
        {told.map((entry) => (
          <li key={entry.version}>
            <time class="muted small number">{dateAndTime(entry.recorded_at)}</time>
            <span>{words.did(entry.user_id ? nameOf("user", entry.user_id) : words.byItself, entry.lines.join("; "))}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Resolve({ complaint, onClose }: { complaint: Row<"complaint">; onClose: () => void }) {
  const words = c().complaints;
  const [solution, setSolution] = useState(complaint.fields.solution ?? "");
  const [tried, setTried] = useState(false);
  const save = async () => {
    setTried(true);
    if (!solution.trim()) return;
    const fields = written("resolve", complaint.fields, user.value?.userId ?? "", solution.trim());
    if (await changed(() => change("complaint", complaint.id, fields), words.status.resolved)) onClose();
  };
  return (
    <SaveDialog title={words.resolveTitle} onSave={save} onClose={onClose}>
      <TextArea label={words.solution} hint={words.solutionHint} value={solution} onInput={setSolution} error={tried && !solution.trim() ? words.required : undefined} />
    </SaveDialog>
  );
}

export function ComplaintDetail({ id }: { id: string }) {
  const words = c().complaints;
  const heading = useRef<HTMLHeadingElement>(null);
  const [resolving, setResolving] = useState(false);
  const staff = useRecords("user").rows.value.filter(({ fields }) => fields.active && fields.role !== "technician");
  const complaint = row("complaint", id);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    if (!complaint) void readRow("complaint", id).catch(() => {});
  }, []);
  if (!complaint) return <Empty icon="search" title={c().inbox.gone} action={<Button onClick={() => setParameters({ id: null })}>{words.close}</Button>} />;
  const { fields } = complaint;
  const me = user.value?.userId ?? "";
  const set = (part: Partial<Complaint>) => changed(() => change("complaint", complaint.id, part));
  const take = (step: Step) => {
    if (step === "resolve") setResolving(true);
    else void changed(() => change("complaint", complaint.id, written(step, fields, me, "")));
  };
  const isClosed = fields.status === "closed";
  const who = fields.contact_id ? nameOf("contact", fields.contact_id) : (fields.raised_by ?? "");
  const sources: [string, string][] = [];
  if (fields.callback_id) sources.push([words.fromCallback, `/callbacks?view=done&id=${fields.callback_id}`]);
  if (fields.visit_id) sources.push([words.fromVisit, `/visits/${fields.visit_id}`]);
  if (fields.ticket_id) sources.push([words.fromTicket, `/tickets/${fields.ticket_id}`]);
  return (
    <article class="stack" aria-labelledby="complaint-title">
      <header class="line line--top">
        <div class="grow">
          <h2 id="complaint-title" class="complaint__title" ref={heading} tabIndex={-1}>
            {nameOf("client", fields.client_id)}
          </h2>
          <p class="muted small">{[fields.number, fields.site_id ? nameOf("site", fields.site_id) : "", who].filter(Boolean).join(" · ")}</p>
        </div>
        <Badge tone={isClosed || fields.status === "resolved" ? "pass" : "accent"}>{words.status[fields.status]}</Badge>
        <IconButton icon="close" label={words.close} onClick={() => setParameters({ id: null })} />
      </header>
      <div class="card stack">
        <div class="line line--wrap">
          <Deadline complaint={fields} now={now.value} />
          {fields.escalations ? <Badge tone="flag">{words.escalated(fields.escalations)}</Badge> : null}
          {fields.score ? <Badge tone="fail">{words.score(fields.score)}</Badge> : null}
        </div>
        <p class="small">{words.deadlines[fields.status]}</p>
        {stepsOf(fields.status).length ? (
          <div class="line line--wrap">
            {stepsOf(fields.status).map((step, at) => (
              <Button key={step} kind={at === 0 ? "primary" : "secondary"} onClick={() => take(step)}>
                {words.steps[step]}
              </Button>
            ))}
            {fields.owner_id === me || isClosed ? null : (
              <Button kind="quiet" onClick={() => void set({ owner_id: me })}>
                {words.steps.take}
              </Button>
            )}
          </div>
        ) : null}
      </div>
      <Card title={words.text}>
        <p class={fields.text ? "prose" : "muted"}>{fields.text || words.noText}</p>
      </Card>
      {fields.solution ? (
        <Card title={words.solution} tone="pass">
          <p class="prose">{fields.solution}</p>
          {fields.told_by_id && fields.told_at ? <p class="muted small">{words.toldBy(nameOf("user", fields.told_by_id), dateAndTime(fields.told_at))}</p> : null}
        </Card>
      ) : null}
      <div class="card stack">
        {isClosed ? null : (
          <>
            <Segmented
              label={words.levelLabel}
              value={String(fields.level)}
              options={["1", "2", "3"].map((level, at) => ({ value: level, label: words.levels[at] ?? level }))}
              onChange={(level) => set({ level: Number(level) })}
            />
            <div class="complaint__fields">
              <Picker
                label={words.owner}
                value={fields.owner_id ?? ""}
                none={words.noOwner}
                choices={staff.map((one) => ({ value: one.id, label: one.fields.name }))}
                onChange={(owner) => void set({ owner_id: owner || null })}
              />
              <Select
                label={words.categoryLabel}
                value={fields.category}
                options={Object.entries(words.category).map(([of, label]) => ({ value: of as Complaint["category"], label }))}
                onChange={(category) => void set({ category })}
              />
            </div>
          </>
        )}
        <Facts
          of={[
            [words.opened, fields.opened_at ? dateAndTime(fields.opened_at) : ""],
            [words.closedAt, fields.closed_at ? dateAndTime(fields.closed_at) : ""],
            [words.owner, isClosed && fields.owner_id ? nameOf("user", fields.owner_id) : ""],
            [
              words.from,
              sources.length ? (
                <span class="line line--wrap">
                  {sources.map(([label, path]) => (
                    <a key={path} href={to(path)}>
                      {label}
                    </a>
                  ))}
                </span>
              ) : (
                ""
              ),
            ],
          ]}
        />
      </div>
      <History complaint={complaint} />
      {resolving ? <Resolve complaint={complaint} onClose={() => setResolving(false)} /> : null}
    </article>
  );
}
