/** What a provider decides for itself: its name and look, how numbers are written, deadlines of complaints. */
import { useEffect, useRef, useState } from "preact/hooks";
import { explain } from "../../app/model/explain";
import { Problem } from "../../device/problem";
import { Button, Card, FileButton, Notice, NumberField, TextArea, TextField, toast } from "../../ui";
import { get, patch, post, useLoaded, user, type Page as ListPage } from "../data";
import { Unread } from "../page";
import { attempt, told } from "../parts/tell";
import { c } from "../words";
import { AdminPage } from "./admin";
import { png } from "./logo";
import { example, formatFault } from "./number-format";
import { changesOf, rebased } from "./rebase";

interface Levels {
  readonly acknowledge_hours: number;
  readonly resolve_hours: number;
}

interface Values {
  readonly provider: { readonly name: string; readonly address: string; readonly phone: string };
  readonly logo?: string | null;
  readonly colour?: string | null;
  readonly ticket_number: string;
  readonly sheet_number: string;
  readonly complaint_number: string;
  readonly complaint_levels: readonly Levels[];
}

interface Sent {
  readonly id: string;
  readonly version: string;
}

/** The most characters of a logo in base64, as the server has it. */
const LOGO = 130_000;

const numbers = ["ticket_number", "sheet_number", "complaint_number"] as const;

/** The settings as they were read; what was never set has no row yet. */
interface Read {
  readonly values: Values;
  readonly row: Sent | undefined;
}

async function read(signal: AbortSignal): Promise<Read> {
  // The row first: what is changed between the two is refused when it is written, not lost.
  const [row] = (await get<ListPage<Sent>>("/v1/settings", {}, { signal })).items;
  return { row, values: await get<Values>("/v1/settings-in-force", {}, { signal }) };
}

/** Writes fields over what was seen. Resolves to the row as it is then. */
const save = (fields: Partial<Values>, seen: Sent | undefined): Promise<Sent> =>
  seen ? patch<Sent>(`/v1/settings/${seen.id}`, { fields }, seen.version) : post<Sent>("/v1/settings", { fields });

function Logo({ logo, locked, onChange }: { logo: string | null | undefined; locked: boolean; onChange: (logo: string | null) => void }) {
  const words = c().admin.settings;
  const take = ([file]: readonly File[]) => {
    if (file) void attempt(async () => onChange(await png(file, LOGO)));
  };
  return (
    <div class="stack stack--tight">
      <span class="field__label">{words.logo}</span>
      {logo ? <img class="settings__logo" src={`data:image/png;base64,${logo}`} alt={words.logo} /> : null}
      {locked ? null : (
        <div class="line line--wrap">
          <FileButton icon="camera" accept="image/png,image/jpeg,image/webp" onFiles={take}>
            {words.logoAdd}
          </FileButton>
          {logo ? (
            <Button kind="quiet" onClick={() => onChange(null)}>
              {words.logoRemove}
            </Button>
          ) : null}
        </div>
      )}
      <p class="field__hint">{words.logoHint}</p>
    </div>
  );
}

