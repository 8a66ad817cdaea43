/** Questions, and how they ended. */
import type { EntityManager } from 'typeorm';
import type { ArticleId } from '../domain/article';
import type { AskedQuestion } from '../domain/article-report';
import type { Inquiry } from '../domain/inquiry';
import { inquiries } from './schema';
import { Table } from './table';

export class Inquiries {
  private readonly table: Table<Inquiry>;

  constructor(private readonly manager: EntityManager) {
    this.table = new Table(inquiries, manager);
  }

  find(id: number): Promise<Inquiry | null> {
    return this.table.one({ id });
  }

  async add(inquiry: Omit<Inquiry, 'id'>): Promise<Inquiry> {
    return { ...inquiry, id: await this.table.insert(inquiry) };
  }

  async settle(id: number, outcome: 'solved' | 'ticket', solvedBy: ArticleId | null, at: Date): Promise<void> {
    // By the latest every process sees that there is something to learn. Of a ticket its event tells.
    const settledAt = outcome === 'ticket' ? at : await laterThanAll(this.manager, 'settledAt', at);
    await this.table.set({ id }, { outcome, solvedBy, settledAt });
  }

  /**
   * What was asked in a time, oldest first, `limit` of them after inquiry `afterId`; the words only of what nothing was found for.
   * Rows as they are: a report reads very many, and making entities of them takes most of its time.
   */
  async outcomes(from: Date, to: Date, limit: number, afterId: number): Promise<AskedQuestion[]> {
    const rows = await this.manager
      .createQueryBuilder(inquiries, 'q')
      .select('q.id', 'id')
      .addSelect('q.suggested', 'suggested')
      .addSelect('q.outcome', 'outcome')
      .addSelect('q.language', 'language')
      .addSelect("CASE WHEN q.suggested = '[]' THEN q.text ELSE '' END", 'text')
      .where('q.id > :afterId AND q.askedAt >= :from AND q.askedAt < :to', {
        ...{ afterId, from: from.getTime(), to: to.getTime() },
      })
      .orderBy('q.id', 'ASC')
      .limit(limit)
      .getRawMany<Omit<AskedQuestion, 'id' | 'suggested'> & { id: number | string; suggested: string }>();
    return rows.map((row) => ({ ...row, id: Number(row.id), suggested: JSON.parse(row.suggested) as ArticleId[] }));
  }
}

/** A time after that of all others, whatever the clock says; `at` when that is. */
export async function laterThanAll(manager: EntityManager, column: 'settledAt' | 'erasedAt', at: Date): Promise<Date> {
  const query = manager.createQueryBuilder(inquiries, 'q').select(`MAX(q.${column})`, 'latest');
  const latestMs = Number((await query.getRawOne<{ latest: string | number | null }>())?.latest ?? 0);
  return new Date(Math.max(at.getTime(), latestMs + 1));
}
