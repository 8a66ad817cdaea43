/** The knowledge base of this desk: imported from files, kept in the database, searched in memory. */
import type { Clock } from './clock';
import type { Article } from './domain/article';
import { compareArticles, readArticles } from './knowledge/article-file';
import type { Comparison, Problem } from './knowledge/article-file';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import { Learning } from './learning';
import type { Store } from './store/store';

/** An import that was refused as a whole: each problem names file, line and mend. */
export class ImportError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ file, line, reason }) => `${file}:${line}  ${reason}`).join('\n'));
    this.name = 'ImportError';
  }
}

export interface LibraryParts {
  readonly store: Store;
  readonly index: KnowledgeIndex;
  readonly clock: Clock;
  /** Whether the search learns from use. */
  readonly learns: boolean;
  /** Whom articles may be for at this desk; null when it is not known: anybody of the right shape. */
  readonly audiences: readonly string[] | null;
}

export class Library {
  private fingerprint = '';
  private readonly learning: Learning;

  constructor(private readonly parts: LibraryParts) {
    this.learning = new Learning(parts);
  }

  /**
   * Brings the stored articles in line with files or folders, all or nothing.
   * @throws ImportError when a file is broken; then nothing is changed.
   */
  async import(paths: readonly string[], how: { prune: boolean; dryRun: boolean }): Promise<Comparison> {
    const { articles, problems } = await readArticles(paths, this.parts.audiences);
    if (problems.length > 0) throw new ImportError(problems);
    const imported = new Map(articles.map((article) => [article.id, article]));
    return this.parts.store.write(async (session) => {
      const difference = compareArticles(await session.articles.all(), articles, { prune: how.prune });
      if (how.dryRun) return difference;
      const changed = [...difference.added, ...difference.changed].flatMap((id): Article[] => {
        const article = imported.get(id);
        return article === undefined ? [] : [article];
      });
      await session.articles.save(changed, this.parts.clock.now());
      await session.articles.remove(difference.removed);
      return difference;
    });
  }

  /** Brings the index in line with the stored articles and with what use taught, whoever changed them. */
  async refresh(): Promise<void> {
    await this.refreshArticles();
    await this.learning.refresh();
  }

  private async refreshArticles(): Promise<void> {
    const fingerprint = await this.parts.store.read((session) => session.articles.fingerprint());
    if (fingerprint === this.fingerprint) return;
    await this.parts.index.load(await this.parts.store.read((session) => session.articles.all()));
    this.fingerprint = fingerprint;
  }
}
