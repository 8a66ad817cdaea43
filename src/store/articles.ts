/** The knowledge base as it is stored. */
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Article, ArticleId } from '../domain/article';
import { ArticleChanges } from './article-changes';
import { articles } from './schema';

export class Articles {
  readonly changes: ArticleChanges;

  constructor(private readonly manager: EntityManager) {
    this.changes = new ArticleChanges(manager);
  }

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

  async save(changed: readonly Article[], at: Date): Promise<void> {
    if (changed.length === 0) return;
    const revision = await this.changes.next();
    const rows = changed.map((article) => ({ ...article, tags: [...article.tags], changedAt: at, revision }));
    // In batches: one statement has a limit of parameters (SQLite 32,766).
    for (let start = 0; start < rows.length; start += 200) {
      await this.manager.upsert(articles, rows.slice(start, start + 200), ['id']);
    }
  }

  async remove(ids: readonly ArticleId[]): Promise<void> {
    await this.changes.removed(ids);
    for (let start = 0; start < ids.length; start += 200) {
      await this.manager.delete(articles, { id: In(ids.slice(start, start + 200)) });
    }
  }
}
