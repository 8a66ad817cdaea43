/**
 * What others are still to be told. Rows are written beside the change they report; couriers of any number of processes
 * take them by a lease, one at a time in each lane.
 */
import { In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { keyOf, laneOf } from '../domain/announcement';
import type { Posting } from '../domain/announcement';
import type { OutboxRow } from './rows';
import { KEY_LENGTH, outbox } from './schema';

/** How much still waits. */
export interface OutboxState {
  readonly waiting: number;
  /** The oldest row that should have been delivered by now. */
  readonly oldest: Date | null;
}

export class Outbox {
  constructor(private readonly manager: EntityManager) {}

  /** Adds what is not announced yet; the same announcement twice is one. */
  async add(postings: readonly Posting[], cause: string, at: Date, dueAt = at): Promise<number> {
    let added = 0;
    for (const posting of postings) {
      const key = keyOf(posting);
      if (await this.manager.existsBy(outbox, { key })) continue;
      await this.manager.insert(outbox, {
        key,
        lane: laneOf(posting),
        place: posting.to,
        payload: posting.what as object,
        cause: cause.slice(0, KEY_LENGTH),
        attempts: 0,
        createdAt: at,
        dueAt,
        doubtfulSince: null,
        leasedUntil: null,
        settledAt: null,
        failure: null,
      });
      added += 1;
    }
    return added;
  }

  /**
   * Rows that may be delivered now: due, on nobody's lease, and the oldest of their lane.
   * @param skip places (`slack:C1`) and platforms (`slack:`) that are left out
   */
  due(now: Date, limit: number, skip: readonly string[] = []): Promise<OutboxRow[]> {
    const ms = now.getTime();
    const query = this.manager
      .createQueryBuilder(outbox, 'o')
      .where('o.settledAt IS NULL AND o.dueAt <= :ms AND (o.leasedUntil IS NULL OR o.leasedUntil <= :ms)', { ms });
    const [platforms, places] = [skip.filter(isPlatform), skip.filter((each) => !isPlatform(each))];
    if (places.length > 0) query.andWhere('o.place NOT IN (:...places)', { places });
    platforms.forEach((platform, index) => {
      query.andWhere(`o.place NOT LIKE :platform${index}`, { [`platform${index}`]: `${platform}%` });
    });
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
    const { affected } = await this.manager
      .createQueryBuilder()
      .update(outbox)
      .set({ attempts: row.attempts + 1, leasedUntil: until, doubtfulSince: row.doubtfulSince ?? now })
      .where('id = :id AND attempts = :attempts AND settledAt IS NULL', { id: row.id, attempts: row.attempts })
      // Another courier may have learnt meanwhile that the place wants a pause.
      .andWhere('dueAt <= :now', { now: now.getTime() })
      .execute();
    return affected === 1;
  }

  /** Done, or given up with the reason. `row` is as leased: a courier that was overtaken changes nothing. */
  async settle(row: OutboxRow, at: Date, failure: string | null): Promise<void> {
    await this.manager.update(
      outbox,
      { id: row.id, attempts: row.attempts },
      { settledAt: at, leasedUntil: null, failure },
    );
  }

  /** To be tried again at `dueAt`. */
  async postpone(row: OutboxRow, dueAt: Date, failure: string, doubtfulSince: Date | null): Promise<void> {
    await this.manager.update(
      outbox,
      { id: row.id, attempts: row.attempts },
      { dueAt, leasedUntil: null, failure, doubtfulSince },
    );
  }

  /** Holds back everything for one place (`slack:C1`), or for a whole platform (`slack:`), as its rate limit asks. */
  async holdBack(place: string, until: Date): Promise<void> {
    await this.manager
      .createQueryBuilder()
      .update(outbox)
      .set({ dueAt: until })
      .where('settledAt IS NULL AND dueAt < :until', { until: until.getTime() })
      .andWhere(isPlatform(place) ? 'place LIKE :place' : 'place = :place', {
        place: isPlatform(place) ? `${place}%` : place,
      })
      .execute();
  }

  /** Makes what was held back for these places due now. */
  async release(places: readonly string[], now: Date): Promise<void> {
    await this.manager.update(
      outbox,
      { place: In([...places]), settledAt: IsNull(), dueAt: MoreThan(now) },
      { dueAt: now },
    );
  }

  async state(now: Date): Promise<OutboxState> {
    const rows = (
      await this.manager
        .createQueryBuilder(outbox, 'o')
        .select('COUNT(*)', 'waiting')
        .addSelect('MIN(CASE WHEN o.dueAt <= :now THEN o.createdAt END)', 'oldest')
        .where('o.settledAt IS NULL', { now: now.getTime() })
        .getRawMany<{ waiting: string | number; oldest: string | number | null }>()
    )[0];
    const oldest = rows?.oldest ?? null;
    return { waiting: Number(rows?.waiting ?? 0), oldest: oldest === null ? null : new Date(Number(oldest)) };
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
  }
}

function isPlatform(place: string): boolean {
  return place.endsWith(':');
}
