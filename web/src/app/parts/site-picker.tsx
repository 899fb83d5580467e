/** Choosing one of the sites this phone holds. */
import { t } from "../../i18n";
import { Select } from "../../ui";
import type { Uuid } from "../../device";
import { compareWords } from "../model/order";
import { row, rows } from "../phone";

/** The sites held, named with their client. */
export function siteOptions(): { value: Uuid; label: string }[] {
  return rows("site")
    .map(({ id, body }) => ({ value: id, label: [row("client", body.client_id)?.body.name, body.name].filter(Boolean).join(" · ") }))
    .sort((a, b) => compareWords(a.label, b.label));
}

export function SitePicker({ value, onChange, error }: { value: Uuid; onChange: (site: Uuid) => void; error?: string | undefined }) {
  return <Select label={t().today.site} value={value} options={[{ value: "", label: "…" }, ...siteOptions()]} onChange={onChange} error={error} />;
}
