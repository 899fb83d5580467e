/** A list of which the first part is drawn and the rest on demand: drawing thousands would hold up the touch. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, List } from "../../ui";

/** How many are drawn at first. */
const PAGE = 40;

/** A `key` that changes with what is searched begins it anew. */
export function LongList<T>({ label, of, children }: { label: string; of: readonly T[]; children: (one: T) => ComponentChildren }) {
  const [shown, setShown] = useState(PAGE);
  const more = Math.min(PAGE * 3, of.length - shown);
  return (
    <>
      <List label={label}>{of.slice(0, shown).map(children)}</List>
      {more > 0 ? (
        <Button kind="quiet" wide onClick={() => setShown(shown + more)}>
          {t().ui.showMore(more)}
        </Button>
      ) : null}
    </>
  );
}
