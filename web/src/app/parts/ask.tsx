/** Small questions in a dialog: a reason, a time, a yes. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { timestamp } from "../../device/index";
import { t } from "../../i18n";
import { Button, Dialog, TextArea, type ButtonKind } from "../../ui";
import { toLocalInput } from "../model/format";

/** Asks for a yes. */
export function Confirm({
  title,
  children,
  yes,
  kind = "primary",
  onYes,
  onClose,
}: {
  title: string;
  children?: ComponentChildren;
  yes: string;
  kind?: ButtonKind;
  onYes: () => void;
  onClose: () => void;
}) {
  const confirm = () => {
    onClose();
    onYes();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      closeLabel={t().ui.close}
      actions={
        <>
          <Button kind={kind} large wide onClick={confirm}>
            {yes}
          </Button>
          <Button kind="quiet" wide onClick={onClose}>
            {t().ui.cancel}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

/** Asks for a few words, which must not be empty. */
export function AskReason({
  title,
  text,
  label,
  yes,
  kind = "primary",
  onAnswer,
  onClose,
}: {
  title: string;
  text?: string;
  label: string;
  yes: string;
  kind?: ButtonKind;
  onAnswer: (reason: string) => void;
  onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const answer = () => {
    setTried(true);
    if (!reason.trim()) return;
    onClose();
    onAnswer(reason.trim());
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      closeLabel={t().ui.close}
      onSubmit={answer}
      actions={
        <Button kind={kind} large wide type="submit">
          {yes}
        </Button>
      }
    >
      {text ? <p class="muted">{text}</p> : null}
      <TextArea label={label} value={reason} onInput={setReason} error={tried && !reason.trim() ? t().ui.required : undefined} />
    </Dialog>
  );
}

/** When something happened: now, unless the phone was looked at later than the work was done. */
export function HappenedAt({ value, onChange, error }: { value: string; onChange: (iso: string) => void; error?: string | undefined }) {
  const id = useId();
  return (
    <label class="field">
      <span class="field__label">{t().work.when}</span>
      <span class="input">
        <input
          type="datetime-local"
          aria-invalid={error ? true : undefined}
          aria-describedby={id}
          value={toLocalInput(value)}
          max={toLocalInput(Date.now())}
          onInput={(event) => {
            const at = new Date(event.currentTarget.value);
            if (!Number.isNaN(at.getTime())) onChange(timestamp(at.getTime()));
          }}
        />
      </span>
      <span id={id} class={error ? "field__error" : "field__hint"} role={error ? "alert" : undefined}>
        {error ?? t().work.whenHint}
      </span>
    </label>
  );
}
