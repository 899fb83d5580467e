/** Assets brought in from a file: what it is, what its columns mean, what would happen, and then for good, row by row. */
import { useEffect, useState } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { dateAndTime } from "../../app/model/format";
import { place, to } from "../../app/router";
import { Problem } from "../../device/problem";
import { language, t } from "../../i18n";
import { Badge, Button, Card, FileButton, type IconName, LinkButton, Notice, Progress, Select, type Tone } from "../../ui";
import { changesOf, get, NOTHING, postFor, useRecords, type Page as Answer, type Query } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { Picker } from "../parts/picker";
import { ClientPicker } from "../parts/pickers";
import { attempt } from "../parts/tell";
import { setParameters } from "../table/address";
import { useList } from "../table/list";
import { save } from "../table/save";
import { NothingFound, Table, type Column as TableColumn } from "../table/table";
import { Views } from "../table/views";
import { nameOf } from "../values";
import { c } from "../words";
import { Earlier } from "./earlier";
import { type Column, type Format, formatOf, type ImportRow, KEEP, mappingOf, type Outcome, OUTCOMES, prospect, type Prospect, type Standing, together, twice } from "./import";
import "./wizard.css";

const TONES: Record<Outcome, Tone> = { created: "pass", updated: "accent", unchanged: "neutral", refused: "fail", duplicate: "flag" };

/** How it is told what an import would do. */
const PROSPECTS = {
  something: { tone: "accent", icon: "info" },
  nothing: { tone: "pass", icon: "check" },
  refused: { tone: "flag", icon: "warning" },
} as const satisfies Record<Prospect, { tone: Tone; icon: IconName }>;

/** How often an import is asked how far it is, in milliseconds. */
const EVERY = 700;

const isGone = (problem: unknown): boolean => problem instanceof Problem && problem.code === "not_found";

/** A file and how it is to be read. */
interface Order {
  readonly file: File;
  readonly query: Query;
}

const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer());

/** Follows an import until it is over. */
function useStanding(id: string | null): { standing: Standing | null; problem: unknown } {
  const [standing, setStanding] = useState<Standing | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    setStanding(null);
    setProblem(null);
    if (!id) return;
    const end = new AbortController();
    const ask = async () => {
      try {
        const now = await get<Standing>(`/v1/imports/${id}`, {}, { signal: end.signal });
        if (end.signal.aborted) return;
        setProblem(null);
        setStanding(now);
        if (now.state !== "running") return;
      } catch (error) {
        if (end.signal.aborted) return;
        setProblem(error);
        if (isGone(error)) return;
      }
      setTimeout(() => void ask(), EVERY);
    };
    void ask();
    return () => end.abort();
  }, [id]);
  return { standing: standing?.id === id ? standing : null, problem };
}

/** Which import it is, for who comes back to it. */
function Which({ of }: { of: Standing }) {
  return <p class="muted small">{[of.file_name, c().imports.formats[of.format], nameOf("user", of.user_id), dateAndTime(of.created_at)].filter(Boolean).join(" · ")}</p>;
}

/** What became of each row, or would. */
function Rows({ standing }: { standing: Standing }) {
  const words = c().imports;
  const [outcome, setOutcome] = useState<Outcome | "">("");
  const rows = useList<ImportRow>(
    (after, limit, signal) => get<Answer<ImportRow>>(`/v1/imports/${standing.id}/rows`, { outcome, after, limit }, { signal }),
    `${standing.id} ${outcome}`,
  );
  const { counts } = standing;
  const columns: TableColumn<ImportRow>[] = [
    { key: "row", title: words.row, look: "fit", cell: ({ row }) => <span class="number">{row}</span> },
    { key: "outcome", title: t().field["outcome"] ?? "", look: "fit", cell: ({ outcome: of }) => <Badge tone={TONES[of]}>{words.outcome[of]}</Badge> },
    { key: "asset", title: words.asset, cell: ({ asset, label }) => (asset && !standing.dry_run ? <a href={to(`/assets/${asset}`)}>{label}</a> : label) },
    { key: "where", title: words.where, cell: ({ client, site }) => [client, site].filter(Boolean).join(" · ") },
    { key: "notes", title: words.notes, look: "wide", cell: ({ notes, notes_zh }) => (language() === "zh-CN" ? notes_zh : notes).map((note) => note.replace(/^! /, "")).join("; ") },
  ];
  return (
    <div class="stack">
      <div class="line line--wrap line--apart">
        <Views
          label={t().field["outcome"] ?? ""}
          value={outcome}
          options={[{ value: "" as const, label: words.all, count: counts?.rows }, ...OUTCOMES.map((value) => ({ value, label: words.outcome[value], count: counts?.[value] }))]}
          onChange={setOutcome}
        />
        <Button kind="quiet" icon="share" onClick={() => void save(`/v1/imports/${standing.id}/outcome.csv`, `${words.title}.csv`)}>
          {words.download}
        </Button>
      </div>
      {counts && counts.clients_created + counts.sites_created > 0 ? <p class="small">{words.places(counts.clients_created, counts.sites_created)}</p> : null}
      <Table label={words.title} columns={columns} list={rows} id={({ row }) => String(row)} name={({ label }) => label} empty={<NothingFound />} />
    </div>
  );
}

