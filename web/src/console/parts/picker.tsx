/** One of many, found by typing: clients, sites, devices, people. A combobox as the ARIA practices describe it. */
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { search } from "../../app/model/search";
import { Icon } from "../../ui";
import { c } from "../words";
import "./picker.css";

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Beside it, and searched too. */
  readonly note?: string | undefined;
}

/** Most that are shown; typing narrows them down. */
const SHOWN = 50;

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
  choices: readonly Choice[];
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
  const chosen = choices.find((choice) => choice.value === value);
  const all: readonly Choice[] = none === undefined ? choices : [{ value: "", label: none }, ...choices];
  const found = typed ? search(choices, typed, (choice) => [choice.label, choice.note]) : all;
  const shown = found.slice(0, SHOWN);
  const isOpen = typed !== null;
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
            value={typed ?? chosen?.label ?? (value === "" ? (none ?? "") : "")}
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
                pick(shown[at]);
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
        <ul id={`${id}-list`} class="picker__list" role="listbox" aria-label={label}>
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
          {shown.length === 0 ? <li class="picker__none muted">{c().parts.nothing}</li> : null}
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
