/** What a list shows stands in its address, so that a link to it can be kept and Back goes one step back. */
import { go, place } from "../../app/router";

/** A path with some of its parameters changed; empty ones are taken off. */
export function withParameters(path: string, query: URLSearchParams, changes: Readonly<Record<string, string | null>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value);
    else next.delete(name);
  }
  const text = next.toString();
  return text ? `${path}?${text}` : path;
}

/** The address with other parameters, for links. */
export const addressWith = (changes: Readonly<Record<string, string | null>>): string =>
  `#${withParameters(place.value.path, place.value.query, changes)}`;

/** Changes parameters of the present address. What is opened is a step in the history; a filter is not. */
export const setParameters = (changes: Readonly<Record<string, string | null>>, how: { step?: boolean } = {}): void =>
  go(withParameters(place.peek().path, place.peek().query, changes), { replace: !how.step });