export default function Import({ query }: PageProps) {
  const words = c().imports;
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState<Format>("csv");
  const [client, setClient] = useState("");
  const [site, setSite] = useState("");
  const [columns, setColumns] = useState<{ columns: readonly Column[]; fields: readonly string[] } | null>(null);
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [form, setForm] = useState<"file" | "columns">("file");
  const [sent, setSent] = useState<{ id: string; order: Order } | null>(null);
  // In the address, so that whoever comes back to it finds it.
  const id = query.get("id");
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [bad, setBad] = useState<string | null>(null);
  const sites = useRecords("site", { client: client || NOTHING }, (fields) => fields.client_id === client).rows.value;
  const { standing, problem } = useStanding(id);
  const state = standing?.state;
  const step = !id ? form : standing && !standing.dry_run ? "run" : "check";
  // What was sent for the import that is shown; none where it was sent at another time.
  const order = sent?.id === id ? sent?.order : undefined;
  useEffect(() => {
    // What is new is shown by pages that are open elsewhere too; here by the links below.
    if (step === "run" && state === "done") changesOf("asset").value += 1;
  }, [step, state]);

  const choose = async (files: readonly File[]) => {
    const [first] = files;
    setBad(null);
    if (!first) return;
    if (files.length === 1) {
      setFile(first);
      setFormat(formatOf(first.name, await first.slice(0, 2000).text()));
      return;
    }
    try {
      const text = together(await Promise.all(files.map(async (one) => ({ name: one.name, text: await one.text() }))));
      setFile(new File([text], words.several(files.length)));
      setFormat("glpi");
    } catch (error) {
      setFile(null);
      setBad(words.severalBad(error instanceof SyntaxError ? error.message : first.name));
    }
  };
  const send = (what: Order, isDry: boolean) =>
    attempt(async () => {
      setBusy(true);
      try {
        const answer = await postFor("/v1/imports", { bytes: await bytesOf(what.file) }, { ...what.query, dry_run: isDry });
        const begun = (await answer.json()) as Standing;
        setSent({ id: begun.id, order: what });
        // Back leads from a check to the file and its columns, and from what was done not to its check.
        // Whoever went to another page meanwhile finds it in the list.
        if (place.peek().path === "/import") setParameters({ id: begun.id }, { step: isDry });
      } finally {
        setBusy(false);
      }
    });
  const check = (of: File, mapping?: string) =>
    send({ file: of, query: { format, file_name: of.name, client: client || undefined, site: site || undefined, mapping } }, true);
  const afterFile = async () => {
    setTried(true);
    if (!file) return;
    if (format === "glpi") {
      setColumns(null);
      return void check(file);
    }
    setBusy(true);
    await attempt(async () => {
      setColumns((await (await postFor("/v1/import-columns", { bytes: await bytesOf(file) })).json()) as typeof columns);
      setChosen(new Map());
      setForm("columns");
    });
    setBusy(false);
  };
  const again = () => {
    setFile(null);
    setColumns(null);
    setTried(false);
    setForm("file");
    setParameters({ id: null });
  };
  /** To what can be chosen otherwise; where it was sent at another time, to choosing the file. */
  const toForm = () => setParameters({ id: null });
  const promised = standing ? prospect(standing) : "something";
  const doubled = columns ? twice(columns.columns, chosen) : [];
  const named = (field: string) => (field === KEEP ? words.keep : (words.fields[field] ?? field.replaceAll("_", " ")));
  // An inventory has no columns.
  const steps = (standing?.format ?? format) === "glpi" ? (["file", "check", "run"] as const) : (["file", "columns", "check", "run"] as const);
  const stands = steps.findIndex((one) => one === step);
  const backToForm = <Button onClick={toForm}>{order ? words.back : words.chooseAgain}</Button>;
  return (
    <Page title={words.title} up="/clients">
      <div class="stack wizard">
        <ol class="wizard__steps">
          {steps.map((one, at) => (
            <li key={one} class={at < stands ? "wizard__step wizard__step--done" : "wizard__step"} aria-current={one === step ? "step" : undefined}>
              {words.steps[one]}
            </li>
          ))}
        </ol>
        {step === "file" ? (
          <>
            <Card>
              <div class="stack">
                <div class="field">
                  <span class="field__label">{words.file}</span>
                  <div class="line line--wrap">
                    <FileButton icon="upload" multiple accept=".csv,.txt,.json,.jsonl" onFiles={(files) => void choose(files)}>
                      {file ? words.otherFile : words.chooseFile}
                    </FileButton>
                    <span class="strong" role="status">
                      {file?.name}
                    </span>
                  </div>
                  <p class={bad || (tried && !file) ? "field__error" : "field__hint"} role={bad || (tried && !file) ? "alert" : undefined}>
                    {bad ?? (tried && !file ? words.noFile : words.fileHint)}
                  </p>
                </div>
                <Select<Format>
                  label={words.format}
                  value={format}
                  options={(["csv", "snipe_it", "glpi"] as const).map((value) => ({ value, label: words.formats[value] }))}
                  onChange={setFormat}
                />
                <div class="form-line">
                  <ClientPicker
                    label={words.client}
                    value={client}
                    none={words.fromFile}
                    onChange={(next) => {
                      setClient(next);
                      setSite("");
                    }}
                  />
                  {client ? <Picker label={words.site} value={site} none={words.fromFile} choices={sites.map(({ id: of, fields }) => ({ value: of, label: fields.name }))} onChange={setSite} /> : null}
                </div>
                <div>
                  <Button kind="primary" busy={busy} onClick={() => void afterFile()}>
                    {words.next}
                  </Button>
                </div>
              </div>
            </Card>
            <Earlier />
          </>
        ) : step === "columns" && columns && file ? (
          <Card>
            <div class="stack">
              <p>{words.columnsText}</p>
              <ul class="wizard__columns">
                {columns.columns.map(({ name, field, sample }) => (
                  <li key={name}>
                    <span>
                      <strong>{name}</strong>
                      <span class="muted small wizard__sample">{sample || "–"}</span>
                    </span>
                    <Select
                      label={`${words.field}: ${name}`}
                      value={chosen.get(name) ?? field ?? KEEP}
                      options={[KEEP, ...columns.fields].map((value) => ({ value, label: named(value) }))}
                      onChange={(next) => setChosen(new Map([...chosen, [name, next]]))}
                      error={doubled.includes(chosen.get(name) ?? field ?? KEEP) ? words.outcome.duplicate : undefined}
                    />
                  </li>
                ))}
              </ul>
              <div class="line">
                <Button onClick={() => setForm("file")}>{words.back}</Button>
                <Button kind="primary" busy={busy} disabled={doubled.length > 0} onClick={() => void check(file, mappingOf(columns.columns, chosen))}>
                  {words.check}
                </Button>
              </div>
            </div>
          </Card>
        ) : (
          <>
            {problem ? <Notice tone="flag" icon="warning" title={explain(problem)} action={isGone(problem) ? <Button onClick={again}>{words.another}</Button> : undefined} /> : null}
            {standing ? <Which of={standing} /> : null}
            {isGone(problem) ? null : !standing || state === "running" ? (
              <Card>
                <Progress
                  label={words.running}
                  text={standing?.total ? words.rows(standing.done, standing.total) : undefined}
                  value={standing?.done ?? 0}
                  max={standing?.total ? standing.total : null}
                />
              </Card>
            ) : state === "failed" ? (
              <Notice tone="fail" icon="warning" title={words.failed} action={backToForm}>
                {standing.error}
              </Notice>
            ) : state === "interrupted" ? (
              <Notice tone="flag" icon="warning" title={words.interrupted} action={order ? <Button onClick={() => void send(order, step === "check")}>{c().shell.again}</Button> : backToForm} />
            ) : step === "check" ? (
              <>
                <Notice
                  {...PROSPECTS[promised]}
                  title={words.prospect[promised]}
                  action={
                    <div class="line">
                      {backToForm}
                      {promised === "something" && order ? (
                        <Button kind="primary" busy={busy} onClick={() => void send(order, false)}>
                          {words.run}
                        </Button>
                      ) : null}
                    </div>
                  }
                >
                  {standing.counts?.refused ? (promised === "something" ? words.refusedText : words.refusedAll)(standing.counts.refused) : null}
                </Notice>
                <Rows standing={standing} />
              </>
            ) : (
              <>
                <Notice
                  tone="pass"
                  icon="check"
                  title={words.done}
                  action={
                    <div class="line">
                      <LinkButton href={to("/assets")}>{words.seeAssets}</LinkButton>
                      <Button kind="quiet" onClick={again}>
                        {words.another}
                      </Button>
                    </div>
                  }
                >
                  {words.doneText}
                </Notice>
                <Rows standing={standing} />
              </>
            )}
          </>
        )}
      </div>
    </Page>
  );
}
