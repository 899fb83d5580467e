/** A list with what is open of it beside it; on a narrow screen one or the other. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./split.css";

export function Split({ list, detail }: { list: ComponentChildren; detail: ComponentChildren }) {
  const holder = useRef<HTMLDivElement>(null);
  const opened = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (detail) {
      opened.current = holder.current?.querySelector<HTMLElement>(".table__open:is([aria-current=true], [aria-pressed=true])") ?? opened.current;
      return;
    }
    // Focus was in what is closed now: it goes back to the row, or to the list where that has left it.
    if (opened.current && document.activeElement === document.body) (opened.current.isConnected ? opened.current : holder.current)?.focus();
    opened.current = null;
  });
  return (
    <div class={detail ? "split split--open" : "split"}>
      <div ref={holder} class="split__list" tabIndex={-1}>
        {list}
      </div>
      {detail ? <div class="split__detail">{detail}</div> : null}
    </div>
  );
}
