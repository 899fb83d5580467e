/** One to five, as large keys with their words. */
import { useId } from "preact/hooks";
import { Icon } from "../../ui";
import { c } from "../words";
import { LOW } from "./call";

export function Scores({ value, onChange, error }: { value: number | null; onChange: (score: number) => void; error?: string | undefined }) {
  const words = c().callbacks;
  const name = useId();
  return (
    <fieldset class="scores" aria-describedby={error ? `${name}-error` : undefined}>
      <legend class="field__label">
        {words.scoreLabel} <span class="muted scores__hint">{words.scoreHint}</span>
      </legend>
      <div class="scores__row">
        {words.scores.map((label, at) => (
          <label key={label} class={at + 1 <= LOW ? "score score--low" : "score"}>
            <input type="radio" name={name} checked={value === at + 1} onChange={() => onChange(at + 1)} />
            <span class="score__face">
              <span class="score__number">{at + 1}</span>
              <span>{label}</span>
            </span>
          </label>
        ))}
      </div>
      {error ? (
        <p class="field__error" id={`${name}-error`}>
          <Icon name="warning" />
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
