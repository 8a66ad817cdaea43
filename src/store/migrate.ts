/**
 * Migrations, one process at a time. Old and new processes run side by side while a release is rolled out, so a database that
 * a newer version has changed still serves this one, unless what this one needs was taken away (docs/SCALING.md).
 */
import type { DataSource } from 'typeorm';
import { patiently } from './data-source';

/** Seconds a second process waits for the first one to finish. */
const LOCK_WAIT_SECONDS = 60;

/** @returns the names of the migrations that ran. @throws Error when the database no longer serves this code. */
export async function bringUpToDate(source: DataSource, mysql: boolean): Promise<string[]> {
  const unlock = mysql ? await lock(source) : () => Promise.resolve();
  try {
    const pending = await pendingMigrations(source);
    if (pending === null)
      throw new Error(
        'The database was changed by a newer version of the helpdesk. Start that version, or restore a backup.',
      );
    const ran = await patiently(source, () => source.runMigrations());
    return ran.map((migration) => migration.name);
  } finally {
    await unlock();
  }
}

/** Names still to run, oldest first; null when the database no longer serves this code. */
export async function pendingMigrations(source: DataSource): Promise<string[] | null> {
  const ours = source.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const applied = await appliedMigrations(source);
  const newest = Math.max(...ours.map((name) => Number(/\d{13}$/.exec(name)?.[0])));
  if (applied.some((name) => !ours.includes(name) && newest < neededBy(name))) return null;
  return ours.filter((name) => !applied.includes(name));
}

/**
 * The newest migration that code must know to live with this one. A migration that takes something away carries it in its
 * name, `…Needs<its timestamp>At<own timestamp>`; one that only adds asks for nothing.
 */
function neededBy(name: string): number {
  return Number(/Needs(\d{13})At\d{13}$/.exec(name)?.[1] ?? 0);
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
