/** The words of each kind of mail in both languages, with a preview while they are written. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Badge, Button, IconButton, Notice, Segmented } from "../../ui";
import { explain } from "../../app/model/explain";
import { Problem } from "../../device/problem";
import { all, destroy, get, patch, post, postFor, useLoaded, user } from "../data";
import { Unread } from "../page";
import type { PageProps } from "../pages";
import { told } from "../parts/tell";
import { addressWith, setParameters } from "../table/address";
import type { Listed } from "../table/list";
import { Split } from "../table/split";
import { Table, type Column } from "../table/table";
import { Views } from "../table/views";
import { c } from "../words";
import { AdminPage } from "./admin";
import { MailPage, type MailPreview } from "./mail-page";
import { toast } from "../../ui";

type Language = "en" | "zh-CN";

interface Kind {
  readonly kind: string;
  readonly placeholders: readonly string[];
  readonly usual: readonly { readonly language: Language; readonly source: string }[];
}

interface Template {
  readonly id: string;
  readonly version: string;
  readonly fields: { readonly kind: string; readonly language: Language; readonly source: string };
}

/** How long typing must rest before it is shown, in milliseconds. */
const REST = 400;

const nameOfKind = (kind: string): string => c().admin.mails.kinds[kind] ?? kind.replaceAll("_", " ");

/** The preview of what is typed; the one before stays while another comes. */
function usePreview(kind: string, language: Language, source: string): { shown: MailPreview | null; error: string | null } {
  const [shown, setShown] = useState<MailPreview | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(() => {
      // As a file is: nothing is changed by it, so none says that it is not saved yet.
      const wanted = postFor("/v1/mail-previews", { json: { kind, language, source } });
      wanted.then((answer) => answer.json() as Promise<MailPreview>).then(
        (next) => {
          if (isOver) return;
          setShown(next);
          setError(null);
        },
        (problem: unknown) => {
          if (!isOver) setError(explain(problem));
        },
      );
    }, REST);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [kind, language, source]);
  return { shown, error };
}

function Editor({ kind, language, template, onChange }: { kind: Kind; language: Language; template: Template | undefined; onChange: () => void }) {
  const words = c().admin.words;
  const locked = user.value?.role !== "admin";
  const usual = kind.usual.find((one) => one.language === language)?.source ?? "";
  const kept = template?.fields.source ?? usual;
  const [source, setSource] = useState(kept);
  const [form, setForm] = useState<"html" | "text">("html");
  const area = useRef<HTMLTextAreaElement>(null);
  const { shown, error } = usePreview(kind.kind, language, source);
  const put = (name: string) => {
    const at = area.current?.selectionStart ?? source.length;
    const until = area.current?.selectionEnd ?? at;
    const text = `{{ ${name} }}`;
    setSource(source.slice(0, at) + text + source.slice(until));
    area.current?.focus();
  };
  // Who has typed nothing sees what stands; what was typed is kept beside another's words.
  const before = useRef(kept);
  const [theirs, setTheirs] = useState<string | null>(null);
  useEffect(() => {
    if (before.current === kept) return;
    if (source === before.current) setSource(kept);
    else if (source !== kept) setTheirs(kept);
    before.current = kept;
  }, [kept]);
  /** Does it; a refusal because somebody else was first shows what they wrote. */
  const write = async (work: () => Promise<void>) => {
    try {
      await work();
      setTheirs(null);
      onChange();
    } catch (error) {
      const isLate = error instanceof Problem && (error.status === 409 || error.status === 404);
      if (isLate) onChange();
      toast(isLate ? words.theirs : explain(error), { failed: true });
    }
  };
  const save = () =>
    write(async () => {
      if (template) await patch(`/v1/mail-templates/${template.id}`, { fields: { source } }, template.version);
      else await post("/v1/mail-templates", { fields: { kind: kind.kind, language, source } });
      before.current = source;
      toast(words.saved);
    });
  const giveBack = () =>
    template &&
    write(async () => {
      await destroy(`/v1/mail-templates/${template.id}`, template.version);
      before.current = usual;
      setSource(usual);
      told(words.givenBack, async () => {
        await post("/v1/mail-templates", { fields: template.fields });
        before.current = template.fields.source;
        setSource(template.fields.source);
        onChange();
      });
    });
  return (
    <div class="mail-words">
      <div class="stack">
        {locked ? <p class="muted small">{words.readOnly}</p> : null}
        <label class="field">
          <span class="line line--apart">
            <span class="field__label">{words.source}</span>
            {source === kept ? <Badge tone={template ? "accent" : "neutral"}>{template ? words.own : words.usual}</Badge> : <Badge tone="flag">{words.unsaved}</Badge>}
          </span>
          <span class="input">
            <textarea ref={area} class="mono mail-words__source" rows={18} readOnly={locked} spellcheck={false} value={source} onInput={(event) => setSource(event.currentTarget.value)} />
          </span>
          <span class="field__hint">{words.sourceHint}</span>
        </label>
        {theirs === null ? null : (
          <div role="alert">
            <Notice
              tone="flag"
              icon="warning"
              title={words.theirs}
              action={
                <div>
                  <Button
                    onClick={() => {
                      setSource(theirs);
                      setTheirs(null);
                    }}
                  >
                    {words.takeTheirs}
                  </Button>
                </div>
              }
            >
              <pre class="operation__raw" tabIndex={0}>
                {theirs}
              </pre>
            </Notice>
          </div>
        )}
        {locked ? null : (
          <>
            <div class="line line--wrap">
              <Button kind="primary" disabled={source === kept || Boolean(error)} onClick={() => void save()}>
                {words.save}
              </Button>
              {template ? (
                <Button kind="quiet" onClick={() => void giveBack()}>
                  {words.giveBack}
                </Button>
              ) : null}
            </div>
            <details>
              <summary class="small">{words.placeholders}</summary>
              <div class="line line--wrap mail-words__names">
                {kind.placeholders.map((name) => (
                  <button key={name} type="button" class="mail-words__name mono" onClick={() => put(name)}>
                    {name}
                  </button>
                ))}
              </div>
            </details>
          </>
        )}
      </div>
      <section class="stack" aria-label={words.preview}>
        <div class="line line--apart">
          <h3>{words.preview}</h3>
          <Views
            label={words.preview}
            value={form}
            options={[
              { value: "html", label: words.asHtml },
              { value: "text", label: words.asText },
            ]}
            onChange={setForm}
          />
        </div>
        <p class="muted small">{words.previewText}</p>
        {error ? (
          <Notice tone="fail" icon="warning" title={words.previewFailed}>
            {error}
          </Notice>
        ) : null}
        {shown ? (
          <>
            <p>
              <span class="muted small">{words.subject}: </span>
              <span class="strong">{shown.subject}</span>
            </p>
            {form === "html" ? (
              <MailPage html={shown.html} label={words.preview} />
            ) : (
              <pre class="operation__raw" tabIndex={0}>
                {shown.text}
              </pre>
            )}
          </>
        ) : null}
      </section>
    </div>
  );
}

