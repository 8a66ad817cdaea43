/**
 * The counts behind the daily summary. Each query walks one index of `tickets` over the tickets it counts, never over the
 * whole table. A ticket counts for the line it is in now.
 */
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { Age, OpenGroup, OpenTicket, Questions } from '../domain/daily-summary';
import { AGES } from '../domain/daily-summary';
import type { Priority } from '../domain/priority';
import type { LineKey } from '../domain/support-line';
import type { Ticket } from '../domain/ticket';
import { inquiries, tickets } from './schema';
import { Table } from './table';

/** From a moment up to, not including, another. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** MySQL gives a count as text. */
type Count = string | number;

export class SummaryNumbers {
  constructor(private readonly manager: EntityManager) {}

  opened(line: LineKey, span: Span): Promise<number> {
    return this.within(line, 'openedAt', span).getCount();
  }

  /** From opening to resolution, of each ticket resolved in the span, in milliseconds. */
  resolutionTimes(line: LineKey, span: Span): Promise<number[]> {
    return this.times(line, 'resolvedAt', span);
  }

  /** From opening to the first response, of each ticket first answered in the span, in milliseconds. */
  firstResponseTimes(line: LineKey, span: Span): Promise<number[]> {
    return this.times(line, 'firstResponseAt', span);
  }

  /** How many of a line's tickets were opened, or resolved, between each of these moments and the next. */
  async perDay(
    line: LineKey,
    column: 'openedAt' | 'resolvedAt',
    starts: readonly Date[],
    end: Date,
  ): Promise<number[]> {
    const from = starts[0];
    if (from === undefined) return [];
    const rows = await this.within(line, column, { from, to: end })
      .select(step(`t.${column}`, [...starts].reverse()), 'bucket')
      .addSelect('COUNT(*)', 'count')
      .groupBy('bucket')
      .getRawMany<{ bucket: Count; count: Count }>();
    return starts.map((_, index) => {
      const row = rows.find(({ bucket }) => Number(bucket) === starts.length - 1 - index);
      return Number(row?.count ?? 0);
    });
  }

  openAt(line: LineKey, moment: Date): Promise<number> {
    return this.open(line, moment).getCount();
  }

  /** The tickets open at a moment, counted. `ageStarts`: since when a ticket is of each age but the oldest, newest first. */
  async openGroups(line: LineKey, moment: Date, ageStarts: readonly Date[]): Promise<OpenGroup[]> {
    const rows = await this.open(line, moment)
      .select('t.priority', 'priority')
      .addSelect(step('t.openedAt', ageStarts), 'bucket')
      // Who held it then is not kept in a column; nobody had answered it is the next best.
      .addSelect('CASE WHEN t.assignee IS NULL OR t.firstResponseAt >= :at THEN 1 ELSE 0 END', 'unclaimed')
      .addSelect('COUNT(*)', 'count')
      .groupBy('priority')
      .addGroupBy('bucket')
      .addGroupBy('unclaimed')
      .getRawMany<{ priority: Priority; bucket: Count; unclaimed: Count; count: Count }>();
    return rows.map(({ priority, bucket, unclaimed, count }) => ({
      priority,
      age: AGES[Number(bucket)] as Age,
      unclaimed: Number(unclaimed) === 1,
      count: Number(count),
    }));
  }

  async oldestOpen(line: LineKey, moment: Date, limit: number): Promise<OpenTicket[]> {
    // First which they are, off the index alone, and then the few rows.
    const oldest = await this.open(line, moment)
      .select(['t.id AS id', 't.openedAt + 0 AS since'])
      .orderBy('since', 'ASC')
      .addOrderBy('id', 'ASC')
      .limit(limit)
      .getRawMany<{ id: number; since: Count }>();
    const rows = await new Table(tickets, this.manager).find({ id: oldest.map(({ id }) => id) });
    const subjects = new Map(rows.map(({ id, subject }) => [id, subject]));
    return oldest.map(({ id, since }) => ({ id, subject: subjects.get(id) ?? '', openedAt: new Date(Number(since)) }));
  }

  /** Questions asked in the span, and how they ended since. */
  async questions({ from, to }: Span): Promise<Questions> {
    const row = await this.manager
      .createQueryBuilder(inquiries, 'q')
      .select('COUNT(*)', 'asked')
      .addSelect("SUM(CASE WHEN q.outcome = 'solved' THEN 1 ELSE 0 END)", 'solved')
      .addSelect("SUM(CASE WHEN q.suggested = '[]' THEN 1 ELSE 0 END)", 'unanswered')
      .where('q.askedAt >= :from AND q.askedAt < :to', { from: from.getTime(), to: to.getTime() })
      .getRawOne<{ asked: Count; solved: Count | null; unanswered: Count | null }>();
    return {
      asked: Number(row?.asked ?? 0),
      solved: Number(row?.solved ?? 0),
      unanswered: Number(row?.unanswered ?? 0),
    };
  }

  private async times(line: LineKey, column: 'resolvedAt' | 'firstResponseAt', span: Span): Promise<number[]> {
    const rows = await this.within(line, column, span)
      .select(`t.${column} - t.openedAt`, 'ms')
      .getRawMany<{ ms: Count }>();
    return rows.map(({ ms }) => Number(ms));
  }

  private within(line: LineKey, column: keyof Ticket, { from, to }: Span): SelectQueryBuilder<Ticket> {
    return this.manager
      .createQueryBuilder(tickets, 't')
      .where(`t.line = :line AND t.${column} >= :from AND t.${column} < :to`, {
        line,
        from: from.getTime(),
        to: to.getTime(),
      });
  }

  /**
   * Opened before the moment and not resolved before it; a closed ticket keeps its `resolvedAt`. `+ 0` keeps the databases
   * from walking every ticket ever opened by that column's index: few are open, and those are side by side in the other.
   */
  private open(line: LineKey, moment: Date): SelectQueryBuilder<Ticket> {
    return this.manager
      .createQueryBuilder(tickets, 't')
      .where('((t.line = :line AND t.resolvedAt IS NULL) OR (t.line = :line AND t.resolvedAt >= :at))', {
        line,
        at: moment.getTime(),
      })
      .andWhere('t.openedAt + 0 < :at');
  }
}

/** Of moments, newest first, the index of the first that the column has reached; their number when it reached none. */
function step(column: string, moments: readonly Date[]): string {
  const cases = moments.map((moment, index) => `WHEN ${column} >= ${moment.getTime()} THEN ${index}`);
  return `CASE ${cases.join(' ')} ELSE ${moments.length} END`;
}
