/** Checklists that are being changed, kept in the browser so that a closed tab loses nothing. */
import type { Template } from "./template";

const key = (family: string) => `onsite.checklist.${family}`;

/** The draft of a family, if there is one; one that can't be read is none. */
export function draftOf(family: string): Template | null {
  try {
    const kept = localStorage.getItem(key(family));
    return kept ? (JSON.parse(kept) as Template) : null;
  } catch {
    return null;
  }
}

/** Keeps a draft where the browser allows it. */
export function keepDraft(family: string, template: Template | null): void {
  try {
    if (template) localStorage.setItem(key(family), JSON.stringify(template));
    else localStorage.removeItem(key(family));
  } catch {
    // What can't be kept holds until the page is left.
  }
}
