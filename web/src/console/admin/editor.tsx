/** Editing a checklist beside its preview; publishing makes the next version. */
import { useRef, useState } from "preact/hooks";
import { bilingual } from "../../app/model/bilingual";
import { Confirm } from "../../app/parts/ask";
import { go } from "../../app/router";
import { newId } from "../../device/ids";
import { language, speak, t, type Language } from "../../i18n";
import { Badge, Button, Card, Empty, IconButton, Notice, Select, TextField, toast, toFirstError } from "../../ui";
import { create, useRecords, type Row } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { attempt } from "../parts/tell";
import { Views } from "../table/views";
import { c } from "../words";
import { isManager } from "./admin";
import { draftOf, keepDraft } from "./drafts";
import { ItemEditor } from "./item-editor";
import { Preview } from "./preview";
import { addItem, addSection, before, changeItem, changeSection, moveItem, moveSection, nextVersion, problemsOf, removeItem, removeSection, type Template } from "./template";
import "./editor.css";

type TemplateRow = Row<"checklist_template">;

const fresh = (): Template => ({
  family_id: newId(Date.now()),
  version: 0,
  name: { en: "", "zh-CN": "" },
  asset_kind: "computer",
  sections: [{ title: { en: "", "zh-CN": "" }, items: [] }],
});

