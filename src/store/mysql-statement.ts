/**
 * Statements on MySQL by the driver itself, on the connection that TypeORM's runner has from its pool. The runner's own way
 * makes a second connection object and a stack trace for each, and tells listeners of it whom nobody has added. In one
 * transaction or read, statements that need not wait for each other travel in one message: a message to the server costs more than
 * most of what is said in it.
 */
import { QueryFailedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';

/** The part of mysql2's connection that is used here. */
interface Connection {
  query(sql: string, values: readonly unknown[], done: (error: Error | null, result: unknown) => void): void;
  /** With the values in their places, as `query` puts them. */
  format(sql: string, values: readonly unknown[]): string;
  destroy(): void;
}

/** What a statement came to. */
export interface Answered {
  /** Rows, or the driver's own note of a change. */
  readonly raw?: unknown;
  /** How many rows a change found. */
  readonly affected?: number | undefined;
}

/** A statement that waits to be sent, and who waits for its answer. */
interface Said {
  readonly text: string;
  readonly resolve?: (raw: unknown) => void;
  readonly reject?: (error: unknown) => void;
}

/** What is said in one transaction, or one read, in its order. */
class Conversation {
  private waiting: Said[] = [];
  /** Why nothing more can be said; made when it is, since every error notes where it was made, which takes its time. */
  private over: (() => Error) | null = null;

  constructor(private readonly connection: Connection) {}

  tell(sql: string, values: readonly unknown[] = []): void {
    this.waiting.push({ text: this.connection.format(sql, values) });
  }

  ask(sql: string, values: readonly unknown[]): Promise<unknown> {
    // By then all has been said that need not wait for an answer.
    if (!this.isAwaited()) process.nextTick(() => this.isAwaited() && void this.send());
    return new Promise((resolve, reject) => {
      this.waiting.push({ text: this.connection.format(sql, values), resolve, reject });
    });
  }

  /** Whether anybody waits for an answer to what was not sent yet. */
  private isAwaited(): boolean {
    return this.waiting.some(({ resolve }) => resolve !== undefined);
  }

  /**
   * Sends all that waits. The server ends at the first that fails, and does not say which that is: whoever asked is refused, and
   * where something was told that may be left undone, so is all that follows, the commit too.
   * @throws the error, where nobody asked
   */
  async send(): Promise<void> {
    const said = this.waiting;
    this.waiting = [];
    if (said.length === 0) return;
    try {
      if (this.over !== null) throw this.over();
      const raw = await run(this.connection, said.map(({ text }) => text).join('; '));
      said.forEach(({ resolve }, index) => resolve?.(said.length === 1 ? raw : (raw as unknown[])[index]));
    } catch (error) {
      if (said.some(({ text, resolve }) => resolve === undefined && text !== BEGIN)) this.over ??= () => error as Error;
      for (const { reject } of said) reject?.(error);
      if (said.every(({ reject }) => reject === undefined)) throw error;
    }
  }

  /** Hears no more: the connection is somebody else's, and what is said too late would be stored by itself. */
  end(): void {
    this.over = () => new Error('said too late: the work has ended');
  }

  /** @throws Error when something was told: nobody will send it */
  endOfReading(): void {
    this.end();
    if (this.waiting.length > 0) throw new Error('what only reads has changed something');
  }

  /** Takes back all that was said, and ends. */
  async takeBack(): Promise<void> {
    this.end();
    // Whoever gets this connection next must not be inside of what failed.
    await run(this.connection, 'ROLLBACK').catch(() => this.connection.destroy());
  }
}

const BEGIN = 'START TRANSACTION';

const conversations = new WeakMap<QueryRunner, Conversation>();

/** @throws QueryFailedError as TypeORM does; the pool's or the network's error when there is no connection */
export async function ask(runner: QueryRunner, sql: string, values: readonly unknown[]): Promise<Answered> {
  const raw = await (conversations.get(runner)?.ask(sql, values) ?? run(await connectionOf(runner), sql, values));
  return { raw, affected: (raw as { affectedRows?: number }).affectedRows };
}

/** A statement whose outcome nobody needs: in a transaction it is run no later than the commit, which fails with it. */
export async function tell(runner: QueryRunner, sql: string, values: readonly unknown[]): Promise<void> {
  const conversation = conversations.get(runner);
  if (conversation === undefined) await ask(runner, sql, values);
  else conversation.tell(sql, values);
}

/**
 * Runs the work in a transaction.
 * @param runner a new one, for this transaction alone
 * @param atCommit called when everything is done but the commit, and what is told with it
 */
export async function inTransaction<T>(runner: QueryRunner, work: () => Promise<T>, atCommit: () => void): Promise<T> {
  const conversation = await converse(runner);
  try {
    conversation.tell(BEGIN);
    const result = await work();
    atCommit();
    conversation.tell('COMMIT');
    await conversation.send();
    return result;
  } catch (error) {
    await conversation.takeBack();
    throw error;
  }
}

/** Runs work that only reads. @param runner a new one, for this work alone */
export async function inOneGo<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const conversation = await converse(runner);
  try {
    const result = await work();
    conversation.endOfReading();
    return result;
  } finally {
    conversation.end();
  }
}

async function converse(runner: QueryRunner): Promise<Conversation> {
  const conversation = new Conversation(await connectionOf(runner));
  conversations.set(runner, conversation);
  keepOrder(runner, conversation);
  return conversation;
}

/** What TypeORM itself says comes after what was said before it. */
function keepOrder(runner: QueryRunner, conversation: Conversation): void {
  const own = runner.query.bind(runner) as (...statement: unknown[]) => Promise<unknown>;
  const inOrder = async (...statement: unknown[]): Promise<unknown> => {
    await conversation.send();
    return own(...statement);
  };
  runner.query = inOrder as QueryRunner['query'];
}

async function connectionOf(runner: QueryRunner): Promise<Connection> {
  return (await runner.connect()) as Connection;
}

function run(connection: Connection, sql: string, values: readonly unknown[] = []): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, values, (error, result) => {
      if (error === null) resolve(result);
      else reject(new QueryFailedError(sql, [...values], error));
    });
  });
}
