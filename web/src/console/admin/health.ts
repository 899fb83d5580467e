/** What the server tells of how it is doing, and what of it somebody has to see to. */

export interface Health {
  readonly version: string;
  readonly now: string;
  readonly troubles: readonly string[];
  readonly database: "sqlite" | "postgres";
  readonly head: number;
  readonly free_bytes?: number | null;
  readonly last_backup_at?: string | null;
  readonly mail: {
    readonly configured: boolean;
    readonly error?: string | null;
    readonly due: number;
    readonly oldest_due_at?: string | null;
    readonly dead: number;
    readonly last_sent_at?: string | null;
    readonly last_error?: string | null;
  };
  readonly quarantine: number;
  readonly open_conflicts: number;
  readonly jobs: readonly { readonly job: string; readonly at: string; readonly error?: string | null }[];
}

export type Part = "backup" | "mails" | "disk" | "clock" | "jobs";

/** Which part of the server each of its troubles is about. */
const parts: Readonly<Record<string, Part>> = {
  clock_wrong: "clock",
  disk_low: "disk",
  storage_unreachable: "disk",
  no_backup: "backup",
  backup_old: "backup",
  mail_not_configured: "mails",
  mail_unreachable: "mails",
  mail_late: "mails",
  mails_dead: "mails",
  job_failed: "jobs",
};

/** The troubles of a part; those nobody here knows are of none. */
export const troublesOf = (health: Health, part: Part): string[] => health.troubles.filter((trouble) => parts[trouble] === part);

/** Troubles of a newer server that have no place on this page. */
export const unknownTroubles = (health: Health): string[] => health.troubles.filter((trouble) => !parts[trouble]);

/** Clocks that differ by less agree, in milliseconds. */
const CLOCK = 30_000;

/** Whether the server's clock agrees with this computer's, from how far it is ahead. */
export const agrees = (skew: number): boolean => Math.abs(skew) < CLOCK;
