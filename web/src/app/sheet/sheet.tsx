/** The service sheet from compiling to signing: what is missing, what the client sees, who signs, or why nobody does. */
import { useEffect, useState } from "preact/hooks";
import { language, t, wordsOf, type Dictionary, type Language } from "../../i18n";
import { Badge, Button, Card, Empty, LinkButton, List, Notice, Rating, Row, Segmented, TextArea, toast } from "../../ui";
import { canonical, sheetHash } from "../../sync/canonical";
import type { Entities, Fields, Row as DataRow, Uuid } from "../../device";
import { naturalId } from "../model/natural-id";
import { stepOf } from "../model/visit";
import { SaveDialog } from "../parts/save-dialog";
import { attempt, attemptAndTell, phone, row, rows } from "../phone";
import { back, to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { hasOutcome, sheetOf } from "../visit/settled";
import { Amendments } from "./amendments";
import { compile, missing, type SheetContent } from "./compile";
import { Paper } from "./paper";
import { visitRecords } from "./records";
import { SignDialog } from "./sign-dialog";
import { shortHash } from "./signing";
import { print, share } from "./output";
import "./sheet.css";

type SheetRow = DataRow<Entities["service_sheet"]>;

/** A value that is computed elsewhere, once for each key. */
function useLater<T>(key: string, work: () => Promise<T>): T | undefined {
  const [found, setFound] = useState<{ key: string; value: T } | null>(null);
  useEffect(() => {
    let over = false;
    void work().then((value) => !over && setFound({ key, value }));
    return () => {
      over = true;
    };
  }, [key]);
  return found?.key === key ? found.value : undefined;
}

/** Shows these bytes to the client: kept, with their hash, and from now on presented. `then` comes in the same step. */
async function present(sheet: SheetRow | undefined, id: Uuid, visit: Uuid, text: string, then: Fields = {}): Promise<void> {
  const hash = await sheetHash(text);
  await phone().records.group((edits) => {
    if (sheet) {
      // What was shown goes back to a draft first; only a draft takes other content.
      if (sheet.body.status === "presented") edits.update(id, { status: "draft" });
      edits.update(id, { canonical: text, hash });
    } else edits.create("service_sheet", { visit_id: visit, version: 1, status: "draft", canonical: text, hash }, id);
    edits.update(id, { status: "presented" });
    edits.update(id, then);
  });
}

/** Why nobody signs. Where the client was not there, nothing need have been shown before. */
function NotSigned({ shown, onSave, onClose }: { shown: boolean; onSave: (outcome: Fields) => Promise<unknown>; onClose: () => void }) {
  const words = t().sheet;
  const [outcome, setOutcome] = useState<"refused" | "absent">(shown ? "refused" : "absent");
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const save = async () => {
    setTried(true);
    if (!reason.trim()) return;
    if (await attemptAndTell(() => onSave({ status: outcome, reason: reason.trim() }), words.outcomeSaved)) onClose();
  };
  return (
    <SaveDialog title={words.notSigned} onSave={save} onClose={onClose}>
      <Segmented
        label={words.outcome}
        value={outcome}
        onChange={setOutcome}
        options={[
          { value: "refused", label: words.refused },
          { value: "absent", label: words.absent },
        ]}
      />
      <TextArea
        label={outcome === "refused" ? words.refusedReason : words.absentReason}
        value={reason}
        onInput={setReason}
        error={tried && !reason.trim() ? t().ui.required : undefined}
      />
    </SaveDialog>
  );
}

/** What the server did with a sheet that has its outcome. */
function Afterwards({ sheet }: { sheet: SheetRow }) {
  const words = t().sheet;
  const { body } = sheet;
  const address = row("contact", row("visit", body.visit_id)?.body.contact_id)?.body.email;
  const mail = body.mailed_at
    ? words.mailSent(body.mailed_to ?? "")
    : body.mail_failed_at
      ? words.mailFailed(body.mailed_to ?? "")
      : !address
        ? words.mailNone
        : body.sealed_at
          ? words.mailQueued(address)
          : words.mailWaiting;
  return (
    <Card plain>
      <List>
        <Row
          icon="check"
          title={t().sheetStatus[body.status ?? "draft"]}
          subtitle={body.reason ?? [body.number ? `${words.number} ${body.number}` : "", body.sealed_at ? words.sealed : words.sealing].filter(Boolean).join(" · ")}
        />
        {body.status === "signed" ? <Row icon="mail" title={words.mail} subtitle={mail} /> : null}
      </List>
    </Card>
  );
}

export default function SheetScreen({ params }: ScreenProps) {
  const words = t().sheet;
  const visitId = params.id ?? "";
  const visit = row("visit", visitId);
  const records = visitRecords(visitId);
  const sheet = sheetOf(visitId);
  const sheetId = useLater(`${visitId} 1`, () => naturalId(visitId, "sheet/1"));
  const [chosen, setChosen] = useState<Language | null>(null);
  const [signing, setSigning] = useState<"client" | "technician" | null>(null);
  const [refusing, setRefusing] = useState(false);
  const [rating, setRating] = useState<number>();
  const inLanguage: Language = chosen ?? readContent(sheet)?.language ?? records?.contact?.language ?? records?.client.language ?? language();
  const docWords = useLater<Dictionary>(inLanguage, () => wordsOf(inLanguage));
  const provider = phone().supplies.provider.value ?? { name: "", address: "", phone: "" };
  const up = `/visits/${visitId}`;

  if (!visit || !records || !sheetId || !docWords) {
    return (
      <Screen title={words.title} up={up}>
        {visit && records ? <p class="muted">{t().ui.loading}</p> : <Empty icon="sheet" title={t().ui.notHere} text={t().ui.notHereText} />}
      </Screen>
    );
  }
  const id = sheet?.id ?? sheetId;
  const status = sheet?.body.status ?? "draft";
  const draft = compile(records, {
    sheetId: id,
    version: sheet?.body.version ?? 1,
    amends: sheet?.body.amends ?? null,
    language: inLanguage,
    provider,
  });
  const draftText = canonical({ ...draft });
  const shown = status === "draft" ? null : readContent(sheet);
  const content = shown ?? draft;
  const hash = shown ? (sheet?.body.hash ?? null) : null;
  const over = hasOutcome(sheet);
  const stale = status === "presented" && draftText !== sheet?.body.canonical;
  const lacks = missing(draft);
  const signatures = rows("signature")
    .filter(({ body }) => body.sheet_id === id && hash && body.payload.includes(hash))
    .map(({ body }) => body)
    .sort((a, b) => (a.party < b.party ? -1 : 1));
  const by = (party: "client" | "technician") => signatures.find((one) => one.party === party);
  const ready = stepOf(visit.body) === "sign" || visit.body.status === "closed" || status !== "draft";

  const show = () => attempt(() => present(sheet, id, visitId, draftText));
  const notSigned = (outcome: Fields) =>
    status === "presented" && !stale ? phone().records.update(id, outcome) : present(sheet, id, visitId, draftText, outcome);
  const complete = async () => {
    const fields = { status: "signed", ...(rating ? { rating } : {}) };
    if (await attemptAndTell(() => phone().records.update(id, fields), words.completed)) back(up);
  };
  const paper = { content, hash, number: sheet?.body.number, rating: sheet?.body.rating, signatures, words: docWords };
  const share_ = () => attempt(() => share(paper)).then((done) => done || toast(t().ui.failed, { failed: true }));

  const bottom =
    !ready || over ? undefined : status === "draft" || stale ? (
      <div class="next-step">
        <Button kind="quiet" disabled={lacks.length > 0} onClick={() => setRefusing(true)}>
          {words.noSignature}
        </Button>
        <Button kind="primary" large icon="eye" disabled={lacks.length > 0} onClick={() => void show()}>
          {stale ? words.presentAgain : words.present}
        </Button>
      </div>
    ) : !by("client") ? (
      <div class="next-step">
        <Button kind="quiet" onClick={() => setRefusing(true)}>
          {words.noSignature}
        </Button>
        <Button kind="primary" large icon="sign" onClick={() => setSigning("client")}>
          {docWords.sheet.clientSigns}
        </Button>
      </div>
    ) : !by("technician") ? (
      <Button kind="primary" large icon="sign" onClick={() => setSigning("technician")}>
        {words.technicianSigns}
      </Button>
    ) : (
      <Button kind="primary" large icon="check" onClick={() => void complete()}>
        {words.complete}
      </Button>
    );

  return (
    <Screen title={words.title} up={up} part={`${status} ${signatures.length}`} bottom={bottom}>
      {!ready ? (
        <Notice icon="info" title={t().wrapUp.missing} action={<LinkButton href={to(up)}>{t().wrapUp.title}</LinkButton>} />
      ) : null}
      {sheet && over ? <Afterwards sheet={sheet} /> : null}
      {sheet && over ? <Amendments sheet={sheet.id} /> : null}
      {stale ? <Notice tone="flag" icon="warning" title={words.changed} /> : null}
      {lacks.length && !over ? (
        <Notice tone="flag" icon="warning" title={words.missing}>
          {lacks.map((field) => words.missingField[field] ?? field).join(", ")}
        </Notice>
      ) : null}
      {status === "presented" && !stale ? (
        <Card tone="accent">
          <p class="strong">{by("client") ? words.signed(by("client")?.signer_name ?? "") : docWords.sheet.handOver}</p>
          <p class="muted small">{by("client") ? words.fingerprintText : docWords.sheet.handOverText}</p>
        </Card>
      ) : null}
      {status === "presented" && !stale && by("client") ? (
        <div class="card">
          <Rating label={docWords.sheet.rating} value={rating} onChange={setRating} star={docWords.sheet.star} />
        </div>
      ) : null}
      {status === "draft" ? (
        <Segmented<Language>
          label={words.language}
          value={inLanguage}
          onChange={setChosen}
          options={[
            { value: "zh-CN", label: "中文" },
            { value: "en", label: "English" },
          ]}
        />
      ) : null}
      <div class="line line--apart sheet-head">
        <h2 class="section__title">{words.preview}</h2>
        {hash ? (
          <Badge icon="hash">
            <span class="mono">{shortHash(hash)}</span>
          </Badge>
        ) : null}
      </div>
      <Paper {...paper} />
      <div class="line line--wrap">
        <Button icon="print" onClick={print}>
          {words.print}
        </Button>
        <Button icon="share" onClick={() => void share_()}>
          {words.share}
        </Button>
      </div>
      {signing && hash && shown ? (
        <SignDialog
          sheet={id}
          content={shown}
          hash={hash}
          party={signing}
          name={signing === "client" ? shown.contact_name : shown.technician_name}
          words={signing === "client" ? docWords : t()}
          onClose={() => setSigning(null)}
        />
      ) : null}
      {refusing ? <NotSigned shown={status === "presented" && !stale} onSave={notSigned} onClose={() => setRefusing(false)} /> : null}
    </Screen>
  );
}

/** The content behind a sheet's bytes; these were checked when they were made here, or by the server. */
function readContent(sheet: SheetRow | undefined): SheetContent | null {
  return sheet?.body.canonical ? (JSON.parse(sheet.body.canonical) as SheetContent) : null;
}
