/** The mail outbox: what was sent, what waits, what was given up, and sending again. */
import { useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { explain } from "../../app/model/explain";
import { ago, dateAndTime } from "../../app/model/format";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Facts, IconButton, LinkButton, Notice, toast } from "../../ui";
import { get, post, Problem, useEvery, useLoaded, type Page } from "../data";
import { Unread } from "../page";
import type { PageProps } from "../pages";
import { addressWith, setParameters } from "../table/address";
import { ExportMenu, Filters, FilterSearch, FilterSelect } from "../table/filters";
import { useList } from "../table/list";
import { Split } from "../table/split";
import { NothingFound, Table, type Column } from "../table/table";
import { c } from "../words";
import { Address, AdminPage, maySee } from "./admin";
import { troublesOf, type Health } from "./health";
import { MailPage, type MailPreview } from "./mail-page";

export interface Mail {
  readonly id: string;
  readonly message_id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly language: string;
  readonly mail: unknown;
  readonly visit_id?: string | null;
  readonly state: "due" | "sent" | "dead";
  readonly attempts: number;
  readonly next_at: string;
  readonly created_at: string;
  readonly sent_at?: string | null;
  readonly error?: string | null;
}

const tones = { due: "flag", sent: "pass", dead: "fail" } as const;

/** How often it is read again, in milliseconds: mails are in no feed. */
const EVERY = 15_000;

const kindOf = (mail: Mail): string => c().admin.mails.kinds[mail.kind] ?? mail.kind.replaceAll("_", " ");

/** A mail as its recipient reads it, in the words that are in force now. */
function Words({ id }: { id: string }) {
  const { value, problem, reload } = useLoaded(`mail ${id}`, async (signal) => get<MailPreview>(`/v1/notifications/${id}/preview`, {}, { signal }));
  if (problem) return <Unread problem={problem} again={reload} />;
  if (!value) return <p class="muted">{t().ui.loading}</p>;
  return (
    <div class="stack">
      <p class="strong">{value.subject}</p>
      <MailPage html={value.html} label={value.subject} />
    </div>
  );
}

/** Has a mail delivered now; resolves to why not, where it is not. */
async function sendNow(id: string): Promise<string | null> {
  try {
    await post(`/v1/notifications/${id}/resend`, {});
    return null;
  } catch (error) {
    const isOver = error instanceof Problem && error.code === "illegal_transition";
    return isOver ? c().admin.mails.linkOver : explain(error);
  }
}

function Detail({ mail, isKept, onChange }: { mail: Mail; isKept: boolean; onChange: () => void }) {
  const words = c().admin.mails;
  const [busy, setBusy] = useState(false);
  const resend = async () => {
    setBusy(true);
    const refusal = await sendNow(mail.id);
    toast(refusal ?? (isKept ? words.resentKept : words.resent), { failed: Boolean(refusal) });
    if (!refusal) onChange();
    setBusy(false);
  };
  return (
    <article class="stack" aria-labelledby="mail-title">
      <div class="line">
        <h2 id="mail-title" class="grow admin-title">
          {kindOf(mail)}
        </h2>
        <Badge tone={tones[mail.state]}>{words.states[mail.state]}</Badge>
        <IconButton icon="close" label={c().admin.close} onClick={() => setParameters({ id: null })} />
      </div>
      {mail.error ? (
        <Notice tone="fail" icon="warning" title={words.error}>
          {mail.error}
        </Notice>
      ) : null}
      <div class="card">
        <Facts
          of={[
            [words.recipient, <Address of={mail.recipient} />],
            [words.language, mail.language === "en" ? "English" : "中文"],
            [words.created, dateAndTime(mail.created_at)],
            [words.sent, mail.sent_at ? dateAndTime(mail.sent_at) : ""],
            [words.next, mail.state === "due" ? dateAndTime(mail.next_at) : ""],
            [words.attempts, String(mail.attempts)],
          ]}
        />
      </div>
      <div class="line line--wrap">
        <Button icon="send" kind={mail.state === "dead" ? "primary" : "secondary"} busy={busy} onClick={() => void resend()}>
          {words.resend}
        </Button>
        {mail.visit_id ? (
          <LinkButton kind="quiet" href={to(`/visits/${mail.visit_id}`)}>
            {words.toVisit}
          </LinkButton>
        ) : null}
      </div>
      <Card title={words.content}>
        <Words id={mail.id} />
        <p class="muted small">{words.hidden}</p>
      </Card>
      <p class="muted small mono">{mail.message_id}</p>
    </article>
  );
}

