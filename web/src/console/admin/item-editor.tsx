/** One item of a checklist: closed it says what it is, open it is changed. */
import { bilingual } from "../../app/model/bilingual";
import { within } from "../../device/picture";
import { t } from "../../i18n";
import { Badge, Button, FileButton, Icon, IconButton, NumberField, Select, TextArea, TextField, Tick } from "../../ui";
import { attempt } from "../parts/tell";
import { c } from "../words";
import { PICTURE, type Item, type Outcome, type Problem } from "./template";

const OUTCOMES: readonly Outcome[] = ["pass", "flag", "fail", "not_applicable"];

/** Longest side of a guidance picture, in pixels. */
const SIDE = 720;

/** A limit as it is typed, `null` where there is none. */
const limit = (typed: string): number | null => {
  const value = Number(typed.trim().replace(",", "."));
  return typed.trim() === "" || Number.isNaN(value) ? null : value;
};

const text = (value: number | null | undefined): string => (typeof value === "number" ? String(value) : "");

function Picture({ item, onChange }: { item: Item; onChange: (picture: string | null) => void }) {
  const words = c().admin.checklists;
  const take = ([file]: readonly File[]) => {
    if (file) void attempt(async () => onChange(await within(file, SIDE, PICTURE)));
  };
  return (
    <div class="stack stack--tight">
      <span class="field__label">{words.picture}</span>
      {item.picture ? <img class="item-editor__picture" src={`data:image/jpeg;base64,${item.picture}`} alt={words.picture} /> : null}
      <div class="line line--wrap">
        <FileButton icon="camera" accept="image/png,image/jpeg,image/webp" onFiles={take}>
          {item.picture ? words.pictureChange : words.pictureAdd}
        </FileButton>
        {item.picture ? (
          <Button kind="quiet" onClick={() => onChange(null)}>
            {words.pictureRemove}
          </Button>
        ) : null}
      </div>
      <p class="field__hint">{words.pictureHint}</p>
    </div>
  );
}

function Asked({ item, earlier, onChange, error }: { item: Item; earlier: readonly Item[]; onChange: (part: Partial<Item>) => void; error: string | undefined }) {
  const words = c().admin.checklists;
  const condition = item.only_if;
  const outcomes = condition?.outcomes ?? [];
  const toggle = (outcome: Outcome, isOn: boolean) => condition && onChange({ only_if: { ...condition, outcomes: OUTCOMES.filter((one) => (one === outcome ? isOn : outcomes.includes(one))) } });
  return (
    <>
      <Select
        label={words.condition}
        value={condition?.item ?? ""}
        options={[{ value: "", label: words.always }, ...earlier.map(({ key, label }) => ({ value: key, label: words.onlyIf(bilingual(label) || key) }))]}
        onChange={(key) => onChange({ only_if: key ? { item: key, outcomes: outcomes.length ? outcomes : ["flag", "fail"] } : null })}
        error={error}
      />
      {condition ? (
        <fieldset class="item-editor__outcomes">
          <legend class="sr-only">{words.outcomes}</legend>
          {OUTCOMES.map((outcome) => (
            <label key={outcome} class="line">
              <input type="checkbox" checked={outcomes.includes(outcome)} onChange={(event) => toggle(outcome, event.currentTarget.checked)} />
              {t().outcome[outcome]}
            </label>
          ))}
        </fieldset>
      ) : null}
    </>
  );
}

