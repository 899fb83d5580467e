/** One operation in quarantine: what was entered beside what the record says now, corrected, sent elsewhere or given up. */
import { useEffect, useRef, useState } from "preact/hooks";
import { dateAndTime } from "../../app/model/format";
import { explain } from "../../app/model/explain";
import { AskReason } from "../../app/parts/ask";
import { t } from "../../i18n";
import { Button, Dialog, Facts, IconButton, List, Notice, Row, Search, TextField, toast } from "../../ui";
import { get, plural, post, row, useLoaded, type EntityName, type Page, type Sent } from "../data";
import { nameOf } from "../values";
import { c } from "../words";
import { correction, hasMore, isReference, readOperation, type Kept, type Values } from "./operation";
import { operationName, whyKept } from "./quarantine";
import { isTypable, readable, ValueField } from "./value-field";

const isEntity = (entity: string): entity is EntityName => entity in plural;

/** Asks which record it is for. */
function Retarget({ entity, onRow, onClose }: { entity: EntityName; onRow: (row: string) => void; onClose: () => void }) {
  const q = c().inbox.quarantined;
  const [typed, setTyped] = useState("");
  const isAsset = entity === "asset";
  const found = useLoaded(`retarget ${typed}`, async (signal) => (isAsset && typed.trim().length > 1 ? (await get<Page<Sent<"asset">>>("/v1/assets", { search: typed.trim(), limit: 20 }, { signal })).items : []));
  const choose = (id: string) => {
    onClose();
    onRow(id);
  };
  return (
    <Dialog
      title={q.retargetTitle}
      onClose={onClose}
      closeLabel={t().ui.close}
      actions={
        isAsset ? undefined : (
          <Button kind="primary" wide disabled={!/^[0-9a-f-]{36}$/.test(typed.trim())} onClick={() => choose(typed.trim())}>
            {q.retarget}
          </Button>
        )
      }
    >
      <p class="muted">{q.retargetText}</p>
      {isAsset ? (
        <>
          <Search label={q.retargetSearch} value={typed} onInput={setTyped} />
          <List label={q.retargetTitle}>
            {(found.value ?? []).map((asset) => (
              <Row
                key={asset.id}
                title={asset.fields.name}
                subtitle={[asset.fields.tag, asset.fields.serial, asset.fields.location, nameOf("site", asset.fields.site_id)].filter(Boolean).join(" · ")}
                onClick={() => choose(asset.id)}
              />
            ))}
          </List>
          {typed.trim().length > 1 && found.value?.length === 0 && !found.busy ? <p class="muted">{q.retargetNone}</p> : null}
        </>
      ) : (
        <TextField label="ID" hint={q.retargetId} value={typed} onInput={setTyped} />
      )}
    </Dialog>
  );
}

function Fields({ entity, target, said, wanted, onChange, locked }: { entity: EntityName; target: string | null; said: Values; wanted: Values; onChange: (wanted: Values) => void; locked: boolean }) {
  const q = c().inbox.quarantined;
  const now = row(entity, target)?.fields as Values | undefined;
  const leaveOut = (field: string) => onChange(Object.fromEntries(Object.entries(wanted).filter(([name]) => name !== field)));
  return (
    <div class="operation__fields">
      <div class="operation__field operation__field--head" aria-hidden="true">
        <span />
        <span>{q.now}</span>
        <span>{locked ? q.entered : q.correct}</span>
      </div>
      {Object.entries(said).map(([field, of]) => (
        <div key={field} class="operation__field">
          <span class="strong">{t().field[field] ?? field.replaceAll("_", " ")}</span>
          <span class="muted">{now ? readable(entity, field, now[field]) : "–"}</span>
          {!(field in wanted) ? (
            <div class="line line--apart">
              <span class="muted">
                {q.leftOut}: <s>{readable(entity, field, of)}</s>
              </span>
              <IconButton icon="undo" label={q.takeIn} onClick={() => onChange({ ...wanted, [field]: of })} />
            </div>
          ) : locked || isReference(field) || !isTypable(of) ? (
            <div class="line line--apart">
              <span>{readable(entity, field, of)}</span>
              {locked ? null : <IconButton icon="close" label={q.leaveOut} onClick={() => leaveOut(field)} />}
            </div>
          ) : (
            <div class="line">
              <div class="grow">
                <ValueField entity={entity} field={field} value={wanted[field]} like={of} onChange={(next) => onChange({ ...wanted, [field]: next })} />
              </div>
              <IconButton icon="close" label={q.leaveOut} onClick={() => leaveOut(field)} />
            </div>
          )}
        </div>
      ))}
    </div>
  );
}

