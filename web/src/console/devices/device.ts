/** Devices as the server tells them, and how one stands. */
import type { Uuid } from "../data";

/** Who sees and takes away everybody's; others have their own. As the server has it. */
export const mayManage = (role: string | undefined): boolean => role === "admin" || role === "manager";

/** How one stands; not heard from for a day is silent. */
export type State = "active" | "silent" | "revoked";

export interface Device {
  readonly id: Uuid;
  readonly user_id: Uuid;
  readonly name: string;
  readonly platform: string;
  readonly has_key: boolean;
  readonly enrolled_at: string;
  readonly last_seen_at: string;
  /** How far its clock was ahead of the server's, in milliseconds. */
  readonly skew_millis: number;
  readonly revoked_at?: string | null;
  readonly state: State;
  /** What it told of itself when it last sent work. */
  readonly report?: Report | null;
  /** Of one that was revoked: how far the order to forget what it has read has come. */
  readonly wipe?: { readonly ordered_at: string; readonly delivered_at?: string | null } | null;
}

export interface Report {
  readonly app_version: string;
  /** Edits that were on it alone. */
  readonly unsent: number;
  readonly oldest_unsent_at?: string | null;
  readonly reported_at: string;
}

/** Since when work lies on it alone, as far as it told; `null` where it told of none. */
export const unsentSince = ({ report }: Device): string | null => (report?.unsent ? (report.oldest_unsent_at ?? report.reported_at) : null);

/** A clock that is wrong by less than this is called right, in milliseconds. */
const RIGHT = 60_000;

/** How wrong its clock is, in milliseconds; 0 where nobody would notice. */
export const wrongBy = (device: Device): number => (Math.abs(device.skew_millis) < RIGHT ? 0 : device.skew_millis);

export type Order = "name" | "person" | "last_seen_at" | "enrolled_at";

/** Devices in an order, `-` before it for descending; `person` says what somebody is called. */
export function arranged(devices: readonly Device[], order: string, person: (id: Uuid) => string): Device[] {
  const by = order.replace(/^-/, "") as Order;
  const key = (device: Device) => (by === "person" ? person(device.user_id) : device[by]);
  const way = order.startsWith("-") ? -1 : 1;
  return [...devices].sort((a, b) => way * key(a).localeCompare(key(b)));
}
