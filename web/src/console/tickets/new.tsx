/** During a phone call: who is calling is found by the number, and what that client has open stands beside it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { go, to } from "../../app/router";
import { t } from "../../i18n";
import { Button, Card, Icon, List, Row, Segmented, TextArea, TextField, toFirstError } from "../../ui";
import { create, findCallers, isNumber, isWholeNumber, NOTHING, pageOf, readRow, row, standing, useLoaded, useRecords } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { useFound } from "../parts/found";
import { Picker } from "../parts/picker";
import { ClientPicker } from "../parts/pickers";
import { attempt, told } from "../parts/tell";
import { NewVisit } from "../visits/form";
import { NewClient } from "../clients/forms";
import { c } from "../words";
import { TicketStatus } from "./badges";
import { OPEN, PRIORITIES, type Priority } from "./lists";
import "./new.css";

/** Most callers shown. */
const CALLERS = 8;

/** Most devices shown beside the call. */
const DEVICES = 12;

interface Caller {
  readonly client: string;
  readonly contact: string;
  readonly name: string;
  readonly phone: string;
  readonly company: string;
}

/** Who it may be: whoever has the number where a whole one was typed, and otherwise by name, company or part of a number. */
async function callersOf(typed: string, signal: AbortSignal): Promise<Caller[]> {
  if (isWholeNumber(typed)) {
    const known = await findCallers(typed, signal);
    if (known.length) {
      const found = known.map(({ contact, client }) => ({
        client: client.id,
        contact: contact?.id ?? "",
        name: contact?.fields.name ?? "",
        phone: (contact ?? client).fields.phone ?? "",
        company: client.fields.name,
      }));
      return found.slice(0, CALLERS);
    }
  }
  const [people, companies] = await Promise.all([
    pageOf("contact", { q: typed, limit: CALLERS }, signal),
    pageOf("client", { q: typed, limit: CALLERS }, signal),
  ]);
  const unknown = new Set(people.items.map(({ fields }) => fields.client_id).filter((id) => !standing(id)));
  await Promise.all([...unknown].map((id) => readRow("client", id)));
  return [
    ...people.items.map(({ id, fields }) => ({
      client: fields.client_id,
      contact: id,
      name: fields.name,
      phone: fields.phone ?? "",
      company: standing<"client">(fields.client_id)?.fields.name ?? "",
    })),
    ...companies.items.map(({ id, fields }) => ({ client: id, contact: "", name: "", phone: fields.phone ?? "", company: fields.name })),
  ].slice(0, CALLERS);
}

/** What the client has open, and its devices, so that nothing is reported twice. */
function Beside({ client, site, devices, onDevice }: { client: string; site: string; devices: readonly string[]; onDevice: (id: string) => void }) {
  const words = c().tickets;
  const tickets = useRecords("ticket", { client }, (fields) => fields.client_id === client).rows.value;
  const open = tickets.filter(({ fields }) => OPEN.includes(fields.status));
  const [typed, setTyped] = useState("");
  const assets = useLoaded(
    `assets ${site} ${typed}`,
    (signal) => pageOf("asset", { q: typed.trim(), sort: "name", limit: DEVICES, ...(site ? { site } : { client }) }, signal),
    ["asset"],
  );
  const found = assets.value?.items ?? [];
  return (
    <div class="stack stack--wide">
      <Card title={words.openTickets} plain>
        {open.length ? (
          <>
            <p class="call__same muted small">{words.sameAs}</p>
            <List label={words.openTickets}>
              {open.map(({ id, fields }) => (
                <Row key={id} icon="ticket" title={fields.title} subtitle={fields.number ?? ""} href={to(`/tickets/${id}`)} meta={<TicketStatus of={fields.status} />} />
              ))}
            </List>
          </>
        ) : (
          <p class="call__same muted">{words.noOpen}</p>
        )}
      </Card>
      <Card title={words.devices}>
        <TextField label={words.deviceSearch} value={typed} onInput={setTyped} />
        <ul class="call__devices">
          {found.map(({ id, fields }) => (
            <li key={id}>
              <label class="check">
                <input type="checkbox" checked={devices.includes(id)} onChange={() => onDevice(id)} />
                <span>
                  {fields.name}{" "}
                  <span class="muted small">{[fields.tag, fields.location, row("site", fields.site_id)?.fields.name].filter(Boolean).join(" · ")}</span>
                </span>
              </label>
            </li>
          ))}
          {!found.length && assets.value ? <li class="muted small">{c().parts.nothing}</li> : null}
        </ul>
      </Card>
    </div>
  );
}

