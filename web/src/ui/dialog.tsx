/** Sheets and dialogs on the browser's own `<dialog>`: focus stays inside, Escape and Back close, the page behind is inert.
 * On a phone they come up from below, where the thumb is. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { IconButton } from "./button";
import { toFirstError } from "./form";
import "./dialog.css";

const FIELDS = ":is(input:not([type=hidden], [hidden]), select, textarea):enabled";

/** What the keys are meant for when a dialog opens: what asks for them, the first field, what it offers to do, or nothing yet. */
function firstOf(dialog: HTMLElement): HTMLElement | null {
  const find = (selector: string) => dialog.querySelector<HTMLElement>(selector);
  const asking = find("[autofocus]");
  if (asking) return asking;
  const field = find(`.dialog__body ${FIELDS}`);
  // On a phone a field that has the focus brings up the keyboard, over what was to be read.
  if (field && matchMedia("(hover: none)").matches) return find(".dialog__title");
  if (field instanceof HTMLInputElement && field.type === "radio") return find(`.dialog__body input[name="${field.name}"]:checked`) ?? field;
  // What loses something is never one key away.
  return field ?? find(".dialog__actions .button:enabled:not(.button--danger)") ?? find(".dialog__body :is(a, button:enabled)") ?? find(".dialog__title");
}

export function Dialog({
  title,
  onClose,
  closeLabel,
  onSubmit,
  children,
  actions,
  tall,
}: {
  title: string;
  /** Called by Escape, the close button and a touch beside it; without it the dialog stays until it is answered. */
  onClose?: () => void;
  closeLabel?: string;
  /** Makes it a form: called by Enter in a field and by the action of type `submit`. Then the first field that is wrong gets the focus. */
  onSubmit?: () => unknown;
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
    if (element) firstOf(element)?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const inner = (
    <>
      <div class="dialog__head">
        <h2 id={id} class="dialog__title" tabIndex={-1}>
          {title}
        </h2>
        {onClose ? <IconButton icon="close" label={closeLabel ?? title} onClick={onClose} /> : null}
      </div>
      <div class="dialog__body">{children}</div>
      {actions ? <div class="dialog__actions">{actions}</div> : null}
    </>
  );
  return (
    <dialog
      ref={dialog}
      class={tall ? "dialog dialog--tall" : "dialog"}
      aria-labelledby={id}
      closedby={onClose ? undefined : "none"}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      // Where a browser doesn't know `closedby`, a second Escape closes it all the same.
      onClose={() => !onClose && dialog.current?.showModal()}
      onClick={(event) => event.target === dialog.current && onClose?.()}
    >
      {onSubmit ? (
        <form
          class="dialog__inner"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
            toFirstError(event.currentTarget);
          }}
        >
          {inner}
        </form>
      ) : (
        <div class="dialog__inner">{inner}</div>
      )}
    </dialog>
  );
}
