/** Forms: fields with a visible label, a hint and an error in words, and inputs that don't make phones zoom. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon";
import "./form.css";

/** Shows what was touched at once, until what it led to is kept or was refused: a save takes longer than a finger. */
function useTouched<T>(value: T, act: (next: T) => unknown): [T, (next: T) => void] {
  const [touched, setTouched] = useState<{ as: T } | null>(null);
  const touch = (next: T) => {
    const mark = { as: next };
    setTouched(mark);
    void Promise.resolve(act(next)).finally(() => setTouched((now) => (now === mark ? null : now)));
  };
  return [touched ? touched.as : value, touch];
}

/** Moves the focus to the first field that is wrong, once the errors of what was just pressed show. */
export function toFirstError(within: Element | null): void {
  requestAnimationFrame(() => within?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

interface Labelled {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

function Field({
  id,
  label,
  hint,
  error,
  children,
}: Labelled & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      {children}
      {hint && !error ? (
        <p class="field__hint" id={`${id}-note`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p class="field__error" id={`${id}-note`}>
          <Icon name="warning" />
          {error}
        </p>
      ) : null}
    </div>
  );
}

const describe = (id: string, { hint, error }: Labelled) => ({
  "aria-describedby": hint || error ? `${id}-note` : undefined,
  "aria-invalid": error ? true : undefined,
});

interface TextProps extends Labelled {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "email" | "tel" | "password" | "date" | "time" | "datetime-local" | "url";
  required?: boolean;
  /** Takes the focus when a dialog opens. */
  autofocus?: boolean;
  autocomplete?: string;
  inputMode?: "numeric" | "decimal";
  placeholder?: string;
  maxLength?: number;
  /** Stands inside at the end: a unit, a scan button. */
  trailing?: ComponentChildren;
}

/** One line of text, or a date. */
export function TextField({ value, onInput, type = "text", trailing, ...rest }: TextProps) {
  const id = useId();
  return (
    <Field id={id} {...rest}>
      <div class="input">
        <input
          id={id}
          // One of the kinds of text input, which the typings keep apart.
          {...({ type } as { type: "text" })}
          value={value}
          required={rest.required}
          autofocus={rest.autofocus}
          autocomplete={rest.autocomplete}
          inputMode={rest.inputMode}
          placeholder={rest.placeholder}
          maxLength={rest.maxLength}
          onInput={(event) => onInput(event.currentTarget.value)}
          {...describe(id, rest)}
        />
        {trailing}
      </div>
    </Field>
  );
}

/** Several lines of text; grows with what is typed where the browser can. */
export function TextArea({
  value,
  onInput,
  rows = 3,
  ...rest
}: Labelled & { value: string; onInput: (value: string) => void; rows?: number; placeholder?: string }) {
  const id = useId();
  return (
    <Field id={id} {...rest}>
      <div class="input">
        <textarea
          id={id}
          rows={rows}
          value={value}
          placeholder={rest.placeholder}
          onInput={(event) => onInput(event.currentTarget.value)}
          {...describe(id, rest)}
        />
      </div>
    </Field>
  );
}

/** A number with its unit; the keypad that fits. Kept as text, so that what was typed is what is stored. */
export function NumberField({
  unit,
  stepper,
  ...rest
}: Omit<TextProps, "type" | "inputMode" | "trailing"> & { unit?: string | undefined; stepper?: { min: number; max: number } }) {
  const step = (by: number) => {
    if (!stepper) return;
    const next = Math.min(stepper.max, Math.max(stepper.min, (Number(rest.value) || 0) + by));
    rest.onInput(String(next));
  };
  return (
    <TextField
      {...rest}
      inputMode={stepper ? "numeric" : "decimal"}
      trailing={
        <>
          {unit ? <span class="input__unit">{unit}</span> : null}
          {stepper ? (
            <>
              <button type="button" class="icon-button" aria-label={`${rest.label} −`} onClick={() => step(-1)}>
                <Icon name="minus" />
              </button>
              <button type="button" class="icon-button" aria-label={`${rest.label} +`} onClick={() => step(1)}>
                <Icon name="plus" />
              </button>
            </>
          ) : null}
        </>
      }
    />
  );
}

export interface Option<T extends string> {
  value: T;
  label: string;
}

/** One of many, by the phone's own picker. */
export function Select<T extends string>({
  value,
  options,
  onChange,
  ...rest
}: Labelled & { value: T; options: Option<T>[]; onChange: (value: T) => void }) {
  const id = useId();
  return (
    <Field id={id} {...rest}>
      <div class="input input--select">
        <select
          id={id}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as T)}
          {...describe(id, rest)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </div>
    </Field>
  );
}

export interface Segment<T extends string> extends Option<T> {
  icon?: IconName;
  tone?: "pass" | "flag" | "fail";
}

/** One of a few, all in sight: pass, flag or fail; a language; a theme. Pressing the chosen one again clears it if
 * `onClear` is given. */
export function Segmented<T extends string>({
  label,
  hideLabel,
  value,
  options,
  onChange,
  onClear,
  large,
}: {
  label: string;
  hideLabel?: boolean;
  value: T | undefined;
  options: Segment<T>[];
  /** What it resolves to is waited for. */
  onChange: (value: T) => unknown;
  onClear?: () => unknown;
  large?: boolean;
}) {
  const name = useId();
  const [chosen, choose] = useTouched<T | undefined>(value, (next) => (next === undefined ? onClear?.() : onChange(next)));
  return (
    <fieldset class={large ? "segmented segmented--large" : "segmented"}>
      <legend class={hideLabel ? "sr-only" : "field__label"}>{label}</legend>
      <div class="segmented__options">
        {options.map((option) => (
          <label key={option.value} class={`segment${option.tone ? ` segment--${option.tone}` : ""}`}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={chosen === option.value}
              onChange={() => choose(option.value)}
              onClick={() => onClear && chosen === option.value && choose(undefined)}
            />
            <span class="segment__face">
              {option.icon && <Icon name={option.icon} />}
              <span>{option.label}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A large tick with the time it was set: a point of a gate or of a wrap-up. */
export function Tick({
  label,
  note,
  checked,
  onChange,
  disabled,
}: {
  label: string;
  note?: string | undefined;
  checked: boolean;
  /** What it resolves to is waited for. */
  onChange: (checked: boolean) => unknown;
  disabled?: boolean;
}) {
  const [shown, show] = useTouched(checked, onChange);
  return (
    <label class="tick">
      <input
        type="checkbox"
        checked={shown}
        disabled={disabled}
        onChange={(event) => show(event.currentTarget.checked)}
      />
      <span class="tick__box">
        <Icon name="check" />
      </span>
      <span class="row__text">
        <span class="row__title">{label}</span>
        {note ? <span class="row__subtitle">{note}</span> : null}
      </span>
    </label>
  );
}

/** One to five stars. */
export function Rating({
  label,
  value,
  onChange,
  star,
}: {
  label: string;
  value: number | undefined;
  onChange: (value: number) => void;
  /** What so many stars are called. */
  star: (count: number) => string;
}) {
  const name = useId();
  return (
    <fieldset class="rating">
      <legend class="field__label">{label}</legend>
      <div class="rating__stars">
        {[1, 2, 3, 4, 5].map((count) => (
          <label key={count} class={value !== undefined && count <= value ? "rating__star rating__star--on" : "rating__star"}>
            <input
              type="radio"
              name={name}
              class="sr-only"
              aria-label={star(count)}
              checked={value === count}
              onChange={() => onChange(count)}
            />
            <Icon name="star" />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Search over what is on the phone. */
export function Search({
  label,
  value,
  onInput,
  trailing,
}: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  trailing?: ComponentChildren;
}) {
  return (
    <div class="input search" role="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        enterkeyhint="search"
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {trailing}
    </div>
  );
}
