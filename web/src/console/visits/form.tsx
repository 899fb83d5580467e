/** A new visit, or another plan of one: for whom, where, what, by whom and when. Used from every page that leads to a visit. */
import { useState } from "preact/hooks";
import { clockTime } from "../../app/model/format";
import { t } from "../../i18n";
import { Button, Dialog, Icon, Select, TextArea, TextField } from "../../ui";
import { planNew, type Draft } from "../board/commit";
import { addDays, dayStart, nameOfDay } from "../board/days";
import { hours as spanOf, type Plan, type Proposal, warnings } from "../board/layout";
import { planOf, stands, type VisitRow } from "../board/plans";
import { dayAndTimes, warn } from "../board/words";
import { NOTHING, row, useRecords } from "../data";
import { Picker } from "../parts/picker";
import { ClientPicker } from "../parts/pickers";
import { c } from "../words";

const MINUTE = 60_000;

/** The lengths offered, in minutes. */
const LENGTHS = [30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480];

/** A day and a time as inputs hold them. */
export interface When {
  readonly date: string;
  readonly time: string;
  readonly minutes: number;
}

/** When a plan is. */
export const whenOf = ({ start, end }: { start: number; end: number }): When => ({
  date: nameOfDay(start),
  time: clockTime(start),
  minutes: Math.max(15, Math.round((end - start) / MINUTE)),
});

/** The plan that inputs say; `null` while they say none. */
export function spanOfWhen({ date, time, minutes }: When): { start: number; end: number } | null {
  const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || hour === undefined || minute === undefined) return null;
  const at = new Date(dayStart(date));
  at.setHours(Number(hour), Number(minute));
  return { start: at.getTime(), end: at.getTime() + minutes * MINUTE };
}

/** The next full hour of a working day. */
export function soon(now: number): { start: number; end: number } {
  const at = new Date(now + 60 * MINUTE);
  at.setMinutes(0, 0, 0);
  const { from, until } = spanOf([], []);
  if (at.getHours() >= until) at.setTime(addDays(dayStart(nameOfDay(at.getTime())), 1) + from * 60 * MINUTE);
  if (at.getHours() < from) at.setHours(from);
  return { start: at.getTime(), end: at.getTime() + 120 * MINUTE };
}

/** Technicians that can be sent, by name. */
export function useTechnicians() {
  const users = useRecords("user").rows.value;
  return users.filter(({ fields }) => fields.role === "technician" && fields.active).sort((a, b) => a.fields.name.localeCompare(b.fields.name));
}

/** What would clash with a plan, in words. */
function useClashes(visit: string, site: string, to: Proposal | null): string[] {
  const day = to ? dayStart(nameOfDay(to.start)) : 0;
  const query = { technician: to?.technician ?? NOTHING, from: new Date(day).toISOString(), until: new Date(addDays(day, 1)).toISOString() };
  const near = useRecords("visit", query, (fields) => fields.technician_id === query.technician && fields.planned_start >= query.from && Date.parse(fields.planned_start) < addDays(day, 1));
  if (!to?.technician) return [];
  const others = near.rows.value.filter(({ id, fields }) => id !== visit && stands(fields, false)).map((one) => planOf(one as VisitRow));
  const own: Plan = { id: "own", technician: to.technician, site, start: to.start, end: to.end, isOpen: true };
  return (warnings([...others, own]).get("own") ?? []).map(warn);
}

/** What a plan clashes with. */
export function Clashes({ visit, site, of }: { visit: string; site: string; of: Proposal | null }) {
  const clashes = useClashes(visit, site, of);
  return (
    <div role="status">
      {clashes.map((clash) => (
        <p key={clash} class="clash">
          <Icon name="warning" />
          {clash}
        </p>
      ))}
    </div>
  );
}

/** Who and when. */
export function PlanFields({
  site,
  technician,
  when,
  onChange,
  tried,
}: {
  site: string;
  technician: string;
  when: When;
  onChange: (technician: string, when: When) => void;
  tried: boolean;
}) {
  const words = c().plan;
  const technicians = useTechnicians();
  const span = spanOfWhen(when);
  const zone = row("site", site)?.fields.time_zone;
  const lengths = LENGTHS.includes(when.minutes) ? LENGTHS : [...LENGTHS, when.minutes].sort((a, b) => a - b);
  const there = span && zone ? clockTime(span.start, zone) : "";
  return (
    <>
      <Picker
        label={words.technician}
        value={technician}
        none={words.unplanned}
        choices={technicians.map(({ id, fields }) => ({ value: id, label: fields.name }))}
        onChange={(next) => onChange(next, when)}
      />
      <div class="form-line">
        <TextField label={words.date} type="date" value={when.date} onInput={(date) => onChange(technician, { ...when, date })} error={tried && !span ? words.dateMissing : undefined} />
        <TextField label={words.start} type="time" value={when.time} onInput={(time) => onChange(technician, { ...when, time })} />
        <Select
          label={words.duration}
          value={String(when.minutes)}
          options={lengths.map((minutes) => ({ value: String(minutes), label: words.minutesLong(minutes) }))}
          onChange={(minutes) => onChange(technician, { ...when, minutes: Number(minutes) })}
        />
      </div>
      {span && there && there !== clockTime(span.start) && zone ? <p class="muted small">{words.zone(zone, there)}</p> : null}
    </>
  );
}

