/** A complaint that somebody tells us, written down. */
import { useState } from "preact/hooks";
import { SaveDialog } from "../../app/parts/save-dialog";
import { Segmented, Select, TextArea, TextField, toast } from "../../ui";
import { create, useRecords } from "../data";
import { attempt } from "../parts/tell";
import { Picker } from "../parts/picker";
import { setParameters } from "../table/address";
import { c } from "../words";
import type { Complaint } from "./step";

export function NewComplaint({ onClose }: { onClose: () => void }) {
  const words = c().complaints;
  const clients = useRecords("client").rows.value;
  const [client, setClient] = useState("");
  const contacts = useRecords("contact").rows.value.filter(({ fields }) => fields.client_id === client);
  const [contact, setContact] = useState("");
  const [raisedBy, setRaisedBy] = useState("");
  const [text, setText] = useState("");
  const [level, setLevel] = useState("1");
  const [category, setCategory] = useState<Complaint["category"]>("quality");
  const [tried, setTried] = useState(false);
  const required = (filled: string) => (tried && !filled.trim() ? words.required : undefined);
  const save = async () => {
    setTried(true);
    if (!client || !text.trim()) return;
    const who = contact ? { contact_id: contact } : raisedBy.trim() ? { raised_by: raisedBy.trim() } : {};
    await attempt(async () => {
      const made = await create("complaint", { client_id: client, text: text.trim(), level: Number(level), category, ...who });
      toast(words.created(made.fields.number ?? ""));
      onClose();
      setParameters({ id: made.id, view: null }, { step: true });
    });
  };
  return (
    <SaveDialog title={words.new} onSave={save} onClose={onClose}>
      <Picker label={words.client} value={client} choices={clients.map(({ id, fields }) => ({ value: id, label: fields.name, note: fields.code ?? undefined }))} onChange={setClient} error={required(client)} />
      {client && contacts.length ? (
        <Picker label={words.contact} value={contact} none={words.noContact} choices={contacts.map(({ id, fields }) => ({ value: id, label: fields.name, note: fields.position ?? undefined }))} onChange={setContact} />
      ) : null}
      {contact ? null : <TextField label={words.raisedBy} value={raisedBy} onInput={setRaisedBy} maxLength={200} />}
      <TextArea label={words.text} hint={words.textHint} value={text} onInput={setText} error={required(text)} />
      <Select label={words.categoryLabel} value={category} options={Object.entries(words.category).map(([value, label]) => ({ value: value as Complaint["category"], label }))} onChange={setCategory} />
      <Segmented label={words.levelLabel} value={level} options={["1", "2", "3"].map((value, at) => ({ value, label: words.levels[at] ?? value }))} onChange={setLevel} />
    </SaveDialog>
  );
}
