/** Days and weeks in the zone of this desk, by the names addresses carry. */
import { dayOf } from "../../app/model/format";

/** `2026-11-30` as the moment it begins here; today for what is no day. */
export function dayStart(name: string | null): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(name ?? "") ?? [];
  const date = year ? new Date(Number(year), Number(month) - 1, Number(day)) : new Date();
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}

/** The day so many later; days of 23 and 25 hours count as one. */
export function addDays(day: number, count: number): number {
  const date = new Date(day);
  date.setDate(date.getDate() + count);
  return date.getTime();
}

/** The Monday of a day's week. */
export const monday = (day: number): number => addDays(day, -((new Date(day).getDay() + 6) % 7));

/** The days a view shows. */
export function daysOf(view: "day" | "week", day: number): number[] {
  if (view === "day") return [day];
  const first = monday(day);
  return Array.from({ length: 7 }, (_, index) => addDays(first, index));
}

/** A day's name in addresses. */
export const nameOfDay = (day: number): string => dayOf(day);
