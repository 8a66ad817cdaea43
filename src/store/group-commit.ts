/**
 * SQLite has one connection here, so everything waits its turn; the writes that wait together are committed together. With
 * `synchronous=FULL` each commit waits for the disk, and one wait serves them all. Each is told only after the commit.
 */
import { setImmediate } from 'node:timers/promises';

interface Turn {
  readonly work: () => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** So many writes share a commit at most: the first of them waits for the last. */
const MOST_TOGETHER = 64;

export class GroupCommit {
  private alone: Turn[] = [];
  private writes: Turn[] = [];
  private busy = false;

  /** @param run one statement on the one connection */
  constructor(private readonly run: (sql: string) => Promise<unknown>) {}

  /** Work that brings its own transaction, or needs none. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    // What fails before it returns a promise fails as the rest does: here it would hold up everybody after it.
    return this.queued(this.alone, async () => work());
  }

  /** Work in a transaction: when it fails, nothing of it is stored, and nothing of the others is missing. */
  write<T>(work: () => Promise<T>): Promise<T> {
    return this.queued(this.writes, work);
  }

  private queued<T>(queue: Turn[], work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      queue.push({ work, resolve: resolve as Turn['resolve'], reject });
      if (!this.busy) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.alone.length + this.writes.length > 0) {
      // The driver answers within the same tick: without a pause nobody else would ever be waiting.
      await setImmediate();
      for (const turn of this.alone.splice(0)) await turn.work().then(turn.resolve, turn.reject);
      await this.commit(this.writes.splice(0, MOST_TOGETHER));
    }
    this.busy = false;
  }

  private async commit(turns: readonly Turn[]): Promise<void> {
    if (turns.length === 0) return;
    const done = new Map<Turn, unknown>();
    const refused = new Set<Turn>();
    try {
      // IMMEDIATE: a transaction that reads before it writes must not fail because another process wrote in between.
      await this.run('BEGIN IMMEDIATE');
      for (const turn of turns) await this.step(turn, done, refused);
      // Where each was refused there is nothing to wait for the disk for.
      await this.run(done.size > 0 ? 'COMMIT' : 'ROLLBACK');
    } catch (error) {
      // SQLite may have ended the transaction by itself, on a full disk for example.
      await this.run('ROLLBACK').catch(() => undefined);
      // Nothing was stored. Of several, each that was not told is tried alone, as only one may be to blame.
      if (turns.length === 1) turns[0]?.reject(error);
      else for (const turn of turns) if (!refused.has(turn)) await this.commit([turn]);
      return;
    }
    for (const [turn, result] of done) turn.resolve(result);
  }

  /** @throws what ended the whole transaction */
  private async step(turn: Turn, done: Map<Turn, unknown>, refused: Set<Turn>): Promise<void> {
    await this.run('SAVEPOINT work');
    try {
      const result = await turn.work();
      await this.run('RELEASE work');
      done.set(turn, result);
    } catch (error) {
      await this.run('ROLLBACK TO work').catch(() => {
        throw error;
      });
      await this.run('RELEASE work');
      refused.add(turn);
      turn.reject(error);
    }
  }
}
