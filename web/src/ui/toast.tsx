/** Toasts: what just happened, told once, with undo where it can be taken back. Never the only place of an error. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icon";
import "./toast.css";

interface Toast {
  id: number;
  text: string;
  tone: "done" | "failed";
  undo?: { label: string; run: () => void };
}

/** How long one stays, in milliseconds; longer where there is something to press. */
const STAY = { plain: 4_000, undo: 8_000, failed: 10_000 };

const toasts = signal<readonly Toast[]>([]);
let last = 0;

const dismiss = (id: number) => {
  toasts.value = toasts.value.filter((one) => one.id !== id);
};

/** Tells it; the newest replaces the one before. */
export function toast(text: string, how: { undo?: { label: string; run: () => void }; failed?: boolean } = {}) {
  const id = ++last;
  toasts.value = [{ id, text, tone: how.failed ? "failed" : "done", ...(how.undo ? { undo: how.undo } : {}) }];
  setTimeout(() => dismiss(id), how.failed ? STAY.failed : how.undo ? STAY.undo : STAY.plain);
}

/** What failed on one screen says nothing on the next. */
window.addEventListener("hashchange", () => {
  toasts.value = toasts.value.filter(({ tone }) => tone !== "failed");
});

/** Where they appear; one in the app. A popover shown anew lies above an open dialog too. */
export function Toasts() {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef<HTMLElement | null>(null);
  const newest = toasts.value.at(-1)?.id;
  useEffect(() => {
    const element = place.current;
    if (!element?.showPopover) return;
    if (element.matches(":popover-open")) element.hidePopover();
    if (newest !== undefined) element.showPopover();
    // Who was on a toast that has gone is back where they came from.
    if (document.activeElement === document.body) before.current?.focus();
    before.current = null;
  }, [newest]);
  return (
    <div
      ref={place}
      class="toasts"
      popover="manual"
      role="status"
      aria-live="polite"
      onFocusIn={({ relatedTarget }) => {
        before.current = relatedTarget instanceof HTMLElement ? relatedTarget : null;
      }}
    >
      {toasts.value.map((one) => (
        <div key={one.id} class={`toast toast--${one.tone}`}>
          <Icon name={one.tone === "failed" ? "warning" : "check"} />
          <span class="grow">{one.text}</span>
          {one.undo ? (
            <button
              type="button"
              class="toast__undo"
              onClick={() => {
                one.undo?.run();
                dismiss(one.id);
              }}
            >
              {one.undo.label}
            </button>
          ) : null}
        </div>
      ))}
    </div>
  );
}
