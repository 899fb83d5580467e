/** Devices as the server tells them, and how one stands. */
import type { Uuid } from "../data";

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
}

export type State = "active" | "silent" | "revoked";

const DAY = 86_400_000;

/** A clock that is wrong by less than this is called right, in milliseconds. */
const RIGHT = 60_000;

export function stateOf(device: Device, now: number): State {
  if (device.revoked_at) return "revoked";
  return now - Date.parse(device.last_seen_at) >= DAY ? "silent" : "active";
}

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
