/** The devices of a visit: which are inspected, which are begun, which are left. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Badge, Card, Empty, LinkButton, Progress, Row, Search } from "../../ui";
import type { Row as DataRow } from "../../device";
import { answersOf, inspectable, itemsOf, templatesByKind, worst, type Inspection } from "../model/inspection";
import { search } from "../model/search";
import { LongList } from "../parts/long-list";
import { row, rows } from "../phone";
import { to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { assetText, kindIcon, type AssetRow } from "../assets/row";

function Device({ asset, inspection, visit }: { asset: AssetRow; inspection: DataRow<Inspection> | undefined; visit: string }) {
  const answers = inspection ? answersOf(inspection.id, rows("inspection_answer")) : new Map();
  const template = row("checklist_template", inspection?.body.template_id)?.body;
  const found = worst(answers.values());
  const done = inspection?.body.status === "finished";
  const meta = done ? (
    <Badge tone={found && found !== "not_applicable" ? found : "neutral"} icon="check">
      {found ? t().outcome[found] : t().inspect.done}
    </Badge>
  ) : inspection && template ? (
    <Badge tone="accent">{t().ui.of(answers.size, itemsOf(template).length)}</Badge>
  ) : undefined;
  return (
    <Row
      icon={kindIcon[asset.body.kind] ?? "box"}
      title={asset.body.name}
      subtitle={[asset.body.tag ?? t().assets.noTag, asset.body.location, inspection?.body.remark].filter(Boolean).join(" · ")}
      meta={meta}
      href={to(`/visits/${visit}/inspect/${asset.id}`)}
    />
  );
}

export default function Devices({ params }: ScreenProps) {
  const words = t().inspect;
  const [query, setQuery] = useState("");
  const visit = row("visit", params.id);
  if (!visit) {
    return (
      <Screen title={words.title} up="/">
        <Empty icon="check" title={t().ui.notHere} text={t().ui.notHereText} />
      </Screen>
    );
  }
  const templates = templatesByKind(rows("checklist_template"));
  const assets = rows("asset");
  const all = inspectable(assets, visit.body.site_id, templates);
  const byAsset = new Map(rows("inspection").filter(({ body }) => body.visit_id === visit.id).map((one) => [one.body.asset_id, one]));
  const without = assets.filter(({ body }) => body.site_id === visit.body.site_id && body.status !== "retired" && !templates.has(body.kind));
  const status = (asset: AssetRow) => byAsset.get(asset.id)?.body.status;
  const finished = all.filter((asset) => status(asset) === "finished");
  const shown = search(all, query, assetText);
  const groups: [string, AssetRow[]][] = [
    [words.going, shown.filter((asset) => status(asset) === "in_progress")],
    [words.todo, shown.filter((asset) => !byAsset.has(asset.id))],
    [words.done, shown.filter((asset) => status(asset) === "finished")],
  ];
  return (
    <Screen
      title={words.title}
      up={`/visits/${visit.id}`}
      bottom={
        <LinkButton icon="scan" kind="primary" large href={to(`/scan?visit=${visit.id}`)}>
          {t().work.scan}
        </LinkButton>
      }
    >
      {all.length ? (
        <>
          <Progress
            label={row("site", visit.body.site_id)?.body.name ?? words.devices}
            text={words.progress(finished.length, all.length)}
            value={finished.length}
            max={all.length}
          />
          <Search label={words.search} value={query} onInput={setQuery} />
          {groups.map(([title, devices]) =>
            devices.length ? (
              <Card key={title} title={title} plain>
                <LongList key={query} label={title} of={devices}>
                  {(asset) => <Device key={asset.id} asset={asset} inspection={byAsset.get(asset.id)} visit={visit.id} />}
                </LongList>
              </Card>
            ) : null,
          )}
          {without.length && !query ? (
            <Card title={words.without}>
              <p class="muted small">{without.map(({ body }) => body.name).join(", ")}</p>
            </Card>
          ) : null}
        </>
      ) : (
        <Empty
          icon="asset"
          title={words.nothing}
          text={words.nothingText}
          action={<LinkButton href={to(`/assets/new?visit=${visit.id}`)}>{t().assets.new}</LinkButton>}
        />
      )}
    </Screen>
  );
}
