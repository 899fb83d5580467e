/** The form of an asset: a new one, or a change of one. Its fields follow its kind. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Card, IconButton, List, NumberField, Row, Select, TextField } from "../../ui";
import type { Fields } from "../../device";
import { fieldsOf, KINDS } from "../model/asset-form";
import { stamp } from "../model/clock";
import { SitePicker } from "../parts/site-picker";
import { attempt, phone, row, rows } from "../phone";
import { back, go } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { AssetPicker } from "./picker";
import { ScanDialog } from "./scan-later";
import type { AssetKind, AssetStatus } from "./row";

const STATUSES: AssetStatus[] = ["in_service", "spare", "in_repair", "missing", "retired"];

export default function EditAsset({ params, query }: ScreenProps) {
  const words = t().assets;
  const asset = row("asset", params.id);
  const visit = row("visit", query.get("visit"));
  const [form, setForm] = useState(() => ({
    site_id: asset?.body.site_id ?? query.get("site") ?? visit?.body.site_id ?? "",
    kind: (asset?.body.kind ?? "computer") as AssetKind,
    name: asset?.body.name ?? query.get("name") ?? "",
    manufacturer: asset?.body.manufacturer ?? "",
    model: asset?.body.model ?? "",
    serial: asset?.body.serial ?? query.get("serial") ?? "",
    status: (asset?.body.status ?? "in_service") as AssetStatus,
    location: asset?.body.location ?? "",
    parent_id: asset?.body.parent_id ?? "",
    quantity: asset?.body.quantity == null ? "" : String(asset.body.quantity),
    tag: asset?.body.tag ?? query.get("tag") ?? "",
  }));
  const [dialog, setDialog] = useState<"parent" | "serial" | null>(null);
  const [tried, setTried] = useState(false);
  const set = <K extends keyof typeof form>(field: K) => (value: (typeof form)[K]) => setForm((before) => ({ ...before, [field]: value }));
  const shown = fieldsOf(form.kind);
  const left = phone().supplies.tagsLeft.value;
  const holder = form.tag.trim() ? rows("asset").find((one) => one.body.tag === form.tag.trim() && one.id !== asset?.id) : undefined;
  const nameError = tried && !form.name.trim() ? t().ui.required : undefined;

  const fields = (): Fields => {
    const text = (value: string) => value.trim() || null;
    const count = /^\d+$/.test(form.quantity.trim()) ? Number(form.quantity) : null;
    const old = asset?.body.quantity ?? null;
    // A count is sent as the difference, so that two people who count apart don't undo each other.
    const quantity = count === null || count === old ? {} : { quantity: old === null ? count : { by: count - old } };
    return {
      ...(asset ? {} : { site_id: form.site_id, seen_at: stamp() }),
      kind: form.kind,
      name: form.name.trim(),
      status: form.status,
      location: text(form.location),
      ...(text(form.tag) === (asset?.body.tag ?? null) ? {} : { tag: text(form.tag) }),
      ...(shown.includes("manufacturer") ? { manufacturer: text(form.manufacturer), model: text(form.model), serial: text(form.serial) } : {}),
      ...(shown.includes("parent_id") ? { parent_id: text(form.parent_id) } : {}),
      ...(shown.includes("quantity") ? quantity : {}),
    };
  };
  const save = async () => {
    setTried(true);
    if (!form.name.trim() || !form.site_id || holder) return;
    await attempt(async () => {
      if (asset) {
        await phone().records.update(asset.id, fields());
        back(`/assets/${asset.id}`);
      } else {
        const made = Object.fromEntries(Object.entries(fields()).filter(([, value]) => value !== null));
        const id = await phone().records.create("asset", made);
        go(`/assets/${id}`, { replace: true });
      }
    });
  };
  const takeTag = () =>
    attempt(async () => {
      const tag = await phone().supplies.nextTag();
      if (tag) set("tag")(tag);
    });
  const parent = row("asset", form.parent_id);
  return (
    <Screen
      title={asset ? words.edit : words.new}
      up={asset ? `/assets/${asset.id}` : "/assets"}
      bottom={
        <Button kind="primary" large onClick={() => void save()}>
          {t().ui.save}
        </Button>
      }
    >
      {asset || visit ? null : <SitePicker value={form.site_id} onChange={set("site_id")} error={tried && !form.site_id ? t().ui.required : undefined} />}
      <Select<AssetKind>
        label={words.kind}
        value={form.kind}
        onChange={set("kind")}
        options={KINDS.map((value) => ({ value, label: t().assetKind[value] }))}
      />
      <TextField label={words.name} value={form.name} onInput={set("name")} error={nameError} maxLength={300} />
      <div class="stack stack--tight">
        <TextField
          label={words.tag}
          value={form.tag}
          onInput={set("tag")}
          error={holder ? words.tagTaken(holder.body.name) : undefined}
          maxLength={300}
        />
        {form.tag ? null : (
          <Button icon="label" disabled={!left} onClick={() => void takeTag()}>
            {left ? words.nextTag : words.noTagsLeft}
          </Button>
        )}
      </div>
      <TextField label={words.location} value={form.location} onInput={set("location")} maxLength={300} />
      {shown.includes("manufacturer") ? (
        <>
          <TextField label={words.manufacturer} value={form.manufacturer} onInput={set("manufacturer")} maxLength={300} />
          <TextField label={words.model} value={form.model} onInput={set("model")} maxLength={300} />
          <TextField
            label={words.serial}
            value={form.serial}
            onInput={set("serial")}
            maxLength={300}
            trailing={<IconButton icon="scan" label={words.scanSerial} onClick={() => setDialog("serial")} />}
          />
        </>
      ) : null}
      {shown.includes("quantity") ? (
        <NumberField label={words.quantity} value={form.quantity} onInput={set("quantity")} stepper={{ min: 0, max: 1_000_000 }} />
      ) : null}
      {shown.includes("parent_id") ? (
        <Card title={words.parent} plain>
          <List>
            <Row
              icon="rack"
              title={parent?.body.name ?? words.noParent}
              subtitle={parent ? [parent.body.tag, parent.body.location].filter(Boolean).join(" · ") : undefined}
              onClick={() => setDialog("parent")}
            />
          </List>
        </Card>
      ) : null}
      <Select<AssetStatus>
        label={words.status}
        value={form.status}
        onChange={set("status")}
        options={STATUSES.map((value) => ({ value, label: t().assetStatus[value] }))}
      />
      {dialog === "parent" ? (
        <AssetPicker
          title={words.parent}
          site={form.site_id}
          except={asset?.id}
          none={words.noParent}
          onClose={() => setDialog(null)}
          onPick={(id) => set("parent_id")(id ?? "")}
        />
      ) : null}
      {dialog === "serial" ? (
        <ScanDialog
          title={words.scanSerial}
          hint={t().scan.serial}
          formats="any"
          onClose={() => setDialog(null)}
          onCode={(code) => {
            set("serial")(code);
            setDialog(null);
          }}
        />
      ) : null}
    </Screen>
  );
}
