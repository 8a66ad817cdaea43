/**
 * One service on a SQLite file, and no second one: two would starve each other, and each would think it alone delivers. The
 * hold is a lock of the operating system on a file beside it, so it ends with the process, however that ends. Commands that
 * do one thing beside a running service take none.
 */
import { sqliteDriver } from './data-source';
import type { DatabaseUrl } from './data-source';

interface Held {
  exec(sql: string): unknown;
  close(): unknown;
}

/** @returns the way to let go. @throws Error when another service runs on the file */
export function holdAlone(url: DatabaseUrl): () => void {
  if (url.kind !== 'sqlite') return () => undefined;
  const Driver = sqliteDriver() as new (path: string, options: { timeout: number }) => Held;
  const held = new Driver(`${url.path}.service`, { timeout: 0 });
  try {
    held.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    held.close();
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error;
    throw new Error(
      `Another helpdesk runs on ${url.path} already. SQLite is for one process: stop the other one, or use MySQL or MariaDB.`,
      { cause: error },
    );
  }
  return () => void held.close();
}
