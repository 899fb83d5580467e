/** The first visit, guided: who is who, what is handed over, what there is, how it stands, how to report a fault. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Facts, LinkButton, List, Notice, Row, Select, TextField } from "../../ui";
import type { Entities, Row as DataRow } from "../../device";
import { now, stamp } from "../model/clock";
import { clockTime, when } from "../model/format";
import { FIRST_STEPS, counted, type FirstStep } from "../model/first-visit";
import { inspectable, templatesByKind } from "../model/inspection";
import { SaveDialog } from "../parts/save-dialog";
import { attempt, attemptAndTell, phone, row, rows } from "../phone";
import { to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";

type Kind = Entities["handover_item"]["kind"];
const KINDS: Kind[] = ["account", "password", "topology", "key", "document", "other"];

function HandoverDialog({ visit, onClose }: { visit: DataRow<Entities["visit"]>; onClose: () => void }) {
  const words = t().first;
  const contact = row("contact", visit.body.contact_id)?.body.name ?? "";
  const user = phone().session.user.value?.name ?? "";
  const [kind, setKind] = useState<Kind>("account");
  const [subject, setSubject] = useState("");
  const [giver, setGiver] = useState(contact);
  const [receiver, setReceiver] = useState(user);
  const [tried, setTried] = useState(false);
  const need = (value: string) => (tried && !value.trim() ? t().ui.required : undefined);
  const save = async () => {
    setTried(true);
    if (![subject, giver, receiver].every((value) => value.trim())) return;
    const fields = { visit_id: visit.id, kind, subject: subject.trim(), giver: giver.trim(), receiver: receiver.trim(), handed_over_at: stamp() };
    if (await attemptAndTell(() => phone().records.create("handover_item", fields), words.receipt)) onClose();
  };
  return (
    <SaveDialog title={words.addItem} onSave={save} onClose={onClose}>
      <Notice tone="flag" icon="key" title={words.secretWarning} />
      <Select<Kind> label={words.kind} value={kind} onChange={setKind} options={KINDS.map((value) => ({ value, label: words.kinds[value] }))} />
      <TextField label={words.item} value={subject} onInput={setSubject} error={need(subject)} maxLength={300} />
      <TextField label={words.giver} value={giver} onInput={setGiver} error={need(giver)} maxLength={300} />
      <TextField label={words.receiver} value={receiver} onInput={setReceiver} error={need(receiver)} maxLength={300} />
    </SaveDialog>
  );
}

function Handover({ visit }: { visit: DataRow<Entities["visit"]> }) {
  const words = t().first;
  const [adding, setAdding] = useState(false);
  const items = rows("handover_item").filter(({ body }) => body.visit_id === visit.id);
  return (
    <div class="stack">
      {items.length ? (
        <List label={words.handover}>
          {items.map(({ id, body }) => (
            <Row
              key={id}
              icon="key"
              title={body.subject}
              subtitle={`${words.kinds[body.kind]} · ${body.giver} → ${body.receiver} · ${when(body.handed_over_at, now.value)}`}
            />
          ))}
        </List>
      ) : (
        <p class="muted small">{words.noItems}</p>
      )}
      <Button icon="plus" wide onClick={() => setAdding(true)}>
        {words.addItem}
      </Button>
      {adding ? <HandoverDialog visit={visit} onClose={() => setAdding(false)} /> : null}
    </div>
  );
}

function Count({ visit }: { visit: DataRow<Entities["visit"]> }) {
  const words = t().first;
  const result = counted(rows("asset"), visit.body.site_id, visit.body.arrived_at ?? visit.body.planned_start);
  const lists = [
    [words.missing, result.missing],
    [words.added, result.added],
  ] as const;
  return (
    <div class="stack">
      <Facts
        of={[
          [words.before, String(result.before)],
          [words.now, String(result.found)],
          [words.labelled, t().ui.of(result.labelled, result.found)],
        ]}
      />
      {lists.map(([title, assets]) =>
        assets.length ? (
          <p key={title} class="small">
            <strong>
              {title} ({assets.length}):
            </strong>{" "}
            {assets.map(({ body }) => [body.tag, body.name].filter(Boolean).join(" ")).join(", ")}
          </p>
        ) : null,
      )}
      <LinkButton icon="label" href={to(`/visits/${visit.id}/stocktake`)} wide>
        {t().stocktake.title}
      </LinkButton>
      <LinkButton icon="plus" href={to(`/assets/new?visit=${visit.id}`)} wide>
        {t().assets.new}
      </LinkButton>
    </div>
  );
}

export default function FirstVisit({ params }: ScreenProps) {
  const words = t().first;
  const visit = row("visit", params.id);
  const [open, setOpen] = useState<FirstStep | null>(null);
  if (!visit) {
    return (
      <Screen title={words.title} up="/">
        <Empty icon="building" title={t().ui.notHere} text={t().ui.notHereText} />
      </Screen>
    );
  }
  const zone = row("site", visit.body.site_id)?.body.time_zone;
  const marks = visit.body.first_steps ?? {};
  const next = FIRST_STEPS.find((step) => !marks[step]);
  const shown = open ?? next ?? null;
  const set = (step: FirstStep, done: boolean) => {
    const { [step]: _, ...rest } = marks;
    void attempt(() => phone().records.update(visit.id, { first_steps: done ? { ...rest, [step]: stamp() } : rest }));
    setOpen(null);
  };
  const templates = templatesByKind(rows("checklist_template"));
  const devices = inspectable(rows("asset"), visit.body.site_id, templates).length;
  const inspected = rows("inspection").filter(({ body }) => body.visit_id === visit.id && body.status === "finished").length;
  const advice = rows("advice").filter(({ body }) => body.visit_id === visit.id);
  const content: Record<FirstStep, ComponentChildren> = {
    introductions: (
      <Facts
        of={[
          [t().visit.whom, row("contact", visit.body.contact_id)?.body.name],
          [t().doc.technician, phone().session.user.value?.name],
        ]}
      />
    ),
    handover: <Handover visit={visit} />,
    count: <Count visit={visit} />,
    inspect: (
      <LinkButton icon="check" href={to(`/visits/${visit.id}/inspect`)} wide>
        {t().work.inspectNote(inspected, devices)}
      </LinkButton>
    ),
    findings: advice.length ? (
      <List>
        {advice.map(({ id, body }) => (
          <Row key={id} icon="advice" title={body.text} subtitle={row("asset", body.asset_id)?.body.name} meta={<Badge>{t().severity[body.severity]}</Badge>} />
        ))}
      </List>
    ) : (
      <p class="muted small">{t().advice.none}</p>
    ),
    repairs: null,
  };
  return (
    <Screen title={words.title} up={`/visits/${visit.id}`}>
      <p class="muted">{words.lead}</p>
      {FIRST_STEPS.map((step, index) => {
        const at = marks[step];
        const active = shown === step;
        return (
          <Card key={step} plain {...(active ? { tone: "accent" as const } : {})}>
            <List>
              <Row
                lead={<span class={at ? "step-mark step-mark--done" : "step-mark"}>{at ? "✓" : index + 1}</span>}
                title={words[step]}
                subtitle={at ? t().prepare.at(clockTime(at, zone)) : active ? undefined : words[`${step}Text`]}
                onClick={() => setOpen(active ? null : step)}
              />
            </List>
            {active ? (
              <div class="stack pad">
                <p class="muted">{words[`${step}Text`]}</p>
                {content[step]}
                <Button kind={at ? "quiet" : "primary"} wide icon={at ? "undo" : "check"} onClick={() => set(step, !at)}>
                  {at ? t().ui.undo : words.done}
                </Button>
              </div>
            ) : null}
          </Card>
        );
      })}
    </Screen>
  );
}
