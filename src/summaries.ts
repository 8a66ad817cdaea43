/**
 * The daily summary of each support line: its numbers, and telling the managers at their hour. A summary is announced like
 * everything else, by a row of the outbox whose key names line, local date and reader; that row is the only memory of it,
 * so a restart, a second process or a clock set back cannot announce it twice.
 */
import { readArticleReport, REPORT_DAYS } from './article-report';
import type { Clock } from './clock';
import type { Announcement, Posting } from './domain/announcement';
import type { ArticleNeeds } from './domain/article-report';
import { reportFor } from './domain/article-report';
import { agentsOfLine } from './domain/audience';
import type { Counted, DailySummary } from './domain/daily-summary';
import { AGE_REACHES_BACK_DAYS, OLDEST_SHOWN, summarise, TREND_DAYS } from './domain/daily-summary';
import type { LineKey, SummarySchedule, SupportLine } from './domain/support-line';
import type { LocalDate, Period } from './domain/working-days';
import {
  daysBefore,
  dueDate,
  isLocalDate,
  localDate,
  periodBefore,
  periodOf,
  plusDays,
  previousWorkingDay,
  startOfDay,
} from './domain/working-days';
import type { Session, Store } from './store/store';

export interface SummariesParts {
  readonly store: Store;
  /** The first line is the one that questions belong to. */
  readonly lines: readonly SupportLine[];
  readonly clock: Clock;
  /** After so many days without a change or a confirmation an article is old. */
  readonly staleAfterDays: number;
  /** Called after something was announced, so that it is delivered at once. */
  readonly onAnnounced: () => void;
}

/** For a desk where no line has a summary: an operator may still ask for one. */
const EVERY_DAY: SummarySchedule = { at: '00:00', days: [1, 2, 3, 4, 5, 6, 7], timezone: 'UTC' };

export class Summaries {
  constructor(private readonly parts: SummariesParts) {}

  /**
   * The numbers of a local day: of a working day with the days off after it, or of a day off alone; up to now when that has
   * not ended.
   * @throws RangeError when there is no such line or date, or the day has not begun.
   */
  async of(line: LineKey, day: LocalDate, now = this.parts.clock.now()): Promise<DailySummary> {
    const { timezone } = this.scheduleOf(this.line(line));
    if (!isLocalDate(day)) throw new RangeError(`"${day}" is not a date (YYYY-MM-DD)`);
    if (startOfDay(day, timezone) > now) throw new RangeError(`${day} has not begun yet in ${timezone}`);
    return this.measure(line, day, now);
  }

  /** The numbers of the day that is now, so far. @throws RangeError when there is no such line. */
  async today(line: LineKey, now: Date): Promise<DailySummary> {
    return this.measure(line, localDate(now, this.scheduleOf(this.line(line)).timezone), now);
  }

  /**
   * What the summary delivered on a local date says: the numbers of the working day before it. The same whatever the clock
   * says when it is drawn. @throws RangeError when there is no such line.
   */
  async deliveredOn(line: LineKey, date: LocalDate): Promise<DailySummary> {
    return this.measure(line, previousWorkingDay(date, this.scheduleOf(this.line(line)).days), null);
  }

  /**
   * Announces every summary whose hour has come today and that is not announced yet. Safe to call at any time from every
   * process. @returns how many managers are told.
   */
  async announceDue(now: Date): Promise<number> {
    let announced = 0;
    for (const { key, summary } of this.parts.lines) {
      const date = summary === null ? null : dueDate(summary, now);
      if (date !== null) announced += await this.announce(key, date);
    }
    return announced;
  }

  /**
   * Announces the summary of a line delivered on a local date, today's when absent, to whichever of its managers it is not announced yet.
   * @returns how many. @throws RangeError when there is no such line.
   */
  async announce(line: LineKey, date: LocalDate = this.localToday(line)): Promise<number> {
    return this.post(line, { kind: 'summary', line, date });
  }

  /**
   * Announces the numbers of a local day to every manager now, whether or not they had them at their hour.
   * @returns how many managers are told. @throws RangeError when there is no such line or date.
   */
  async sendNow(line: LineKey, day: LocalDate = this.localToday(line)): Promise<number> {
    if (!isLocalDate(day)) throw new RangeError(`"${day}" is not a date (YYYY-MM-DD)`);
    const again = this.parts.clock.now().getTime();
    return this.post(line, { kind: 'summary', line, date: plusDays(day, 1), again });
  }