export default function MailWords({ query }: PageProps) {
  const words = c().admin.words;
  const kinds = useLoaded("mail-kinds", (signal) => get<Kind[]>("/v1/mail-kinds", {}, { signal }));
  const templates = useLoaded("mail-templates", (signal) => all<Template>("/v1/mail-templates", {}, { signal }));
  const open = query.get("id") ?? "";
  const language: Language = query.get("language") === "en" ? "en" : "zh-CN";
  const of = (kind: string, tag: Language) => templates.value?.find(({ fields }) => fields.kind === kind && fields.language === tag);
  const list: Listed<Kind> = {
    rows: kinds.value ?? [],
    loading: !kinds.value && !kinds.problem,
    growing: false,
    error: kinds.problem,
    more: false,
    grow: () => {},
    reload: kinds.reload,
  };
  const state = (kind: string, tag: Language) => (of(kind, tag) ? <Badge tone="accent">{words.own}</Badge> : <span class="muted">{words.usual}</span>);
  const columns: Column<Kind>[] = [
    { key: "kind", title: words.kind, cell: ({ kind }) => nameOfKind(kind), look: "wide" },
    { key: "zh", title: words.chinese, cell: ({ kind }) => state(kind, "zh-CN") },
    { key: "en", title: words.english, cell: ({ kind }) => state(kind, "en") },
  ];
  const kind = kinds.value?.find((one) => one.kind === open);
  return (
    <AdminPage part="words" fill>
      <Split
        list={
          <>
            {templates.problem ? <Unread problem={templates.problem} again={templates.reload} /> : null}
            <Table label={c().admin.mailWords} columns={kind ? columns.slice(0, 1) : columns} list={list} id={(one) => one.kind} name={(one) => nameOfKind(one.kind)} href={(one) => addressWith({ id: one.kind })} current={open || undefined} empty={null} />
          </>
        }
        detail={
          kind && templates.value ? (
            <article class="stack" aria-labelledby="words-title">
              <div class="line">
                <h2 id="words-title" class="grow admin-title">
                  {nameOfKind(kind.kind)}
                </h2>
                <IconButton icon="close" label={c().admin.close} onClick={() => setParameters({ id: null })} />
              </div>
              <Segmented<Language>
                label={words.language}
                hideLabel
                value={language}
                options={[
                  { value: "zh-CN", label: words.chinese },
                  { value: "en", label: words.english },
                ]}
                onChange={(next) => setParameters({ language: next })}
              />
              <Editor key={`${kind.kind} ${language}`} kind={kind} language={language} template={of(kind.kind, language)} onChange={templates.reload} />
            </article>
          ) : null
        }
      />
    </AdminPage>
  );
}