export interface Start {
  readonly client?: string | undefined;
  readonly site?: string | undefined;
  readonly contact?: string | undefined;
  readonly tickets?: readonly string[];
  readonly purpose?: string;
  readonly technician?: string;
  readonly span?: { start: number; end: number };
}

export function NewVisit({ from, onClose, onMade }: { from: Start; onClose: () => void; onMade?: (visit: string) => void }) {
  const words = c().plan;
  const [client, setClient] = useState(from.client ?? (from.site ? (row("site", from.site)?.fields.client_id ?? "") : ""));
  const own = useRecords("site", { client: client || NOTHING }, (fields) => fields.client_id === client).rows.value;
  const [site, setSite] = useState(from.site ?? "");
  const chosenSite = site || (own.length === 1 ? (own[0]?.id ?? "") : "");
  const contacts = useRecords("contact", { parent: client || NOTHING }, (fields) => fields.client_id === client);
  const tickets = useRecords("ticket", { client: client || NOTHING }, (fields) => fields.client_id === client);
  const [contact, setContact] = useState(from.contact ?? "");
  const [kind, setKind] = useState<Draft["kind"]>(from.tickets?.length ? "ad_hoc" : "routine");
  const [purpose, setPurpose] = useState(from.purpose ?? "");
  const [chosen, setChosen] = useState<readonly string[]>(from.tickets ?? []);
  const [technician, setTechnician] = useState(from.technician ?? "");
  const [when, setWhen] = useState(whenOf(from.span ?? soon(Date.now())));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const span = spanOfWhen(when);
  const open = tickets.rows.value.filter(({ id, fields }) => chosen.includes(id) || !["solved", "closed", "cancelled"].includes(fields.status));
  const submit = async () => {
    setTried(true);
    if (!client || !chosenSite || !purpose.trim() || !span) return;
    setBusy(true);
    const to = { ...span, technician: technician || null };
    const draft: Draft = {
      client_id: client,
      site_id: chosenSite,
      ...(contact ? { contact_id: contact } : {}),
      kind,
      purpose: purpose.trim(),
      ticket_ids: [...chosen],
    };
    const name = row("user", technician)?.fields.name;
    const made = await planNew(draft, to, name ? c().board.planned(row("client", client)?.fields.name ?? "", name, dayAndTimes(span.start, span.end)) : words.created);
    setBusy(false);
    if (!made) return;
    onMade?.(made);
    onClose();
  };
  return (
    <Dialog
      title={words.newVisit}
      onClose={onClose}
      closeLabel={t().ui.close}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button kind="primary" type="submit" busy={busy}>
            {words.create}
          </Button>
          <Button onClick={onClose}>{t().ui.cancel}</Button>
        </>
      }
    >
      <ClientPicker
        label={words.client}
        value={client}
        onChange={(next) => {
          setClient(next);
          setSite("");
          setContact("");
          setChosen([]);
        }}
        error={tried && !client ? t().ui.required : undefined}
      />
      {client ? (
        <>
          <div class="form-line">
            <Picker
              label={words.site}
              value={chosenSite}
              choices={own.map(({ id, fields }) => ({ value: id, label: fields.name, note: fields.address }))}
              onChange={setSite}
              error={tried && !chosenSite ? t().ui.required : undefined}
            />
            <Picker
              label={words.contact}
              value={contact}
              none={words.nobody}
              choices={contacts.rows.value.map(({ id, fields }) => ({ value: id, label: fields.name, note: fields.position ?? fields.phone ?? undefined }))}
              onChange={setContact}
            />
          </div>
          {open.length ? (
            <fieldset class="checks">
              <legend class="field__label">{words.tickets}</legend>
              {open.map(({ id, fields }) => (
                <label key={id} class="check">
                  <input
                    type="checkbox"
                    checked={chosen.includes(id)}
                    onChange={(event) => {
                      const isOn = event.currentTarget.checked;
                      setChosen(isOn ? [...chosen, id] : chosen.filter((one) => one !== id));
                      if (isOn && !purpose.trim()) setPurpose(fields.title);
                    }}
                  />
                  <span>
                    {fields.title} <span class="muted small">{fields.number}</span>
                  </span>
                </label>
              ))}
            </fieldset>
          ) : null}
        </>
      ) : null}
      <Select
        label={words.kind}
        value={kind}
        options={(["routine", "ad_hoc", "first"] as const).map((value) => ({ value, label: t().visitKind[value] }))}
        onChange={setKind}
      />
      <TextArea label={words.purpose} hint={words.purposeHint} rows={2} value={purpose} onInput={setPurpose} error={tried && !purpose.trim() ? t().ui.required : undefined} />
      <PlanFields
        site={chosenSite}
        technician={technician}
        when={when}
        tried={tried}
        onChange={(nextTechnician, nextWhen) => {
          setTechnician(nextTechnician);
          setWhen(nextWhen);
        }}
      />
      <Clashes visit="" site={chosenSite} of={span && { ...span, technician: technician || null }} />
      <p class="muted small">{technician ? words.notifies : words.notifiesNobody}</p>
    </Dialog>
  );
}