export default function NewTicket({ query }: PageProps) {
  const words = c().tickets;
  const [typed, setTyped] = useState("");
  const [client, setClient] = useState(query.get("client") ?? "");
  const [contact, setContact] = useState(query.get("contact") ?? "");
  const [site, setSite] = useState(query.get("site") ?? "");
  const [title, setTitle] = useState("");
  const [details, setDetails] = useState("");
  const [priority, setPriority] = useState<Priority>("normal");
  const asset = query.get("asset");
  const [devices, setDevices] = useState<readonly string[]>(asset ? [asset] : []);
  const [person, setPerson] = useState<{ name: string; phone: string } | null>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLDivElement>(null);
  const subject = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const wanted = typed.trim();
  const found = useFound(wanted.length < 2 ? null : wanted, callersOf);
  const callers = wanted.length < 2 ? [] : (found.value ?? []);
  const sites = useRecords("site", { client: client || NOTHING }, (fields) => fields.client_id === client).rows.value;
  const contacts = useRecords("contact", { parent: client || NOTHING }, (fields) => fields.client_id === client).rows.value;
  const where = site || (sites.length === 1 ? (sites[0]?.id ?? "") : "");

  // The number is typed while the client still says it; where the caller is known already, what they report.
  useEffect(() => (client ? subject : form).current?.querySelector("input")?.focus({ preventScroll: true }), []);

  const chooseClient = (next: string, who = "") => {
    setClient(next);
    setContact(who);
    setSite("");
    setDevices([]);
  };

  /** During a call there is one hand: arrows go through who it may be, Enter takes the first, and then it is said what is wrong. */
  const onCallerKey = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => {
    const places = [...event.currentTarget.querySelectorAll<HTMLElement>("input, .call__caller")];
    const at = places.indexOf(event.target as HTMLElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const isEnter = event.key === "Enter" && !event.isComposing;
    // What was found for fewer letters is not meant.
    const [first] = found.busy ? [] : callers;
    const one = at > 0 ? callers[at - 1] : first;
    if (isEnter && one) {
      chooseClient(one.client, one.contact);
      subject.current?.querySelector("input")?.focus();
    } else if (step) places[at + step]?.focus();
    else return;
    event.preventDefault();
  };

  const submit = async (isPlanned: boolean) => {
    setTried(true);
    if (!client || !title.trim()) return toFirstError(form.current);
    setBusy(true);
    await attempt(async () => {
      let reporter = contact;
      if (person?.name.trim()) {
        const { id } = await create("contact", { client_id: client, name: person.name.trim(), ...(person.phone.trim() ? { phone: person.phone.trim() } : {}) });
        // A ticket that is refused after this does not add the person twice.
        reporter = id;
        setContact(id);
        setPerson(null);
      }
      const ticket = await create("ticket", {
        client_id: client,
        title: title.trim(),
        priority,
        asset_ids: [...devices],
        ...(where ? { site_id: where } : {}),
        ...(reporter ? { contact_id: reporter } : {}),
        ...(details.trim() ? { description: details.trim() } : {}),
      });
      told(words.created(ticket.fields.number ?? ""));
      if (isPlanned) setMade(ticket.id);
      else go(`/tickets/${ticket.id}`, { replace: true });
    });
    setBusy(false);
  };

  return (
    <Page
      title={words.call}
      up="/tickets"
      actions={
        <>
          <Button busy={busy} icon="board" onClick={() => void submit(true)}>
            {words.createAndPlan}
          </Button>
          <Button kind="primary" busy={busy} icon="check" onClick={() => void submit(false)}>
            {words.create}
          </Button>
        </>
      }
    >
      <div class="call" ref={form}>
        <div class="stack stack--wide">
          <Card>
            <div class="stack" onKeyDown={onCallerKey}>
              <TextField label={words.phone} hint={words.phoneHint} value={typed} onInput={setTyped} type="text" autocomplete="off" />
              {callers.length ? (
                <ul class="call__found" aria-label={words.callers}>
                  {callers.map((one) => (
                    <li key={one.client + one.contact}>
                      <button
                        type="button"
                        class="call__caller"
                        aria-pressed={client === one.client && contact === one.contact}
                        onClick={() => chooseClient(one.client, one.contact)}
                      >
                        <Icon name={one.contact ? "person" : "building"} />
                        <span class="grow">
                          <strong>{one.name || one.company}</strong> {one.name ? one.company : ""}
                        </span>
                        <span class="number muted">{one.phone}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              ) : found.problem ? (
                <p class="field__error" role="status">
                  {explain(found.problem)}
                </p>
              ) : wanted.length >= 4 && !found.busy ? (
                <div class="line line--wrap">
                  <p class="muted small" role="status">
                    {words.noCaller}
                  </p>
                  {client ? null : (
                    <Button kind="quiet" icon="plus" onClick={() => setAdding(true)}>
                      {c().clients.new}
                    </Button>
                  )}
                </div>
              ) : null}
            </div>
          </Card>
          <Card>
            <div class="stack">
              <div class="form-line">
                <ClientPicker label={words.client} value={client} onChange={(next) => chooseClient(next)} error={tried && !client ? t().ui.required : undefined} />
                {client ? (
                  <Picker
                    label={words.reporter}
                    value={contact}
                    none={c().plan.nobody}
                    choices={contacts.map(({ id, fields }) => ({ value: id, label: fields.name, note: fields.phone ?? undefined }))}
                    onChange={setContact}
                  />
                ) : null}
                {sites.length > 1 ? (
                  <Picker label={words.site} value={where} none={t().ui.none} choices={sites.map(({ id, fields }) => ({ value: id, label: fields.name, note: fields.address }))} onChange={setSite} />
                ) : null}
              </div>
              {client && !contact ? (
                person ? (
                  <div class="form-line">
                    <TextField label={words.personName} value={person.name} onInput={(name) => setPerson({ ...person, name })} />
                    <TextField label={words.personPhone} type="tel" value={person.phone} onInput={(phone) => setPerson({ ...person, phone })} />
                  </div>
                ) : (
                  <div>
                    <Button kind="quiet" icon="plus" onClick={() => setPerson(isNumber(typed) ? { name: "", phone: typed } : { name: typed, phone: "" })}>
                      {words.newPerson}
                    </Button>
                  </div>
                )
              ) : null}
              <div ref={subject}>
                <TextField label={words.what} value={title} onInput={setTitle} error={tried && !title.trim() ? t().ui.required : undefined} maxLength={200} />
              </div>
              <Segmented<Priority> label={words.priority} value={priority} options={[...PRIORITIES].reverse().map((value) => ({ value, label: t().priority[value] }))} onChange={setPriority} />
              <TextArea label={words.details} value={details} onInput={setDetails} rows={4} />
              {devices.length ? (
                <p class="line line--wrap small">
                  <Icon name="asset" />
                  {devices.map((id) => row("asset", id)?.fields.name ?? "…").join(", ")}
                </p>
              ) : null}
            </div>
          </Card>
        </div>
        {client ? (
          <Beside
            key={client}
            client={client}
            site={where}
            devices={devices}
            onDevice={(id) => {
              setDevices(devices.includes(id) ? devices.filter((one) => one !== id) : [...devices, id]);
              const at = row("asset", id)?.fields.site_id;
              if (at && !where) setSite(at);
            }}
          />
        ) : (
          <div />
        )}
      </div>
      {isAdding ? (
        <NewClient
          given={isNumber(typed) ? { name: "", phone: typed } : { name: typed, phone: "" }}
          onClose={(id) => {
            setAdding(false);
            if (id) chooseClient(id);
          }}
        />
      ) : null}
      {made ? (
        <NewVisit
          from={{ client, site: where || undefined, contact: contact || undefined, tickets: [made], purpose: title.trim() }}
          onClose={() => go(`/tickets/${made}`, { replace: true })}
        />
      ) : null}
    </Page>
  );
}

