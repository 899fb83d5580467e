/** Choosing an asset: search as one types, or none. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Dialog, Empty, List, Row, Search } from "../../ui";
import type { Uuid } from "../../device";
import { inOrder } from "../model/order";
import { search } from "../model/search";
import { rows } from "../phone";
import { AssetLine, assetText } from "./row";

/** Most shown at a time; the search narrows it down. */
const SHOWN = 30;

export function AssetPicker({
  title,
  site,
  except,
  none,
  onPick,
  onClose,
}: {
  title: string;
  site?: Uuid | undefined;
  except?: Uuid | undefined;
  /** Words for choosing none, where that is possible. */
  none?: string;
  onPick: (asset: Uuid | null) => void;
  onClose: () => void;
}) {
  const [query, setQuery] = useState("");
  const here = inOrder(rows("asset")).filter(({ id, body }) => id !== except && (!site || body.site_id === site));
  const found = search(here, query, assetText).slice(0, SHOWN);
  const pick = (asset: Uuid | null) => {
    onClose();
    onPick(asset);
  };
  return (
    <Dialog title={title} closeLabel={t().ui.close} onClose={onClose} tall>
      <Search label={t().assets.search} value={query} onInput={setQuery} />
      <List label={title}>
        {none ? <Row icon="close" title={none} onClick={() => pick(null)} /> : null}
        {found.map((asset) => (
          <AssetLine key={asset.id} asset={asset} site={!site} onClick={() => pick(asset.id)} />
        ))}
      </List>
      {found.length ? null : <Empty icon="search" title={t().assets.nothingFound(query)} />}
    </Dialog>
  );
}
