/** Migrations, one process at a time, and never onto a database that a newer version has already changed. */
import type { DataSource } from 'typeorm';

/** Seconds a second process waits for the first one to finish. */
const LOCK_WAIT_SECONDS = 60;

/** @returns the names of the migrations that ran. @throws Error when the database is newer than the code. */
export async function bringUpToDate(source: DataSource, mysql: boolean): Promise<string[]> {
  const unlock = mysql ? await lock(source) : () => Promise.resolve();
  try {
    const pending = await pendingMigrations(source);
    if (pending === null)
      throw new Error(
        'The database was changed by a newer version of the helpdesk. Start that version, or restore a backup.',
      );
    const ran = await source.runMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    await unlock();
  }
}

/** Names still to run, oldest first; null when the database knows migrations that this code does not. */
export async function pendingMigrations(source: DataSource): Promise<string[] | null> {
  const ours = source.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const applied = await appliedMigrations(source);
  if (applied.some((name) => !ours.includes(name))) return null;
  return ours.filter((name) => !applied.includes(name));
}

async function appliedMigrations(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return [];
    const rows = (await runner.query('SELECT name FROM migrations ORDER BY id')) as { name: string }[];
    return rows.map((row) => row.name);
  } finally {
    // On SQLite the runner is the one shared connection: releasing it is a no-op there.
    await runner.release();
  }
}

/** MySQL's advisory lock belongs to a connection, so that connection is kept until the migrations are done. */
async function lock(source: DataSource): Promise<() => Promise<void>> {
  const runner = source.createQueryRunner();
  const rows = (await runner.query('SELECT GET_LOCK(CONCAT(DATABASE(), ?), ?) AS got', [
    '.helpdesk.migrate',
    LOCK_WAIT_SECONDS,
  ])) as {
    got: string | number | null;
  }[];
  if (Number(rows[0]?.got) !== 1) {
    await runner.release();
    throw new Error('Another process is migrating the database and has not finished within a minute. Try again.');
  }
  return async () => {
    await runner.query('SELECT RELEASE_LOCK(CONCAT(DATABASE(), ?))', ['.helpdesk.migrate']);
    await runner.release();
  };
}
