/** The forms of clients, sites and contacts. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Dialog, TextField, type Option } from "../../ui";
import { create, remove, type Row } from "../data";
import { attempt, told } from "../parts/tell";
import { languages, RecordForm, type FormField } from "../parts/record-form";
import { c } from "../words";

const clientFields = (): FormField[] => {
  const words = c().clients;
  return [
    { field: "name", label: words.name, required: true },
    { field: "code", label: words.code, hint: words.codeHint },
    { field: "phone", label: words.phone, kind: "tel" },
    { field: "address", label: words.address },
    { field: "language", label: words.language, options: languages(), required: true },
    { field: "notes", label: words.notes, kind: "area" },
  ];
};

export const EditClient = ({ of, onClose }: { of: Row<"client">; onClose: () => void }) => (
  <RecordForm title={c().clients.edit} entity="client" fields={clientFields()} of={of} onClose={onClose} />
);

/** A new client with its first site, since nothing can be done for one without; `given` is what is known of it already. */
export function NewClient({ given, onClose }: { given?: { readonly name: string; readonly phone: string }; onClose: (id: string | null) => void }) {
  const words = c().clients;
  const [name, setName] = useState(given?.name ?? "");
  const [code, setCode] = useState("");
  const [phone, setPhone] = useState(given?.phone ?? "");
  const [language, setLanguage] = useState<string>("zh-CN");
  const [site, setSite] = useState("");
  const [address, setAddress] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  /** The client, where only its site was refused. */
  const [made, setMade] = useState<string | null>(null);
  const submit = async () => {
    setTried(true);
    if (!name.trim() || (site.trim() && !address.trim())) return;
    setBusy(true);
    const isDone = await attempt(async () => {
      let id = made;
      if (!id) {
        const client = await create("client", {
          name: name.trim(),
          language: language as "en",
          ...(code.trim() ? { code: code.trim() } : {}),
          ...(phone.trim() ? { phone: phone.trim() } : {}),
          ...(address.trim() ? { address: address.trim() } : {}),
        });
        id = client.id;
        setMade(id);
      }
      if (address.trim()) await create("site", { client_id: id, name: site.trim() || name.trim(), address: address.trim(), time_zone: ownZone() });
      told(words.created);
      onClose(id);
    });
    if (!isDone) setBusy(false);
  };
  return (
    <Dialog
      title={words.new}
      onClose={() => onClose(made)}
      closeLabel={t().ui.close}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button kind="primary" type="submit" busy={busy}>
            {words.create}
          </Button>
          <Button onClick={() => onClose(made)}>{t().ui.cancel}</Button>
        </>
      }
    >
      <TextField label={words.name} value={name} onInput={setName} error={tried && !name.trim() ? t().ui.required : undefined} />
      <div class="form-line">
        <TextField label={words.code} hint={words.codeHint} value={code} onInput={setCode} />
        <TextField label={words.phone} type="tel" value={phone} onInput={setPhone} />
      </div>
      <div class="field">
        <label class="field__label" for="new-client-language">
          {words.language}
        </label>
        <div class="input">
          <select id="new-client-language" value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
            {languages().map((one) => (
              <option key={one.value} value={one.value}>
                {one.label}
              </option>
            ))}
          </select>
        </div>
      </div>
      <h3 class="section__title">{words.firstSite}</h3>
      <TextField label={words.siteName} value={site} onInput={setSite} />
      <TextField label={words.siteAddress} value={address} onInput={setAddress} error={tried && site.trim() && !address.trim() ? t().ui.required : undefined} />
    </Dialog>
  );
}

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zones browsers know, this desk's first. */
function zones(): Option<string>[] {
  const own = ownZone();
  const all = Intl.supportedValuesOf("timeZone");
  return [own, ...all.filter((zone) => zone !== own)].map((zone) => ({ value: zone, label: zone }));
}

export function SiteForm({ client, of, onClose }: { client: string; of?: Row<"site"> | undefined; onClose: () => void }) {
  const words = c().clients;
  const options = of && !zones().some(({ value }) => value === of.fields.time_zone) ? [{ value: of.fields.time_zone, label: of.fields.time_zone }, ...zones()] : zones();
  return (
    <RecordForm
      title={of ? words.editSite : words.addSite}
      entity="site"
      of={of}
      given={{ client_id: client }}
      fields={[
        { field: "name", label: words.siteName, required: true },
        { field: "address", label: words.siteAddress, required: true },
        { field: "access_notes", label: words.access, hint: words.accessHint, kind: "area" },
        { field: "time_zone", label: words.zone, options, required: true },
      ]}
      onClose={onClose}
    />
  );
}

export function ContactForm({ client, of, onClose }: { client: string; of?: Row<"contact"> | undefined; onClose: () => void }) {
  const words = c().clients;
  const [isRemoving, setRemoving] = useState(false);
  if (of && isRemoving) {
    const { name } = of.fields;
    return (
      <Dialog
        title={words.removeTitle(name)}
        onClose={() => setRemoving(false)}
        closeLabel={t().ui.close}
        actions={
          <>
            <Button
              kind="danger"
              onClick={() =>
                void attempt(async () => {
                  await remove("contact", of.id);
                  told(words.removed(name));
                  onClose();
                })
              }
            >
              {words.remove}
            </Button>
            <Button onClick={() => setRemoving(false)}>{t().ui.cancel}</Button>
          </>
        }
      >
        <p>{words.removeText}</p>
      </Dialog>
    );
  }
  return (
    <RecordForm
      title={of ? words.editContact : words.addContact}
      entity="contact"
      of={of}
      given={{ client_id: client }}
      fields={[
        { field: "name", label: words.name, required: true },
        { field: "position", label: words.position },
        { field: "phone", label: words.phone, kind: "tel" },
        { field: "email", label: words.email, kind: "email" },
        { field: "language", label: words.language, options: languages(), required: true },
      ]}
      onClose={onClose}
      danger={
        of ? (
          <Button kind="danger" onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
        ) : undefined
      }
    />
  );
}
