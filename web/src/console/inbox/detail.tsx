/** One conflict: its sides beside each other by field, who said what and when, which stands, and the decision. */
import { useEffect, useRef, useState } from "preact/hooks";
import { now } from "../../app/model/clock";
import { ago, dateAndTime } from "../../app/model/format";
import { standing } from "../../app/model/standing";
import { to } from "../../app/router";
import { t } from "../../i18n";
import { Badge, Button, Empty, Icon, IconButton, LinkButton, Notice } from "../../ui";
import { readRow, row, user, type EntityName, type Row } from "../data";
import { nameOf, value } from "../values";
import { c } from "../words";
import { choiceOf, fieldsOf, isDisputed, isNobodys, mayDecide, sidesOf, sourceOf, type Conflict, type SideView } from "./conflict";
import { aboutName, fieldTitle, personOf } from "./conflicts";
import { decide, takeBack } from "./decide";
import { Marked } from "./marked";
import { MergeDialog, OtherValueDialog } from "./dialogs";
import { compared, isWorthComparing } from "./words-diff";
import { placeName, siteOf } from "./where";

/** Where a record has a page of its own. */
const pages: Partial<Record<string, string>> = { asset: "/assets", ticket: "/tickets", client: "/clients", visit: "/visits" };

function Said({ conflict, side, field }: { conflict: Conflict; side: SideView; field: string }) {
  const said = side.claim.values[field];
  if (!(field in side.claim.values)) return <span class="muted">–</span>;
  if (field === "deleted") return <>{said === true ? c().inbox.sides.deleted : c().inbox.sides.kept}</>;
  const against = (side.which === "current" ? conflict.incoming : conflict.current).values[field];
  if (isWorthComparing(said, against)) {
    const pieces = compared(said, against as string);
    return <Marked pieces={pieces.left} side={side.stands ? "stands" : "other"} />;
  }
  return <span class="prose">{value(conflict.entity as EntityName, field, said)}</span>;
}

