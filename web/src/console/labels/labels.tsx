/** Labels on paper: which, on what, from where on the sheet, with a picture of it before any is wasted. */
import { useEffect, useState } from "preact/hooks";
import { setParameters } from "../table/address";
import { explain } from "../../app/model/explain";
import { Button, Card, Empty, Notice, Segmented, Select, TextField } from "../../ui";
import { get, NOTHING, postFor, row, useLoaded, user, useRecords } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { Picker } from "../parts/picker";
import { SitePicker } from "../parts/pickers";
import { openBytes } from "../visits/sheets";
import { c } from "../words";
import { MOST, pages, perPage, rangeOf, STOCKS, tagOf, type Stock } from "./stocks";
import "./labels.css";

type Typed = Parameters<typeof rangeOf>[0];

/** A device as far as its owner goes. */
interface Owner {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
}

/** The sheet as it lies there: a press says where the first label goes. */
function Sheet({ stock, skip, onSkip }: { stock: Stock; skip: number; onSkip: (skip: number) => void }) {
  const words = c().labels;
  const { columns } = STOCKS[stock];
  return (
    <fieldset class="sheet-places">
      <legend class="field__label">{words.start}</legend>
      <p class="field__hint">{words.startHint}</p>
      <div class={`sheet-places__grid sheet-places__grid--${columns}`}>
        {Array.from({ length: perPage(stock) }, (_, index) => (
          <button
            key={index}
            type="button"
            class={index < skip ? "sheet-places__place sheet-places__place--used" : "sheet-places__place"}
            aria-label={words.place(index + 1)}
            aria-pressed={index === skip}
            onClick={() => onSkip(index)}
          >
            {index + 1}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** A picture that only a login gives. */
function Picture({ blob }: { blob: Blob }) {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url ? <img class="labels__picture" src={url} alt={c().labels.preview} /> : null;
}

/** The numbers that phones have been given: what is printed from these fits what they will count with. */
function Leased({ onChoose }: { onChoose: (typed: Typed) => void }) {
  const words = c().labels;
  const ranges = useRecords("tag_range").rows.value;
  // Whose devices there are is for managers to know; others see the numbers alone.
  const may = user.value?.role === "admin" || user.value?.role === "manager";
  const devices = useLoaded(`devices of ranges ${may}`, async (signal) => (may ? get<readonly Owner[]>("/v1/devices", { everybody: true }, { signal }) : []));
  if (!ranges.length) return <p class="muted small">{words.noLeased}</p>;
  const whose = (id: string): string => {
    const device = devices.value?.find((one) => one.id === id);
    return device ? [row("user", device.user_id)?.fields.name, device.name].filter(Boolean).join(" · ") : "";
  };
  const choices = [...ranges].reverse().map(({ id, fields }) => ({
    value: id,
    label: words.example(tagOf(fields, fields.first), tagOf(fields, fields.last)),
    note: whose(fields.device_id),
  }));
  const choose = (id: string) => {
    const fields = ranges.find((range) => range.id === id)?.fields;
    if (!fields) return;
    const count = Math.min(MOST, fields.last - fields.first + 1);
    onChoose({ prefix: fields.prefix, digits: String(fields.width), first: String(fields.first), count: String(count) });
  };
  return <Picker label={words.leased} hint={words.leasedHint} value="" choices={choices} onChange={choose} />;
}

export default function Labels({ query }: PageProps) {
  const words = c().labels;
  const [kind, setKind] = useState<"assets" | "range">("assets");
  const site = query.get("site") ?? "";
  const asset = query.get("asset");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(asset ? [asset] : []));
  // What is typed stands over how the tags of phones begin here.
  const usual = useLoaded("tags", (signal) => get<{ readonly tag_prefix: string; readonly tag_width: number }>("/v1/settings-in-force", {}, { signal })).value;
  const [changed, setChanged] = useState<Partial<Typed>>({});
  const typed: Typed = { prefix: usual?.tag_prefix ?? "", digits: usual ? String(usual.tag_width) : "", first: "1", count: "21", ...changed };
  const [stock, setStock] = useState<Stock>("avery_l7160");
  const [skip, setSkip] = useState(0);
  const assets = useRecords("asset", { site: site || NOTHING }, (fields) => fields.site_id === site).rows.value;
  const tagged = assets.filter(({ fields }) => fields.tag).sort((a, b) => (a.fields.tag ?? "").localeCompare(b.fields.tag ?? ""));
  const range = rangeOf(typed);
  const used = Math.min(skip, perPage(stock) - 1);
  const count = kind === "assets" ? chosen.size : range ? range.last - range.first + 1 : 0;
  const order = { stock, skip: used, asset_ids: kind === "assets" ? [...chosen] : [], ranges: kind === "range" && range ? [range] : [] };
  const picture = useLoaded(JSON.stringify(order), async (signal) => (count ? (await postFor("/v1/labels/preview", { json: order }, {}, signal)).blob() : null));
  const type = (part: Partial<Typed>) => setChanged((now) => ({ ...now, ...part }));
  return (
    <Page
      title={words.title}
      up="/assets"
      actions={
        <Button kind="primary" icon="print" disabled={!count} onClick={() => void openBytes(async () => (await postFor("/v1/labels", { json: order })).blob())}>
          {words.print}
        </Button>
      }
    >
      <div class="labels">
        <Card>
          <div class="stack">
            <Segmented<"assets" | "range">
              label={words.what}
              value={kind}
              options={[
                { value: "assets", label: words.ofAssets },
                { value: "range", label: words.ofRange },
              ]}
              onChange={setKind}
            />
            {kind === "assets" ? (
              <>
                <SitePicker
                  label={words.site}
                  value={site}
                  onChange={(next) => {
                    setParameters({ site: next, asset: null });
                    setChosen(new Set());
                  }}
                />
                {tagged.length ? (
                  <fieldset class="checks labels__devices">
                    <legend class="field__label">{words.withTag}</legend>
                    <div class="line">
                      <Button kind="quiet" onClick={() => setChosen(new Set(tagged.map(({ id }) => id)))}>
                        {words.all}
                      </Button>
                      <Button kind="quiet" onClick={() => setChosen(new Set())}>
                        {words.none}
                      </Button>
                    </div>
                    {tagged.map(({ id, fields }) => (
                      <label key={id} class="check">
                        <input
                          type="checkbox"
                          checked={chosen.has(id)}
                          onChange={(event) => {
                            const next = new Set(chosen);
                            if (event.currentTarget.checked) next.add(id);
                            else next.delete(id);
                            setChosen(next);
                          }}
                        />
                        <span>
                          <span class="mono">{fields.tag}</span> {fields.name} <span class="muted small">{fields.location}</span>
                        </span>
                      </label>
                    ))}
                  </fieldset>
                ) : site ? (
                  <p class="muted">{words.noTags}</p>
                ) : null}
              </>
            ) : (
              <>
                <Leased onChoose={setChanged} />
                <div class="form-line">
                  <TextField label={words.prefix} value={typed.prefix} onInput={(prefix) => type({ prefix })} maxLength={20} />
                  <TextField label={words.digits} inputMode="numeric" value={typed.digits} onInput={(digits) => type({ digits })} />
                  <TextField label={words.first} inputMode="numeric" value={typed.first} onInput={(first) => type({ first })} />
                  <TextField label={words.count} inputMode="numeric" value={typed.count} onInput={(count) => type({ count })} />
                </div>
                {range ? <p class="mono">{words.example(tagOf(range, range.first), tagOf(range, range.last))}</p> : null}
              </>
            )}
            <Select<Stock>
              label={words.stock}
              value={stock}
              options={(Object.keys(STOCKS) as Stock[]).map((value) => ({ value, label: words.stocks[value] }))}
              onChange={(next) => {
                setStock(next);
                setSkip(0);
              }}
            />
            {perPage(stock) > 1 ? <Sheet stock={stock} skip={used} onSkip={setSkip} /> : null}
          </div>
        </Card>
        <Card title={words.preview}>
          {picture.problem ? (
            <Notice tone="fail" icon="warning" title={explain(picture.problem)} />
          ) : picture.value && count ? (
            <div class="stack">
              <p class="small">
                <strong class="number">{words.pages(count, pages(count, stock, used))}</strong> <span class="muted">{words.actualSize}</span>
              </p>
              <Picture blob={picture.value} />
            </div>
          ) : count ? (
            <p class="muted">{words.making}</p>
          ) : (
            <Empty icon="label" title={words.nothing} />
          )}
        </Card>
      </div>
    </Page>
  );
}
