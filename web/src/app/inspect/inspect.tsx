/** Inspecting one device: item after item, all normal in one step, and what is missing before it is finished. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Icon, IconLink, LinkButton, List, Progress, Row, Segmented, TextArea, toast } from "../../ui";
import type { Entities, Fields, Uuid } from "../../device";
import { bilingual } from "../model/bilingual";
import { now } from "../model/clock";
import { shortDate, when } from "../model/format";
import { answersOf, askedItems, inspectable, isAnswered, isAsked, lastAnswer, missingItems, openChecks, templatesByKind, type Item } from "../model/inspection";
import { isOpen } from "../model/visit";
import { AskReason } from "../parts/ask";
import { SaveDialog } from "../parts/save-dialog";
import { attempt, attemptAndTell, phone, row, rows } from "../phone";
import { go, to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { kindIcon, type AssetRow } from "../assets/row";
import { allNormal, answer, finishDevice, reopenDevice, skipDevice, type Subject } from "./edits";
import { ItemCard } from "./item";

type Severity = Entities["advice"]["severity"];

function AdviceDialog({ subject, asset, item, onClose }: { subject: Subject; asset: AssetRow; item: Item | null; onClose: () => void }) {
  const words = t().advice;
  const [text, setText] = useState("");
  const [severity, setSeverity] = useState<Severity>("medium");
  const [tried, setTried] = useState(false);
  const save = async () => {
    setTried(true);
    if (!text.trim()) return;
    const answer = item && rows("inspection_answer").find(({ body }) => body.inspection_id === subject.inspection?.id && body.item === item.key);
    const from = answer ? { answer_id: answer.id } : {};
    const fields = { visit_id: subject.visit, asset_id: asset.id, ...from, severity, text: text.trim() };
    if (await attemptAndTell(() => phone().records.create("advice", fields), words.added)) onClose();
  };
  return (
    <SaveDialog title={words.title} onSave={save} onClose={onClose}>
      <p class="muted">{[words.about(asset.body.name), item ? bilingual(item.label) : ""].filter(Boolean).join(" · ")}</p>
      <Segmented<Severity>
        label={words.severity}
        value={severity}
        onChange={setSeverity}
        options={(["low", "medium", "high"] as const).map((value) => ({ value, label: t().severity[value] }))}
      />
      <TextArea label={words.text} hint={words.hint} value={text} onInput={setText} error={tried && !text.trim() ? t().ui.required : undefined} />
    </SaveDialog>
  );
}

function AdviceList({ visit, asset, locked, onAdd }: { visit: Uuid; asset: Uuid; locked: boolean; onAdd: () => void }) {
  const words = t().advice;
  const advice = rows("advice").filter(({ body }) => body.visit_id === visit && body.asset_id === asset);
  if (locked && !advice.length) return null;
  return (
    <Card
      title={words.title}
      plain
      action={
        locked ? undefined : (
          <Button kind="quiet" icon="plus" onClick={onAdd}>
            {t().ui.add}
          </Button>
        )
      }
    >
      {advice.length ? (
        <List label={words.title}>
          {advice.map(({ id, body }) => (
            <Row
              key={id}
              icon="advice"
              title={body.text}
              meta={<Badge tone={body.severity === "high" ? "fail" : body.severity === "medium" ? "flag" : "neutral"}>{t().severity[body.severity]}</Badge>}
            />
          ))}
        </List>
      ) : (
        <p class="muted pad">{words.none}</p>
      )}
    </Card>
  );
}

export default function Inspect({ params }: ScreenProps) {
  const words = t().inspect;
  const [asking, setAsking] = useState<"skip" | { advice: Item | null } | null>(null);
  const [wanted, setWanted] = useState(false);
  const visit = row("visit", params.id);
  const asset = row("asset", params.asset);
  const inspections = rows("inspection");
  const inspection = inspections.find(({ body }) => body.visit_id === params.id && body.asset_id === params.asset);
  const templates = templatesByKind(rows("checklist_template"));
  // Answers stay pinned to the version they were given to, even when a newer one has come.
  const template = row("checklist_template", inspection?.body.template_id) ?? (asset ? templates.get(asset.body.kind) : undefined);
  const up = `/visits/${params.id}/inspect`;
  if (!visit || !asset || !template) {
    const missing = visit && asset;
    return (
      <Screen title={words.title} up={up}>
        <Empty icon="check" title={missing ? words.without : t().ui.notHere} text={missing ? asset.body.name : t().ui.notHereText} />
      </Screen>
    );
  }
  const allAnswers = rows("inspection_answer");
  const answers = inspection ? answersOf(inspection.id, allAnswers) : new Map<string, Entities["inspection_answer"]>();
  const items = askedItems(template.body, answers);
  const missing = missingItems(template.body, answers);
  const done = items.filter((item) => isAnswered(item, answers.get(item.key))).length;
  const finished = inspection?.body.status === "finished";
  const locked = finished || !isOpen(visit.body);
  const subject: Subject = { visit: visit.id, asset: asset.id, template, inspection };
  const normal = openChecks(template.body, answers).length;
  const left = inspectable(rows("asset"), visit.body.site_id, templates).filter(
    (one) => one.id !== asset.id && !inspections.some(({ body }) => body.visit_id === visit.id && body.asset_id === one.id && body.status === "finished"),
  );
  const earlier = inspections
    .filter(({ id, body }) => body.asset_id === asset.id && id !== inspection?.id && body.finished_at)
    .sort((a, b) => ((a.body.finished_at ?? "") < (b.body.finished_at ?? "") ? 1 : -1))[0];

  const write = (item: Item, part: Fields) => answer(subject, item, part);
  const rowOf = (item: Item) => allAnswers.find(({ body }) => body.inspection_id === inspection?.id && body.item === item.key)?.id;
  const setAllNormal = () =>
    attempt(async () => {
      const { count, undo } = await allNormal(subject, answers);
      toast(words.allNormalDone(count), { undo: { label: t().ui.undo, run: () => void attempt(undo) } });
    });
  const finish = () => {
    if (missing.length && missing[0]) {
      setWanted(true);
      const first = document.getElementById(`item-${missing[0].key}`);
      first?.scrollIntoView({ block: "center" });
      toast(words.missing(missing.length), { failed: true });
      return;
    }
    if (inspection) void attempt(() => finishDevice(inspection.id));
  };
  const next = left[0];
  const bottom = !isOpen(visit.body) ? undefined : finished ? (
    <div class="next-step">
      <Button kind="quiet" onClick={() => void attempt(() => reopenDevice(inspection.id))}>
        {words.reopen}
      </Button>
      {next ? (
        <Button kind="primary" large icon="next" onClick={() => go(`/visits/${visit.id}/inspect/${next.id}`, { replace: true })}>
          {words.nextDevice}
        </Button>
      ) : (
        <LinkButton kind="primary" large icon="check" href={to(`/visits/${visit.id}`)}>
          {words.allDone}
        </LinkButton>
      )}
    </div>
  ) : (
    <div class="next-step">
      {normal ? (
        <Button icon="check" onClick={() => void setAllNormal()}>
          {words.allNormal}
        </Button>
      ) : null}
      <Button kind="primary" large onClick={finish}>
        {words.finish}
      </Button>
    </div>
  );
  return (
    <Screen title={asset.body.name} up={up} bottom={bottom}>
      <div class="device-head">
        <span class="row__icon">
          <Icon name={kindIcon[asset.body.kind] ?? "box"} />
        </span>
        <div class="grow">
          <p class="strong">
            <span class="mono">{asset.body.tag ?? t().assets.noTag}</span>
            {asset.body.location ? ` · ${asset.body.location}` : ""}
          </p>
          <p class="muted small">
            {[bilingual(template.body.name), earlier?.body.finished_at ? `${words.earlier} ${shortDate(earlier.body.finished_at)}` : words.never].join(" · ")}
          </p>
        </div>
        <IconLink icon="info" label={asset.body.name} href={to(`/assets/${asset.id}`)} />
      </div>
      <Progress label={finished ? words.done : words.going} text={words.items(done, items.length)} value={done} max={items.length} />
      {inspection?.body.remark ? <p class="muted">{inspection.body.remark}</p> : null}
      {template.body.sections.map((section) => (
        <section key={bilingual(section.title)} class="section">
          <h2 class="section__title">{bilingual(section.title)}</h2>
          {section.items.filter((item) => isAsked(item, answers)).map((item) => {
            const known = answers.get(item.key);
            return (
              <ItemCard
                key={item.key}
                item={item}
                answer={known}
                row={rowOf(item)}
                last={item.answer === "check" ? null : lastAnswer(asset.id, item.key, inspection?.id, inspections, allAnswers)}
                locked={locked}
                wanted={wanted}
                onAnswer={(part) => attempt(() => write(item, part))}
                onNeedRow={() => write(item, {})}
                onPhoto={(photo) => void attempt(() => write(item, { photos: { add: [photo] } }))}
                onAdvice={() => setAsking({ advice: item })}
              />
            );
          })}
        </section>
      ))}
      <AdviceList visit={visit.id} asset={asset.id} locked={!isOpen(visit.body)} onAdd={() => setAsking({ advice: null })} />
      {locked ? (
        inspection?.body.finished_at ? <p class="muted small">{`${words.done}: ${when(inspection.body.finished_at, now.value)}`}</p> : null
      ) : (
        <Button kind="quiet" onClick={() => setAsking("skip")}>
          {words.skip}
        </Button>
      )}
      {asking === "skip" ? (
        <AskReason
          title={words.skipTitle}
          label={words.skipReason}
          yes={t().ui.save}
          onClose={() => setAsking(null)}
          onAnswer={(reason) => void attemptAndTell(() => skipDevice(subject, reason), words.skipped)}
        />
      ) : null}
      {asking && asking !== "skip" ? <AdviceDialog subject={subject} asset={asset} item={asking.advice} onClose={() => setAsking(null)} /> : null}
    </Screen>
  );
}
