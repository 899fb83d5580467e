/** A ticket written down on the spot. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Segmented, Select, TextArea, TextField } from "../../ui";
import { stamp } from "../model/clock";
import { SitePicker } from "../parts/site-picker";
import { attempt, me, phone, row, rows } from "../phone";
import { go } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import type { Ticket } from "./row";

type Priority = NonNullable<Ticket["priority"]>;

export default function NewTicket({ query }: ScreenProps) {
  const words = t().tickets;
  const visit = row("visit", query.get("visit"));
  const asset = row("asset", query.get("asset"));
  const [site, setSite] = useState(visit?.body.site_id ?? asset?.body.site_id ?? "");
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [priority, setPriority] = useState<Priority>("normal");
  const [contact, setContact] = useState(visit?.body.contact_id ?? "");
  const [tried, setTried] = useState(false);
  const client = row("site", site)?.body.client_id;
  const contacts = rows("contact").filter(({ body }) => body.client_id === client);
  const save = async () => {
    setTried(true);
    if (!client || !title.trim()) return;
    const fields = {
      client_id: client,
      site_id: site,
      ...(contact ? { contact_id: contact } : {}),
      title: title.trim(),
      ...(description.trim() ? { description: description.trim() } : {}),
      priority,
      assignee_id: me(),
      status: "new" as const,
      asset_ids: asset ? [asset.id] : [],
      reported_at: stamp(),
    };
    await attempt(async () => {
      // On a visit the ticket belongs to its sheet, so both edits stand together.
      const id = await phone().records.group((edits) => {
        const ticket = edits.create("ticket", fields);
        if (visit) edits.update(visit.id, { ticket_ids: { add: [ticket] } });
        return ticket;
      });
      go(`/tickets/${id}${visit ? `?visit=${visit.id}` : ""}`, { replace: true });
    });
  };
  return (
    <Screen
      title={words.new}
      up={visit ? `/visits/${visit.id}` : "/tickets"}
      bottom={
        <Button kind="primary" large onClick={() => void save()}>
          {t().ui.save}
        </Button>
      }
    >
      <TextField label={words.titleField} value={title} onInput={setTitle} error={tried && !title.trim() ? t().ui.required : undefined} />
      {visit || asset ? null : <SitePicker value={site} onChange={setSite} error={tried && !client ? t().ui.required : undefined} />}
      <TextArea label={words.description} value={description} onInput={setDescription} />
      <Segmented<Priority>
        label={words.priority}
        value={priority}
        onChange={setPriority}
        options={(["low", "normal", "high", "urgent"] as const).map((value) => ({ value, label: t().priority[value] }))}
      />
      {contacts.length ? (
        <Select
          label={words.by}
          value={contact}
          onChange={setContact}
          options={[{ value: "", label: t().ui.none }, ...contacts.map(({ id, body }) => ({ value: id, label: body.name }))]}
        />
      ) : null}
    </Screen>
  );
}
