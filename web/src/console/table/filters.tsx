/** The row above a table: narrow fields that filter it, how many they leave, and what takes it out as a file. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName, type Option } from "../../ui";
import { c } from "../words";
import "./filters.css";

export function Filters({ label, children, end }: { label: string; children: ComponentChildren; end?: ComponentChildren }) {
  return (
    <div class="filters" role="search" aria-label={label}>
      {children}
      {end ? <div class="filters__end">{end}</div> : null}
    </div>
  );
}

/** One of a few values, or all. */
export function FilterSelect<T extends string>({
  label,
  all,
  value,
  options,
  onChange,
}: {
  label: string;
  /** What no choice is called; without it one is always chosen. */
  all?: string;
  value: T | "";
  options: readonly Option<T>[];
  onChange: (value: T | "") => void;
}) {
  const id = useId();
  return (
    <div class={value ? "filter filter--on" : "filter"}>
      <label class="filter__label" for={id}>
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value as T | "")}>
        {all === undefined ? null : <option value="">{all}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="down" />
    </div>
  );
}

/** How long typing must rest before it is searched for, in milliseconds. */
const REST = 250;

/** Words to search for; asked for when typing rests. */
export function FilterSearch({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  const id = useId();
  const sent = useRef(value);
  useEffect(() => {
    if (value !== sent.current) setTyped(value);
    sent.current = value;
  }, [value]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      onChange(typed);
    }, REST);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div class={typed ? "filter filter--search filter--on" : "filter filter--search"}>
      <Icon name="search" />
      <label class="sr-only" for={id}>
        {label}
      </label>
      <input id={id} type="search" placeholder={label} value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
    </div>
  );
}

/** A day. */
export function FilterDay({ label, value, onChange }: { label: string; value: string; onChange: (day: string) => void }) {
  const id = useId();
  return (
    <div class={value ? "filter filter--on" : "filter"}>
      <label class="filter__label" for={id}>
        {label}
      </label>
      <input id={id} type="date" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
    </div>
  );
}

/** Actions behind one button. */
export function Menu({ label, icon, items }: { label: string; icon: IconName; items: readonly { label: string; run: () => void }[] }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current) menu.current.open = false;
  };
  return (
    <details
      ref={menu}
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !menu.current?.open) return;
        event.stopPropagation();
        close();
        menu.current.querySelector("summary")?.focus();
      }}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node) || !menu.current?.contains(event.relatedTarget)) close();
      }}
    >
      <summary class="button button--secondary menu__button">
        <Icon name={icon} />
        {label}
      </summary>
      <div class="menu__items">
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            class="menu__item"
            onClick={() => {
              close();
              item.run();
            }}
          >
            {item.label}
          </button>
        ))}
      </div>
    </details>
  );
}

/** The list as a file: every row that the filters leave, not only those in sight. */
export function ExportMenu({ onExport }: { onExport: (format: "csv" | "xlsx") => void }) {
  const words = c().table;
  return (
    <Menu
      label={words.export}
      icon="share"
      items={[
        { label: words.csv, run: () => onExport("csv") },
        { label: words.xlsx, run: () => onExport("xlsx") },
      ]}
    />
  );
}
