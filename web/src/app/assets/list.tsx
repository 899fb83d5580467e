/** Every asset on the phone: search in Chinese and English, or scan a label. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Card, Empty, IconButton, LinkButton, Search, Tabs } from "../../ui";
import { compareWords, inOrder } from "../model/order";
import { search } from "../model/search";
import { LongList } from "../parts/long-list";
import { row, rows } from "../phone";
import { go, to } from "../router";
import { Screen } from "../shell";
import { AssetLine, assetText } from "./row";

export default function Assets({ query: place }: { query: URLSearchParams }) {
  const words = t().assets;
  const [query, setQuery] = useState(place.get("q") ?? "");
  const [site, setSite] = useState("");
  const all = inOrder(rows("asset"));
  const sites = [...new Set(all.map(({ body }) => body.site_id))]
    .map((id) => ({ value: id, label: row("site", id)?.body.name ?? "…" }))
    .sort((a, b) => compareWords(a.label, b.label));
  const here = site ? all.filter(({ body }) => body.site_id === site) : all;
  const found = search(here, query, assetText);
  return (
    <Screen title={words.title}>
      <Search
        label={words.search}
        value={query}
        onInput={setQuery}
        trailing={<IconButton icon="scan" label={words.scan} onClick={() => go("/scan")} />}
      />
      {sites.length > 1 ? (
        <Tabs label={words.site} value={site} onChange={setSite} options={[{ value: "", label: words.allSites }, ...sites]} />
      ) : null}
      {found.length ? (
        <Card title={words.count(found.length)} plain>
          <LongList key={`${site} ${query}`} label={words.title} of={found}>
            {(asset) => <AssetLine key={asset.id} asset={asset} site={!site && sites.length > 1} />}
          </LongList>
        </Card>
      ) : query ? (
        <Empty
          icon="search"
          title={words.nothingFound(query)}
          action={
            <LinkButton icon="plus" href={to(`/assets/new?name=${encodeURIComponent(query)}&site=${site}`)}>
              {words.createWith}
            </LinkButton>
          }
        />
      ) : (
        <Empty icon="asset" title={words.none} text={words.noneText} />
      )}
      <LinkButton icon="plus" href={to(`/assets/new?site=${site}`)} wide>
        {words.new}
      </LinkButton>
    </Screen>
  );
}
