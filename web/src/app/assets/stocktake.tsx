/** Stocktake: label after label, and what was not found in the end. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Card, Dialog, Empty, LinkButton, Notice, Progress, Search, Tabs, toast } from "../../ui";
import type { Uuid } from "../../device";
import { MAX_GROUP_OPERATIONS } from "../../sync/messages";
import { stamp } from "../model/clock";
import { search } from "../model/search";
import { readScan, stocktake, type Scan } from "../model/stocktake";
import { Confirm } from "../parts/ask";
import { LongList } from "../parts/long-list";
import { attempt, attemptAndTell, phone, row, rows } from "../phone";
import { go, to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { AssetLine, assetText, type AssetRow } from "./row";
import { Scanner } from "./scan-later";

/** Sets the states of many devices, as many together as a group holds. */
async function setStates(states: readonly { id: Uuid; status: string }[]): Promise<void> {
  for (let at = 0; at < states.length; at += MAX_GROUP_OPERATIONS) {
    await phone().records.group((edits) => {
      for (const { id, status } of states.slice(at, at + MAX_GROUP_OPERATIONS)) edits.update(id, { status });
    });
  }
}

type Tab = "todo" | "found" | "missing";

export default function StocktakeScreen({ params }: ScreenProps) {
  const words = t().stocktake;
  const visit = row("visit", params.id);
  const [tab, setTab] = useState<Tab>("todo");
  const [query, setQuery] = useState("");
  const [scanning, setScanning] = useState(false);
  const [odd, setOdd] = useState<Scan[]>([]);
  const [touched, setTouched] = useState<AssetRow | null>(null);
  const [ending, setEnding] = useState(false);
  if (!visit) {
    return (
      <Screen title={words.title} up="/">
        <Empty icon="label" title={t().ui.notHere} text={t().ui.notHereText} />
      </Screen>
    );
  }
  const site = visit.body.site_id;
  const assets = rows("asset");
  const state = stocktake(assets, site, visit.body.arrived_at ?? visit.body.planned_start);
  const all = state.todo.length + state.found.length + state.missing.length;

  const mark = (asset: AssetRow, fields: { seen_at?: string; status?: string }, text: string) => {
    const before = { seen_at: asset.body.seen_at ?? null, status: asset.body.status ?? "in_service" };
    void attemptAndTell(
      () => phone().records.update(asset.id, fields),
      text,
      () => phone().records.update(asset.id, before),
    );
  };
  const found = (asset: AssetRow) =>
    mark(asset, { seen_at: stamp(), ...(asset.body.status === "missing" ? { status: "in_service" } : {}) }, words.foundToast(asset.body.name));
  const missing = (asset: AssetRow) => mark(asset, { status: "missing" }, words.missingToast(asset.body.name));
  const onCode = (code: string) => {
    const scan = readScan(code, assets, site);
    if (scan.is === "found") return found(scan.asset);
    const key = scan.is === "unknown" ? scan.code : scan.asset.id;
    setOdd((before) => (before.some((one) => (one.is === "unknown" ? one.code : one.is === "wrong_place" && one.asset.id) === key) ? before : [...before, scan]));
    toast(scan.is === "unknown" ? words.unknownTitle(scan.code) : words.wrongTitle(scan.asset.body.name), { failed: true });
  };
  const finish = (markThem: boolean) =>
    attempt(async () => {
      const left = markThem ? state.todo.map(({ id, body }) => ({ id, status: body.status ?? "in_service" })) : [];
      await setStates(left.map(({ id }) => ({ id, status: "missing" })));
      toast(words.done, left.length ? { undo: { label: t().ui.undo, run: () => void attempt(() => setStates(left)) } } : {});
      go(`/visits/${visit.id}`, { replace: true });
    });
  const shown = search(state[tab], query, assetText);
  return (
    <Screen
      title={words.title}
      up={`/visits/${visit.id}`}
      bottom={
        <>
          <Button kind="primary" large icon="scan" onClick={() => setScanning(true)}>
            {words.scan}
          </Button>
          {state.found.length + state.missing.length ? (
            <Button kind="quiet" onClick={() => (state.todo.length ? setEnding(true) : void finish(false))}>
              {words.finish}
            </Button>
          ) : null}
        </>
      }
    >
      <Progress label={row("site", site)?.body.name ?? ""} text={words.progress(state.found.length, all)} value={state.found.length} max={all} />
      {odd.map((scan) =>
        scan.is === "wrong_place" ? (
          <Notice
            key={scan.asset.id}
            tone="flag"
            icon="warning"
            title={words.wrongTitle(scan.asset.body.name)}
            action={
              <div class="line line--wrap">
                <Button
                  onClick={() =>
                    void attemptAndTell(() => phone().records.update(scan.asset.id, { site_id: site, seen_at: stamp() }), t().assets.saved).then(() =>
                      setOdd((before) => before.filter((one) => one !== scan)),
                    )
                  }
                >
                  {t().assets.moved}
                </Button>
                <LinkButton kind="quiet" href={to(`/assets/${scan.asset.id}`)}>
                  {t().scan.open}
                </LinkButton>
              </div>
            }
          >
            {words.wrongText(row("site", scan.asset.body.site_id)?.body.name ?? "…")}
          </Notice>
        ) : scan.is === "unknown" ? (
          <Notice
            key={scan.code}
            tone="flag"
            icon="warning"
            title={words.unknownTitle(scan.code)}
            action={
              <LinkButton href={to(`/assets/new?visit=${visit.id}&tag=${encodeURIComponent(scan.code)}`)} icon="plus">
                {t().scan.create}
              </LinkButton>
            }
          />
        ) : null,
      )}
      <Search label={t().assets.search} value={query} onInput={setQuery} />
      <Tabs<Tab>
        label={words.title}
        value={tab}
        onChange={setTab}
        options={[
          { value: "todo", label: words.todo, count: state.todo.length },
          { value: "found", label: words.found, count: state.found.length },
          { value: "missing", label: words.missing, count: state.missing.length },
        ]}
      />
      {shown.length ? (
        <Card plain>
          <LongList key={`${tab} ${query}`} label={words[tab]} of={shown}>
            {(asset) => <AssetLine key={asset.id} asset={asset} onClick={() => setTouched(asset)} />}
          </LongList>
        </Card>
      ) : (
        <Empty icon="check" title={t().ui.none} />
      )}
      {scanning ? (
        <Dialog title={words.scan} closeLabel={t().ui.close} onClose={() => setScanning(false)} tall>
          <Scanner onCode={onCode} hint={words.lead} />
          <Progress label={words.found} text={words.progress(state.found.length, all)} value={state.found.length} max={all} />
        </Dialog>
      ) : null}
      {touched ? <TouchedDialog asset={touched} onClose={() => setTouched(null)} onFound={found} onMissing={missing} /> : null}
      {ending ? (
        <Confirm title={words.finish} yes={words.finishMark} kind="danger" onClose={() => setEnding(false)} onYes={() => void finish(true)}>
          <p>{words.finishText(state.todo.length)}</p>
          <Button wide onClick={() => void finish(false)}>
            {words.finishLeave}
          </Button>
        </Confirm>
      ) : null}
    </Screen>
  );
}

function TouchedDialog({
  asset,
  onFound,
  onMissing,
  onClose,
}: {
  asset: AssetRow;
  onFound: (asset: AssetRow) => void;
  onMissing: (asset: AssetRow) => void;
  onClose: () => void;
}) {
  const words = t().stocktake;
  const and = (work: (asset: AssetRow) => void) => () => {
    onClose();
    work(asset);
  };
  return (
    <Dialog
      title={asset.body.name}
      closeLabel={t().ui.close}
      onClose={onClose}
      actions={
        <>
          <Button kind="primary" large wide icon="check" onClick={and(onFound)}>
            {words.markFound}
          </Button>
          <Button kind="danger" wide onClick={and(onMissing)}>
            {words.markMissing}
          </Button>
          <LinkButton kind="quiet" href={to(`/assets/${asset.id}`)} wide>
            {t().scan.open}
          </LinkButton>
        </>
      }
    >
      <p class="muted">{[asset.body.tag, asset.body.location, asset.body.serial].filter(Boolean).join(" · ")}</p>
    </Dialog>
  );
}