  /** The working day that today's summary tells of. */
  lastWorkingDay(line: LineKey): LocalDate {
    return previousWorkingDay(this.localToday(line), this.scheduleOf(this.line(line)).days);
  }

  private localToday(line: LineKey): LocalDate {
    return localDate(this.parts.clock.now(), this.scheduleOf(this.line(line)).timezone);
  }

  private async post(line: LineKey, what: Extract<Announcement, { kind: 'summary' }>): Promise<number> {
    const postings: Posting[] = this.line(line).managers.map((to) => ({ to, what }));
    if (postings.length === 0) return 0;
    const at = this.parts.clock.now();
    const added = await this.parts.store.write(({ outbox }) =>
      outbox.addNew(postings, `summary:${line}:${what.date}`, at),
    );
    if (added > 0) this.parts.onAnnounced();
    return added;
  }

  private line(key: LineKey): SupportLine {
    const line = this.parts.lines.find((each) => each.key === key);
    if (line === undefined) throw new RangeError(`there is no support line "${key}"`);
    return line;
  }

  /** A line without a schedule keeps the days of the lines that have one. */
  private scheduleOf(line: SupportLine): SummarySchedule {
    return line.summary ?? this.parts.lines.find(({ summary }) => summary !== null)?.summary ?? EVERY_DAY;
  }

  /** @param now the moment to stop at; null when the period is measured to its end. */
  private async measure(key: LineKey, day: LocalDate, now: Date | null): Promise<DailySummary> {
    const line = this.line(key);
    const schedule = this.scheduleOf(line);
    const { timezone } = schedule;
    const whole = periodOf(day, schedule);
    const soFar = now !== null && now < whole.to;
    const period = soFar ? { ...whole, to: now, lastDay: localDate(now, timezone) } : whole;
    const before = soFar ? cutTo(periodBefore(day, schedule), period, timezone) : periodBefore(day, schedule);
    const back = (days: number): Date =>
      soFar ? daysBefore(now, days + 1, timezone) : startOfDay(plusDays(period.lastDay, -days), timezone);
    const days = Array.from({ length: TREND_DAYS }, (_, index) => plusDays(period.lastDay, index - TREND_DAYS + 1));
    const starts = days.map((date) => startOfDay(date, timezone));

    const articles = await this.articles(line, period.to);
    return this.parts.store.read(async (session) => {
      const { numbers } = session;
      const rows = {
        current: { period, ...(await this.count(session, key, period)) },
        before: { period: before, ...(await this.count(session, key, before)) },
        open: await numbers.openGroups(key, period.to, AGE_REACHES_BACK_DAYS.map(back)),
        oldest: await numbers.oldestOpen(key, period.to, OLDEST_SHOWN),
        days: {
          days,
          opened: await numbers.perDay(key, 'openedAt', starts, period.to),
          resolved: await numbers.perDay(key, 'resolvedAt', starts, period.to),
        },
      };
      return summarise({ line: key, lineName: line.name, timezone, soFar, articles, ...rows });
    });
  }

  /** As its managers see it: of articles that agents of their line may read. Counted of what is kept of the questions now. */
  private async articles(line: SupportLine, now: Date): Promise<ArticleNeeds | null> {
    const { store, lines, staleAfterDays } = this.parts;
    if (line.key !== lines[0]?.key) return null;
    const report = await readArticleReport(store, { now, days: REPORT_DAYS, staleAfterDays });
    const { failing, stale, missing } = reportFor(report, agentsOfLine(line));
    return { failing: failing.length, stale: stale.length, missing: missing.length };
  }

  private async count({ numbers }: Session, line: LineKey, period: Period): Promise<Counted> {
    return {
      opened: await numbers.opened(line, period),
      resolutionTimesMs: await numbers.resolutionTimes(line, period),
      firstResponseTimesMs: await numbers.firstResponseTimes(line, period),
      stillOpen: await numbers.openAt(line, period.to),
      questions: line === this.parts.lines[0]?.key ? await numbers.questions(period) : null,
    };
  }
}

/** A period up to the same time on the wall as a later one, so that half a day is compared with half a day. */
function cutTo(whole: Period, other: Period, timezone: string): Period {
  const apart = (Date.parse(other.firstDay) - Date.parse(whole.firstDay)) / 86_400_000;
  const to = new Date(Math.min(whole.to.getTime(), daysBefore(other.to, apart, timezone).getTime()));
  return { ...whole, to, lastDay: localDate(new Date(to.getTime() - 1), timezone) };
}
