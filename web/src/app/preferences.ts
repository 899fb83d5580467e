/** What the user chose on this phone: language and theme. Kept in localStorage, because it is needed before the first paint. */
import { signal } from "@preact/signals";

/** `auto`: like the phone. */
export type Theme = "auto" | "light" | "dark";

const KEYS = { language: "onsite.language", theme: "onsite.theme" } as const;

/** What was chosen, if anything; a browser that keeps nothing has no choice. */
export function recall(of: keyof typeof KEYS): string | null {
  try {
    return localStorage.getItem(KEYS[of]);
  } catch {
    return null;
  }
}

/** Keeps a choice where the browser allows it. */
export function remember(of: keyof typeof KEYS, value: string): void {
  try {
    localStorage.setItem(KEYS[of], value);
  } catch {
    // A choice that can't be kept holds until the page is closed.
  }
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");

/** The theme chosen. */
export const theme = signal<Theme>((recall("theme") as Theme | null) ?? "auto");

function apply(): void {
  const isDark = theme.value === "dark" || (theme.value === "auto" && dark.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isDark ? "#171b24" : "#ffffff");
}

/** Shows the theme, and follows the phone where that is wished; once. */
export function startTheme(): void {
  dark.addEventListener("change", apply);
  apply();
}

/** Chooses a theme. */
export function choose(next: Theme): void {
  theme.value = next;
  remember("theme", next);
  apply();
}
