/** Buttons: what a thumb in a glove presses. Never under 44 pixels, always with words or a label. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "./icon";
import "./button.css";

/** `primary` is the one next step of a screen; `danger` loses or refuses something. */
export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

interface Common {
  kind?: ButtonKind;
  icon?: IconName;
  /** As wide as its place allows. */
  wide?: boolean;
  large?: boolean;
  children: ComponentChildren;
}

const classes = ({ kind = "secondary", wide, large }: Omit<Common, "children">) =>
  ["button", `button--${kind}`, wide && "button--wide", large && "button--large"].filter(Boolean).join(" ");

export interface ButtonProps extends Common {
  onClick?: () => void;
  type?: "button" | "submit";
  disabled?: boolean;
  /** Said to assistive technology while the press is being carried out; presses are ignored meanwhile. */
  busy?: boolean;
  pressed?: boolean;
}

export function Button({ children, icon, onClick, type = "button", disabled, busy, pressed, ...look }: ButtonProps) {
  return (
    <button
      type={type}
      class={classes(look)}
      disabled={disabled}
      aria-busy={busy}
      aria-pressed={pressed}
      // A form is not sent again either.
      onClick={(event) => (busy ? event.preventDefault() : onClick?.())}
    >
      {icon && <Icon name={icon} />}
      <span class="button__text">{children}</span>
    </button>
  );
}

/**
 * A button that takes files: chosen, photographed (`camera`), or dropped on it. The input lies over it unseen, so that a touch, a
 * key and a screen reader meet the real one.
 */
export function FileButton({
  children,
  icon,
  accept,
  onFiles,
  multiple,
  camera,
  busy,
  ...look
}: Common & {
  /** Types, as an input of files has them. */
  accept: string;
  onFiles: (files: readonly File[]) => void;
  multiple?: boolean;
  /** Opens the camera where there is one. */
  camera?: boolean;
  busy?: boolean;
}) {
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    if (files?.length) onFiles([...files]);
  };
  return (
    <label
      class={`${classes(look)} file-button${isOver ? " file-button--over" : ""}`}
      aria-busy={busy}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      {icon && <Icon name={icon} />}
      <span class="button__text">{children}</span>
      <input
        type="file"
        class="file-button__input"
        accept={accept}
        multiple={multiple}
        {...(camera ? { capture: "environment" } : {})}
        onChange={(event) => {
          take(event.currentTarget.files);
          // The same file can be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

/** A link that looks like a button: calls, maps, other screens. */
export function LinkButton({ children, icon, href, external, ...look }: Common & { href: string; external?: boolean }) {
  return (
    <a class={classes(look)} href={href} {...(external ? { target: "_blank", rel: "noreferrer" } : {})}>
      {icon && <Icon name={icon} />}
      <span class="button__text">{children}</span>
    </a>
  );
}

/** A link that is only a picture; the label is what it leads to. */
export function IconLink({ icon, label, href }: { icon: IconName; label: string; href: string }) {
  return (
    <a class="icon-button" href={href} aria-label={label} title={label}>
      <Icon name={icon} />
    </a>
  );
}

/** A button that is only a picture; the label is what it is called. */
export function IconButton({
  icon,
  label,
  onClick,
  disabled,
  expanded,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  expanded?: boolean;
}) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
