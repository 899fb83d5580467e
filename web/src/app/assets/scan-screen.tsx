/** Scan a label: the asset opens, or a new one is begun with it. */
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Button, Card, LinkButton, toast } from "../../ui";
import { byCode } from "../model/find";
import { templatesByKind } from "../model/inspection";
import { stamp } from "../model/clock";
import { attempt, attemptAndTell, phone, row, rows } from "../phone";
import { back, go, to } from "../router";
import { Screen } from "../shell";
import type { ScreenProps } from "../screens";
import { Scanner } from "./scan-later";

export default function ScanScreen({ query }: ScreenProps) {
  const words = t().scan;
  const visit = row("visit", query.get("visit"));
  /** The asset that is to get the label scanned. */
  const toLabel = row("asset", query.get("label"));
  const [unknown, setUnknown] = useState<string | null>(null);
  const onCode = (code: string) => {
    const found = byCode(code, rows("asset"));
    if (toLabel) {
      if (found && found.id !== toLabel.id) toast(t().assets.tagTaken(found.body.name), { failed: true });
      else {
        void attemptAndTell(() => phone().records.update(toLabel.id, { tag: code, seen_at: stamp() }), t().assets.tagGiven(code)).then(
          (done) => done && back(`/assets/${toLabel.id}`),
        );
      }
      return;
    }
    if (!found) {
      setUnknown(code);
      return;
    }
    void attempt(() => phone().records.update(found.id, { seen_at: stamp() }));
    toast(words.found(found.body.name));
    const isInspected = visit && found.body.site_id === visit.body.site_id && templatesByKind(rows("checklist_template")).has(found.body.kind);
    go(isInspected ? `/visits/${visit.id}/inspect/${found.id}` : `/assets/${found.id}`, { replace: true });
  };
  const up = toLabel ? `/assets/${toLabel.id}` : visit ? `/visits/${visit.id}` : "/assets";
  return (
    <Screen title={toLabel ? t().assets.scanTag : words.title} up={up}>
      {unknown ? (
        <Card tone="flag">
          <div class="stack">
            <p class="strong">{words.unknown(unknown)}</p>
            <p class="muted">{words.unknownText}</p>
            <LinkButton
              kind="primary"
              icon="plus"
              href={to(`/assets/new?tag=${encodeURIComponent(unknown)}${visit ? `&visit=${visit.id}` : ""}`)}
              wide
            >
              {words.create}
            </LinkButton>
            <Button wide icon="scan" onClick={() => setUnknown(null)}>
              {words.again}
            </Button>
          </div>
        </Card>
      ) : (
        <Scanner onCode={onCode} />
      )}
    </Screen>
  );
}
