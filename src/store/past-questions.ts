/** What was asked, with what became of it: the facts that the search learns from. */
import { In } from 'typeorm';
import type { EntityManager, EntitySchema, ObjectLiteral } from 'typeorm';
import type { ArticleId } from '../domain/article';
import type { Calibration } from '../domain/calibration';
import type { PastQuestion } from '../domain/experience';
import type { PersonId } from '../domain/person';
import type { ArticleRead } from './rows';
import { articleReads, calibrations, identityLinks, inquiries, ticketEvents, tickets } from './schema';
import { Table } from './table';

export class PastQuestions {
  constructor(private readonly manager: EntityManager) {}

  /** Notes that somebody opened an article for their question; once, however often they do. */
  async read(inquiryId: number, articleId: ArticleId, at: Date): Promise<void> {
    if (await this.manager.existsBy(articleReads, { inquiryId, articleId })) return;
    await this.manager.insert(articleReads, { inquiryId, articleId, at });
  }

  /** Which articles they opened for their questions, and when. */
  readsBy(ids: readonly PersonId[]): Promise<ArticleRead[]> {
    return this.manager
      .createQueryBuilder(articleReads, 'r')
      .innerJoin(inquiries.options.name, 'q', 'q.id = r.inquiryId')
      .where('q.person IN (:...ids)', { ids })
      .orderBy('r.id', 'ASC')
      .getMany();
  }

  /** The articles that somebody opened for their question, in that order. */
  async readFor(inquiryId: number): Promise<ArticleId[]> {
    const reads = await new Table(articleReads, this.manager).find({ inquiryId }, { by: 'id' });
    return reads.map(({ articleId }) => articleId);
  }

  /** Different whenever there may be something new to learn, or to forget; each is the end of an index. */
  async fingerprint(): Promise<string> {
    const from = <T extends ObjectLiteral>(table: EntitySchema<T>, column: keyof T & string) =>
      this.manager
        .createQueryBuilder(table, 'r')
        .select(`MAX(r.${column})`, 'newest')
        .getRawOne<{ newest: string | number | null }>();
    const newest = [await from(articleReads, 'id'), await from(ticketEvents, 'id')];
    for (const column of ['settledAt', 'erasedAt'] as const) newest.push(await from(inquiries, column));
    return newest.map((row) => row?.newest ?? '').join(':');
  }

  /**
   * Questions that something became of, newest first.
   * @param beforeId only those asked before this one
   */
  async page(since: Date, beforeId: number, limit: number): Promise<PastQuestion[]> {
    const page = await this.manager
      .createQueryBuilder(inquiries, 'q')
      .where('q.id < :beforeId AND q.askedAt >= :since', { beforeId, since: since.getTime() })
      .andWhere(
        (query) =>
          `(q.outcome <> 'open' OR EXISTS ${query.subQuery().select('1').from(articleReads, 'r').where('r.inquiryId = q.id').getQuery()})`,
      )
      .orderBy('q.id', 'DESC')
      .limit(limit)
      .getMany();
    const ids = In(page.map(({ id }) => id));
    if (page.length === 0) return [];
    const [reads, opened, links] = [
      await this.manager.findBy(articleReads, { inquiryId: ids }),
      await this.manager.findBy(tickets, { inquiryId: ids }),
      await this.manager.findBy(identityLinks, { state: 'same' }),
    ];
    // The same person by one of their ids, whichever they asked with.
    const one = new Map(
      links.flatMap(({ person, other }) => [person, other].map((id) => [id, [person, other].sort()[0]!])),
    );
    return page.map(({ intake: _intake, settledAt: _settledAt, ...inquiry }): PastQuestion => ({
      ...inquiry,
      person: one.get(inquiry.person) ?? inquiry.person,
      read: reads.filter(({ inquiryId }) => inquiryId === inquiry.id).map(({ articleId }) => articleId),
      ticket: opened.find(({ inquiryId }) => inquiryId === inquiry.id) ?? null,
    }));
  }

  /** The calibration in force; null when there is none, or it was taken back. */
  async calibration(): Promise<(Calibration & { readonly at: Date }) | null> {
    const [latest] = await this.manager.find(calibrations, { order: { id: 'DESC' }, take: 1 });
    return latest === undefined || latest.result === null ? null : { ...latest.result, at: latest.at };
  }

  /** Keeps a calibration for every process; null takes it back. */
  async calibrated(result: Calibration | null, at: Date): Promise<void> {
    await this.manager.insert(calibrations, { result, at });
  }
}
