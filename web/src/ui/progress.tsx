/** Progress that is true: a bar with its numbers in words. Without a total it says so instead of guessing. */
import { useId } from "preact/hooks";
import "./progress.css";

export function Progress({ label, text, value, max }: { label: string; text?: string | undefined; value: number; max: number | null }) {
  const id = useId();
  return (
    <div class="progress">
      <div class="line line--apart small">
        <label for={id} class="strong">
          {label}
        </label>
        {text ? <span class="muted number">{text}</span> : null}
      </div>
      {max === null ? <progress id={id} /> : <progress id={id} value={Math.min(value, max)} max={Math.max(max, 1)} />}
    </div>
  );
}
