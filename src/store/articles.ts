/** The knowledge base as it is stored, with every version there was. */
import { In, IsNull, MoreThan, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Article, ArticleId } from '../domain/article';
import type { ReportedArticle } from '../domain/article-report';
import type { ArticleVersion, KeptArticle } from '../domain/authoring';
import { textOf } from '../domain/authoring';
import type { PersonId } from '../domain/person';
import { SYSTEM } from '../domain/person';
import { ArticleChanges } from './article-changes';
import { articles, articleVersions } from './schema';
import { Table } from './table';

/** How a version came about. */
type Written = Pick<ArticleVersion, 'author' | 'approvedBy' | 'kind'>;

const IMPORTED: Written = { author: SYSTEM, approvedBy: null, kind: 'imported' };
/** One statement has a limit of parameters (SQLite 32,766), and one message to a server a limit of bytes (MariaDB 16 MB). */
const BATCH = 200;
const BATCH_CHARACTERS = 2_000_000;

export class Articles {
  readonly changes: ArticleChanges;

  constructor(private readonly manager: EntityManager) {
    this.changes = new ArticleChanges(manager);
  }

  /** Those that may be suggested. */
  all(): Promise<Article[]> {
    return this.manager.find(articles, { where: { retiredAt: IsNull() }, order: { id: 'ASC' } });
  }

  /** Every one, the retired too. */
  kept(): Promise<KeptArticle[]> {
    return this.manager.find(articles, { order: { id: 'ASC' } });
  }

  /** What is known besides their words of those that may be suggested: `limit` of them after this id. */
  headings(limit: number, afterId: ArticleId): Promise<ReportedArticle[]> {
    const select = {
      id: true,
      title: true,
      audience: true,
      version: true,
      changedAt: true,
      confirmedAt: true,
    } as const;
    return this.manager.find(articles, {
      select,
      where: { id: MoreThan(afterId), retiredAt: IsNull() },
      order: { id: 'ASC' },
      take: limit,
    });
  }

  find(id: ArticleId): Promise<KeptArticle | null> {
    return this.manager.findOneBy(articles, { id });
  }

  /** The retired ones without their words, the latest first. */
  retired(): Promise<Pick<KeptArticle, 'id' | 'title' | 'audience'>[]> {
    const select = { id: true, title: true, audience: true } as const;
    return this.manager.find(articles, { select, where: { retiredAt: Not(IsNull()) }, order: { retiredAt: 'DESC' } });
  }

  async named(ids: readonly ArticleId[]): Promise<ReadonlyMap<ArticleId, KeptArticle>> {
    const found = ids.length === 0 ? [] : await new Table(articles, this.manager).find({ id: [...new Set(ids)] });
    return new Map(found.map((article) => [article.id, article]));
  }

  /** Takes articles as their files have them, each as a new version. */
  save(imported: readonly Article[], at: Date): Promise<void> {
    return this.write(
      imported.map((article) => ({ ...article, source: 'file', fileHash: null, retiredAt: null, confirmedAt: null })),
      IMPORTED,
      at,
    );
  }

  /** Makes these the newest versions. Whoever decides that on what is kept reads it after `changes.lock`. */
  async write(changed: readonly Omit<KeptArticle, 'version' | 'changedAt'>[], how: Written, at: Date): Promise<void> {
    if (changed.length === 0) return;
    const revision = await this.changes.next();
    const [kept, versions] = [new Table(articles, this.manager), new Table(articleVersions, this.manager)];
    for (const batch of batchesOf(changed)) {
      const newest = await this.newest(batch.map(({ id }) => id));
      const rows = batch.map((article) => ({
        ...article,
        tags: [...article.tags],
        version: (newest.get(article.id) ?? 0) + 1,
        changedAt: at,
        revision,
      }));
      await versions.insert(
        ...rows.map(({ id: articleId, version, ...row }) => ({ articleId, version, ...textOf(row), ...how, at })),
      );
      await kept.upsert(rows, ['id']);
    }
  }

  /** Keeps what is known of an article besides its words. */
  async note(id: ArticleId, known: Partial<Pick<KeptArticle, 'source' | 'fileHash' | 'confirmedAt'>>): Promise<void> {
    await this.manager.update(articles, { id }, known);
  }

  /** Takes articles out; their versions stay. */
  async remove(ids: readonly ArticleId[]): Promise<void> {
    await this.changes.removed(ids);
    for (let start = 0; start < ids.length; start += BATCH) {
      await this.manager.delete(articles, { id: In(ids.slice(start, start + BATCH)) });
    }
  }

  /** Every version of an article, oldest first. */
  versions(articleId: ArticleId): Promise<ArticleVersion[]> {
    return this.manager.find(articleVersions, { where: { articleId }, order: { version: 'ASC' } });
  }

  version(articleId: ArticleId, version: number): Promise<ArticleVersion | null> {
    return this.manager.findOneBy(articleVersions, { articleId, version });
  }

  /** Every version that somebody wrote or approved, oldest first. */
  versionsBy(ids: readonly PersonId[]): Promise<ArticleVersion[]> {
    const any = In([...ids]);
    return this.manager.find(articleVersions, {
      where: [{ author: any }, { approvedBy: any }],
      order: { articleId: 'ASC', version: 'ASC' },
    });
  }

  /** Gives somebody who is to be forgotten another name in every version. */
  async rename(ids: readonly PersonId[], name: PersonId): Promise<void> {
    const any = In([...ids]);
    await this.manager.update(articleVersions, { author: any }, { author: name });
    await this.manager.update(articleVersions, { approvedBy: any }, { approvedBy: name });
  }

  /** The newest version of each article that ever was, by id. */
  private async newest(ids: readonly ArticleId[]): Promise<ReadonlyMap<ArticleId, number>> {
    if (ids.length === 0) return new Map();
    const rows = await this.manager
      .createQueryBuilder(articleVersions, 'v')
      .select('v.articleId', 'id')
      .addSelect('MAX(v.version)', 'newest')
      .where('v.articleId IN (:...ids)', { ids })
      .groupBy('v.articleId')
      .getRawMany<{ id: ArticleId; newest: number | string }>();
    return new Map(rows.map(({ id, newest }) => [id, Number(newest)]));
  }
}

function batchesOf<T extends { readonly body: string }>(articles: readonly T[]): T[][] {
  const batches: T[][] = [];
  let characters = 0;
  for (const article of articles) {
    characters += article.body.length;
    const batch = batches.at(-1);
    if (batch !== undefined && batch.length < BATCH && characters <= BATCH_CHARACTERS) batch.push(article);
    else {
      batches.push([article]);
      characters = article.body.length;
    }
  }
  return batches;
}
