/**
 * What a list showed when it was left: how many rows, and how far it was scrolled. It stands with its entry in the history, so
 * that Back finds it again, and who comes by a link begins at the top.
 */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { place } from "../../app/router";

interface Kept {
  /** Rows read, by what was asked for. */
  readonly rows?: Readonly<Record<string, number>>;
  readonly scroll?: number;
}

const kept = (): Kept => (history.state as { list?: Kept } | null)?.list ?? {};

const keep = (part: Kept): void => history.replaceState({ ...history.state, list: { ...kept(), ...part } }, "");

/** How many rows of a list were shown here before. */
export const keptRows = (key: string): number | undefined => kept().rows?.[key];

/** Keeps how many rows there are, with every entry that shows them. */
export function useKeptRows(key: string, count: number): void {
  const at = place.value;
  useEffect(() => {
    if (count && keptRows(key) !== count) keep({ rows: { ...kept().rows, [key]: count } });
  }, [key, count, at]);
}

/** How long scrolling must rest before it is kept, in milliseconds: browsers refuse to do so all the time. */
const REST = 100;

/** Puts the place around a list to where it was scrolled before, once it is as long as it was, and keeps where it is scrolled to. */
export function useKeptScroll(inside: RefObject<HTMLElement | null>, isReady: boolean): void {
  const at = place.value;
  useEffect(() => {
    const scroller = inside.current?.closest<HTMLElement>(".split__list, .split__detail, .page");
    // What is open beside a list begins at its top.
    if (!isReady || !scroller || scroller.matches(".split__detail")) return;
    const { scroll } = kept();
    if (scroll !== undefined) scroller.scrollTop = scroll;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = () => {
      clearTimeout(timer);
      if (scroller.scrollTop !== (kept().scroll ?? 0)) keep({ scroll: scroller.scrollTop });
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(note, REST);
    };
    // Other lists beside it may not be as long yet as they were: what was kept still counts.
    if (scroll === undefined || scroller.scrollTop >= scroll) note();
    scroller.addEventListener("scroll", later, { passive: true });
    // A press may lead away before scrolling has rested.
    scroller.addEventListener("click", note, { capture: true });
    return () => {
      clearTimeout(timer);
      scroller.removeEventListener("scroll", later);
      scroller.removeEventListener("click", note, { capture: true });
    };
  }, [isReady, at]);
}
