/** The knowledge base of this desk: imported from files, kept in the database, searched in memory. */
import type { Clock } from './clock';
import type { Article, ArticleId } from './domain/article';
import type { KeptArticle } from './domain/authoring';
import { compareArticles, hashOf, readArticles } from './knowledge/article-file';
import type { Comparison, Problem, Winner } from './knowledge/article-file';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import { Learning } from './learning';
import type { Log } from './log';
import type { Session, Store } from './store/store';

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
   * Brings the stored articles in line with files or folders, all or nothing. What a chat has changed is only overwritten
   * when the file is said to win; see Comparison.
   * @throws ImportError when a file is broken; then nothing is changed.
   */
  async import(
    paths: readonly string[],
    how: { prune: boolean; dryRun: boolean; winner?: Winner },
  ): Promise<Comparison> {
    const { prune, dryRun, winner = 'neither' } = how;
    const { articles, problems } = await readArticles(paths, this.parts.audiences);
    if (problems.length > 0) throw new ImportError(problems);
    const imported = new Map(articles.map((article) => [article.id, article]));
    return this.parts.store.write(async (session) => {
      const stored = await session.articles.kept();
      const difference = compareArticles(stored, articles, { prune, winner });
      if (dryRun) return difference;
      const changed = [...difference.added, ...difference.changed].flatMap((id): Article[] => {
        const article = imported.get(id);
        return article === undefined ? [] : [article];
      });
      await session.articles.save(changed, this.parts.clock.now());
      await session.articles.remove(difference.removed);
      await noteSources(session, stored, imported, difference);
      return difference;
    });
  }

  /** The same when the service starts: what a chat has changed stays; where the files changed too, an operator has to choose. */
  async importAtStart(paths: readonly string[], log: Log): Promise<void> {
    if (paths.length === 0) return;
    const { added, changed, conflicts } = await this.import(paths, { prune: false, dryRun: false });
    log.info({ added: added.length, changed: changed.length }, 'knowledge imported');
    if (conflicts.length === 0) return;
    const mend = 'run "helpdesk knowledge import" with --take-files or --keep-chat';
    log.warn(
      { articles: conflicts, mend },
      'articles were changed in a chat and in their files: the chat version stays',
    );
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

/** What was said about files is remembered, so that the next import does not ask again. */
async function noteSources(
  session: Session,
  stored: readonly KeptArticle[],
  imported: ReadonlyMap<ArticleId, Article>,
  { unchanged, kept }: Comparison,
): Promise<void> {
  const articles = new Map(stored.map((article) => [article.id, article]));
  for (const id of unchanged) {
    // A chat's words that went back into the file are the file's from now on.
    if (articles.get(id)?.source === 'chat') await session.articles.note(id, { source: 'file', fileHash: null });
  }
  for (const id of kept) {
    const file = imported.get(id);
    const fileHash = file === undefined ? null : hashOf(file);
    if (articles.get(id)?.fileHash !== fileHash) await session.articles.note(id, { fileHash });
  }
}
