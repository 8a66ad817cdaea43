/** What a manager reads each morning: the numbers of one period, beside those of the period before. Pure arithmetic. */
import type { ArticleNeeds } from './article-report';
import type { Priority } from './priority';
import { PRIORITIES } from './priority';
import type { LineKey } from './support-line';
import type { LocalDate, Period } from './working-days';

/** How long a ticket has been open, in whole days at the period's end: 0, 1 to 3, 4 to 7, 8 or more. */
export const AGES = ['day', 'days', 'week', 'older'] as const;
export type Age = (typeof AGES)[number];
/** The calendar days that each age but the last reaches back from the period's last day; of half a day, from the same time the day before. */
export const AGE_REACHES_BACK_DAYS: readonly number[] = [0, 3, 7];

/** How many days the trend shows. */
export const TREND_DAYS = 14;
/** How many of the oldest open tickets are named. */
export const OLDEST_SHOWN = 3;

/** What was counted in one period. */
export interface Counted {
  readonly opened: number;
  /** Of each ticket resolved in it, from opening to resolution. */
  readonly resolutionTimesMs: readonly number[];
  /** Of each ticket first answered or claimed in it, from opening to that. */
  readonly firstResponseTimesMs: readonly number[];
  /** Tickets open at its end. */
  readonly stillOpen: number;
  /** Null for a line that takes no questions. */
  readonly questions: Questions | null;
}

export interface Questions {
  readonly asked: number;
  /** Answered by the knowledge base, so that no ticket was needed. */
  readonly solved: number;
  /** Those for which nothing was found. */
  readonly unanswered: number;
}

/** Open tickets that are alike. */
export interface OpenGroup {
  readonly priority: Priority;
  readonly age: Age;
  readonly unclaimed: boolean;
  readonly count: number;
}

export interface OpenTicket {
  readonly id: number;
  readonly subject: string;
  readonly openedAt: Date;
}

/** Of each day of the trend, oldest first. */
interface DayCounts {
  readonly days: readonly LocalDate[];
  readonly opened: readonly number[];
  readonly resolved: readonly number[];
}

export interface Figures {
  readonly period: Period;
  readonly opened: number;
  readonly resolved: number;
  readonly stillOpen: number;
  /** Null when nothing was answered. */
  readonly medianFirstResponseMs: number | null;
  /** Null when nothing was resolved. */
  readonly medianResolutionMs: number | null;
  readonly questions: Questions | null;
}

interface TrendDay {
  readonly date: LocalDate;
  readonly opened: number;
  readonly resolved: number;
  /** At the end of the day. */
  readonly stillOpen: number;
}

export interface DailySummary {
  readonly line: LineKey;
  readonly lineName: string;
  readonly timezone: string;
  /** Whether the period has not ended yet; the period before is then cut to the same length. */
  readonly soFar: boolean;
  readonly current: Figures;
  readonly before: Figures;
  /** The tickets open at the period's end. */
  readonly open: {
    readonly byPriority: Readonly<Record<Priority, number>>;
    readonly byAge: Readonly<Record<Age, number>>;
    readonly unclaimed: number;
    /** Oldest first. */
    readonly oldest: readonly OpenTicket[];
  };
  /** Fourteen days up to the period's last, oldest first. */
  readonly trend: readonly TrendDay[];
  /** Null for a line that takes no questions. */
  readonly articles: ArticleNeeds | null;
}

export interface SummaryRows extends Pick<DailySummary, 'line' | 'lineName' | 'timezone' | 'soFar' | 'articles'> {
  readonly current: Counted & { readonly period: Period };
  readonly before: Counted & { readonly period: Period };
  readonly open: readonly OpenGroup[];
  readonly oldest: readonly OpenTicket[];
  readonly days: DayCounts;
}

export function summarise({ current, before, open, oldest, days, ...line }: SummaryRows): DailySummary {
  const count = (these: (group: OpenGroup) => boolean): number => sum(open.filter(these).map((group) => group.count));
  const by = <K extends string>(keys: readonly K[], of: (group: OpenGroup) => K): Record<K, number> =>
    Object.fromEntries(keys.map((key) => [key, count((group) => of(group) === key)])) as Record<K, number>;
  return {
    ...line,
    current: figures(current),
    before: figures(before),
    open: {
      byPriority: by(PRIORITIES, (group) => group.priority),
      byAge: by(AGES, (group) => group.age),
      unclaimed: count((group) => group.unclaimed),
      oldest,
    },
    trend: trend(days, current.stillOpen),
  };
}

function figures(counted: Counted & { readonly period: Period }): Figures {
  const { period, opened, stillOpen, questions, resolutionTimesMs, firstResponseTimesMs } = counted;
  return {
    period,
    opened,
    resolved: resolutionTimesMs.length,
    stillOpen,
    medianFirstResponseMs: median(firstResponseTimesMs),
    medianResolutionMs: median(resolutionTimesMs),
    questions,
  };
}

/** Walks back from the last evening: the evening before had as many open, less those opened since, plus those resolved. */
function trend({ days, opened, resolved }: DayCounts, stillOpen: number): TrendDay[] {
  const walked: TrendDay[] = [];
  let open = stillOpen;
  for (let index = days.length - 1; index >= 0; index -= 1) {
    const day = { date: days[index] ?? '', opened: opened[index] ?? 0, resolved: resolved[index] ?? 0 };
    walked.unshift({ ...day, stillOpen: open });
    open += day.resolved - day.opened;
  }
  return walked;
}

/** The middle one, or the mean of the two in the middle; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Nothing came in, nothing was resolved and nobody asked. */
export function isQuiet({ current: { opened, resolved, questions } }: DailySummary): boolean {
  return opened === 0 && resolved === 0 && (questions?.asked ?? 0) === 0;
}

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One bar for each value, from nothing to the largest; only zero is drawn as the lowest bar. */
export function sparkline(values: readonly number[], largest = Math.max(...values)): string {
  return values.map((value) => BARS[largest === 0 ? 0 : Math.ceil((value / largest) * 7)]).join('');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