export default function Outbox({ query }: PageProps) {
  const words = c().admin.mails;
  const [turn, setTurn] = useState(0);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [state, kind, recipient, open] = ["state", "kind", "q", "id"].map((name) => query.get(name) ?? "") as [Mail["state"] | "", string, string, string];
  useEvery(EVERY, () => setTurn((count) => count + 1));
  const asked = { newest: true, state, kind, recipient };
  const list = useList<Mail>(
    async (after, limit, signal) => (maySee("outbox") ? get<Page<Mail>>("/v1/notifications", { ...asked, after, limit }, { signal }) : { items: [] }),
    `${state} ${kind} ${recipient}`,
    turn,
  );
  const health = useLoaded("mail health", async (signal) => (maySee("system") ? get<Health>("/v1/health/details", {}, { signal }) : null)).value;
  const [trouble] = health ? troublesOf(health, "mails") : [];
  // Without a mail server nothing leaves, however often it is asked to.
  const isKept = trouble === "mail_not_configured";
  const mail = list.rows.find(({ id }) => id === open);
  const again = () => setTurn((count) => count + 1);
  const resendMany = async (ids: string[]) => {
    const refusals: string[] = [];
    for (const id of ids) {
      const refusal = await sendNow(id);
      if (refusal) refusals.push(refusal);
    }
    const count = ids.length - refusals.length;
    const sent = isKept ? words.resentKept : words.resendMany(count);
    toast([...(count ? [sent] : []), ...refusals.slice(0, 1)].join(" "), { failed: refusals.length > 0 });
    choose(new Set());
    again();
  };
  const columns: Column<Mail>[] = [
    { key: "recipient", title: words.recipient, cell: ({ recipient: to_ }) => <Address of={to_} /> },
    { key: "kind", title: words.kind, cell: kindOf },
    { key: "state", title: words.state, look: "fit", cell: (one) => <Badge tone={tones[one.state]}>{words.states[one.state]}</Badge> },
  ];
  const more: Column<Mail>[] = [
    { key: "attempts", title: words.attempts, look: "end", cell: ({ attempts }) => String(attempts) },
    { key: "error", title: words.error, look: "wide", cell: ({ error }) => error ?? "" },
    { key: "created", title: words.created, look: "fit", cell: ({ created_at }) => <time title={dateAndTime(created_at)}>{ago(Date.parse(created_at), now.value)}</time> },
  ];
  const filtered = Boolean(state || kind || recipient);
  return (
    <AdminPage part="outbox" fill>
      <Split
        list={
          <>
            <Filters label={c().table.filters} end={mail ? undefined : <ExportMenu path="/v1/notifications" name={c().admin.outbox} query={asked} />}>
              <FilterSearch label={words.address} value={recipient} onChange={(q) => setParameters({ q: q.trim() })} />
              <FilterSelect
                label={words.state}
                all={words.anyState}
                value={state}
                options={(["due", "sent", "dead"] as const).map((value) => ({ value, label: words.states[value] }))}
                onChange={(next) => setParameters({ state: next, id: null })}
              />
              <FilterSelect label={words.kind} all={words.anyKind} value={kind} options={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))} onChange={(next) => setParameters({ kind: next, id: null })} />
            </Filters>
            {trouble ? <Notice tone="flag" icon="warning" title={c().admin.health.troubles[trouble] ?? trouble.replaceAll("_", " ")} /> : null}
            <Table
              label={c().admin.outbox}
              columns={mail ? columns : [...columns, ...more]}
              list={list}
              id={({ id }) => id}
              name={(one) => `${kindOf(one)}, ${one.recipient}`}
              href={({ id }) => addressWith({ id })}
              current={open || undefined}
              choosing={{ chosen, choose, actions: (ids) => <Button onClick={() => void resendMany(ids)}>{words.resend}</Button> }}
              empty={filtered ? <NothingFound onClear={() => setParameters({ state: null, kind: null, q: null })} /> : <Empty icon="mail" title={words.empty} text={words.emptyText} />}
            />
            {health ? null : <p class="muted small">{words.noServer}</p>}
          </>
        }
        detail={mail ? <Detail key={mail.id} mail={mail} isKept={isKept} onChange={again} /> : null}
      />
    </AdminPage>
  );
}
