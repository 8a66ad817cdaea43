/** The outbox as an operator looks at it and mends it. What couriers do with it is in `outbox.ts`. */
import { IsNull, MoreThan, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { OutboxRow } from './rows';
import { leaveOut, Outbox } from './outbox';
import { outbox, pauses } from './schema';

/**
 * `waiting` for its turn or its next try · `failing`: the last try failed, the next will come · `delivering` just now ·
 * `delivered` · `given-up`: never delivered, see the reason · `dropped` by an operator
 */
export const OUTBOX_STATES = ['waiting', 'failing', 'delivering', 'delivered', 'given-up', 'dropped'] as const;
export type OutboxRowState = (typeof OUTBOX_STATES)[number];

const DROPPED = 'dropped: ';

export function stateOf({ settledAt, failure, leasedUntil }: OutboxRow, now: Date): OutboxRowState {
  if (settledAt !== null) return failure === null ? 'delivered' : failure.startsWith(DROPPED) ? 'dropped' : 'given-up';
  if (leasedUntil !== null && leasedUntil > now) return 'delivering';
  return failure === null ? 'waiting' : 'failing';
}

/** Why nothing was changed. */
export type NotMended = 'delivered' | 'delivering';

export class OutboxDesk {
  constructor(private readonly manager: EntityManager) {}

  /** Newest first. @param settled null for both those that wait and those that do not. */
  list(settled: boolean | null, limit: number, beforeId?: number): Promise<OutboxRow[]> {
    const query = this.manager.createQueryBuilder(outbox, 'o').orderBy('o.id', 'DESC').take(limit);
    if (settled !== null) query.where(`o.settledAt IS ${settled ? 'NOT NULL' : 'NULL'}`);
    if (beforeId !== undefined) query.andWhere('o.id < :beforeId', { beforeId });
    return query.getMany();
  }

  /** By its number or its key. */
  find(name: string): Promise<OutboxRow | null> {
    return this.manager.findOneBy(outbox, /^\d{1,15}$/.test(name) ? { id: Number(name) } : { key: name });
  }

  /**
   * Due now, again if it was given up or dropped. One that may have been posted is looked for first, as ever.
   * @param anew posts it in any case, though it may be there already
   */
  async retry(row: OutboxRow, now: Date, anew = false): Promise<NotMended | null> {
    const state = stateOf(row, now);
    if (state === 'delivered' || state === 'delivering') return state;
    const { affected } = await this.manager.update(
      outbox,
      { id: row.id, attempts: row.attempts },
      { dueAt: now, leasedUntil: null, settledAt: null, failure: null, ...(anew ? { doubtfulSince: null } : {}) },
    );
    if (affected === 1) await this.manager.delete(pauses, { place: row.place });
    return affected === 1 ? null : 'delivering';
  }

  /** Never to be delivered. It stays to be seen, with the reason, until delivered rows of its day are forgotten too. */
  async drop(row: OutboxRow, reason: string, now: Date): Promise<NotMended | null> {
    const state = stateOf(row, now);
    if (state === 'delivered' || state === 'delivering') return state;
    const { affected } = await this.manager.update(
      outbox,
      { id: row.id, attempts: row.attempts },
      { settledAt: now, leasedUntil: null, failure: `${DROPPED}${reason}` },
    );
    return affected === 1 ? null : 'delivering';
  }

  /** Waiting rows that should have been taken long ago: due since before this moment, on nobody's lease, in no place that rests. */
  async stuck(before: Date): Promise<number> {
    const query = this.manager
      .createQueryBuilder(outbox, 'o')
      .where('o.settledAt IS NULL AND o.dueAt <= :before AND (o.leasedUntil IS NULL OR o.leasedUntil <= :before)', {
        before: before.getTime(),
      });
    leaveOut(query, await new Outbox(this.manager).resting(before));
    return query.getCount();
  }

  /** Settled with a reason since then. */
  async abandonedSince(since: Date): Promise<OutboxRow[]> {
    const where = { settledAt: MoreThan(since), failure: Not(IsNull()) };
    return this.manager.find(outbox, { where, order: { id: 'DESC' }, take: 100 });
  }
}
