/** Whom the technician meets, where nobody was named: one of the client's contacts, or a new one. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Dialog, List, Row, TextField } from "../../ui";
import type { Entities, Fields, Row as DataRow, Uuid } from "../../device";
import { compareWords } from "../model/order";
import { SaveDialog } from "../parts/save-dialog";
import { attempt, phone, row, rows } from "../phone";

type VisitRow = DataRow<Entities["visit"]>;

function NewContact({ visit, onClose }: { visit: VisitRow; onClose: () => void }) {
  const words = t().visit;
  const [form, setForm] = useState({ name: "", position: "", phone: "", email: "" });
  const [tried, setTried] = useState(false);
  const set = (field: keyof typeof form) => (value: string) => setForm((before) => ({ ...before, [field]: value }));
  const save = async () => {
    setTried(true);
    if (!form.name.trim()) return;
    const given = Object.entries(form).map(([field, value]) => [field, value.trim()]);
    const fields: Fields = Object.fromEntries(given.filter(([, value]) => value));
    const { client_id } = visit.body;
    const language = row("client", client_id)?.body.language ?? "zh-CN";
    const done = await attempt(() =>
      phone().records.group((edits) => {
        const contact = edits.create("contact", { ...fields, client_id, language });
        edits.update(visit.id, { contact_id: contact });
      }),
    );
    if (done) onClose();
  };
  return (
    <SaveDialog title={words.newContact} onSave={save} onClose={onClose}>
      <TextField label={words.contactName} value={form.name} onInput={set("name")} error={tried && !form.name.trim() ? t().ui.required : undefined} maxLength={300} />
      <TextField label={t().field.position ?? ""} value={form.position} onInput={set("position")} placeholder={t().ui.optional} maxLength={300} />
      <TextField label={t().doc.phone} type="tel" value={form.phone} onInput={set("phone")} maxLength={300} />
      <TextField label={t().login.email} type="email" value={form.email} onInput={set("email")} placeholder={t().ui.optional} maxLength={300} />
    </SaveDialog>
  );
}

export function ContactDialog({ visit, onClose }: { visit: VisitRow; onClose: () => void }) {
  const words = t().visit;
  const [isNew, setNew] = useState(false);
  const { client_id } = visit.body;
  const contacts = rows("contact")
    .filter(({ body }) => body.client_id === client_id)
    .sort((a, b) => compareWords(a.body.name, b.body.name));
  const pick = (contact: Uuid) => {
    onClose();
    void attempt(() => phone().records.update(visit.id, { contact_id: contact }));
  };
  if (isNew) return <NewContact visit={visit} onClose={onClose} />;
  return (
    <Dialog
      title={words.chooseContact}
      closeLabel={t().ui.close}
      onClose={onClose}
      actions={
        <Button icon="plus" wide onClick={() => setNew(true)}>
          {words.newContact}
        </Button>
      }
    >
      <List label={words.chooseContact}>
        {contacts.map(({ id, body }) => (
          <Row key={id} icon="person" title={body.name} subtitle={[body.position, body.phone].filter(Boolean).join(" · ")} onClick={() => pick(id)} />
        ))}
      </List>
    </Dialog>
  );
}
