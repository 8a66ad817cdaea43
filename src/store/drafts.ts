/** Drafts of articles, and the messages that show them for review. */
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { ArticleId } from '../domain/article';
import type { Draft } from '../domain/authoring';
import type { Address, PersonId } from '../domain/person';
import type { LineKey } from '../domain/support-line';
import type { DraftMessage } from './rows';
import { articleDrafts, draftMessages } from './schema';
import { Overtaken } from './tickets';

export class Drafts {
  constructor(private readonly manager: EntityManager) {}

  find(id: number): Promise<Draft | null> {
    return this.manager.findOneBy(articleDrafts, { id });
  }

  /** What was made from a ticket, if anything was. */
  ofOrigin(origin: string): Promise<Draft | null> {
    return this.manager.findOneBy(articleDrafts, { origin });
  }

  async add(draft: Omit<Draft, 'id'>): Promise<number> {
    const row = { ...draft, tags: [...draft.tags], authors: [...draft.authors] };
    const { identifiers } = await this.manager.insert(articleDrafts, row);
    return Number(identifiers[0]?.['id']);
  }

  /** Saves a decision made on the version before it. @throws Overtaken when that is no longer the newest. */
  async save({ id, ...draft }: Draft): Promise<void> {
    const row = { ...draft, tags: [...draft.tags], authors: [...draft.authors] };
    const { affected } = await this.manager.update(articleDrafts, { id, version: draft.version - 1 }, row);
    if (affected !== 1) throw new Overtaken(`draft ${id}`);
  }

  /** Whose text somebody goes on with, last touched first; and how many there are in all. */
  writtenBy(authors: readonly PersonId[], limit: number): Promise<[Draft[], number]> {
    const where = { state: 'writing' as const, author: In([...authors]) };
    return this.manager.findAndCount(articleDrafts, { where, order: { updatedAt: 'DESC', id: 'DESC' }, take: limit });
  }

  /** Theirs of one article. */
  async ofArticle(articleId: ArticleId, authors: readonly PersonId[]): Promise<Draft | null> {
    const where = { articleId, state: In(['writing', 'review']), author: In([...authors]) };
    return this.manager.findOne(articleDrafts, { where, order: { id: 'DESC' } });
  }

  /** What waits for somebody to review it, oldest first; and how much there is in all. */
  inReview(lines: readonly LineKey[], limit: number): Promise<[Draft[], number]> {
    const where = { state: 'review' as const, line: In([...lines]) };
    return this.manager.findAndCount(articleDrafts, { where, order: { updatedAt: 'ASC', id: 'ASC' }, take: limit });
  }

  message(draftId: number, place: Address): Promise<DraftMessage | null> {
    return this.manager.findOneBy(draftMessages, { draftId, place });
  }

  messages(draftId: number): Promise<DraftMessage[]> {
    return this.manager.find(draftMessages, { where: { draftId }, order: { id: 'ASC' } });
  }

  /** Notes where a draft is shown now, and from which version. */
  async shown(message: Omit<DraftMessage, 'id'>): Promise<void> {
    await this.manager.upsert(draftMessages, message, ['draftId', 'place']);
  }

  /** The numbers of those that somebody wrote, had a hand in, or reviewed. */
  async having(ids: readonly PersonId[]): Promise<number[]> {
    const select = { id: true, author: true, authors: true, reviewer: true } as const;
    // Whoever had a hand in a draft stands in a list, which no database compares alike.
    const all = await this.manager.find(articleDrafts, { select, order: { id: 'ASC' } });
    const isTheirs = (id: PersonId | null): boolean => id !== null && ids.includes(id);
    return all.filter((each) => [each.author, each.reviewer, ...each.authors].some(isTheirs)).map(({ id }) => id);
  }
}
