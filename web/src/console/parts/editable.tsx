/** A text that is read until somebody edits it; what was typed stays where a save is refused. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Icon, TextArea } from "../../ui";
import { seen, type Seen, type Uuid } from "../data";
import "./editable.css";

export function Editable({
  of,
  label,
  value,
  empty,
  onSave,
}: {
  /** The record it is of. */
  of: Uuid;
  label: string;
  value: string | null | undefined;
  /** What stands there while there is nothing. */
  empty: string;
  /** `on` is the version that was being edited. Resolves to whether it stands. */
  onSave: (text: string | null, on: Seen) => Promise<boolean>;
}) {
  const [edited, setEdited] = useState<{ readonly text: string; readonly on: Seen } | null>(null);
  const [busy, setBusy] = useState(false);
  if (edited === null) {
    return (
      <section class="editable">
        <p class="field__label">{label}</p>
        <button type="button" class={value ? "editable__text prose" : "editable__text muted"} onClick={() => setEdited({ text: value ?? "", on: seen(of) })}>
          <span class="grow">{value || empty}</span>
          <Icon name="edit" label={`${t().ui.edit}: ${label}`} />
        </button>
      </section>
    );
  }
  const save = async () => {
    setBusy(true);
    if (await onSave(edited.text.trim() || null, edited.on)) setEdited(null);
    setBusy(false);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
      }}
    >
      <TextArea label={label} value={edited.text} onInput={(text) => setEdited({ ...edited, text })} />
      <div class="line">
        <Button type="submit" kind="primary" busy={busy}>
          {t().ui.save}
        </Button>
        <Button kind="quiet" onClick={() => setEdited(null)}>
          {t().ui.cancel}
        </Button>
      </div>
    </form>
  );
}
