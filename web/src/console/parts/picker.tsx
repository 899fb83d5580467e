/**
 * One of many, found by typing: among a few that are known here, or among all as the server finds them. A combobox as the
 * ARIA practices describe it.
 */
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { search } from "../../app/model/search";
import { Icon } from "../../ui";
import { c } from "../words";
import { useFound } from "./found";
import "./picker.css";

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Beside it, and searched too. */
  readonly note?: string | undefined;
}

/** Choices the server finds. */
export interface Finding {
  /** What the one chosen is called; empty while nobody knows. */
  readonly chosen: string;
  readonly find: (words: string, signal: AbortSignal) => Promise<readonly Choice[]>;
}

/** Most that are shown; typing narrows them down. */
export const SHOWN = 50;

export function Picker({
  label,
  value,
  choices,
  onChange,
  none,
  error,
  hint,
  action,
}: {
  label: string;
  value: string;
  choices: readonly Choice[] | Finding;
  onChange: (value: string) => void;
  /** What no choice is called; without it something has to be chosen. */
  none?: string;
  error?: string | undefined;
  hint?: string | undefined;
  action?: ComponentChildren;
}) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const isOpen = typed !== null;
  const finding = "chosen" in choices ? choices : null;
  const few = "chosen" in choices ? [] : choices;
  const asked = useFound(finding ? typed?.trim() ?? null : null, async (words, signal) => (await finding?.find(words, signal)) ?? []);
  const chosen = finding ? finding.chosen : few.find((choice) => choice.value === value)?.label;
  const fitting = finding ? (asked.value ?? []) : typed ? search(few, typed, (choice) => [choice.label, choice.note]) : few;
  const found: readonly Choice[] = none === undefined || typed ? fitting : [{ value: "", label: none }, ...fitting];
  const shown = found.slice(0, SHOWN);
  const pick = (choice: Choice | undefined) => {
    if (choice) onChange(choice.value);
    setTyped(null);
  };
  const note = error ?? hint;
  return (
    <div class="field picker">
      <label class="field__label" for={id}>
        {label}
      </label>
      <div class="line">
        <div class="input picker__input grow">
          <input
            ref={input}
            id={id}
            type="text"
            role="combobox"
            autocomplete="off"
            aria-expanded={isOpen}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && shown[at] ? `${id}-${at}` : undefined}
            aria-describedby={note ? `${id}-note` : undefined}
            aria-invalid={error ? true : undefined}
            value={typed ?? (value === "" ? (none ?? "") : (chosen ?? ""))}
            onFocus={(event) => event.currentTarget.select()}
            onClick={() => {
              setTyped("");
              setAt(0);
            }}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setAt(0);
            }}
            onBlur={() => setTyped(null)}
            onKeyDown={(event) => {
              if (event.key === "ArrowDown" || event.key === "ArrowUp") {
                event.preventDefault();
                if (!isOpen) setTyped("");
                else setAt(Math.min(Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)), shown.length - 1));
              } else if (event.key === "Enter" && isOpen) {
                event.preventDefault();
                // What is shown while it is still being found is of other words.
                if (!asked.busy) pick(shown[at]);
              } else if (event.key === "Escape" && isOpen) {
                // The dialog around it stays.
                event.preventDefault();
                event.stopPropagation();
                setTyped(null);
              }
            }}
          />
          <Icon name="down" />
        </div>
        {action}
      </div>
      {isOpen ? (
        <ul id={`${id}-list`} class="picker__list" role="listbox" aria-label={label} aria-busy={asked.busy}>
          {shown.map((choice, index) => (
            <li
              key={choice.value}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              class="picker__choice"
              // Before the input loses the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                pick(choice);
              }}
            >
              <span>{choice.label}</span>
              {choice.note ? <span class="muted small">{choice.note}</span> : null}
            </li>
          ))}
          {shown.length === 0 || asked.problem ? (
            <li class="picker__none muted">{asked.problem ? explain(asked.problem) : asked.busy ? c().parts.finding : c().parts.nothing}</li>
          ) : null}
        </ul>
      ) : null}
      {note ? (
        <p id={`${id}-note`} class={error ? "field__error" : "field__hint"}>
          {error ? <Icon name="warning" /> : null}
          {note}
        </p>
      ) : null}
    </div>
  );
}
