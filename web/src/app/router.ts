/** Where the user is: a path behind `#`, so that every screen has an address, Back works, and no server is needed. */
import { signal } from "@preact/signals";

export interface Place {
  path: string;
  query: URLSearchParams;
}

function read(): Place {
  const [path = "", query = ""] = window.location.hash.replace(/^#/, "").split("?");
  return { path: path || "/", query: new URLSearchParams(query) };
}

/** The place shown. */
export const place = signal<Place>(read());

/** How many of the app's own entries lie before this one in the history. */
const depth = (): number => (typeof history.state?.depth === "number" ? history.state.depth : 0);
let known = depth();

window.addEventListener("hashchange", () => {
  // An entry without a depth is new; one with it was come back to.
  if (typeof history.state?.depth === "number") known = history.state.depth;
  else history.replaceState({ depth: ++known }, "");
  place.value = read();
});

/** The address of a path, for links. */
export const to = (path: string): string => `#${path}`;

/** Goes to a path; `replace` puts it in the place of this entry, as after a form that is done. */
export function go(path: string, how: { replace?: boolean } = {}): void {
  if (how.replace) {
    history.replaceState({ depth: depth() }, "", to(path));
    place.value = read();
  } else {
    window.location.hash = path;
  }
}

/** Goes back to where the user came from, or up where they came from outside. */
export function back(up: string): void {
  if (depth() > 0) history.back();
  else go(up, { replace: true });
}

/** The parts of a path that a pattern such as `/visits/:id` names; `null` if it is another path. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split("/");
  const have = path.split("/");
  if (want.length !== have.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of want.entries()) {
    const value = have[index] ?? "";
    if (part.startsWith(":")) found[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return found;
}
