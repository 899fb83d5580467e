/** Every screen and its address. All but today are loaded when first gone to, and ahead of that when the phone is idle. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import { Button, Empty, Screen } from "../ui";
import { back, match, place } from "./router";
import { Today } from "./today";

export interface ScreenProps {
  params: Record<string, string>;
  query: URLSearchParams;
}

type Loaded = ComponentType<ScreenProps>;
type Load = () => Promise<{ default: Loaded }>;

const table: [pattern: string, load: Load][] = [
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

const loaded = new Map<Load, Loaded>();

async function load(from: Load): Promise<Loaded> {
  const screen = (await from()).default;
  loaded.set(from, screen);
  return screen;
}

/** Runs when nothing else is to be done. */
export const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 300));

/** Fetches every screen while nothing else is to be done, so that the first touch finds it there. */
export function loadAhead(): void {
  const [first, ...rest] = table.map(([, from]) => from).filter((from) => !loaded.has(from));
  if (!first) return;
  idle(() => {
    // A screen that can't be fetched ahead says so when it is gone to.
    load(first).catch(() => undefined).finally(() => rest.length && loadAhead());
  });
}

function Later({ from, ...props }: ScreenProps & { from: Load }) {
  const [screen, setScreen] = useState<{ of: Load; is: Loaded } | null>(null);
  const [failed, setFailed] = useState(false);
  const ready = loaded.get(from) ?? (screen?.of === from ? screen.is : undefined);
  const fetch = () => {
    setFailed(false);
    load(from).then(
      (is) => setScreen({ of: from, is }),
      () => setFailed(true),
    );
  };
  useEffect(() => {
    if (!ready) fetch();
  }, [from]);
  if (ready) {
    const Ready = ready;
    return <Ready {...props} />;
  }
  const goBack = { label: t().ui.back, go: () => back("/") };
  return (
    <Screen title={failed ? t().ui.screenFailed : t().ui.loading} back={goBack}>
      {failed ? <Empty icon="warning" title={t().ui.screenFailed} action={<Button onClick={fetch}>{t().ui.again}</Button>} /> : null}
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
