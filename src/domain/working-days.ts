/**
 * Local dates, and which of them one daily summary covers. The only file that knows time zones: everything else has
 * moments (`Date`) and local dates (`YYYY-MM-DD`).
 */
import { DateTime } from 'luxon';
import type { SummarySchedule } from './support-line';

/** A date on the wall calendar, `YYYY-MM-DD`. */
export type LocalDate = string;

/** Whole local days, from the first one's midnight up to (not including) the midnight after the last. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
  readonly firstDay: LocalDate;
  readonly lastDay: LocalDate;
}

export type WorkingDays = Pick<SummarySchedule, 'days' | 'timezone'>;

/** The date on the wall there, at this moment. */
export function localDate(moment: Date, timezone: string): LocalDate {
  return DateTime.fromJSDate(moment, { zone: timezone }).toFormat('yyyy-MM-dd');
}

/** The moment a local day begins: midnight, or what follows it where the clock skips midnight. */
export function startOfDay(date: LocalDate, timezone: string): Date {
  const start = DateTime.fromISO(date, { zone: timezone });
  // Where the clock goes back at 01:00 midnight comes twice, and Luxon takes the second one.
  const earlier = start.minus({ hours: 1 });
  return (earlier.toISODate() === date ? earlier : start).toJSDate();
}

/** The same time on the wall so many days earlier. */
export function daysBefore(moment: Date, days: number, timezone: string): Date {
  return DateTime.fromJSDate(moment, { zone: timezone }).minus({ days }).toJSDate();
}

export function plusDays(date: LocalDate, days: number): LocalDate {
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd');
}

/** Whether the text is a date that exists, as `YYYY-MM-DD`. */
export function isLocalDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

function isWorkingDay(date: LocalDate, days: readonly number[]): boolean {
  return days.includes(DateTime.fromISO(date, { zone: 'utc' }).weekday);
}

/** The nearest working day before; where there are none at all, the day before. */
export function previousWorkingDay(date: LocalDate, days: readonly number[]): LocalDate {
  return nearestWorkingDay(date, days, -1);
}

function nearestWorkingDay(date: LocalDate, days: readonly number[], step: 1 | -1): LocalDate {
  for (let away = 1; away <= 7; away += 1) {
    const candidate = plusDays(date, step * away);
    if (isWorkingDay(candidate, days)) return candidate;
  }
  return plusDays(date, step);
}

/** What the summary of a day covers: a working day with the days off that follow it, or a day off alone. */
export function periodOf(day: LocalDate, { days, timezone }: WorkingDays): Period {
  const next = isWorkingDay(day, days) ? nearestWorkingDay(day, days, 1) : plusDays(day, 1);
  return {
    from: startOfDay(day, timezone),
    to: startOfDay(next, timezone),
    firstDay: day,
    lastDay: plusDays(next, -1),
  };
}

/** What the summary of a day is compared with: the summary before it, or for a day off the day before. */
export function periodBefore(day: LocalDate, { days, timezone }: WorkingDays): Period {
  if (isWorkingDay(day, days)) return periodOf(previousWorkingDay(day, days), { days, timezone });
  return periodOf(plusDays(day, -1), { days: [], timezone });
}

/**
 * The local date whose summary should be out by now: from its hour until midnight of a working day. By the wall clock, so
 * an hour that is skipped in spring is due when the clock jumps past it; null when nothing is due.
 */
export function dueDate({ at, days, timezone }: SummarySchedule, now: Date): LocalDate | null {
  const date = localDate(now, timezone);
  const wall = DateTime.fromJSDate(now, { zone: timezone }).toFormat('HH:mm');
  return isWorkingDay(date, days) && wall >= at ? date : null;
}
