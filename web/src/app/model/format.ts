/** Times, spans and sizes in the user's language; times in the zone of the site they belong to. */
import { language, t } from "../../i18n";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | undefined, options: Intl.DateTimeFormatOptions, locale: string = language()): Intl.DateTimeFormat {
  const key = `${locale} ${zone ?? ""} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { ...options, ...(zone ? { timeZone: zone } : {}) });
    formats.set(key, found);
  }
  return found;
}

type When = string | number | Date;

/** `14:30`. */
export const clockTime = (at: When, zone?: string): string =>
  format(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

/** `Mon, 30 Nov`. */
export const shortDate = (at: When, zone?: string): string =>
  format(zone, { weekday: "short", day: "numeric", month: "short" }).format(new Date(at));

/** `30 November 2026`. */
export const longDate = (at: When, zone?: string): string =>
  format(zone, { day: "numeric", month: "long", year: "numeric" }).format(new Date(at));

/** `30 Nov 2026, 14:30`. */
export const dateAndTime = (at: When, zone?: string): string =>
  format(zone, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));

/** `November 2026`. */
export const month = (at: When): string => format(undefined, { month: "long", year: "numeric" }).format(new Date(at));

/** `Mon`. */
export const weekday = (at: When): string => format(undefined, { weekday: "short" }).format(new Date(at));

/** The day a time falls on in a zone, as `2026-11-30`, which sorts. */
export const dayOf = (at: When, zone?: string): string =>
  format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA").format(new Date(at));

/** A time, with its date where that is not today. */
export function when(at: When, now: number, zone?: string): string {
  return dayOf(at, zone) === dayOf(now, zone) ? clockTime(at, zone) : `${shortDate(at, zone)} ${clockTime(at, zone)}`;
}

/** A span in words, rounded down to minutes. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  return minutes < 60 ? t().ui.minutes(minutes) : t().ui.hours(Math.floor(minutes / 60), minutes % 60);
}

/** `3 minutes ago`, in the language's own words. */
export function ago(at: number, now: number): string {
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  const seconds = Math.round((at - now) / 1000);
  if (Math.abs(seconds) < 60) return relative.format(0, "minute");
  if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** `3.4 MB`. */
export function bytes(count: number): string {
  const unit = count < 1_000_000 ? "kilobyte" : count < 1_000_000_000 ? "megabyte" : "gigabyte";
  const divide = { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
  return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(count / divide);
}

/** `5,000`. */
export const count = (of: number): string => new Intl.NumberFormat(language()).format(of);

/** What a `datetime-local` input holds for a time, in the phone's own zone. */
export function toLocalInput(at: When): string {
  const date = new Date(at);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
