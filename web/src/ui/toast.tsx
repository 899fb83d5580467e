/** Toasts: what just happened, told once, with undo where it can be taken back. Never the only place of an error. */
import { signal } from "@preact/signals";
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

/** Where they appear; one in the app. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
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
