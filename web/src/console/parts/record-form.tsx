/** A small form of a record, in a dialog: a new one or one that is changed. Only what changed is sent. */
import { useState } from "preact/hooks";
import type { Language } from "../../i18n";
import { t } from "../../i18n";
import { Button, Dialog, Select, TextArea, TextField, type Option } from "../../ui";
import { change, create, seen, type Entities, type EntityName, type Row } from "../data";
import { c } from "../words";
import { attempt, changed, told } from "./tell";

/** A field of a form. Empty text is no value. */
export interface FormField {
  readonly field: string;
  readonly label: string;
  readonly hint?: string;
  readonly kind?: "text" | "email" | "tel" | "date" | "area" | "number";
  /** One of these instead of a text. */
  readonly options?: readonly Option<string>[];
  readonly required?: boolean;
}

/** The languages a contact or client can be written to in. */
export const languages = (): Option<Language>[] => [
  { value: "zh-CN", label: "中文" },
  { value: "en", label: "English" },
];

type Values = Record<string, string>;

const textOf = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

/** What a form asks to be set: fields that differ, empty ones as none. */
export function differences(before: Values, after: Values, fields: readonly FormField[]): Record<string, string | number | null> {
  const set: Record<string, string | number | null> = {};
  for (const { field, kind } of fields) {
    const [was, is] = [(before[field] ?? "").trim(), (after[field] ?? "").trim()];
    if (was !== is) set[field] = is === "" ? null : kind === "number" ? Number(is) : is;
  }
  return set;
}

export function RecordForm<E extends EntityName>({
  title,
  entity,
  fields,
  of,
  given,
  submit,
  done,
  onClose,
  danger,
}: {
  title: string;
  entity: E;
  fields: readonly FormField[];
  /** The record that is changed; without one another is made. */
  of?: Row<E> | undefined;
  /** Fields of a new one that are not asked for, and what asked ones begin with. */
  given?: Partial<Entities[E]>;
  submit?: string;
  done?: string;
  onClose: (id: string | null) => void;
  danger?: preact.ComponentChildren;
}) {
  // What was there when the form was opened: somebody else's change meanwhile is not undone by saving.
  const [before] = useState<Values>(() => {
    const now = of?.fields as Record<string, unknown> | undefined;
    return Object.fromEntries(fields.map(({ field }) => [field, textOf(now?.[field])]));
  });
  const [values, setValues] = useState<Values>(() =>
    of ? before : Object.fromEntries(fields.map(({ field, options }) => [field, textOf((given as Record<string, unknown> | undefined)?.[field]) || (options?.[0]?.value ?? "")])),
  );
  const [on] = useState(() => of && seen(of.id));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const isMissing = ({ field, required }: FormField) => Boolean(required) && !values[field]?.trim();
  const save = async () => {
    setTried(true);
    if (fields.some(isMissing)) return;
    setBusy(true);
    const set = differences(of ? before : {}, values, fields) as Partial<Entities[E]>;
    if (of) {
      const isDone = Object.keys(set).length === 0 || (await changed(() => change(entity, of.id, set, on), done));
      if (isDone) onClose(of.id);
    } else {
      let id: string | null = null;
      const isDone = await attempt(async () => {
        const clean = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null));
        ({ id } = await create(entity, { ...given, ...clean } as Partial<Entities[E]>));
      });
      if (isDone) {
        told(done ?? c().shell.saved);
        onClose(id);
      }
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={title}
      onClose={() => onClose(null)}
      closeLabel={t().ui.close}
      onSubmit={() => void save()}
      actions={
        <>
          <Button kind="primary" type="submit" busy={busy}>
            {submit ?? t().ui.save}
          </Button>
          <Button onClick={() => onClose(null)}>{t().ui.cancel}</Button>
          {danger}
        </>
      }
    >
      <div class="stack">
        {fields.map((one) => {
          const { field, label, hint, kind = "text", options } = one;
          const shared = {
            label,
            hint,
            value: values[field] ?? "",
            error: tried && isMissing(one) ? t().ui.required : undefined,
          };
          const set = (value: string) => setValues((now) => ({ ...now, [field]: value }));
          if (options) return <Select key={field} {...shared} options={[...options]} onChange={set} />;
          if (kind === "area") return <TextArea key={field} {...shared} onInput={set} />;
          return (
            <TextField
              key={field}
              {...shared}
              type={kind === "number" ? "text" : kind}
              {...(kind === "number" ? { inputMode: "numeric" as const } : {})}
              required={Boolean(one.required)}
              autocomplete="off"
              onInput={set}
            />
          );
        })}
      </div>
    </Dialog>
  );
}
