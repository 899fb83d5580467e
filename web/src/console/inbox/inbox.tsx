/** The inbox: everything that sync could not settle by itself, waiting for a decision. */
import { setParameters } from "../table/address";
import { user } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { c } from "../words";
import { mayDecide } from "./conflict";
import { Conflicts } from "./conflicts";
import { inboxCounts } from "./counts";
import { Quarantine } from "./quarantine";
import { Views } from "../table/views";
import "./inbox.css";

type View = "conflicts" | "quarantine" | "decided";

export default function Inbox({ query }: PageProps) {
  const words = c().inbox;
  const view = (query.get("view") ?? "conflicts") as View;
  const decides = mayDecide(user.value?.role);
  const counts = inboxCounts.value;
  const views = (
    <Views<View>
      label={words.views}
      value={view}
      options={[
        { value: "conflicts", label: words.conflicts, count: counts?.total },
        ...(decides ? [{ value: "quarantine" as const, label: words.quarantine, count: counts?.quarantined }] : []),
        { value: "decided", label: words.decided },
      ]}
      onChange={(next) => setParameters({ view: next === "conflicts" ? null : next, id: null, site: null, by: null, kind: null, sort: null }, { step: true })}
    />
  );
  return (
    <Page title={words.title} lead={views} fill>
      {view === "quarantine" && decides ? <Quarantine query={query} /> : <Conflicts key={view} query={query} counts={counts} isDecided={view === "decided"} />}
    </Page>
  );
}
