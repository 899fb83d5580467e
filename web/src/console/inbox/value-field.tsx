/** A field to type a value of a record into, by what the field holds. */
import { toLocalInput } from "../../app/model/format";
import { t } from "../../i18n";
import { NumberField, Segmented, Select, TextArea, TextField } from "../../ui";
import { nameOf, optionsOf, value } from "../values";
import { row, type EntityName } from "../data";
import { c } from "../words";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/;

/** Long texts get several lines. */
const LONG = new Set(["notes", "description", "diagnosis", "solution", "text", "note", "purpose", "unfinished", "access_notes", "comment", "remark", "reason", "new_needs"]);

/** Whether a value can be typed; ids and structures can only be chosen as they are. */
export const isTypable = (of: unknown): boolean => of === null || of === undefined || typeof of === "number" || typeof of === "boolean" || (typeof of === "string" && !ID.test(of));

export function ValueField({
  entity,
  field,
  value: of,
  like,
  onChange,
}: {
  entity: EntityName;
  field: string;
  value: unknown;
  /** A value of the same field, where this one is absent. */
  like: unknown;
  onChange: (value: unknown) => void;
}) {
  const label = t().field[field] ?? field.replaceAll("_", " ");
  const sample = of ?? like;
  const text = typeof of === "string" ? of : "";
  const options = optionsOf(entity, field);
  if (options) return <Select label={label} value={text} options={options} onChange={onChange} />;
  if (typeof sample === "boolean") {
    return (
      <Segmented
        label={label}
        value={of === true ? "yes" : "no"}
        options={[
          { value: "yes", label: c().inbox.yes },
          { value: "no", label: c().inbox.no },
        ]}
        onChange={(next) => onChange(next === "yes")}
      />
    );
  }
  if (typeof sample === "number") return <NumberField label={label} value={typeof of === "number" ? String(of) : ""} onInput={(next) => onChange(next.trim() === "" ? null : Number(next.replace(",", ".")))} />;
  if (typeof sample === "string" && DAY.test(sample)) return <TextField label={label} type="date" value={text} onInput={(next) => onChange(next || null)} />;
  if (typeof sample === "string" && TIME.test(sample)) {
    return (
      <label class="field">
        <span class="field__label">{label}</span>
        <span class="input">
          <input
            type="datetime-local"
            value={text ? toLocalInput(text) : ""}
            onInput={(event) => {
              const at = new Date(event.currentTarget.value);
              onChange(Number.isNaN(at.getTime()) ? null : at.toISOString());
            }}
          />
        </span>
      </label>
    );
  }
  if (LONG.has(field) || text.length > 80) return <TextArea label={label} rows={5} value={text} onInput={(next) => onChange(next || null)} />;
  return <TextField label={label} value={text} onInput={(next) => onChange(next || null)} />;
}

/** A value that can't be typed, in words. */
export const readable = (entity: EntityName, field: string, of: unknown): string =>
  typeof of === "string" && ID.test(of) && row(entity, of) ? nameOf(entity, of) : value(entity, field, of);
