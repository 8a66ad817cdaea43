/**
 * Keeps the index of this process in step with the stored articles, whoever changes them: what this process changes is read at
 * once, what others change well within a second, and only what changed. A snapshot on disk spares a start the reading of all.
 */
import type { ArticleId } from './domain/article';
import type { LiveIndex } from './knowledge/knowledge-index';
import { programFingerprint, readSnapshot, stateOfSnapshot, writeSnapshot } from './knowledge/snapshot';
import type { Log } from './log';
import type { ArticleState } from './store/article-changes';
import type { Store } from './store/store';

export interface FollowerParts {
  readonly store: Store;
  readonly index: LiveIndex;
  /** Where the snapshot is; null for none. */
  readonly snapshot: string | null;
  readonly log: Log;
}

/** How soon what another process changed is looked for. */
const LOOK_MS = 300;
/** Every article is compared so often: what was changed past this program, or by an older version of it, is found then. */
const LOOK_AT_ALL_MS = 60_000;
/** So many rows are read at once: reading holds up whoever else needs the database, and on SQLite the whole process. */
const STATES = 2000;
const ARTICLES = 25;
/** A snapshot is written when so much of it is old, soon after the change; what changed since is read at a start. */
const OLD_SHARE = 0.02;
const SAVE_AFTER_MS = 2000;

export class Follower {
  private known: number | null = null;
  private lookedAtAllAt = 0;
  /** How many articles the snapshot does not know as they are. */
  private unsaved = 0;
  /** The snapshot that is there was of no use, whatever its head says. */
  private isSpoilt = false;
  private isUnwritable = false;
  private queued: Promise<void> | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private saving: Promise<void> | null = null;
  private isFailing = false;
  private isStopped = false;
  private timers: NodeJS.Timeout[] = [];
  private program: Promise<string> | null = null;

  constructor(private readonly parts: FollowerParts) {}

  /** Brings the index in step; costs next to nothing when it is. @throws Error when the database cannot be read */
  refresh(): Promise<void> {
    this.queued ??= this.inTurn(() => {
      this.queued = null;
      return this.step();
    });
    return this.queued;
  }

  /** Follows from now on, until `stop`. */
  start(): void {
    const { store, log } = this.parts;
    const look = (): void => {
      this.refresh().then(
        () => (this.isFailing = false),
        (err: unknown) => {
          if (!this.isFailing && !this.isStopped) log.error({ err }, 'the knowledge base cannot be read');
          this.isFailing = true;
        },
      );
    };
    store.onArticlesChanged = look;
    this.timers.push(
      setInterval(look, LOOK_MS),
      setInterval(() => void this.save().catch(() => undefined), SAVE_AFTER_MS),
    );
    for (const timer of this.timers) timer.unref();
  }

  /** Starts nothing new and lets what is under way come to a good end. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.parts.store.onArticlesChanged = () => undefined;
    for (const timer of this.timers) clearInterval(timer);
    await this.last.catch(() => undefined);
    await this.saving;
  }

  /** Writes the snapshot, if enough changed. Never throws: what cannot be written is rebuilt at the next start. */
  save(): Promise<void> {
    const { snapshot, index } = this.parts;
    const isDue = snapshot !== null && this.unsaved > 0 && this.unsaved >= OLD_SHARE * index.size;
    if (isDue) this.saving ??= this.write(snapshot).finally(() => (this.saving = null));
    return this.saving ?? Promise.resolve();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.catch(() => undefined).then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async step(): Promise<void> {
    if (this.isStopped) return;
    const { store } = this.parts;
    const latest = await store.read((session) => session.articles.changes.latest());
    const { known } = this;
    if (known !== null && latest > known) {
      const { touched, removed } = await store.read((session) => session.articles.changes.since(known));
      await this.take(await this.parts.index.compare(touched, 'these'), removed);
    }
    // Fewer changes than are known: the database is another one, such as a backup.
    const isDue = performance.now() - this.lookedAtAllAt >= LOOK_AT_ALL_MS;
    if (known === null || latest < known || isDue) await this.lookAtAll();
    if (!this.isStopped) this.known = latest;
  }

  private async open(): Promise<void> {
    const { snapshot, index, log } = this.parts;
    if (snapshot === null) return;
    try {
      index.restore(await readSnapshot(snapshot, await this.ourProgram()));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.isSpoilt = true;
      log.info({ snapshot, reason: (error as Error).message }, 'the snapshot of the knowledge base is not used');
    }
  }

  private async lookAtAll(): Promise<void> {
    const { index } = this.parts;
    // The snapshot is read while the database is asked.
    const opening = this.known === null ? this.open() : null;
    const states = await this.states().finally(() => opening);
    let { put, gone } = await index.compare(states, 'all');
    if (2 * put.length > states.length && index.size > 0) {
      // Not worth mending: the words of what is gone would stay in the index for nothing.
      index.clear();
      [put, gone] = [states.map(({ id }) => id), []];
    }
    await this.take({ put }, gone);
    this.lookedAtAllAt = performance.now();
  }

  private async states(): Promise<ArticleState[]> {
    const { store } = this.parts;
    const states: ArticleState[] = [];
    for (let page: ArticleState[] = []; states.length === 0 || page.length === STATES;) {
      const after = states.at(-1)?.id ?? null;
      page = await store.read((session) => session.articles.changes.page(after, STATES));
      if (page.length === 0) break;
      states.push(...page);
    }
    return states;
  }

  private async take({ put }: { readonly put: readonly ArticleId[] }, gone: readonly ArticleId[]): Promise<void> {
    const { store, index, log } = this.parts;
    this.unsaved += put.length + gone.length;
    await index.change([], gone);
    for (let start = 0; start < put.length && !this.isStopped; start += ARTICLES) {
      const ids = put.slice(start, start + ARTICLES);
      const articles = await store.read((session) => session.articles.changes.read(ids));
      const untagged = articles.filter((each) => each.hasUnreadableTags).map(({ article }) => article.id);
      if (untagged.length > 0) log.warn({ articles: untagged }, 'tags of articles cannot be read: they have none');
      const there = new Set(articles.map(({ article }) => article.id));
      await index.change(
        articles,
        ids.filter((id) => !there.has(id)),
      );
    }
  }

  private async write(snapshot: string): Promise<void> {
    const { log } = this.parts;
    let unsaved = 0;
    try {
      const program = await this.ourProgram();
      const finish = await this.inTurn(() => {
        unsaved = this.unsaved;
        return this.draft(snapshot, program);
      });
      // The disk may take long, and needs nothing of the index any more: following goes on.
      await finish();
      this.isSpoilt = this.isUnwritable = false;
    } catch (err) {
      if (!this.isUnwritable) {
        log.warn({ err, snapshot }, 'the snapshot of the knowledge base cannot be written: starts take longer');
      }
      this.isUnwritable = true;
    }
    this.unsaved -= unsaved;
  }

  /** @returns what makes it the snapshot */
  private async draft(snapshot: string, program: string): Promise<() => Promise<void>> {
    const state = String(this.known);
    // Of several processes on one folder the first that is ready writes for all.
    const isThere = !this.isSpoilt && (await stateOfSnapshot(snapshot, program)) === state;
    if (isThere) return () => Promise.resolve();
    return this.parts.index.hold((sections) => writeSnapshot(snapshot, program, state, sections));
  }

  private ourProgram(): Promise<string> {
    return (this.program ??= programFingerprint(this.parts.index.phrases));
  }
}
