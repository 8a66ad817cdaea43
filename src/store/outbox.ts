/**
 * What others are still to be told. Rows are written beside the change they report; couriers of any number of processes
 * take them by a lease, one at a time in each lane.
 */
import { In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { keyOf, laneOf } from '../domain/announcement';
import type { Posting } from '../domain/announcement';
import { platformOf } from '../domain/person';
import type { OutboxRow } from './rows';
import { KEY_LENGTH, outbox, pauses } from './schema';
import { Table } from './table';

/** How long a courier has a row before another may take it up; it renews the lease while it is at work. */
export const LEASE_MS = 30_000;
/** Nobody waits longer: what is due later than this was written by a clock that was wrong. */
const LONGEST_WAIT_MS = 2 * 60 * 60_000;

/** How much still waits. */
export interface OutboxState {
  readonly waiting: number;
  /** The oldest row that should have been delivered by now. */
  readonly oldest: Date | null;
}

// Another courier may have learnt meanwhile that the place, or the whole chat, wants a pause.
const LEASE = `UPDATE \`outbox\` SET \`attempts\` = \`attempts\` + 1, \`leasedUntil\` = ?, \`doubtfulSince\` = ?
  WHERE \`id\` = ? AND \`attempts\` = ? AND \`settledAt\` IS NULL AND NOT EXISTS
  (SELECT 1 FROM \`pauses\` WHERE \`place\` IN (?, ?) AND \`until\` > ? AND \`until\` < ?)`;

const RENEWAL = `UPDATE \`outbox\` SET \`leasedUntil\` = ?
  WHERE \`id\` = ? AND \`attempts\` = ? AND \`settledAt\` IS NULL AND \`leasedUntil\` IS NOT NULL`;

export class Outbox {
  private readonly table: Table<OutboxRow>;

  constructor(private readonly manager: EntityManager) {
    this.table = new Table(outbox, manager);
  }

  /** Adds what is not announced yet; the same announcement twice is one. */
  async add(postings: readonly Posting[], cause: string, at: Date, dueAt = at): Promise<void> {
    const rows = rowsOf(postings, cause, at, dueAt);
    if (rows.length > 0) await this.table.upsert(rows, ['key'], ['key']);
  }

  /** The same, for whoever must know. @returns how many were not announced yet */
  async addNew(postings: readonly Posting[], cause: string, at: Date): Promise<number> {
    const rows = rowsOf(postings, cause, at, at);
    const known = new Set((await this.table.find({ key: rows.map(({ key }) => key) })).map(({ key }) => key));
    const fresh = rows.filter(({ key }) => !known.has(key));
    // One that somebody else adds meanwhile is taken, and all of this is done once more.
    if (fresh.length > 0) await this.table.append(...fresh);
    return fresh.length;
  }

  /**
   * Rows that may be delivered now: due, on nobody's lease, the oldest of their lane, and in a place that is not left alone.
   * @param skip places that are left out besides
   */
  async due(now: Date, limit: number, skip: readonly string[] = []): Promise<OutboxRow[]> {
    const ms = now.getTime();
    const query = this.manager
      .createQueryBuilder(outbox, 'o')
      .where('o.settledAt IS NULL')
      // "+ 0": read in the order of ids up to the limit, not every row that is due and then sorted.
      .andWhere('(o.dueAt + 0 <= :ms OR o.dueAt + 0 > :never)', { ms, never: ms + LONGEST_WAIT_MS })
      .andWhere('(o.leasedUntil IS NULL OR o.leasedUntil <= :ms OR o.leasedUntil > :longest)', {
        longest: ms + 2 * LEASE_MS,
      });
    leaveOut(query, [...skip, ...(await this.resting(now))]);
    return query
      .andWhere((query) => {
        const earlier = query.subQuery().select('1').from(outbox, 'p');
        return `NOT EXISTS ${earlier.where('p.lane = o.lane AND p.settledAt IS NULL AND p.id < o.id').getQuery()}`;
      })
      .orderBy('o.id', 'ASC')
      .take(limit)
      .getMany();
  }

  /** Takes one row for a while. @returns whether it is ours: of several couriers exactly one gets it. */
  async lease(row: OutboxRow, now: Date, until: Date): Promise<boolean> {
    const ms = now.getTime();
    const taken = await this.table.change(this.table.quoted(LEASE), [
      ...[until.getTime(), row.doubtfulSince?.getTime() ?? ms, row.id, row.attempts],
      ...[row.place, `${platformOf(row.place)}:`, ms, ms + LONGEST_WAIT_MS],
    ]);
    return taken === 1;
  }

  /** Keeps a lease for longer. @returns false when somebody else took the row up meanwhile, or it is settled */
  async renew(row: OutboxRow, until: Date): Promise<boolean> {
    return (await this.table.change(this.table.quoted(RENEWAL), [until.getTime(), row.id, row.attempts])) === 1;
  }

  /**
   * Done, or given up with the reason. `row` is as leased: a courier that was overtaken changes nothing.
   * @returns whether it was not
   */
  async settle(row: OutboxRow, at: Date, failure: string | null): Promise<boolean> {
    const mine = { id: row.id, attempts: row.attempts };
    return (await this.table.update(mine, { settledAt: at, leasedUntil: null, failure })) === 1;
  }

  /** To be tried again at `dueAt`. */
  async postpone(row: OutboxRow, dueAt: Date, failure: string, doubtfulSince: Date | null): Promise<void> {
    const mine = { id: row.id, attempts: row.attempts };
    await this.table.set(mine, { dueAt, leasedUntil: null, failure, doubtfulSince });
  }

  /**
   * Leaves one place (`slack:C1`) alone, or a whole platform (`slack:`), as its rate limit asks. One row for the place, not
   * one for each that waits for it: that may be very many.
   */
  async holdBack(place: string, until: Date): Promise<void> {
    const known = await this.manager.findOneBy(pauses, { place });
    if (known === null) await this.manager.insert(pauses, { place, until });
    else if (known.until < until) await this.manager.update(pauses, { place }, { until });
  }

  /** Makes what was held back for these places due now. */
  async release(places: readonly string[], now: Date): Promise<void> {
    const place = In([...places]);
    await this.manager.delete(pauses, { place });
    await this.manager.update(outbox, { place, settledAt: IsNull(), dueAt: MoreThan(now) }, { dueAt: now });
  }

  /** The places and platforms that are left alone at this moment. */
  async resting(now: Date): Promise<string[]> {
    const rows = await this.manager.findBy(pauses, { until: MoreThan(now) });
    return rows.filter(({ until }) => until.getTime() - now.getTime() < LONGEST_WAIT_MS).map(({ place }) => place);
  }

  async state(now: Date): Promise<OutboxState> {
    const ms = now.getTime();
    const late = this.manager
      .createQueryBuilder(outbox, 'o')
      .select('MIN(o.createdAt)', 'oldest')
      .where('o.settledAt IS NULL AND o.dueAt <= :ms', { ms });
    leaveOut(late, await this.resting(now));
    const oldest = (await late.getRawOne<{ oldest: string | number | null }>())?.oldest ?? null;
    return {
      waiting: await this.manager.countBy(outbox, { settledAt: IsNull() }),
      oldest: oldest === null ? null : new Date(Number(oldest)),
    };
  }

  /** The oldest rows of a place that may have been posted, though nobody has noted where. */
  inDoubt(place: string, limit: number): Promise<OutboxRow[]> {
    const where = { place, settledAt: IsNull(), doubtfulSince: Not(IsNull()) };
    return this.manager.find(outbox, { where, order: { id: 'ASC' }, take: limit });
  }

  /** Places that cannot be reached, with what their chat said, newest failure of each. */
  async failures(limit: number): Promise<Pick<OutboxRow, 'place' | 'failure' | 'key' | 'attempts'>[]> {
    return this.manager
      .createQueryBuilder(outbox, 'o')
      .where('o.settledAt IS NULL AND o.failure IS NOT NULL')
      .orderBy('o.id', 'DESC')
      .take(limit)
      .getMany();
  }

  async prune(before: Date): Promise<void> {
    await this.manager.delete(outbox, { settledAt: LessThan(before) });
    await this.manager.delete(pauses, { until: LessThan(before) });
  }
}

function rowsOf(postings: readonly Posting[], cause: string, at: Date, dueAt: Date) {
  const byKey = new Map(postings.map((posting) => [keyOf(posting), posting]));
  return [...byKey].map(([key, posting]) => ({
    key,
    lane: laneOf(posting),
    place: posting.to,
    payload: posting.what,
    cause: cause.slice(0, KEY_LENGTH),
    attempts: 0,
    createdAt: at,
    dueAt,
  }));
}

/** Leaves rows out of a query over `o`. @param skip places (`slack:C1`) and platforms (`slack:`) */
export function leaveOut<T extends object>(query: SelectQueryBuilder<T>, skip: readonly string[]): void {
  const places = skip.filter((each) => !isPlatform(each));
  if (places.length > 0) query.andWhere('o.place NOT IN (:...places)', { places });
  skip.filter(isPlatform).forEach((platform, index) => {
    query.andWhere(`o.place NOT LIKE :platform${index}`, { [`platform${index}`]: `${platform}%` });
  });
}

function isPlatform(place: string): boolean {
  return place.endsWith(':');
}
