/** One item of a checklist: three large targets, a reading where it asks for one, and what goes with them. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Button, Notice, NumberField, Segmented, TextField } from "../../ui";
import type { Uuid } from "../../device";
import { now } from "../model/clock";
import { ago } from "../model/format";
import { isAnswered, judge, readNumber, type Answer, type Item, type Outcome } from "../model/inspection";
import { bilingual } from "../model/bilingual";
import { PhotoGrid, TakePhoto } from "../parts/photos";
import { SavedText } from "../parts/saved-text";
import "./item.css";

export interface ItemCardProps {
  item: Item;
  answer: Answer | undefined;
  /** The answer's row, which its photos belong to, once there is one. */
  row: Uuid | undefined;
  last: { value: string; unit: string; at: string } | null;
  locked: boolean;
  /** It is shown as missing. */
  wanted: boolean;
  onAnswer: (part: { outcome?: Outcome | null; value?: string | null; note?: string | null }) => Promise<boolean>;
  /** Makes sure there is a row for a photo to belong to. */
  onNeedRow: () => Promise<Uuid>;
  onPhoto: (photo: Uuid) => void;
  onAdvice: () => void;
}

const decimal = (value: number | null | undefined): string | null => (typeof value === "number" ? String(value) : null);

/** What is typed as a reading, kept until the field is left, and judged by the limits as it is typed. */
function Reading({ item, answer, last, onAnswer }: Pick<ItemCardProps, "item" | "answer" | "last" | "onAnswer">) {
  const words = t().inspect;
  const [typed, setTyped] = useState<string | null>(null);
  const value = typed ?? answer?.value ?? "";
  const limited = typeof item.low === "number" || typeof item.high === "number";
  const unit = item.unit ? ` ${item.unit}` : "";
  const verdict = judge(item, value);
  const commit = () => {
    if (typed === null) return;
    const entered = typed.trim();
    if (entered === (answer?.value ?? "")) return setTyped(null);
    // The limits suggest an outcome where the technician has not said one.
    const suggested = answer?.outcome ? {} : { outcome: judge(item, entered) ?? (limited ? null : readNumber(entered) === null ? null : ("pass" as const)) };
    const part = { value: entered || null, ...(suggested.outcome ? suggested : {}) };
    void onAnswer(part).then((isSaved) => isSaved && setTyped((now) => (now === typed ? null : now)));
  };
  const hints = [
    limited ? words.limits(decimal(item.low), decimal(item.high), unit) : "",
    last ? words.last(`${last.value}${last.unit ? ` ${last.unit}` : ""}`, ago(Date.parse(last.at), now.value)) : "",
  ].filter(Boolean);
  const field = { value, onInput: setTyped, hint: hints.join(" · ") || undefined, error: verdict === "flag" ? words.outside : undefined };
  return (
    <div onFocusOut={commit} class="stack stack--tight">
      {item.answer === "reading" ? (
        <NumberField label={words.reading} unit={item.unit ?? undefined} {...field} />
      ) : (
        <TextField label={words.text} maxLength={300} {...field} />
      )}
      {verdict === "flag" && hints.length ? <p class="field__hint">{hints.join(" · ")}</p> : null}
    </div>
  );
}

/** What to look at, in words and as a picture. */
function Guidance({ item }: { item: Item }) {
  const text = item.guidance ? bilingual(item.guidance) : "";
  if (!text && !item.picture) return null;
  return (
    <details class="item__guidance">
      <summary class="small">{t().inspect.guidance}</summary>
      {text ? <p class="prose small">{text}</p> : null}
      {item.picture ? <img src={`data:image/jpeg;base64,${item.picture}`} alt={text || bilingual(item.label)} /> : null}
    </details>
  );
}

export function ItemCard({ item, answer, row, last, locked, wanted, onAnswer, onNeedRow, onPhoto, onAdvice }: ItemCardProps) {
  const words = t().inspect;
  const [noting, setNoting] = useState(false);
  const label = bilingual(item.label);
  const odd = answer?.outcome === "flag" || answer?.outcome === "fail";
  const showNote = noting || Boolean(answer?.note) || odd;
  const missing = wanted && !isAnswered(item, answer);
  return (
    <div class={missing ? "card item item--wanted" : "card item"} id={`item-${item.key}`}>
      <div class="line line--apart item__head">
        <h3 class="item__label">{label}</h3>
        {item.critical ? <Badge tone="fail">{words.critical}</Badge> : null}
        {answer?.outcome === "not_applicable" ? <Badge>{words.notApplicable}</Badge> : null}
      </div>
      <Guidance item={item} />
      {item.critical && answer?.outcome === "fail" ? (
        <Notice tone="fail" icon="warning" title={words.criticalFail}>
          {words.criticalText}
        </Notice>
      ) : null}
      {locked ? (
        <LockedAnswer answer={answer} />
      ) : (
        <>
          {item.answer === "check" ? null : <Reading item={item} answer={answer} last={last} onAnswer={onAnswer} />}
          <Segmented<Outcome>
            label={label}
            hideLabel
            large
            value={answer?.outcome ?? undefined}
            onChange={(outcome) => onAnswer({ outcome })}
            onClear={() => onAnswer({ outcome: null })}
            options={[
              { value: "pass", label: words.pass, icon: "check", tone: "pass" },
              { value: "flag", label: words.flag, icon: "flag", tone: "flag" },
              { value: "fail", label: words.fail, icon: "fail", tone: "fail" },
            ]}
          />
          {showNote ? <SavedText label={words.note} rows={2} value={answer?.note} onSave={(note) => onAnswer({ note: note || null })} /> : null}
          <div class="line line--wrap item__more">
            <TakePhoto owner={row ?? onNeedRow} onAdded={onPhoto} compact />
            {showNote ? null : (
              <Button kind="quiet" onClick={() => setNoting(true)}>
                {words.note}
              </Button>
            )}
            {odd ? (
              <Button kind="quiet" icon="advice" onClick={onAdvice}>
                {words.addAdvice}
              </Button>
            ) : answer?.outcome === "not_applicable" ? null : (
              <Button kind="quiet" onClick={() => void onAnswer({ outcome: "not_applicable" })}>
                {words.notApplicable}
              </Button>
            )}
          </div>
        </>
      )}
      {row ? <PhotoGrid owner={row} /> : null}
    </div>
  );
}

function LockedAnswer({ answer }: { answer: Answer | undefined }) {
  const outcome = answer?.outcome;
  return (
    <div class="stack stack--tight">
      <div class="line line--wrap">
        {outcome ? <Badge tone={outcome === "not_applicable" ? "neutral" : outcome}>{t().outcome[outcome]}</Badge> : <Badge>{t().ui.none}</Badge>}
        {answer?.value ? <span class="strong">{[answer.value, answer.unit].filter(Boolean).join(" ")}</span> : null}
      </div>
      {answer?.note ? <p class="prose muted">{answer.note}</p> : null}
    </div>
  );
}