function Side({ conflict, side, hint, action, onChoose }: { conflict: Conflict; side: SideView; hint: string | undefined; action: string | null; onChoose: () => void }) {
  const words = c().inbox;
  const fields = fieldsOf(conflict);
  const { claim } = side;
  const source = sourceOf(claim);
  const state = side.stands ? (conflict.resolution?.user_id ? words.standsDecided : words.stands) : words.isOther;
  const who = isNobodys(claim) ? words.server : words.enteredAt(personOf(claim), source && words.sources[source], dateAndTime(claim.at));
  return (
    <section class={side.stands ? "side-card side-card--stands" : "side-card"} aria-label={[state, words.came[side.which], who].join(", ")}>
      <header class="side-card__head">
        <Badge tone={side.stands ? "pass" : "neutral"} {...(side.stands ? { icon: "check" as const } : {})}>
          {state}
        </Badge>
        <span class="muted small">{words.came[side.which]}</span>
      </header>
      <p class="side-card__who">
        <Icon name="person" />
        {who}
      </p>
      <dl class="side-card__fields">
        {fields.map((field) => (
          <div key={field} class={isDisputed(conflict, field) ? "side-card__field" : "side-card__field side-card__field--same"}>
            {fields.length > 1 || field !== conflict.field ? <dt>{t().field[field] ?? field.replaceAll("_", " ")}</dt> : <dt class="sr-only">{fieldTitle(conflict)}</dt>}
            <dd>
              <Said conflict={conflict} side={side} field={field} />
            </dd>
          </div>
        ))}
      </dl>
      {action ? (
        <div class="side-card__foot">
          <Button kind={side.stands ? "primary" : "secondary"} onClick={onChoose}>
            {action}
          </Button>
          {hint ? (
            <kbd class="key" aria-hidden="true">
              {hint}
            </kbd>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

/** The two devices of a label claimed twice. */
function Claimants({ conflict }: { conflict: Conflict }) {
  const words = c().inbox;
  const device = (id: string | null | undefined, keeps: boolean) => {
    const asset = row("asset", id)?.fields;
    if (!asset) return null;
    return (
      <section class="side-card">
        <header class="side-card__head">
          {keeps || !conflict.resolution ? <Badge tone={keeps ? "pass" : "flag"}>{keeps ? words.tagHeld : words.tagClaimed}</Badge> : null}
        </header>
        <p class="strong">{asset.name}</p>
        <dl class="side-card__fields">
          {(["kind", "serial", "manufacturer", "model", "location", "tag", "claimed_tag"] as const)
            .filter((field) => asset[field])
            .map((field) => (
              <div key={field} class="side-card__field side-card__field--line">
                <dt>{t().field[field]}</dt>
                <dd class={field === "serial" || field === "tag" ? "mono" : ""}>{value("asset", field, asset[field])}</dd>
              </div>
            ))}
        </dl>
      </section>
    );
  };
  const newHolds = standing(conflict).side === conflict.incoming;
  return (
    <div class="sides">
      {device(conflict.other_row_id, !newHolds)}
      {device(conflict.row_id, newHolds)}
    </div>
  );
}

function Decision({ conflict }: { conflict: Row<"conflict"> }) {
  const words = c().inbox;
  const done = conflict.fields.resolution;
  if (!done) return null;
  const by = done.user_id ? words.decidedBy(value("user", "agent_id", done.user_id), dateAndTime(done.at)) : words.byItself(dateAndTime(done.at));
  const canUndo = mayDecide(user.value?.role) && done.choice !== "equal" && done.choice !== "merged";
  return (
    <Notice
      tone="pass"
      icon="check"
      title={words.choice[done.choice]}
      action={
        canUndo ? (
          <div>
            <Button icon="undo" onClick={() => void takeBack([{ id: conflict.id, version: conflict.version }])}>
              {words.undoDecision}
            </Button>
          </div>
        ) : undefined
      }
    >
      <p>{by}</p>
      {done.choice === "other" && conflict.fields.kind === "duplicate_tag" ? (
        <p>
          {words.written}:{" "}
          {Object.entries(done.values)
            .map(([field, said]) => value(conflict.fields.entity as EntityName, field, said))
            .join(", ")}
        </p>
      ) : null}
    </Notice>
  );
}

export function ConflictDetail({
  id,
  position,
  canStep,
  onStep,
  onDecided,
  onClose,
}: {
  id: string;
  position: string;
  canStep: { back: boolean; on: boolean };
  onStep: (by: 1 | -1) => void;
  onDecided: () => void;
  onClose: () => void;
}) {
  const words = c().inbox;
  const heading = useRef<HTMLHeadingElement>(null);
  const [asking, setAsking] = useState<"other" | "merge" | null>(null);
  const isDeciding = useRef(false);
  const keys = useRef<Readonly<Record<string, () => void>>>({});
  const conflict = row("conflict", id);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    if (!conflict) void readRow("conflict", id).catch(() => {});
    // They are for what is open, wherever on the page somebody is; a key held down decides once.
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches("textarea, select, input:not([type=checkbox])");
      if (isTyping || event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      const act = keys.current[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  useEffect(() => {
    // The button of a decision goes with it.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [conflict?.fields.status]);
  if (!conflict) return <Empty icon="search" title={words.gone} action={<Button onClick={onClose}>{words.close}</Button>} />;
  const { fields } = conflict;
  const decides = mayDecide(user.value?.role);
  const isOpen = fields.status === "open";
  const canAct = isOpen && decides;
  const isTag = fields.kind === "duplicate_tag";
  const decideAs = async (choice: Parameters<typeof decide>[1], told: string) => {
    if (isDeciding.current) return;
    isDeciding.current = true;
    const isDone = await decide(conflict, choice, told);
    isDeciding.current = false;
    if (isDone) onDecided();
  };
  const keep = () => void decideAs({ choice: choiceOf(fields, "standing") }, words.decidedKeep);
  const takeOther = () => void decideAs({ choice: choiceOf(fields, "other") }, words.decidedTake);
  const canType = fields.kind !== "deleted";
  keys.current = {
    ...(canAct ? { "1": keep, "2": takeOther } : {}),
    ...(canAct && canType ? { "3": () => setAsking("other") } : {}),
    j: () => onStep(1),
    k: () => onStep(-1),
    escape: onClose,
  };
  const page = pages[fields.entity];
  const sides = sidesOf(fields);
  const [holder, claimant] = [fields.other_row_id ?? "", fields.row_id].map((of) => (isTag && of ? nameOf("asset", of) : "")) as [string, string];
  const where = placeName(siteOf(fields.entity, fields.row_id));
  const actionOf = (side: SideView): string | null => {
    if (!canAct) return null;
    return side.which === "also" ? words.takeAlso : side.stands ? words.keep : words.take;
  };
  return (
    <article class="stack" aria-labelledby="conflict-title">
      <div class="detail-bar">
        <IconButton icon="close" label={words.close} onClick={onClose} />
        <span class="muted small number grow">{position}</span>
        <IconButton icon="back" label={words.previous} disabled={!canStep.back} onClick={() => onStep(-1)} />
        <IconButton icon="next" label={words.next} disabled={!canStep.on} onClick={() => onStep(1)} />
      </div>
      <div>
        <h2 id="conflict-title" ref={heading} tabIndex={-1} class="detail-title">
          {aboutName(fields)}
        </h2>
        <p class="muted small">{[fieldTitle(fields), where, words.opened(ago(Date.parse(fields.opened_at), now.value))].filter(Boolean).join(" · ")}</p>
      </div>
      {isOpen ? <p class="small">{words.about[fields.kind]}</p> : <Decision conflict={conflict} />}
      {isTag ? <Claimants conflict={fields} /> : null}
      {isTag ? (
        canAct ? (
          <div class="line line--wrap">
            <Button kind="primary" onClick={() => void decideAs({ choice: "keep_current" }, words.decidedKeep)}>
              {words.tagStays(holder)}
            </Button>
            <Button onClick={() => void decideAs({ choice: "take_incoming" }, words.decidedTake)}>{words.tagGoes(claimant)}</Button>
            <Button onClick={() => setAsking("other")}>{words.newTag(claimant)}</Button>
            <Button onClick={() => setAsking("merge")}>{words.merge}</Button>
          </div>
        ) : null
      ) : (
        <>
          <div class="sides">
            {sides.map((side) => (
              <Side
                key={side.key}
                conflict={fields}
                side={side}
                action={actionOf(side)}
                hint={side.which === "also" ? undefined : side.stands ? "1" : "2"}
                onChoose={() =>
                  side.which === "also" ? void decideAs({ choice: "other", values: side.claim.values }, words.decidedTake) : side.stands ? keep() : takeOther()
                }
              />
            ))}
          </div>
          {canAct && canType ? (
            <div class="line line--wrap">
              <Button icon="edit" onClick={() => setAsking("other")}>
                {words.other}
              </Button>
              <kbd class="key" aria-hidden="true">
                3
              </kbd>
              <span class="grow" />
              {page ? <OpenRecord path={`${page}/${fields.row_id}`} /> : null}
            </div>
          ) : page ? (
            <OpenRecord path={`${page}/${fields.row_id}`} />
          ) : null}
        </>
      )}
      {canAct ? <p class="muted small keys-hint">{words.keys}</p> : isOpen ? <p class="muted small">{words.othersDecide}</p> : null}
      {asking === "other" ? (
        <OtherValueDialog conflict={conflict} onClose={() => setAsking(null)} onValues={(values) => void decideAs({ choice: "other", values }, words.decidedOther)} />
      ) : null}
      {asking === "merge" ? <MergeDialog conflict={fields} onClose={() => setAsking(null)} onMerged={onDecided} /> : null}
    </article>
  );
}

const OpenRecord = ({ path }: { path: string }) => (
  <LinkButton kind="quiet" href={to(path)}>
    {c().inbox.openRecord}
  </LinkButton>
);
