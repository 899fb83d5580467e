/** Search over everything and every command, at Ctrl+K: opened anywhere, closed without a trace. */
import { useState } from "preact/hooks";
import { choose, remember } from "../../app/preferences";
import { explain } from "../../app/model/explain";
import { shortDate } from "../../app/model/format";
import { go } from "../../app/router";
import { language, speak, t } from "../../i18n";
import { Dialog, Empty, Icon, type IconName, Notice } from "../../ui";
import { findAnything, findCallers, isWholeNumber, readRow, type Caller, type Group, type Hit, type Kind } from "../data";
import { useFound } from "../parts/found";
import { attempt } from "../parts/tell";
import { spots } from "../places";
import { boardPath } from "../visits/panel";
import type { VisitRow } from "../board/plans";
import { c } from "../words";
import { best, type Entry } from "./rank";
import "./palette.css";

interface Found extends Entry {
  readonly icon: IconName;
  readonly run: () => void;
}

/** Most of a group that are shown. */
const MOST = 6;

const ICONS: Record<Kind, IconName> = { client: "building", site: "pin", contact: "person", asset: "asset", ticket: "ticket", visit: "calendar", service_sheet: "sheet" };

/** Where a record is looked at: what has no page of its own, with what it belongs to. */
async function placeOf(kind: Kind, id: string): Promise<string> {
  if (kind === "client") return `/clients/${id}`;
  if (kind === "asset") return `/assets/${id}`;
  if (kind === "ticket") return `/tickets/${id}`;
  if (kind === "visit") return boardPath((await readRow("visit", id)) as VisitRow);
  if (kind === "service_sheet") return placeOf("visit", (await readRow("service_sheet", id)).fields.visit_id);
  const { client_id } = (await readRow(kind, id)).fields;
  return `/clients/${client_id}`;
}

/** What can be done and where one can go, by words. */
function commands(): Found[] {
  const words = c().palette;
  const action = (icon: IconName, key: string, title: string, run: () => void): Found => ({ key, group: words.actions, icon, title, note: "", run });
  const other = language() === "en" ? "zh-CN" : "en";
  return [
    action("phone", "new-ticket", words.newTicket, () => go("/tickets/new")),
    action("calendar", "new-visit", c().board.newVisit, () => go("/board?new=1")),
    action("plus", "new-client", words.newClient, () => go("/clients?new=1")),
    action("upload", "import", c().imports.title, () => go("/import")),
    action("label", "labels", c().labels.title, () => go("/labels")),
    action("board", "today", words.today, () => go("/board?view=day")),
    action("calendar", "week", words.week, () => go("/board?view=week")),
    action("sun", "dark", words.dark, () => choose("dark")),
    action("sun", "light", words.light, () => choose("light")),
    action("globe", "language", words.language, () => {
      remember("language", other);
      void speak(other);
    }),
    ...spots.map(({ path, icon, name }) => ({ key: path, group: words.pages, icon, title: c().shell[name], note: "", run: () => go(path) })),
  ];
}

function entryOf(kind: Kind, { id, title, detail, client, site, status, at }: Hit): Found {
  const states: Readonly<Record<string, string>> = kind === "ticket" ? t().ticketStatus : kind === "visit" ? t().visitStatus : kind === "service_sheet" ? t().sheetStatus : {};
  const note = [client, site, detail, at ? shortDate(at) : "", status ? states[status] : ""].filter(Boolean).join(" · ");
  return { key: id, group: c().palette.kinds[kind], icon: ICONS[kind], title, note, run: () => void attempt(async () => go(await placeOf(kind, id))) };
}

/** Takes the call of somebody whose number was typed. */
function callOf({ contact, client }: Caller): Found {
  const { fields } = contact ?? client;
  return {
    key: `call ${(contact ?? client).id}`,
    group: c().palette.newTicket,
    icon: "phone",
    title: `${fields.name} · ${fields.phone ?? ""}`,
    note: contact ? client.fields.name : "",
    run: () => go(`/tickets/new?client=${client.id}${contact ? `&contact=${contact.id}` : ""}`),
  };
}

interface Answer {
  readonly groups: readonly Group[];
  readonly callers: readonly Caller[];
}

async function ask(words: string, signal: AbortSignal): Promise<Answer> {
  const [groups, callers] = await Promise.all([findAnything(words, MOST, signal), isWholeNumber(words) ? findCallers(words, signal) : []]);
  return { groups, callers };
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const words = c().palette;
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const wanted = typed.trim();
  const { value, problem, busy } = useFound(wanted || null, ask);
  const own = best(commands(), wanted, wanted ? MOST : 10);
  const callers = (value?.callers ?? []).map(callOf);
  const found = (value?.groups ?? []).map(({ kind, hits }) => ({ group: words.kinds[kind], entries: hits.map((hit) => entryOf(kind, hit)) }));
  const groups = wanted ? [...(callers.length ? [{ group: words.newTicket, entries: callers }] : []), ...own, ...found] : own;
  const flat = groups.flatMap(({ entries }) => entries);
  const chosen = Math.min(at, Math.max(0, flat.length - 1));
  const run = (entry: Found | undefined) => {
    // Records shown while others are being found are those of the words before.
    if (!entry || (busy && !own.some(({ entries }) => entries.includes(entry)))) return;
    onClose();
    entry.run();
  };
  return (
    <Dialog title={words.title} onClose={onClose} closeLabel={t().ui.close}>
      <div class="input search palette__input">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={words.label}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={flat[chosen] ? `palette-${chosen}` : undefined}
          placeholder={words.label}
          autocomplete="off"
          autofocus
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              run(flat[chosen]);
            }
            if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
            event.preventDefault();
            const next = Math.min(Math.max(0, chosen + (event.key === "ArrowDown" ? 1 : -1)), flat.length - 1);
            setAt(next);
            document.getElementById(`palette-${next}`)?.scrollIntoView({ block: "nearest" });
          }}
        />
      </div>
      <div class="palette">
        <div id="palette-list" class="palette__list" role="listbox" aria-label={words.title}>
          {groups.map(({ group, entries }) => (
            <div key={group} role="group" aria-label={group}>
              <p class="palette__group" aria-hidden="true">
                {group}
              </p>
              {entries.map((entry) => {
                const index = flat.indexOf(entry);
                return (
                  <div
                    key={entry.key}
                    id={`palette-${index}`}
                    role="option"
                    aria-selected={index === chosen}
                    class="palette__entry"
                    onPointerDown={(event) => {
                      event.preventDefault();
                      run(entry);
                    }}
                  >
                    <Icon name={entry.icon} />
                    <span class="grow">{entry.title}</span>
                    <span class="palette__note">{entry.note}</span>
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        {problem ? <Notice tone="fail" icon="warning" title={explain(problem)} /> : flat.length ? null : busy ? <p class="muted">{words.searching}</p> : <Empty icon="search" title={words.nothing} text={words.nothingText} />}
      </div>
      <p class="palette__hint muted small">{words.hint}</p>
      <p class="sr-only" role="status">
        {typed && !busy ? words.results(flat.length) : ""}
      </p>
    </Dialog>
  );
}