export function ItemEditor({
  item,
  earlier,
  problems,
  isOpen,
  locked,
  onOpen,
  onChange,
  onMove,
  onRemove,
}: {
  item: Item;
  earlier: readonly Item[];
  problems: readonly Problem[];
  isOpen: boolean;
  locked: boolean;
  onOpen: () => void;
  onChange: (part: Partial<Item>) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}) {
  const words = c().admin.checklists;
  const label = bilingual(item.label) || words.untitled;
  const isEdited = isOpen && !locked;
  const error = (...faults: Problem["fault"][]) => {
    const found = problems.find(({ fault }) => faults.includes(fault));
    return found && words.faults[found.fault];
  };
  const cause = item.only_if && earlier.find(({ key }) => key === item.only_if?.item);
  return (
    <li class={problems.length ? "item-editor item-editor--faulty" : "item-editor"}>
      <div class="item-editor__head">
        <button type="button" class="item-editor__open grow" aria-expanded={isOpen} onClick={onOpen}>
          <span class="strong">{label}</span>
          <span class="muted small">
            {[
              words.answers[item.answer],
              item.unit,
              typeof item.low === "number" ? `≥ ${item.low}` : "",
              typeof item.high === "number" ? `≤ ${item.high}` : "",
              cause ? words.asks(bilingual(cause.label), item.only_if?.outcomes.map((outcome) => t().outcome[outcome]).join(" / ") ?? "") : "",
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </button>
        {item.critical ? <Badge tone="fail">{words.critical}</Badge> : null}
        {item.required ? <Badge>{words.required}</Badge> : null}
        {locked ? null : (
          <>
            <IconButton icon="up" label={`${words.up}: ${label}`} onClick={() => onMove(-1)} />
            <IconButton icon="down" label={`${words.down}: ${label}`} onClick={() => onMove(1)} />
          </>
        )}
      </div>
      {isEdited
        ? null
        : problems.map(({ fault }) => (
            <p key={fault} class="field__error">
              <Icon name="warning" />
              {words.faults[fault]}
            </p>
          ))}
      {isEdited ? (
        <div class="item-editor__body">
          <div class="pair">
            <TextField label={words.labelZh} value={item.label["zh-CN"]} onInput={(zh) => onChange({ label: { ...item.label, "zh-CN": zh } })} error={error("label")} maxLength={200} />
            <TextField label={words.labelEn} value={item.label.en} onInput={(en) => onChange({ label: { ...item.label, en } })} maxLength={200} />
          </div>
          <div class="pair">
            <Select
              label={words.answer}
              value={item.answer}
              options={(["check", "reading", "text"] as const).map((value) => ({ value, label: words.answers[value] }))}
              onChange={(answer) => onChange(answer === "reading" ? { answer } : { answer, unit: null, low: null, high: null })}
            />
            {item.answer === "reading" ? <TextField label={words.unit} value={item.unit ?? ""} onInput={(unit) => onChange({ unit: unit.trim() || null })} maxLength={20} /> : null}
          </div>
          {item.answer === "reading" ? (
            <div class="pair">
              <NumberField label={words.low} unit={item.unit ?? undefined} value={text(item.low)} onInput={(low) => onChange({ low: limit(low) })} error={error("limits")} />
              <NumberField label={words.high} unit={item.unit ?? undefined} value={text(item.high)} onInput={(high) => onChange({ high: limit(high) })} />
            </div>
          ) : null}
          <div class="pair pair--plain">
            <Tick label={words.required} note={words.requiredNote} checked={item.required} onChange={(required) => onChange({ required })} />
            <Tick label={words.critical} note={words.criticalNote} checked={item.critical ?? false} onChange={(critical) => onChange({ critical })} />
          </div>
          <Asked item={item} earlier={earlier} onChange={onChange} error={error("condition", "condition_outcome")} />
          <div class="pair">
            <TextArea label={words.guidanceZh} rows={2} value={item.guidance?.["zh-CN"] ?? ""} onInput={(zh) => onChange({ guidance: guided(zh, item.guidance?.en ?? "") })} />
            <TextArea label={words.guidanceEn} rows={2} value={item.guidance?.en ?? ""} onInput={(en) => onChange({ guidance: guided(item.guidance?.["zh-CN"] ?? "", en) })} />
          </div>
          <Picture item={item} onChange={(picture) => onChange({ picture })} />
          <div>
            <Button kind="danger" icon="trash" onClick={onRemove}>
              {words.removeItem}
            </Button>
          </div>
        </div>
      ) : null}
    </li>
  );
}

const guided = (zh: string, en: string): NonNullable<Item["guidance"]> | null => (zh.trim() || en.trim() ? { "zh-CN": zh, en } : null);
