/** Where the console leads to, and how much waits there. */
import { now } from "../app/model/clock";
import type { IconName } from "../ui";
import { useRecords } from "./data";
import { inboxCounts, useInboxCounts } from "./inbox/counts";

export interface Spot {
  readonly path: string;
  readonly icon: IconName;
  readonly name: "board" | "tickets" | "clients" | "assets" | "inbox" | "callbacks" | "complaints" | "devices" | "admin";
  /** Stands in the bar at the bottom of a narrow screen; the rest is behind More. */
  readonly isMain?: boolean;
}

export const spots: readonly Spot[] = [
  { path: "/board", icon: "board", name: "board", isMain: true },
  { path: "/tickets", icon: "ticket", name: "tickets", isMain: true },
  { path: "/clients", icon: "building", name: "clients", isMain: true },
  { path: "/assets", icon: "asset", name: "assets" },
  { path: "/inbox", icon: "inbox", name: "inbox", isMain: true },
  { path: "/callbacks", icon: "phone", name: "callbacks" },
  { path: "/complaints", icon: "flag", name: "complaints" },
  { path: "/devices", icon: "handset", name: "devices" },
  { path: "/admin", icon: "settings", name: "admin" },
];

/** How many wait for somebody, by place. */
export function useCounts(): Partial<Record<Spot["name"], number>> {
  const planned = useRecords("visit", { status: "planned" }, (visit) => visit.status === "planned");
  const declined = useRecords("visit", { status: "declined" }, (visit) => visit.status === "declined");
  const fresh = useRecords("ticket", { status: "new" }, (ticket) => ticket.status === "new");
  useInboxCounts();
  const open = inboxCounts.value;
  const due = useRecords("callback", { status: "due" }, (callback) => callback.status === "due").rows.value;
  return {
    board: planned.rows.value.length + declined.rows.value.length,
    tickets: fresh.rows.value.length,
    inbox: (open?.total ?? 0) + (open?.quarantined ?? 0),
    callbacks: due.filter(({ fields }) => Date.parse(fields.due_at) <= now.value).length,
  };
}
