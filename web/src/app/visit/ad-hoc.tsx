/** A visit begun on the spot: nothing was planned, somebody needs the technician now. */
import { useState } from "preact/hooks";
import { timestamp } from "../../device/index";
import { t } from "../../i18n";
import { Button, Select, TextArea } from "../../ui";
import { SitePicker } from "../parts/site-picker";
import { attempt, phone, row, rows } from "../phone";
import { go } from "../router";
import { Screen } from "../shell";

/** How long it is planned for, in milliseconds; the times that count are noted as they happen. */
const PLANNED = 2 * 3_600_000;

export default function AdHoc() {
  const words = t().today;
  const [site, setSite] = useState("");
  const [contact, setContact] = useState("");
  const [purpose, setPurpose] = useState("");
  const [tried, setTried] = useState(false);
  const client = row("site", site)?.body.client_id;
  const contacts = rows("contact").filter(({ body }) => body.client_id === client);
  const start = async () => {
    setTried(true);
    if (!client || !purpose.trim()) return;
    const now = Date.now();
    await attempt(async () => {
      const id = await phone().records.group((edits) => {
        const visit = edits.create("visit", {
          client_id: client,
          site_id: site,
          ...(contact ? { contact_id: contact } : {}),
          kind: "ad_hoc",
          purpose: purpose.trim(),
          planned_start: timestamp(now),
          planned_end: timestamp(now + PLANNED),
          status: "planned",
          preparation_override: words.adHoc,
          ticket_ids: [],
        });
        // Whoever begins it has been given it and has accepted it; the machine has no shorter way.
        edits.update(visit, { status: "scheduled" });
        edits.update(visit, { status: "accepted" });
        return visit;
      });
      go(`/visits/${id}`, { replace: true });
    });
  };
  return (
    <Screen
      title={words.adHoc}
      up="/"
      bottom={
        <Button kind="primary" large icon="plus" onClick={() => void start()}>
          {words.start}
        </Button>
      }
    >
      <p class="muted">{words.adHocText}</p>
      <SitePicker
        value={site}
        onChange={(next) => {
          setSite(next);
          setContact("");
        }}
        error={tried && !client ? t().ui.required : undefined}
      />
      {contacts.length ? (
        <Select
          label={t().visit.whom}
          value={contact}
          onChange={setContact}
          options={[{ value: "", label: t().ui.none }, ...contacts.map(({ id, body }) => ({ value: id, label: body.name }))]}
        />
      ) : null}
      <TextArea label={words.whatFor} value={purpose} onInput={setPurpose} error={tried && !purpose.trim() ? t().ui.required : undefined} />
    </Screen>
  );
}
