/** Every screen and its address. All but today are loaded when first gone to, and ahead of that when the phone is idle. */
import { t } from "../i18n";
import { Button, Empty, Screen } from "../ui";
import { type Load, load, ready, useLater } from "./later";
import { back, match, place } from "./router";
import { Today } from "./today";

export interface ScreenProps {
  params: Record<string, string>;
  query: URLSearchParams;
}

const table: [pattern: string, load: Load<ScreenProps>][] = [
  ["/calendar", () => import("./calendar")],
  ["/visits/new", () => import("./visit/ad-hoc")],
  ["/visits/:id", () => import("./visit/visit")],
  ["/visits/:id/inspect", () => import("./inspect/devices")],
  ["/visits/:id/inspect/:asset", () => import("./inspect/inspect")],
  ["/visits/:id/stocktake", () => import("./assets/stocktake")],
  ["/visits/:id/first", () => import("./visit/first")],
  ["/visits/:id/sheet", () => import("./sheet/sheet")],
  ["/assets", () => import("./assets/list")],
  ["/assets/new", () => import("./assets/edit")],
  ["/assets/:id", () => import("./assets/asset")],
  ["/assets/:id/edit", () => import("./assets/edit")],
  ["/scan", () => import("./assets/scan-screen")],
  ["/tickets", () => import("./tickets/list")],
  ["/tickets/new", () => import("./tickets/new")],
  ["/tickets/:id", () => import("./tickets/ticket")],
  ["/sync", () => import("./sync/sync")],
  ["/me", () => import("./me")],
];

/** Runs when nothing else is to be done. */
export const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 300));

/** Fetches every screen while nothing else is to be done, so that the first touch finds it there. */
export function loadAhead(): void {
  const [first, ...rest] = table.map(([, from]) => from).filter((from) => !ready(from));
  if (!first) return;
  idle(() => {
    // A screen that can't be fetched ahead says so when it is gone to.
    load(first).catch(() => undefined).finally(() => rest.length && loadAhead());
  });
}

function Later({ from, ...props }: ScreenProps & { from: Load<ScreenProps> }) {
  const { component: Ready, failed, again } = useLater(from);
  if (Ready) return <Ready {...props} />;
  const goBack = { label: t().ui.back, go: () => back("/") };
  return (
    <Screen title={failed ? t().ui.screenFailed : t().ui.loading} back={goBack}>
      {failed ? <Empty icon="warning" title={t().ui.screenFailed} action={<Button onClick={again}>{t().ui.again}</Button>} /> : null}
    </Screen>
  );
}

/** The screen of the present place; today where there is none of that address. */
export function Current() {
  const { path, query } = place.value;
  for (const [pattern, from] of table) {
    const params = match(pattern, path);
    if (params) return <Later key={path} from={from} params={params} query={query} />;
  }
  return <Today />;
}