function Editor({ from, versions, newestVersion }: { from: Template; versions: readonly TemplateRow[]; newestVersion: number }) {
  const words = c().admin.checklists;
  const family = from.version ? from.family_id : "new";
  const locked = !isManager();
  const isOld = from.version < newestVersion;
  const [draft] = useState(() => draftOf(family));
  // An earlier version is shown as it was; a draft of it is known by its version.
  const [template, setTemplate] = useState<Template>(draft && (!isOld || draft.version === from.version) ? draft : from);
  const [open, setOpen] = useState<string | null>(null);
  const [asking, setAsking] = useState<"publish" | "discard" | null>(null);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const isChanged = JSON.stringify(template) !== JSON.stringify(from);
  const problems = problemsOf(template);
  const shown = tried ? problems : [];
  const faultOf = (fault: "name" | "section_title", section?: number) => (shown.some((one) => one.fault === fault && one.section === section) ? words.faults[fault] : undefined);
  const next = newestVersion + 1;
  const change = (to: Template) => {
    setTemplate(to);
    keepDraft(family, to);
  };
  const publish = async () => {
    await attempt(async () => {
      const made = await create("checklist_template", nextVersion(template, newestVersion));
      keepDraft(family, null);
      toast(words.published(made.fields.version));
      go(`/admin/templates/${made.id}`, { replace: true });
    });
  };
  const askToPublish = () => {
    setTried(true);
    const [first] = problems;
    if (!first) return setAsking("publish");
    const item = first.section !== undefined && first.item !== undefined ? template.sections[first.section]?.items[first.item] : undefined;
    if (item) setOpen(item.key);
    toFirstError(form.current);
  };
  return (
    <Page
      title={from.version ? bilingual(from.name) : words.newTitle}
      up="/admin/templates"
      fill
      lead={
        <>
          {versions.length > 1 ? (
            <select class="versions" aria-label={words.versions} value={String(from.version)} onChange={(event) => go(`/admin/templates/${versions.find(({ fields }) => String(fields.version) === event.currentTarget.value)?.id ?? ""}`)}>
              {versions.map(({ fields }) => (
                <option key={fields.version} value={String(fields.version)}>
                  {words.versionOf(fields.version, fields.version === newestVersion)}
                </option>
              ))}
            </select>
          ) : null}
          {isChanged ? <Badge tone="flag">{words.draft}</Badge> : null}
        </>
      }
      actions={
        locked ? undefined : (
          <>
            {isChanged ? (
              <Button kind="quiet" onClick={() => setAsking("discard")}>
                {words.discard}
              </Button>
            ) : null}
            <Button kind="primary" disabled={!isChanged} onClick={askToPublish}>
              {isChanged ? words.publishVersion(next) : words.unchanged}
            </Button>
          </>
        )
      }
    >
      <div class="editor">
        <div class="editor__form" ref={form}>
          {locked ? <p class="muted small">{words.readOnly}</p> : null}
          {isOld ? <Notice tone="accent" title={words.oldVersion(from.version)} /> : null}
          {isOld && draft && !isChanged ? <Notice tone="flag" icon="warning" title={words.otherDraft(draft.version)} /> : null}
          {!isOld && isChanged && template.version < from.version ? <Notice tone="flag" icon="warning" title={words.staleDraft(template.version, from.version)} /> : null}
          {shown.length ? (
            <div role="alert">
              <Notice tone="fail" icon="warning" title={words.faultsTitle(shown.length)}>
                {[...new Set(shown.map(({ fault }) => words.faults[fault]))].join(" ")}
              </Notice>
            </div>
          ) : null}
          <div class="card stack">
            <div class="pair">
              <TextField label={words.nameZh} value={template.name["zh-CN"]} onInput={(zh) => change({ ...template, name: { ...template.name, "zh-CN": zh } })} error={faultOf("name")} maxLength={200} />
              <TextField label={words.nameEn} value={template.name.en} onInput={(en) => change({ ...template, name: { ...template.name, en } })} maxLength={200} />
            </div>
            <Select
              label={words.kind}
              value={template.asset_kind}
              options={Object.entries(t().assetKind).map(([value, label]) => ({ value: value as Template["asset_kind"], label }))}
              onChange={(kind) => change({ ...template, asset_kind: kind })}
            />
          </div>
          {template.sections.map((section, at) => (
            <Card
              key={at}
              title={bilingual(section.title) || words.section(at + 1)}
              action={
                locked ? undefined : (
                  <span class="line">
                    <IconButton icon="up" label={`${words.up}: ${words.section(at + 1)}`} disabled={at === 0} onClick={() => change(moveSection(template, at, -1))} />
                    <IconButton icon="down" label={`${words.down}: ${words.section(at + 1)}`} disabled={at === template.sections.length - 1} onClick={() => change(moveSection(template, at, 1))} />
                    <IconButton icon="trash" label={`${words.removeSection}: ${words.section(at + 1)}`} onClick={() => change(removeSection(template, at))} />
                  </span>
                )
              }
            >
              <div class="stack">
                {locked ? null : (
                  <div class="pair">
                    <TextField label={words.sectionZh} value={section.title["zh-CN"]} onInput={(zh) => change(changeSection(template, at, { title: { ...section.title, "zh-CN": zh } }))} error={faultOf("section_title", at)} maxLength={200} />
                    <TextField label={words.sectionEn} value={section.title.en} onInput={(en) => change(changeSection(template, at, { title: { ...section.title, en } }))} maxLength={200} />
                  </div>
                )}
                <ul class="item-editors">
                  {section.items.map((item, place) => {
                    const where = { section: at, item: place };
                    return (
                      <ItemEditor
                        key={item.key}
                        item={item}
                        earlier={before(template, where)}
                        problems={shown.filter((problem) => problem.section === at && problem.item === place)}
                        isOpen={open === item.key}
                        locked={locked}
                        onOpen={() => setOpen(open === item.key ? null : item.key)}
                        onChange={(part) => change(changeItem(template, where, part))}
                        onMove={(by) => change(moveItem(template, where, by).template)}
                        onRemove={() => change(removeItem(template, where))}
                      />
                    );
                  })}
                </ul>
                {locked ? null : (
                  <div>
                    <Button
                      icon="plus"
                      onClick={() => {
                        const added = addItem(template, at);
                        change(added);
                        setOpen(added.sections[at]?.items.at(-1)?.key ?? null);
                      }}
                    >
                      {words.addItem}
                    </Button>
                  </div>
                )}
              </div>
            </Card>
          ))}
          {locked ? null : (
            <div>
              <Button icon="plus" onClick={() => change(addSection(template))}>
                {words.addSection}
              </Button>
            </div>
          )}
        </div>
        <div class="editor__preview">
          <Views<Language>
            label={words.previewLanguage}
            value={language()}
            options={[
              { value: "zh-CN", label: words.language["zh-CN"] },
              { value: "en", label: words.language.en },
            ]}
            onChange={(next_) => void speak(next_)}
          />
          <Preview template={template} />
        </div>
      </div>
      {asking === "publish" ? (
        <Confirm title={words.publishTitle(next)} yes={words.publish} onYes={() => void publish()} onClose={() => setAsking(null)}>
          <p>{words.publishText}</p>
        </Confirm>
      ) : null}
      {asking === "discard" ? (
        <Confirm
          title={words.discardTitle}
          yes={words.discard}
          kind="danger"
          onYes={() => {
            keepDraft(family, null);
            setTemplate(from);
            setTried(false);
          }}
          onClose={() => setAsking(null)}
        >
          <p>{words.discardText}</p>
        </Confirm>
      ) : null}
    </Page>
  );
}

export default function TemplateEditor({ params }: PageProps) {
  const words = c().admin.checklists;
  const records = useRecords("checklist_template");
  const [begun] = useState(fresh);
  const rows = records.rows.value;
  const row = rows.find(({ id }) => id === params.id);
  if (params.id === "new") return <Editor from={begun} versions={[]} newestVersion={0} />;
  if (!row) {
    return (
      <Page title={words.back} up="/admin/templates">
        {records.isReady ? <Empty icon="search" title={c().inbox.gone} /> : null}
      </Page>
    );
  }
  const versions = rows.filter(({ fields }) => fields.family_id === row.fields.family_id).sort((a, b) => b.fields.version - a.fields.version);
  return <Editor key={row.id} from={row.fields} versions={versions} newestVersion={versions[0]?.fields.version ?? row.fields.version} />;
}
