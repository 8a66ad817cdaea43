/** Questions, and how they ended. */
import { MoreThan, MoreThanOrEqual } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { ArticleId } from '../domain/article';
import type { Inquiry } from '../domain/inquiry';
import { inquiries } from './schema';

export class Inquiries {
  constructor(private readonly manager: EntityManager) {}

  find(id: number): Promise<Inquiry | null> {
    return this.manager.findOneBy(inquiries, { id });
  }

  async add(inquiry: Omit<Inquiry, 'id'>): Promise<Inquiry> {
    const { identifiers } = await this.manager.insert(inquiries, inquiry);
    return { ...inquiry, id: Number(identifiers[0]?.['id']) };
  }

  async settle(id: number, outcome: 'solved' | 'ticket', solvedBy: ArticleId | null, at: Date): Promise<void> {
    await this.manager.update(inquiries, { id }, { outcome, solvedBy, settledAt: at });
  }

  /** Asked since then, oldest first, `limit` of them after inquiry `afterId`. */
  since(from: Date, limit: number, afterId: number): Promise<Inquiry[]> {
    const where = { askedAt: MoreThanOrEqual(from), id: MoreThan(afterId) };
    return this.manager.find(inquiries, { where, order: { id: 'ASC' }, take: limit });
  }
}
