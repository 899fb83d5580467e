/** A text that is read until somebody edits it; what was typed stays where a save is refused. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Icon, TextArea } from "../../ui";
import "./editable.css";

export function Editable({
  label,
  value,
  empty,
  onSave,
}: {
  label: string;
  value: string | null | undefined;
  /** What stands there while there is nothing. */
  empty: string;
  /** Resolves to whether it stands. */
  onSave: (text: string | null) => Promise<boolean>;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (typed === null) {
    return (
      <section class="editable">
        <p class="field__label">{label}</p>
        <button type="button" class={value ? "editable__text prose" : "editable__text muted"} onClick={() => setTyped(value ?? "")}>
          <span class="grow">{value || empty}</span>
          <Icon name="edit" label={`${t().ui.edit}: ${label}`} />
        </button>
      </section>
    );
  }
  const save = async () => {
    setBusy(true);
    if (await onSave(typed.trim() || null)) setTyped(null);
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
      <TextArea label={label} value={typed} onInput={setTyped} />
      <div class="line">
        <Button type="submit" kind="primary" busy={busy}>
          {t().ui.save}
        </Button>
        <Button kind="quiet" onClick={() => setTyped(null)}>
          {t().ui.cancel}
        </Button>
      </div>
    </form>
  );
}
