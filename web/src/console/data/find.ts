/** What the server finds: pages of a list, records of every kind by words, and who has a phone number. */
import { type EntityName, plural, type Sent } from "./entities";
import { get, type Page, type Query } from "./session";
import { take } from "./store";

/** One page of a list; its rows are known from then on, and follow the feed. @throws Problem */
export async function pageOf<E extends EntityName>(entity: E, query: Query, signal: AbortSignal): Promise<Page<Sent<E>>> {
  const page = await get<Page<Sent<E>>>(`/v1/${plural[entity]}`, query, { signal });
  for (const sent of page.items) take(entity, sent);
  return page;
}

/** The kinds that are searched. */
export type Kind = "client" | "site" | "contact" | "asset" | "ticket" | "visit" | "service_sheet";

/** A record that was found. */
export interface Hit {
  readonly id: string;
  readonly title: string;
  /** A contact's number, an asset's serial number, a site's address. */
  readonly detail?: string;
  readonly client?: string;
  readonly site?: string;
  readonly status?: string;
  /** When a visit begins. */
  readonly at?: string;
}

/** Hits of one kind, the best first. */
export interface Group {
  readonly kind: Kind;
  readonly hits: readonly Hit[];
  readonly more: boolean;
}

/** Records that hold all the words; `hits` of a kind at most, 1 to 20. @throws Problem */
export const findAnything = async (words: string, hits: number, signal: AbortSignal): Promise<readonly Group[]> =>
  (await get<{ groups: Group[] }>("/v1/search", { q: words, hits }, { signal })).groups;

/** Somebody who has a number; without a contact it is the client's own. */
export interface Caller {
  readonly contact?: Sent<"contact">;
  readonly client: Sent<"client">;
}

/** Who has a number, however it is written. @throws Problem */
export async function findCallers(phone: string, signal: AbortSignal): Promise<readonly Caller[]> {
  const { callers } = await get<{ callers: Caller[] }>("/v1/callers", { phone: phone.normalize("NFKC") }, { signal });
  for (const { client, contact } of callers) {
    take("client", client);
    if (contact) take("contact", contact);
  }
  return callers;
}
