/** The frame of a page: heading, what can be done here, content that scrolls. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { back } from "../app/router";
import { explain } from "../app/model/explain";
import { t } from "../i18n";
import { Button, IconButton, Notice } from "../ui";
import { c } from "./words";
import "./page.css";

export function Page({
  title,
  lead,
  up,
  actions,
  fill,
  children,
}: {
  title: string;
  /** Stands beside the heading: a number, a state. */
  lead?: ComponentChildren;
  /** Where Back leads for who came from outside; a page without is a place of its own. */
  up?: string;
  actions?: ComponentChildren;
  /** The content scrolls by itself and reaches the edges. */
  fill?: boolean;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Onsite`;
  }, [title]);
  useEffect(() => {
    // A dialog that is open keeps the focus.
    if (!document.querySelector("dialog[open]")) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <header class="page-head">
        {up ? <IconButton icon="back" label={t().ui.back} onClick={() => back(up)} /> : null}
        <h1 class="page-head__title" tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {lead}
        {actions ? <div class="page-head__actions">{actions}</div> : null}
      </header>
      <main id="content" class={fill ? "page page--fill" : "page"} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** What could not be read, in place, with another try. */
export function Unread({ problem, again }: { problem: unknown; again: () => void }) {
  const words = c().shell;
  return (
    <Notice tone="fail" icon="warning" title={words.readFailed} action={<Button onClick={again}>{words.again}</Button>}>
      {explain(problem)}
    </Notice>
  );
}
