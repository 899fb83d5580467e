/** Sheets and dialogs on the browser's own `<dialog>`: focus stays inside, Escape and Back close, the page behind is inert.
 * On a phone they come up from below, where the thumb is. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./button";
import "./dialog.css";

export function Dialog({
  title,
  onClose,
  closeLabel,
  children,
  actions,
  tall,
}: {
  title: string;
  /** Called by Escape, the close button and a touch beside it. */
  onClose: () => void;
  closeLabel: string;
  children: ComponentChildren;
  /** Stay in sight below the content. */
  actions?: ComponentChildren;
  /** As high as the screen allows, for content that is worked in. */
  tall?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={tall ? "dialog dialog--tall" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog__inner">
        <div class="dialog__head">
          <h2 id={id} class="dialog__title">
            {title}
          </h2>
          <IconButton icon="close" label={closeLabel} onClick={onClose} />
        </div>
        <div class="dialog__body">{children}</div>
        {actions ? <div class="dialog__actions">{actions}</div> : null}
      </div>
    </dialog>
  );
}
