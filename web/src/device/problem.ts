/**
 * What went wrong, in one shape for screens: a stable code to choose words by, and the server's own words beside it.
 */
import type { Fields, WipeOrder } from "../sync/messages";

/**
 * A code of the server (`/v1/errors` lists them), of an edit that was not taken, or one of this phone: `offline` (no
 * answer), `storage_full`, `storage_broken`, `storage_cleared`, `unreadable` (a picture that can't be opened), `app_fault` (a fault of this app).
 */
export type ProblemCode = string;

/** A refusal by the server, the storage or the engine. */
export class Problem extends Error {
  /** The HTTP status, 0 where no server answered. */
  readonly status: number;
  /** The field, parameter or header it is about. */
  readonly field: string | undefined;
  /** Seconds to wait, if the server said so. */
  readonly retryAfter: number | undefined;
  /** The values that stand, of a `version_conflict`. */
  readonly current: Fields | undefined;
  /** Of `device_revoked`. */
  readonly wipe: WipeOrder | undefined;
  /** Leads to the server's log. */
  readonly requestId: string | undefined;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    more: { status?: number; field?: string; retryAfter?: number; current?: Fields; wipe?: WipeOrder; requestId?: string; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, { cause: more.cause });
    this.name = "Problem";
    this.status = more.status ?? 0;
    this.field = more.field;
    this.retryAfter = more.retryAfter;
    this.current = more.current;
    this.wipe = more.wipe;
    this.requestId = more.requestId;
  }
}

/** Logging out would leave this behind. */
export class UnsentWork extends Error {
  constructor(readonly edits: number, readonly photos: number) {
    super(`${edits} edits and ${photos} photos are not on the server yet`);
    this.name = "UnsentWork";
  }
}
