/** A dialog that is filled in and saved: the one button stays in sight below the fields. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Dialog } from "../../ui";

export function SaveDialog({
  title,
  onSave,
  onClose,
  children,
}: {
  title: string;
  onSave: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const [busy, setBusy] = useState(false);
  const save = () => {
    setBusy(true);
    void onSave().finally(() => setBusy(false));
  };
  return (
    <Dialog
      title={title}
      closeLabel={t().ui.close}
      onClose={onClose}
      onSubmit={save}
      actions={
        <Button kind="primary" large wide type="submit" busy={busy}>
          {t().ui.save}
        </Button>
      }
    >
      {children}
    </Dialog>
  );
}
