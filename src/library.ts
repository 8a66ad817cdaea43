/** The knowledge base of this desk: imported from files, kept in the database, searched in memory, taught by use. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from './clock';
import type { Article, ArticleId } from './domain/article';
import type { KeptArticle } from './domain/authoring';
import { makeFolder } from './folder';
import { Follower } from './follower';
import { compareArticles, emptyFolders, hashOf, readArticles, stateOfFiles } from './knowledge/article-file';
import type { Comparison, Problem, Winner } from './knowledge/article-file';
import type { LiveIndex } from './knowledge/knowledge-index';
import { programFingerprint } from './knowledge/snapshot';
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

/** How soon a process knows what use taught another. */
const LEARN_MS = 5000;
/** Whoever waits for the service to be ready does not wait for this, too. */
const WARM_UP_AFTER_MS = 500;

export interface LibraryParts {
  readonly store: Store;
  readonly index: LiveIndex;
  /** The file that keeps the index between starts; null for none. */
  readonly snapshot: string | null;
  readonly log: Log;
  readonly clock: Clock;
  /** Whether the search learns from use. */
  readonly learns: boolean;
  /** Whom articles may be for at this desk; null when it is not known: anybody of the right shape. */
  readonly audiences: readonly string[] | null;
}

export class Library {
  private readonly follower: Follower;
  private readonly learning: Learning;
  private learner: NodeJS.Timeout | undefined;
  private warmer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: LibraryParts) {
    this.follower = new Follower(parts);
    this.learning = new Learning(parts);
  }

  /**
   * Brings the stored articles in line with files or folders, all or nothing. What a chat has changed is only overwritten
   * when the file is said to win; see Comparison.
   * @throws ImportError when a file is broken, or with `prune` a folder has none; then nothing is changed.
   */
  async import(
    paths: readonly string[],
    how: { prune: boolean; dryRun: boolean; winner?: Winner },
  ): Promise<Comparison> {
    // A slip in the path, or a disk that is not there, must not take every article out.
    const nothing = how.prune ? await emptyFolders(paths) : [];
    if (nothing.length > 0) throw new ImportError(nothing);
    return (await this.bringIn(paths, how)).difference;
  }

  /** @returns the number of the last change of an article as well, once all is done */
  private async bringIn(
    paths: readonly string[],
    how: { prune: boolean; dryRun: boolean; winner?: Winner },
  ): Promise<{ difference: Comparison; revision: number }> {
    const { prune, dryRun, winner = 'neither' } = how;
    const { articles, problems } = await readArticles(paths, this.parts.audiences);
    if (problems.length > 0) throw new ImportError(problems);
    const imported = new Map(articles.map((article) => [article.id, article]));
    return this.parts.store.write(async (session) => {
      // What a chat changed after it was compared would be overwritten, or taken for what the file says.
      if (!dryRun) await session.articles.changes.lock();
      const stored = await session.articles.kept();
      const difference = compareArticles(stored, articles, { prune, winner });
      if (dryRun) return { difference, revision: await session.articles.changes.latest() };
      const changed = [...difference.added, ...difference.changed].flatMap((id): Article[] => {
        const article = imported.get(id);
        return article === undefined ? [] : [article];
      });
      await session.articles.save(changed, this.parts.clock.now());
      await session.articles.remove(difference.removed);
      await noteSources(session, stored, imported, difference);
      return { difference, revision: await session.articles.changes.latest() };
    });
  }

  /**
   * The same when the service starts: what a chat has changed stays; where the files changed too, an operator has to choose.
   * Files are not read when neither they nor the articles changed since an import that left nothing to choose.
   */
  async importAtStart(paths: readonly string[], log: Log): Promise<void> {
    if (paths.length === 0) return;
    const state = await this.stateOf(paths);
    const note = this.parts.snapshot === null ? null : `${this.parts.snapshot}.files`;
    const latest = await this.parts.store.read((session) => session.articles.changes.latest());
    if (note !== null && state !== null && (await readFile(note, 'utf8').catch(() => '')) === `${state} ${latest}`) {
      log.info({}, 'the files of the knowledge base are as they were');
      return;
    }
    const { difference, revision } = await this.bringIn(paths, { prune: false, dryRun: false });
    const { added, changed, conflicts } = difference;
    log.info({ added: added.length, changed: changed.length }, 'knowledge imported');
    if (conflicts.length > 0) {
      const mend = 'run "helpdesk knowledge import" with --take-files or --keep-chat';
      log.warn(
        { articles: conflicts, mend },
        'articles were changed in a chat and in their files: the chat version stays',
      );
    } else if (note !== null && state !== null) {
      // Without it the next start only takes longer.
      await makeFolder(dirname(note))
        .then(() => writeFile(note, `${state} ${revision}`, { mode: 0o600 }))
        .catch(() => undefined);
    }
  }

  /** All that decides what an import finds in files; null when that cannot be told without reading them. */
  private async stateOf(paths: readonly string[]): Promise<string | null> {
    const state = await stateOfFiles(paths);
    if (state === null) return null;
    const hash = createHash('sha256').update(
      JSON.stringify([state, paths, this.parts.audiences, await programFingerprint()]),
    );
    return hash.digest('hex');
  }

  /** Brings the index in line with the stored articles and with what use taught, whoever changed them. */
  async refresh(): Promise<void> {
    await this.follower.refresh();
    await this.learning.refresh();
  }

  /** Keeps it in line from now on, until `stop`. */
  start(): void {
    this.follower.start();
    this.warmer = setTimeout(() => void this.parts.index.warmUp(), WARM_UP_AFTER_MS).unref();
    const learn = (): void => {
      this.learning.refresh().catch((err: unknown) => this.parts.log.error({ err }, 'what use taught cannot be read'));
    };
    this.learner = setInterval(learn, LEARN_MS).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.warmer);
    clearInterval(this.learner);
    await this.follower.stop();
  }

  /** Keeps the index for the next start, if it is worth it. */
  save(): Promise<void> {
    return this.follower.save();
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
