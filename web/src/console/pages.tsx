/** Every page of the console and its address. All are loaded when first gone to. */
import { useEffect } from "preact/hooks";
import { type Load, useLater } from "../app/later";
import { go, match, place } from "../app/router";
import { Button, Empty } from "../ui";
import { Page } from "./page";
import { c } from "./words";

export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** A page stays as it is while only what is behind `?` changes. */
const table: [pattern: string, load: Load<PageProps>][] = [
  ["/assets", () => import("./assets/list")],
  ["/assets/:id", () => import("./assets/asset")],
  ["/labels", () => import("./labels/labels")],
  ["/import", () => import("./import/wizard")],
  ["/board", () => import("./board/board")],
  ["/clients", () => import("./clients/list")],
  ["/clients/:id", () => import("./clients/client")],
  ["/tickets", () => import("./tickets/list")],
  ["/tickets/new", () => import("./tickets/new")],
  ["/tickets/:id", () => import("./tickets/ticket")],
  ["/visits/:id", () => import("./visits/visit")],
  ["/inbox", () => import("./inbox/inbox")],
  ["/devices", () => import("./devices/devices")],
  ["/callbacks", () => import("./callbacks/callbacks")],
  ["/complaints", () => import("./complaints/complaints")],
  ["/admin", () => import("./admin/templates")],
  ["/admin/templates", () => import("./admin/templates")],
  ["/admin/templates/:id", () => import("./admin/editor")],
  ["/admin/users", () => import("./admin/users")],
  ["/admin/settings", () => import("./admin/settings")],
  ["/admin/words", () => import("./admin/mail-words")],
  ["/admin/outbox", () => import("./admin/outbox")],
  ["/admin/audit", () => import("./admin/audit")],
  ["/admin/system", () => import("./admin/system")],
];

function Later({ from, ...props }: PageProps & { from: Load<PageProps> }) {
  const words = c().shell;
  const { component: Ready, failed } = useLater(from);
  if (Ready) return <Ready {...props} />;
  if (!failed) return <Page title={words.loading}>{null}</Page>;
  return (
    <Page title={words.pageFailed}>
      {/* Files of a version that was replaced are gone: only the page itself, loaded anew, knows the new ones. */}
      <Empty icon="warning" title={words.pageFailed} text={words.pageFailedText} action={<Button onClick={() => location.reload()}>{words.reload}</Button>} />
    </Page>
  );
}

/** The page of the present place. */
export function Current() {
  const { path, query } = place.value;
  const words = c().shell;
  useEffect(() => {
    if (path === "/") go("/board", { replace: true });
  }, [path]);
  for (const [pattern, from] of table) {
    const params = match(pattern, path);
    if (params) return <Later key={path} from={from} params={params} query={query} />;
  }
  if (path === "/") return null;
  return (
    <Page title={words.noPage}>
      <Empty icon="search" title={words.noPage} text={words.noPageText} action={<Button onClick={() => go("/board")}>{words.home}</Button>} />
    </Page>
  );
}
