/** The app around its screens: who is logged in, the bar between places, and how sync stands, in every top bar. */
import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { BottomBar, Icon, Screen as Frame, Toasts, type IconName } from "../ui";
import { Login } from "./login";
import { me, phone, rows } from "./phone";
import { back, place, to } from "./router";
import { Current } from "./screens";
import { troubles } from "./sync/trouble";
import "./shell.css";

/** How many edits and photos this phone alone has. */
export const unsent = (): number => {
  const { unsentEdits, unsentPhotos } = phone().sync.status.value;
  return unsentEdits + unsentPhotos;
};

/** How many conflicts and refusals are to be looked at. */
export const troubleCount = (): number => troubles(rows("conflict"), phone().records.operations.value, me()).length;

/** How sync stands, as a pill that leads to its page. */
function SyncPill() {
  const words = t().sync;
  const { online, phase, problem } = phone().sync.status.value;
  const waiting = unsent();
  const trouble = troubleCount();
  const busy = phase === "pushing" || phase === "pulling" || phase === "uploading";
  const state = online ? (busy ? (phase === "pulling" ? words.reading : words.sending) : words.online) : words.offline;
  const icon: IconName = !online ? "offline" : busy ? "sync" : waiting ? "upload" : "check";
  const tone = trouble || phase === "wiped" || phase === "login_due" || problem?.code === "storage_full" ? "flag" : online ? (waiting ? "busy" : "calm") : "off";
  return (
    <a class={`sync-pill sync-pill--${tone}`} href={to("/sync")} aria-label={words.pill(state, waiting, trouble)}>
      <Icon name={trouble ? "warning" : icon} />
      <span class="number">{waiting > 0 ? waiting : online ? "" : words.offline}</span>
    </a>
  );
}

/** A screen of the app: the frame with sync and Back in it. `up` is where Back leads for who came from outside. */
export function Screen({
  up,
  ...rest
}: {
  title: string;
  up?: string;
  action?: ComponentChildren;
  bottom?: ComponentChildren;
  part?: string | null | undefined;
  children: ComponentChildren;
}) {
  return <Frame {...rest} {...(up ? { back: { label: t().ui.back, go: () => back(up) } } : {})} status={<SyncPill />} />;
}

const roots = ["/", "/calendar", "/assets", "/tickets", "/me"];

function Places() {
  const { path } = place.value;
  if (!roots.includes(path)) return null;
  const words = t().app;
  const at = (href: string, icon: IconName, label: string, count = 0) => ({
    href: to(href),
    icon,
    label,
    current: path === href || (href === "/" && path === "/calendar"),
    count,
  });
  return (
    <BottomBar
      label={words.places}
      places={[
        at("/", "today", words.today),
        at("/assets", "asset", words.assets),
        at("/tickets", "ticket", words.tickets),
        at("/me", "person", words.me, troubleCount()),
      ]}
    />
  );
}

/** The technician's app. */
export function App() {
  return (
    <div class="app">
      {phone().session.user.value ? (
        <>
          <Current />
          <Places />
        </>
      ) : (
        <Login />
      )}
      <Toasts />
    </div>
  );
}
