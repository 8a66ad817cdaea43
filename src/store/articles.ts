/** The knowledge base as it is stored. */
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Article, ArticleId } from '../domain/article';
import { articles } from './schema';

export class Articles {
  constructor(private readonly manager: EntityManager) {}

  all(): Promise<Article[]> {
    return this.manager.find(articles, { order: { id: 'ASC' } });
  }

  find(id: ArticleId): Promise<Article | null> {
    return this.manager.findOneBy(articles, { id });
  }

  async named(ids: readonly ArticleId[]): Promise<ReadonlyMap<ArticleId, Article>> {
    const found = ids.length === 0 ? [] : await this.manager.findBy(articles, { id: In([...new Set(ids)]) });
    return new Map(found.map((article) => [article.id, article]));
  }

  /** Different whenever an article was added, changed or removed. */
  async fingerprint(): Promise<string> {
    const row = await this.manager
      .createQueryBuilder(articles, 'a')
      .select('COUNT(*)', 'count')
      .addSelect('MAX(a.changedAt)', 'newest')
      .getRawOne<{ count: number | string; newest: number | string | null }>();
    return `${row?.count ?? 0}:${row?.newest ?? ''}`;
  }

  async save(changed: readonly Article[], at: Date): Promise<void> {
    const rows = changed.map((article) => ({ ...article, tags: [...article.tags], changedAt: at }));
    // In batches: one statement has a limit of parameters (SQLite 32,766).
    for (let start = 0; start < rows.length; start += 200) {
      await this.manager.upsert(articles, rows.slice(start, start + 200), ['id']);
    }
  }

  async remove(ids: readonly ArticleId[]): Promise<void> {
    for (let start = 0; start < ids.length; start += 200) {
      await this.manager.delete(articles, { id: In(ids.slice(start, start + 200)) });
    }
  }
}
