/**
 * What has been pulled but may not be shown yet, and how far the reading has got.
 *
 * A bucket is filled page by page and shown when it is whole; changes are kept until a checkpoint says that nothing up to
 * it is missing.
 */
import type { Change, PullResponse } from "./messages";

/** How far everything has been read, from nothing or anew. */
export interface Reading {
  /** Rows that have come so far. */
  readonly rows: number;
  /** Rows there are, once the server has said so. */
  readonly total: number | null;
  /** Buckets read whole. */
  readonly buckets: readonly string[];
}

/** The changes of one page, never changed in place. */
export interface Page {
  /** Its key where it is stored; pages follow each other by it. */
  readonly id: number;
  /** The bucket it fills; `null` where it carries changes. */
  readonly filling: string | null;
  readonly changes: readonly Change[];
}

/** What a page brought to its end. */
export interface Ready {
  /** A bucket read whole. */
  readonly filled: { readonly bucket: string; readonly changes: readonly Change[] } | null;
  /** `only` is set at the end of a reading anew: a row of no other bucket is out of scope. */
  readonly checkpoint: { readonly changes: readonly Change[]; readonly only: ReadonlySet<string> | null } | null;
}

export class Staging {
  constructor(
    /** Asks for the next page; the last page's, unread. */
    public cursor: string | null = null,
    /** `null` once a checkpoint was reached. */
    public reading: Reading | null = { rows: 0, total: null, buckets: [] },
    /** Staged pages in order; all that fill a bucket fill the same. */
    public pages: readonly Page[] = [],
  ) {}

  /**
   * Takes a page in. What was staged for a dropped bucket goes, and so does a fill that the server left for another
   * bucket: it begins again from its start.
   */
  take(page: PullResponse): Ready {
    const dropped = new Set(page.dropped);
    const filling = page.filling ?? null;
    this.cursor = page.cursor;
    if (this.reading) {
      this.reading = {
        rows: this.reading.rows + page.changes.length,
        total: page.total ?? this.reading.total,
        buckets: this.reading.buckets.filter((bucket) => !dropped.has(bucket)),
      };
    }
    this.pages = this.pages
      .filter((staged) => staged.filling === null || (staged.filling === filling && !dropped.has(staged.filling)))
      .map((staged) => this.#without(dropped, staged));
    this.pages = [...this.pages, { id: this.#nextId(), filling, changes: page.changes }];

    let filled: Ready["filled"] = null;
    if (filling !== null && page.bucket_complete) {
      if (this.reading && !this.reading.buckets.includes(filling)) {
        this.reading = { ...this.reading, buckets: [...this.reading.buckets, filling] };
      }
      filled = { bucket: filling, changes: this.#unstage((staged) => staged.filling !== null) };
    }
    let checkpoint: Ready["checkpoint"] = null;
    if (page.checkpoint) {
      const only = this.reading && new Set(this.reading.buckets);
      this.reading = null;
      checkpoint = { changes: this.#unstage((staged) => staged.filling === null), only };
    }
    return { filled, checkpoint };
  }

  #without(dropped: ReadonlySet<string>, page: Page): Page {
    if (page.filling !== null || !page.changes.some((change) => dropped.has(change.bucket))) return page;
    return { ...page, changes: page.changes.filter((change) => !dropped.has(change.bucket)) };
  }

  #nextId(): number {
    return (this.pages.at(-1)?.id ?? 0) + 1;
  }

  #unstage(which: (page: Page) => boolean): Change[] {
    const taken = this.pages.filter(which);
    this.pages = this.pages.filter((page) => !which(page));
    return taken.flatMap((page) => page.changes);
  }
}
