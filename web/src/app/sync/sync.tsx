/** Sync, laid open: what waits with its progress, what somebody entered otherwise, what was not taken. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Card, Empty, Facts, List, Notice, Progress, Row, type IconName, type Tone } from "../../ui";
import type { Fields, Operation, Photo } from "../../device";
import { LoginForm } from "../parts/login-form";
import { now } from "../model/clock";
import { ago, bytes, when } from "../model/format";
import { explain } from "../model/explain";
import { attempt, me, phone, rows } from "../phone";
import { Screen } from "../shell";
import { FirstSync } from "../today";
import { fieldName, personName, plain, plainFields, rowName } from "./plain";
import { all, differingFields, type Trouble } from "./trouble";

/** How many of what is sent already are shown. */
const RECENT = 20;

const kindIcons: Record<Operation["kind"], IconName> = { create: "plus", update: "edit", delete: "trash" };
const tones: Record<Operation["state"], Tone> = {
  unsent: "neutral",
  deferred: "flag",
  applied: "pass",
  merged: "pass",
  conflict: "flag",
  quarantined: "fail",
  duplicate: "pass",
};

function Head() {
  const words = t().sync;
  const status = phone().sync.status.value;
  const waiting = status.unsentEdits + status.unsentPhotos;
  const [busy, setBusy] = useState(false);
  const now_ = async () => {
    setBusy(true);
    await attempt(() => phone().sync.now());
    setBusy(false);
  };
  return (
    <div class="card stack">
      <div class="line line--wrap">
        <Badge tone={status.online ? "pass" : "neutral"} icon={status.online ? "wifi" : "offline"}>
          {status.online ? words.online : words.offline}
        </Badge>
        <span class="muted small">{status.lastSync ? words.lastSync(ago(status.lastSync, now.value)) : words.never}</span>
      </div>
      <p class="strong">{waiting ? words.someUnsent(words.amount(status.unsentEdits, status.unsentPhotos)) : words.allSent}</p>
      {waiting && !status.online ? <p class="muted small">{words.offlineText}</p> : null}
      {status.oldestUnsent ? <p class="muted small">{words.oldest(when(status.oldestUnsent, now.value))}</p> : null}
      {status.problem && status.problem.code !== "offline" ? <Notice tone="flag" icon="warning" title={explain(status.problem)} /> : null}
      <Button icon="sync" wide busy={busy} onClick={() => void now_()}>
        {words.now}
      </Button>
    </div>
  );
}

function TroubleCard({ trouble }: { trouble: Trouble }) {
  const words = t().sync;
  const what = rowName(trouble.entity, trouble.row);
  if (trouble.kind === "refused") {
    return (
      <Card tone="fail">
        <div class="stack">
          <p class="strong">{words.refusedTitle(what)}</p>
          <Facts
            of={[
              [
                words.why,
                <>
                  {trouble.reason ? (words.reasons[trouble.reason] ?? trouble.reason) : null}
                  {/* The server's own words, of which field and why. */}
                  {trouble.detail ? (
                    <p class="muted small" lang="en">
                      {trouble.detail}
                    </p>
                  ) : null}
                </>,
              ],
              ...plainFields(trouble.typed),
            ]}
          />
          <p class="muted small">{words.refusedText}</p>
        </div>
      </Card>
    );
  }
  const told = differingFields(trouble);
  const value = (fields: Fields) =>
    told.map((field) => (told.length > 1 ? `${fieldName(field)}: ${plain(fields[field])}` : plain(fields[field]))).join("\n");
  const decided = trouble.decision === "mine" ? words.keptYours : trouble.decision === "other" ? words.keptOther : words.other;
  return (
    <Card tone={trouble.decision ? "pass" : "flag"}>
      <div class="stack">
        <div>
          <p class="strong">{words.conflictTitle(fieldName((told.length === 1 ? told[0] : trouble.field) ?? ""))}</p>
          <p class="muted small">{what}</p>
        </div>
        <Facts
          of={[
            [words.typed, <span class="prose">{value(trouble.typed)}</span>],
            [
              words.stands,
              trouble.standsMine ? (
                trouble.decision ? words.yours : words.standsYours
              ) : (
                <>
                  <span class="prose">{value(trouble.stands ?? {})}</span>{" "}
                  {trouble.standsBy ? <span class="muted small">{words.bySomeone(personName(trouble.standsBy))}</span> : null}
                </>
              ),
            ],
          ]}
        />
        <p class="muted small">{trouble.decision ? `${words.decided}: ${decided}` : words.decides}</p>
      </div>
    </Card>
  );
}

