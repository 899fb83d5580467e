/** The frame of a screen: top bar, content, one action in the reach of the thumb, and the bar between places. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon";
import "./frame.css";

/** A screen. Its heading takes the focus when it appears, so that assistive technology says where one is. */
export function Screen({
  title,
  back,
  status,
  action,
  children,
  bottom,
  part,
}: {
  title: string;
  back?: { label: string; go: () => void };
  /** At the end of the top bar: how sync stands. */
  status?: ComponentChildren;
  /** A small action beside it. */
  action?: ComponentChildren;
  children: ComponentChildren;
  /** The next step; stays in sight. */
  bottom?: ComponentChildren;
  /** Which part of itself it shows: another one is begun at its top. */
  part?: string | null | undefined;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const begun = useRef(false);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    if (begun.current) window.scrollTo(0, 0);
    begun.current = true;
  }, [part]);
  return (
    <div class="screen">
      <header class="top-bar">
        {back ? (
          <button type="button" class="icon-button" aria-label={back.label} onClick={back.go}>
            <Icon name="back" />
          </button>
        ) : null}
        <h1 class={back ? "top-bar__title" : "top-bar__title top-bar__title--root"} tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {action}
        {status}
      </header>
      <main class="screen__main">
        <div class="screen__column">{children}</div>
      </main>
      {bottom ? <footer class="action-bar">{bottom}</footer> : null}
    </div>
  );
}

export interface Place {
  href: string;
  icon: IconName;
  label: string;
  current: boolean;
  /** Something waits there; said by the label. */
  count?: number;
}

/** The bar between the app's places. */
export function BottomBar({ label, places }: { label: string; places: Place[] }) {
  return (
    <nav class="bottom-bar" aria-label={label}>
      {places.map((place) => (
        <a key={place.href} class="bottom-bar__place" href={place.href} aria-current={place.current ? "page" : undefined}>
          <span class="bottom-bar__icon">
            <Icon name={place.icon} />
            {place.count ? <span class="bottom-bar__count number">{place.count > 99 ? "99+" : place.count}</span> : null}
          </span>
          {place.label}
        </a>
      ))}
    </nav>
  );
}

/** Parts of one screen, as buttons that filter or switch. */
export function Tabs<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: { value: T; label: string; count?: number }[];
  onChange: (value: T) => void;
}) {
  return (
    <div class="tabs" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          class="tabs__tab"
          aria-pressed={value === option.value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count === undefined ? null : <span class="tabs__count number">{option.count}</span>}
        </button>
      ))}
    </div>
  );
}
