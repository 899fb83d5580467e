/** A list with what is open of it beside it; on a narrow screen one or the other. */
import type { ComponentChildren } from "preact";
import "./split.css";

export function Split({ list, detail }: { list: ComponentChildren; detail: ComponentChildren }) {
  return (
    <div class={detail ? "split split--open" : "split"}>
      <div class="split__list">{list}</div>
      {detail ? <div class="split__detail">{detail}</div> : null}
    </div>
  );
}
