/** What of the server's state is good, and what somebody has to look at. */

export interface System {
  readonly version: string;
  readonly now: string;
  readonly public_url: string;
  /** `epoch.number` */
  readonly head: string;
  readonly backup?: { readonly made_at: string } | null;
  readonly mails: { readonly due: number; readonly dead: number };
  readonly open_conflicts: number;
  readonly quarantined: number;
}

/** A backup is made every day, and may take a while, in milliseconds. */
const BACKUP = 26 * 3_600_000;

/** Clocks that differ by less agree, in milliseconds. */
const CLOCK = 30_000;

/** Mails that wait for their turn; more than these wait for a mail server. */
const WAITING = 20;

const LOCAL = /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0)/;

/** Each check, `true` where it is good; `skew` is how far the server's clock is ahead of this one. */
export function judged(system: System, skew: number, now: number) {
  return {
    backup: Boolean(system.backup) && now - Date.parse(system.backup?.made_at ?? "") < BACKUP,
    mails: system.mails.dead === 0 && system.mails.due <= WAITING,
    inbox: system.open_conflicts + system.quarantined === 0,
    clock: Math.abs(skew) < CLOCK,
    address: !LOCAL.test(system.public_url),
  };
}