function Form({ from: { values: from, row }, reload }: { from: Read; reload: () => void }) {
  const words = c().admin.settings;
  const locked = user.value?.role !== "admin";
  const [values, setValues] = useState<Values>(from);
  const [disputed, setDisputed] = useState<readonly (keyof Values)[]>([]);
  const before = useRef(from);
  useEffect(() => {
    if (before.current === from) return;
    const next = rebased(values, before.current, from);
    before.current = from;
    setValues(next.values);
    setDisputed(next.disputed);
  }, [from]);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Values>) => !locked && setValues((before) => ({ ...before, ...part }));
  const level = (at: number, part: Partial<Levels>) => set({ complaint_levels: values.complaint_levels.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  const hours = (typed: string) => Math.max(0, Math.trunc(Number(typed)) || 0);
  const changes = changesOf(values, from);
  const isChanged = Object.keys(changes).length > 0;
  const isWrong = !values.provider.name.trim() || numbers.some((field) => formatFault(values[field])) || values.complaint_levels.some((one) => one.acknowledge_hours < 1 || one.resolve_hours < 1);
  const submit = async () => {
    setTried(true);
    if (isWrong || !isChanged) return;
    setBusy(true);
    const was = Object.fromEntries(Object.keys(changes).map((field) => [field, from[field as keyof Values] ?? null])) as Partial<Values>;
    try {
      const saved = await save(changes, row);
      setDisputed([]);
      told(words.saved, async () => {
        await save(was, saved);
        reload();
      });
      reload();
    } catch (error) {
      // What is typed stays; what stands now is read beside it.
      const isLate = error instanceof Problem && error.status === 409;
      if (isLate) reload();
      toast(isLate ? words.disputed : explain(error), { failed: true });
    }
    setBusy(false);
  };
  return (
    <form
      class="settings"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {locked ? <p class="muted small">{words.readOnly}</p> : null}
      {disputed.length ? (
        <div role="alert" class="settings__notice">
          <Notice tone="flag" icon="warning" title={words.disputed}>
            {words.disputedText(disputed.map((field) => words.fields[field]).join(", "))}
          </Notice>
        </div>
      ) : null}
      <Card title={words.provider}>
        <div class="stack">
          <p class="muted small">{words.providerText}</p>
          <TextField label={words.name} value={values.provider.name} onInput={(name) => set({ provider: { ...values.provider, name } })} error={tried && !values.provider.name.trim() ? words.wrong.required : undefined} />
          <TextArea label={words.address} rows={2} value={values.provider.address} onInput={(address) => set({ provider: { ...values.provider, address } })} />
          <TextField label={words.phone} type="tel" value={values.provider.phone} onInput={(phone) => set({ provider: { ...values.provider, phone } })} />
        </div>
      </Card>
      <Card title={words.look}>
        <div class="stack">
          <label class="field">
            <span class="field__label">{words.colour}</span>
            <span class="line">
              <input class="settings__colour" type="color" disabled={locked} value={values.colour ?? "#2350c5"} onInput={(event) => set({ colour: event.currentTarget.value })} />
              <span class="mono small">{values.colour ?? words.usualColour}</span>
            </span>
            <span class="field__hint">{words.colourHint}</span>
          </label>
          {values.colour && !locked ? (
            <div>
              <Button kind="quiet" onClick={() => set({ colour: null })}>
                {words.usualColour}
              </Button>
            </div>
          ) : null}
          <Logo logo={values.logo} locked={locked} onChange={(logo) => set({ logo })} />
        </div>
      </Card>
      <Card title={words.numbers}>
        <div class="stack">
          <p class="muted small">{words.numbersText}</p>
          {numbers.map((field) => {
            const fault = formatFault(values[field]);
            const label = { ticket_number: words.ticket, sheet_number: words.sheet, complaint_number: words.complaint }[field];
            return (
              <TextField
                key={field}
                label={label}
                value={values[field]}
                maxLength={40}
                onInput={(format) => set({ [field]: format })}
                hint={fault ? undefined : words.example(example(values[field], new Date()))}
                error={fault ? words.wrong[fault] : undefined}
              />
            );
          })}
        </div>
      </Card>
      <Card title={words.deadlines}>
        <div class="stack">
          <p class="muted small">{words.deadlinesText}</p>
          {values.complaint_levels.map((one, at) => (
            <fieldset key={at}>
              <legend class="field__label">{c().complaints.levels[at]}</legend>
              <div class="pair">
                <NumberField label={words.acknowledge} unit={words.hours} value={String(one.acknowledge_hours || "")} onInput={(typed) => level(at, { acknowledge_hours: hours(typed) })} error={one.acknowledge_hours < 1 ? words.wrong.hours : undefined} />
                <NumberField label={words.resolve} unit={words.hours} value={String(one.resolve_hours || "")} onInput={(typed) => level(at, { resolve_hours: hours(typed) })} error={one.resolve_hours < 1 ? words.wrong.hours : undefined} />
              </div>
            </fieldset>
          ))}
        </div>
      </Card>
      {locked ? null : (
        <div>
          <Button kind="primary" type="submit" busy={busy} disabled={!isChanged}>
            {words.save}
          </Button>
        </div>
      )}
    </form>
  );
}

export default function Settings() {
  const loaded = useLoaded("settings", read);
  return (
    <AdminPage part="settings">
      {loaded.problem ? <Unread problem={loaded.problem} again={loaded.reload} /> : null}
      {loaded.value ? <Form from={loaded.value} reload={loaded.reload} /> : null}
    </AdminPage>
  );
}
