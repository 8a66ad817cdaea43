/**
 * One statement on MySQL by the driver itself, on the connection that TypeORM's runner has from its pool. The runner's own way
 * makes a second connection object and a stack trace for each statement, and tells listeners of it whom nobody has added.
 */
import { QueryFailedError } from 'typeorm';
import type { QueryRunner } from 'typeorm';

/** The part of mysql2's connection that is used here. */
interface Connection {
  query(sql: string, values: readonly unknown[], done: (error: Error | null, result: unknown) => void): void;
  destroy(): void;
}

/** What a statement came to. */
export interface Answered {
  /** Rows, or the driver's own note of a change. */
  readonly raw?: unknown;
  /** How many rows a change found. */
  readonly affected?: number | undefined;
}

/** @throws QueryFailedError as TypeORM does; the pool's or the network's error when there is no connection */
export async function ask(runner: QueryRunner, sql: string, values: readonly unknown[] = []): Promise<Answered> {
  const connection = (await runner.connect()) as Connection;
  const raw = await new Promise<unknown>((resolve, reject) => {
    connection.query(sql, values, (error, result) => {
      if (error === null) resolve(result);
      else reject(new QueryFailedError(sql, [...values], error));
    });
  });
  return { raw, affected: (raw as { affectedRows?: number }).affectedRows };
}

/** Runs the work in a transaction. @param atCommit called when everything is done but the commit */
export async function inTransaction<T>(runner: QueryRunner, work: () => Promise<T>, atCommit: () => void): Promise<T> {
  try {
    await ask(runner, 'START TRANSACTION');
    const result = await work();
    atCommit();
    await ask(runner, 'COMMIT');
    return result;
  } catch (error) {
    // Whoever gets this connection next must not be inside of what failed.
    await ask(runner, 'ROLLBACK').catch(() => destroy(runner));
    throw error;
  }
}

/** Gives up a connection, if there is one: what failed first is what is told. */
async function destroy(runner: QueryRunner): Promise<void> {
  const connection = (await runner.connect().catch(() => null)) as Connection | null;
  connection?.destroy();
}
