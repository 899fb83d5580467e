/** Search over everything and every command, at Ctrl+K: opened anywhere, closed without a trace. */
import { useState } from "preact/hooks";
import { choose, remember } from "../../app/preferences";
import { go } from "../../app/router";
import { language, speak, t } from "../../i18n";
import { Dialog, Empty, Icon, type IconName } from "../../ui";
import { findAssets, row, useLoaded, useRecords } from "../data";
import { spots } from "../places";
import { fitsNumber, isNumber, OPEN } from "../tickets/lists";
import { c } from "../words";
import { best, type Entry } from "./rank";
import "./palette.css";

interface Found extends Entry {
  readonly icon: IconName;
  readonly run: () => void;
}

/** Most of a group that are shown. */
const MOST = 6;

function useEntries(typed: string): { found: Found[]; busy: boolean } {
  const words = c().palette;
  const clients = useRecords("client").rows.value;
  const sites = useRecords("site").rows.value;
  const contacts = useRecords("contact").rows.value;
  const tickets = OPEN.map((status) => useRecords("ticket", { status }, (ticket) => ticket.status === status).rows.value).flat();
  const wanted = typed.trim();
  const assets = useLoaded(
    `palette ${wanted}`,
    async (signal) => {
      if (wanted.length < 2) return [];
      return (await findAssets(wanted, { limit: MOST }, signal)).items;
    },
    [],
  );
  const link = (group: string, icon: IconName, key: string, title: string, note: string, path: string): Found => ({ key, group, icon, title, note, run: () => go(path) });
  const action = (icon: IconName, key: string, title: string, run: () => void): Found => ({ key, group: words.actions, icon, title, note: "", run });
  const company = (id: string) => clients.find((client) => client.id === id)?.fields.name ?? "";
  const other = language() === "en" ? "zh-CN" : "en";
  const found: Found[] = [
    action("phone", "new-ticket", words.newTicket, () => go("/tickets/new")),
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
    ...spots.map(({ path, icon, name }) => link(words.pages, icon, path, c().shell[name], "", path)),
    ...clients.map(({ id, fields }) => link(words.clients, "building", id, fields.name, [fields.code, fields.phone].filter(Boolean).join(" "), `/clients/${id}`)),
    ...contacts.map(({ id, fields }) => link(words.contacts, "person", id, fields.name, [company(fields.client_id), fields.phone, fields.email].filter(Boolean).join(" "), `/clients/${fields.client_id}`)),
    ...sites.map(({ id, fields }) => link(words.sites, "pin", id, fields.name, [company(fields.client_id), fields.address].join(" "), `/clients/${fields.client_id}`)),
    ...tickets.map(({ id, fields }) => link(words.tickets, "ticket", id, fields.title, [fields.number, company(fields.client_id)].filter(Boolean).join(" "), `/tickets/${id}`)),
    // The server has found these by more than is shown, so what was typed stands among their words.
    ...(assets.value ?? []).map(({ id, fields }) => ({
      ...link(words.assets, "asset", id, fields.name, [fields.tag, fields.serial, row("site", fields.site_id)?.fields.name].filter(Boolean).join(" "), `/assets/${id}`),
      also: wanted,
    })),
  ];
  if (isNumber(wanted)) {
    const callers = contacts.filter(({ fields }) => fitsNumber(fields.phone, wanted));
    found.push(
      ...callers.map(({ id, fields }) => ({
          ...link(words.newTicket, "phone", `call ${id}`, `${fields.name} · ${fields.phone ?? ""}`, company(fields.client_id), `/tickets/new?client=${fields.client_id}&contact=${id}`),
          also: wanted,
        })),
    );
  }
  return { found, busy: assets.busy };
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const words = c().palette;
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const { found, busy } = useEntries(typed);
  const groups = typed.trim() ? best(found, typed, MOST) : best(found, "", 9).filter(({ group }) => group === words.actions || group === words.pages);
  const flat = groups.flatMap(({ entries }) => entries);
  const chosen = Math.min(at, Math.max(0, flat.length - 1));
  const run = (entry: Found | undefined) => {
    if (!entry) return;
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
      <div id="palette-list" class="palette" role="listbox" aria-label={words.title}>
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
      {flat.length ? null : busy ? <p class="muted">{words.searching}</p> : <Empty icon="search" title={words.nothing} text={words.nothingText} />}
      <p class="muted small">{words.hint}</p>
      <p class="sr-only" role="status">
        {typed ? words.results(flat.length) : ""}
      </p>
    </Dialog>
  );
}
