/** A checklist as the phone shows it, made of the phone's own parts. Answers live here alone. */
import { useState } from "preact/hooks";
import { ItemCard } from "../../app/inspect/item";
import { bilingual } from "../../app/model/bilingual";
import { askedItems, isAnswered, isAsked, missingItems, type Answer } from "../../app/model/inspection";
import { language, t } from "../../i18n";
import { Icon, Progress, toast } from "../../ui";
import { c } from "../words";
import type { Template } from "./template";

export function Preview({ template }: { template: Template }) {
  const words = c().admin.checklists;
  const [answers, setAnswers] = useState<ReadonlyMap<string, Answer>>(new Map());
  const [wanted, setWanted] = useState(false);
  const asked = askedItems(template, answers);
  const missing = missingItems(template, answers);
  const done = asked.filter((item) => isAnswered(item, answers.get(item.key))).length;
  const write = (key: string, part: Partial<Answer>) =>
    setAnswers((before) => new Map(before).set(key, { inspection_id: "preview", item: key, photos: [], ...before.get(key), ...part }));
  return (
    <section class="preview" aria-label={words.preview}>
      <div>
        <h2 class="section__title">{words.preview}</h2>
        <p class="muted small">{words.previewText}</p>
      </div>
      <div
        class="preview__phone"
        lang={language()}
        onClickCapture={(event) => {
          if (!(event.target instanceof HTMLInputElement) || event.target.type !== "file") return;
          event.preventDefault();
          toast(words.camera);
        }}
      >
        <div class="preview__bar">
          <Icon name="back" />
          <span class="strong">{t().assetKind[template.asset_kind]}</span>
        </div>
        {/* Focusable, so that it can be scrolled by keys. */}
        <div class="preview__screen" tabIndex={0} role="group" aria-label={bilingual(template.name)}>
          <Progress label={bilingual(template.name) || words.untitled} text={t().inspect.items(done, asked.length)} value={done} max={asked.length} />
          {template.sections.map((section, at) => (
            <div key={at} class="section">
              <h3 class="section__title">{bilingual(section.title) || words.section(at + 1)}</h3>
              {section.items
                .filter((item) => isAsked(item, answers))
                .map((item) => (
                  <ItemCard
                    key={item.key}
                    item={item}
                    answer={answers.get(item.key)}
                    row={undefined}
                    last={null}
                    locked={false}
                    wanted={wanted}
                    onAnswer={async (part) => {
                      write(item.key, part);
                      return true;
                    }}
                    onNeedRow={() => Promise.reject(new Error("a preview has no rows"))}
                    onPhoto={() => {}}
                    onAdvice={() => toast(words.adviceText)}
                  />
                ))}
            </div>
          ))}
        </div>
        <div class="preview__foot">
          <button type="button" class="button button--primary button--wide" onClick={() => setWanted(missing.length > 0)}>
            {t().inspect.finish}
          </button>
        </div>
      </div>
    </section>
  );
}
