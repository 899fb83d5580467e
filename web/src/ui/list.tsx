/** Lists: rows a thumb can hit, cards, and the words that head them. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";
import "./list.css";

/** A white sheet of content with an optional heading and a small action beside it. */
export function Card({
  title,
  action,
  children,
  tone,
  plain,
}: {
  title?: string;
  action?: ComponentChildren;
  children: ComponentChildren;
  tone?: "accent" | "flag" | "fail" | "pass";
  /** Without padding, for rows that reach the edge. */
  plain?: boolean;
}) {
  const body = ["card", tone && `card--${tone}`, plain && "card--plain"].filter(Boolean).join(" ");
  if (!title) return <div class={body}>{children}</div>;
  return (
    <section class="section">
      <div class="section__head">
        <h2 class="section__title">{title}</h2>
        {action}
      </div>
      <div class={body}>{children}</div>
    </section>
  );
}

/** Rows in a card. */
export function List({ children, label }: { children: ComponentChildren; label?: string }) {
  return (
    <ul class="list" aria-label={label}>
      {children}
    </ul>
  );
}

export interface RowProps {
  title: ComponentChildren;
  subtitle?: ComponentChildren;
  /** Stands at the end: a badge, a time, a number. */
  meta?: ComponentChildren;
  icon?: IconName;
  /** Instead of an icon: a picture, a step's number. */
  lead?: ComponentChildren;
  href?: string;
  external?: boolean;
  onClick?: () => void;
  disabled?: boolean;
}

/** One row: a link, a button, or only words. */
export function Row({ title, subtitle, meta, icon, lead, href, external, onClick, disabled }: RowProps) {
  const body = (
    <>
      {lead ?? (icon && <span class="row__icon">{<Icon name={icon} />}</span>)}
      <span class="row__text">
        <span class="row__title">{title}</span>
        {subtitle ? <span class="row__subtitle">{subtitle}</span> : null}
      </span>
      {meta ? <span class="row__meta">{meta}</span> : null}
      {(href || onClick) && !external ? <Icon name="next" /> : null}
    </>
  );
  const outside = external ? { target: "_blank", rel: "noreferrer" } : {};
  return (
    <li>
      {href ? (
        <a class="row row--live" href={href} {...outside}>
          {body}
        </a>
      ) : onClick ? (
        <button type="button" class="row row--live" onClick={onClick} disabled={disabled}>
          {body}
        </button>
      ) : (
        <div class="row">{body}</div>
      )}
    </li>
  );
}

/** Names and values, as on a form. */
export function Facts({ of }: { of: [name: string, value: ComponentChildren][] }) {
  const known = of.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export type Tone = "neutral" | "accent" | "pass" | "flag" | "fail";

/** A word in a coloured pill; the word says it all, the colour only helps. */
export function Badge({ tone = "neutral", icon, children }: { tone?: Tone; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={`badge badge--${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

/** Something to know or do, in place. */
export function Notice({
  tone = "accent",
  icon = "info",
  title,
  children,
  action,
}: {
  tone?: Exclude<Tone, "neutral">;
  icon?: IconName;
  title: string;
  children?: ComponentChildren;
  action?: ComponentChildren;
}) {
  return (
    <div class={`notice notice--${tone}`}>
      <Icon name={icon} />
      <div class="grow stack stack--tight">
        <p class="strong">{title}</p>
        {children ? <div class="small">{children}</div> : null}
        {action}
      </div>
    </div>
  );
}

/** Nothing here yet, and what to do about it. */
export function Empty({ icon, title, text, action }: { icon: IconName; title: string; text?: string; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} large />
      <p class="strong">{title}</p>
      {text ? <p class="muted">{text}</p> : null}
      {action}
    </div>
  );
}
