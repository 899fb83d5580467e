/** What is decided about an import without drawing it. */

export type Format = "csv" | "snipe_it" | "glpi";
export type Outcome = "created" | "updated" | "unchanged" | "refused" | "duplicate";

export const OUTCOMES: readonly Outcome[] = ["created", "updated", "unchanged", "refused", "duplicate"];

export interface Column {
  readonly name: string;
  readonly field?: string;
  readonly sample: string;
}

/** Where an import stands. */
export interface Standing {
  readonly id: string;
  readonly user_id: string;
  readonly format: Format;
  readonly file_name: string;
  readonly created_at: string;
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly dry_run: boolean;
  readonly total: number;
  readonly done: number;
  readonly counts?: Readonly<Record<Outcome | "rows" | "kept" | "clients_created" | "sites_created", number>>;
  readonly error?: string;
}

/** Most that are listed. */
const LISTED = 10;

/** Those somebody may look for again: what was brought in, and checks that go on. */
export const worthListing = (all: readonly Standing[]): readonly Standing[] => all.filter(({ dry_run, state }) => !dry_run || state === "running").slice(0, LISTED);

/** What an import that was checked would do: `nothing` where all of it is here, `refused` where the rest of it can't be taken. */
export type Prospect = "something" | "nothing" | "refused";

export function prospect({ counts }: Standing): Prospect {
  if (!counts || counts.created + counts.updated > 0) return "something";
  return counts.refused > 0 || counts.rows === 0 ? "refused" : "nothing";
}

/** What became of one row, or would. */
export interface ImportRow {
  readonly row: number;
  readonly outcome: Outcome;
  readonly label: string;
  readonly asset?: string;
  readonly client?: string;
  readonly site?: string;
  readonly notes: readonly string[];
  readonly notes_zh: readonly string[];
}

/** What a file probably is, by its name and how it begins. */
export function formatOf(name: string, beginning: string): Format {
  if (/\.jsonl?$/i.test(name) || /^\s*[[{]/.test(beginning)) return "glpi";
  return /checkout|checked out|snipe/i.test(beginning.split("\n")[0] ?? "") || /snipe/i.test(name) ? "snipe_it" : "csv";
}

/** A file as it was read. */
export interface Read {
  readonly name: string;
  readonly text: string;
}

/** Inventories, one in each file, as the one file that is sent: a line for each. @throws SyntaxError named by the file that is none */
export function together(files: readonly Read[]): string {
  return files
    .map(({ name, text }) => {
      try {
        return JSON.stringify(JSON.parse(text.replace(/^\uFEFF/, "")));
      } catch (error) {
        throw new SyntaxError(name, { cause: error });
      }
    })
    .join("\n");
}

/** A column that becomes no field. */
export const KEEP = "keep";

/** The mapping to be sent: what was chosen other than the names suggest; `undefined` where that is nothing. */
export function mappingOf(columns: readonly Column[], chosen: ReadonlyMap<string, string>): string | undefined {
  const changed = columns.filter(({ name, field }) => chosen.has(name) && chosen.get(name) !== (field ?? KEEP));
  return changed.length ? JSON.stringify(Object.fromEntries(changed.map(({ name }) => [name, chosen.get(name)]))) : undefined;
}

/** The fields that two columns would become: only one can. */
export function twice(columns: readonly Column[], chosen: ReadonlyMap<string, string>): string[] {
  const fields = columns.map(({ name, field }) => chosen.get(name) ?? field ?? KEEP).filter((field) => field !== KEEP);
  return [...new Set(fields.filter((field, index) => fields.indexOf(field) !== index))];
}