function PhotoRow({ photo }: { photo: Photo }) {
  const words = t().sync;
  const name = photo.caption || t().entity.attachment;
  return (
    <Row
      lead={photo.preview ? <img class="thumb" src={photo.preview} alt="" /> : undefined}
      icon="camera"
      title={name}
      subtitle={
        photo.state === "uploading" ? (
          <Progress label={words.photoState.uploading} text={`${Math.round(photo.progress * 100)} %`} value={photo.progress} max={1} />
        ) : (
          `${words.photoState[photo.state]} · ${bytes(photo.bytes)}`
        )
      }
    />
  );
}

function OperationRow({ operation }: { operation: Operation }) {
  const words = t().sync;
  return (
    <Row
      icon={kindIcons[operation.kind]}
      title={rowName(operation.entity, operation.row)}
      subtitle={[
        words.kind[operation.kind],
        operation.kind === "update" ? Object.keys(operation.set).map(fieldName).join(", ") : "",
        when(operation.occurredAt, now.value),
      ]
        .filter(Boolean)
        .join(" · ")}
      meta={operation.state === "unsent" ? undefined : <Badge tone={tones[operation.state]} icon={operation.state === "quarantined" || operation.state === "conflict" ? "warning" : "check"}>
            <span class="sr-only">{words.state[operation.state]}</span>
          </Badge>}
    />
  );
}

export default function SyncScreen() {
  const words = t().sync;
  const { phase } = phone().sync.status.value;
  const operations = phone().records.operations.value;
  const pending = operations.filter(({ state }) => state === "unsent" || state === "deferred");
  const sent = operations.filter(({ state }) => state !== "unsent" && state !== "deferred").slice(0, RECENT);
  const photos = phone().photos.unsent.value;
  const trouble = all(rows("conflict"), operations, me());
  const parked = phone().records.parked.value;
  return (
    <Screen title={words.title} up="/me">
      {phone().session.loginDue.value ? (
        <Card title={t().login.again}>
          <div class="stack">
            <p class="muted">{t().login.againText}</p>
            <LoginForm email={phone().session.user.value?.email ?? ""} enter={phone().session.login} />
          </div>
        </Card>
      ) : null}
      {phase === "update_due" ? <Notice tone="flag" icon="warning" title={words.updateDue} /> : null}
      {phase === "wiped" ? <Notice tone="fail" icon="warning" title={words.wiped} /> : null}
      <FirstSync />
      <Head />
      {trouble.length ? (
        <section class="section">
          <h2 class="section__title">{words.troubles}</h2>
          <div class="stack">
            {trouble.map((one) => (
              <TroubleCard key={one.id} trouble={one} />
            ))}
          </div>
        </section>
      ) : null}
      {photos.length ? (
        <Card title={words.pendingPhotos} plain>
          <List label={words.pendingPhotos}>
            {photos.map((photo) => (
              <PhotoRow key={photo.id} photo={photo} />
            ))}
          </List>
        </Card>
      ) : null}
      {pending.length ? (
        <Card title={words.pending} plain>
          <List label={words.pending}>
            {pending.map((operation) => (
              <OperationRow key={operation.id} operation={operation} />
            ))}
          </List>
        </Card>
      ) : !photos.length && !trouble.length && !sent.length ? (
        <Empty icon="check" title={words.empty} text={words.emptyText} />
      ) : null}
      {parked.length ? (
        <Card title={words.parked} plain>
          <List label={words.parked}>
            {parked.map((one) => (
              <Row key={one.id} icon="box" title={rowName(one.entity, one.id)} />
            ))}
          </List>
        </Card>
      ) : null}
      {sent.length ? (
        <Card title={words.recent} plain>
          <List label={words.recent}>
            {sent.map((operation) => (
              <OperationRow key={operation.id} operation={operation} />
            ))}
          </List>
        </Card>
      ) : null}
    </Screen>
  );
}
