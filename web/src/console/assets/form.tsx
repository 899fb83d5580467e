/** The form of an asset. */
import { KINDS } from "../../app/model/asset-form";
import { t } from "../../i18n";
import type { Row } from "../data";
import { RecordForm } from "../parts/record-form";
import { c } from "../words";

export const STATUSES = ["in_service", "spare", "in_repair", "missing", "retired"] as const;

export function AssetForm({ site, of, onClose }: { site: string; of?: Row<"asset"> | undefined; onClose: (id: string | null) => void }) {
  const words = c().assets;
  return (
    <RecordForm
      title={of ? words.edit : words.new}
      entity="asset"
      of={of}
      given={{ site_id: site }}
      {...(of ? {} : { submit: words.create, done: words.created })}
      fields={[
        { field: "name", label: words.name, required: true },
        { field: "kind", label: words.kind, options: KINDS.map((value) => ({ value, label: t().assetKind[value] })), required: true },
        { field: "tag", label: words.tag },
        { field: "manufacturer", label: words.manufacturer },
        { field: "model", label: words.model },
        { field: "serial", label: words.serial },
        { field: "location", label: words.location },
        { field: "status", label: words.status, options: STATUSES.map((value) => ({ value, label: t().assetStatus[value] })), required: true },
        { field: "purchased_on", label: words.purchased, kind: "date" },
        { field: "warranty_until", label: words.warranty, kind: "date" },
        { field: "notes", label: words.notes, kind: "area" },
      ]}
      onClose={onClose}
    />
  );
}
