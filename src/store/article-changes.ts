/**
 * What changed in the knowledge base, and when: every change counts one number on, in its own transaction, and leaves that
 * number at the articles it touched and at the ids it took out. Who changes articles waits for whoever does so already, so
 * the numbers are seen in the order they were counted, and nothing up to a number that is seen comes later.
 */
import { randomInt } from 'node:crypto';
import { In, IsNull } from 'typeorm';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Article, ArticleId } from '../domain/article';
import { articleRemovals, articleRevision, articles } from './schema';
import { UNREADABLE_TAGS } from './tags';

/** An article without its words: which version of it this is, and whom it is for. */
export interface ArticleState {
  readonly id: ArticleId;
  /** Another one for another version. */
  readonly stamp: string;
  readonly audience: string;
}

interface ReadArticle {
  readonly article: Article;
  readonly stamp: string;
  /** Then it has none. */
  readonly hasUnreadableTags: boolean;
}

/** Steps are by chance: a database that was restored from a backup counts other numbers than before for other changes. */
const LONGEST_STEP = 2 ** 20;
const ONLY_ROW = { id: 1 };
/** One statement has a limit of parameters. */
const BATCH = 200;

export class ArticleChanges {
  /** Whether this session changed anything. */
  any = false;

  constructor(private readonly manager: EntityManager) {}

  /**
   * Waits for whoever changes articles, and keeps everybody else from it until the transaction ends: what is read from now
   * on is still so when the change that was decided on it is written.
   */
  async lock(): Promise<void> {
    await this.manager.update(articleRevision, ONLY_ROW, { revision: () => 'revision' });
  }

  /** Counts a change. @returns its number, greater than that of any before */
  async next(): Promise<number> {
    this.any = true;
    const step = randomInt(1, LONGEST_STEP);
    await this.manager.update(articleRevision, ONLY_ROW, { revision: () => `revision + ${step}` });
    return this.latest();
  }

  /** The number of the last change. */
  async latest(): Promise<number> {
    return (await this.manager.findOneByOrFail(articleRevision, ONLY_ROW)).revision;
  }

  /** Notes that articles are gone. */
  async removed(ids: readonly ArticleId[]): Promise<void> {
    if (ids.length === 0) return;
    const revision = await this.next();
    for (let start = 0; start < ids.length; start += BATCH) {
      const rows = ids.slice(start, start + BATCH).map((articleId) => ({ articleId, revision }));
      await this.manager.upsert(articleRemovals, rows, ['articleId']);
    }
  }

  /** Which articles were touched by changes after this one, and which were retired or taken out and are not there again. */
  async since(revision: number): Promise<{ readonly touched: ArticleState[]; readonly removed: ArticleId[] }> {
    const touched = await this.states().where('a.revision > :revision', { revision }).getRawMany<Row>();
    const retired = touched.filter(({ retiredAt }) => retiredAt !== null).map(({ id }) => id);
    const removals = await this.manager
      .createQueryBuilder(articleRemovals, 'r')
      .where('r.revision > :revision', { revision })
      .getMany();
    const ids = removals.map(({ articleId }) => articleId);
    const back = new Set<ArticleId>();
    for (let start = 0; start < ids.length; start += BATCH) {
      const found = await this.manager.find(articles, {
        select: { id: true },
        where: { id: In(ids.slice(start, start + BATCH)) },
      });
      for (const { id } of found) back.add(id);
    }
    return {
      touched: touched.filter(({ retiredAt }) => retiredAt === null).map(stateOf),
      removed: [...retired, ...ids.filter((id) => !back.has(id))],
    };
  }

  /** Every article that may be suggested, by id, some at a time. @param after the last id of those before; null for the first */
  async page(after: ArticleId | null, limit: number): Promise<ArticleState[]> {
    const query = this.states().where('a.retiredAt IS NULL').orderBy('a.id', 'ASC').limit(limit);
    if (after !== null) query.andWhere('a.id > :after', { after });
    return (await query.getRawMany<Row>()).map(stateOf);
  }

  /** Articles with their words; those that may not be suggested any longer are left out. */
  async read(ids: readonly ArticleId[]): Promise<ReadArticle[]> {
    const found = await this.manager.findBy(articles, { id: In([...ids]), retiredAt: IsNull() });
    return found.map(({ id, title, body, tags, language, audience, url, revision, changedAt }) => ({
      article: { id, title, body, tags, language, audience, url },
      stamp: stampOf(revision, changedAt.getTime()),
      hasUnreadableTags: tags === UNREADABLE_TAGS,
    }));
  }

  /** The articles whose tags cannot be read. */
  async withUnreadableTags(): Promise<ArticleId[]> {
    const all = await this.manager.find(articles, { select: { id: true, tags: true }, order: { id: 'ASC' } });
    return all.filter(({ tags }) => tags === UNREADABLE_TAGS).map(({ id }) => id);
  }

  private states(): SelectQueryBuilder<ObjectLiteral> {
    return this.manager
      .createQueryBuilder(articles, 'a')
      .select('a.id', 'id')
      .addSelect('a.revision', 'revision')
      .addSelect('a.changedAt', 'changedAt')
      .addSelect('a.audience', 'audience')
      .addSelect('a.retiredAt', 'retiredAt');
  }
}

interface Row {
  readonly id: ArticleId;
  readonly revision: string | number;
  readonly changedAt: string | number;
  readonly audience: string;
  readonly retiredAt: string | number | null;
}

/** The time, too: a version of this program that knows no revisions may still be running beside this one. */
function stateOf({ id, revision, changedAt, audience }: Row): ArticleState {
  return { id, stamp: stampOf(revision, changedAt), audience };
}

function stampOf(revision: string | number, changedAt: string | number): string {
  return `${revision}:${changedAt}`;
}
