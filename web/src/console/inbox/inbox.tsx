/** The inbox: everything that sync could not settle by itself, waiting for a decision. */
import { setParameters } from "../table/address";
import { get, useEvery, useLoaded, user } from "../data";
import { Page } from "../page";
import type { PageProps } from "../pages";
import { c } from "../words";
import { mayDecide } from "./conflict";
import { Conflicts } from "./conflicts";
import { Quarantine } from "./quarantine";
import { Views } from "../table/views";
import "./inbox.css";

/** How often it is counted again, in milliseconds: what could not be applied is in no feed. */
const EVERY = 30_000;

type View = "conflicts" | "quarantine" | "decided";

export interface Count {
  readonly id: string;
  readonly open: number;
}

export interface Counts {
  readonly total: number;
  readonly sites: readonly Count[];
  readonly authors: readonly Count[];
  /** What could not be applied and waits. */
  readonly quarantined: number;
}

export default function Inbox({ query }: PageProps) {
  const words = c().inbox;
  const view = (query.get("view") ?? "conflicts") as View;
  const decides = mayDecide(user.value?.role);
  const counted = useLoaded("conflict-counts", async (signal) => (decides ? get<Counts>("/v1/conflict-counts", {}, { signal }) : undefined), ["conflict"]);
  useEvery(EVERY, counted.reload);
  const counts = counted.value;
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
