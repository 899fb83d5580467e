/** A dialog that is filled in and saved: the one button stays in sight below the fields. */
import type { ComponentChildren } from "preact";
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
  return (
    <Dialog
      title={title}
      closeLabel={t().ui.close}
      onClose={onClose}
      actions={
        <Button kind="primary" large wide onClick={() => void onSave()}>
          {t().ui.save}
        </Button>
      }
    >
      {children}
    </Dialog>
  );
}