export function KeptDetail({
  kept,
  position,
  canStep,
  onStep,
  onDecided,
  onTakenBack,
  onClose,
}: {
  kept: Kept;
  position: string;
  canStep: { back: boolean; on: boolean };
  onStep: (by: 1 | -1) => void;
  onDecided: () => void;
  /** What was given up waits again; it may be called when another one is shown. */
  onTakenBack: () => void;
  onClose: () => void;
}) {
  const words = c().inbox;
  const q = words.quarantined;
  const operation = readOperation(kept.operation);
  const entity = operation && isEntity(operation.entity) ? operation.entity : null;
  const said = operation?.set ?? {};
  const heading = useRef<HTMLHeadingElement>(null);
  const [wanted, setWanted] = useState<Values>(said);
  const [target, setTarget] = useState<string | null>(null);
  const [asking, setAsking] = useState<"target" | "discard" | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const isOpen = !kept.decision;
  const set = correction(said, wanted);
  const isCorrected = target !== null || Object.keys(set).length > 0;
  const takeBack = async () => {
    try {
      await post(`/v1/quarantine/${kept.id}/undo`, {});
      toast(q.takenBack);
      onTakenBack();
    } catch (error) {
      toast(explain(error), { failed: true });
    }
  };
  const send = async (what: "apply" | "discard", body: object, told: string) => {
    setBusy(true);
    setRefused(null);
    try {
      await post(`/v1/quarantine/${kept.id}/${what}`, body);
      toast(told, what === "discard" ? { undo: { label: t().ui.undo, run: () => void takeBack() } } : {});
      onDecided();
    } catch (error) {
      setRefused(explain(error));
    } finally {
      setBusy(false);
    }
  };
  const apply = () => void send("apply", { ...(target ? { row: target } : {}), set }, q.applied);
  const person = kept.user_id ? nameOf("user", kept.user_id) : words.server;
  return (
    <article class="stack" aria-labelledby="kept-title">
      <div class="detail-bar">
        <IconButton icon="close" label={words.close} onClick={onClose} />
        <span class="muted small number grow">{position}</span>
        <IconButton icon="back" label={words.previous} disabled={!canStep.back} onClick={() => onStep(-1)} />
        <IconButton icon="next" label={words.next} disabled={!canStep.on} onClick={() => onStep(1)} />
      </div>
      <h2 id="kept-title" ref={heading} tabIndex={-1} class="detail-title">
        {operationName(kept)}
      </h2>
      <Notice tone="flag" icon="warning" title={whyKept(kept)}>
        {hasMore(kept) ? (
          // The server has these words in English alone.
          <p class="small" lang="en">
            {kept.detail}
          </p>
        ) : null}
      </Notice>
      <Facts
        of={[
          [q.by, person],
          [q.happened, operation?.occurredAt ? dateAndTime(operation.occurredAt) : ""],
          [q.received, dateAndTime(kept.received_at)],
          [q.device, q.position(kept.n)],
        ]}
      />
      {kept.decision ? (
        <Notice tone={kept.decision.applied ? "pass" : "accent"} icon={kept.decision.applied ? "check" : "info"} title={kept.decision.applied ? q.wasApplied : q.wasDiscarded}
          action={
            kept.decision.applied ? undefined : (
              <div>
                <Button icon="undo" onClick={() => void takeBack()}>
                  {q.takeBack}
                </Button>
              </div>
            )
          }
        >
          <p>{words.decidedBy(nameOf("user", kept.decision.user_id), dateAndTime(kept.decision.at))}</p>
          {kept.decision.reason ? <p>{`${q.why}: ${kept.decision.reason}`}</p> : null}
        </Notice>
      ) : null}
      {operation && entity ? (
        <>
          {target ? (
            <Notice tone="accent" title={q.retargetTo(nameOf(entity, target))} action={<Button kind="quiet" onClick={() => setTarget(null)}>{q.backToOwn}</Button>} />
          ) : null}
          {Object.keys(said).length ? <Fields entity={entity} target={target ?? (operation.kind === "create" ? null : operation.row)} said={said} wanted={wanted} onChange={setWanted} locked={!isOpen} /> : null}
        </>
      ) : (
        <Notice tone="accent" title={operation ? q.unknownKind : q.unreadable} />
      )}
      {refused ? (
        <div role="alert">
          <Notice tone="fail" icon="warning" title={refused}>
            {q.stillKept}
          </Notice>
        </div>
      ) : null}
      {isOpen ? (
        <>
          <div class="line line--wrap">
            {entity ? (
              <>
                <Button kind="primary" busy={busy} onClick={apply}>
                  {isCorrected ? q.applyCorrected : q.apply}
                </Button>
                <Button onClick={() => setAsking("target")}>{q.retarget}</Button>
              </>
            ) : null}
            <Button kind="danger" onClick={() => setAsking("discard")}>
              {q.discard}
            </Button>
          </div>
          {entity ? <p class="muted small">{q.family}</p> : null}
        </>
      ) : null}
      <details>
        <summary class="small">{q.raw}</summary>
        <pre class="operation__raw" tabIndex={0}>
          {typeof kept.operation === "string" ? kept.operation : JSON.stringify(kept.operation, null, 2)}
        </pre>
      </details>
      {asking === "target" && entity ? <Retarget entity={entity} onRow={setTarget} onClose={() => setAsking(null)} /> : null}
      {asking === "discard" ? (
        <AskReason
          title={q.discardTitle}
          text={q.discardText}
          label={q.discardReason}
          yes={q.discard}
          kind="danger"
          onClose={() => setAsking(null)}
          onAnswer={(reason) => void send("discard", { reason }, q.discarded)}
        />
      ) : null}
    </article>
  );
}

