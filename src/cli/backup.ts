/** `helpdesk backup`. */
import { resolve } from 'node:path';
import { readConfig } from '../config';
import { Store } from '../store/store';
import { print, printJson, UsageError } from './verb';
import type { Verb } from './verb';

export const backup: Verb = {
  usage: 'backup FILE [--json]',
  about:
    'Writes a copy of the database to FILE, while the helpdesk runs: a SQLite file, or the SQL of MariaDB and MySQL.',
  details: 'MariaDB and MySQL need mariadb-dump or mysqldump on this machine. How to restore it: docs/OPERATIONS.md',
  words: 1,
  options: { json: { type: 'boolean' } },
  run: async (values, [name]) => {
    if (name === undefined) throw new UsageError('name the file to write');
    const file = resolve(name);
    const store = await Store.open(readConfig(process.env, process.cwd()).databaseUrl);
    try {
      // As it is: what is to be restored one day is this version's.
      if ((await store.pending())?.length !== 0)
        throw new Error('the database is of another version; back it up with that, or run "helpdesk migrate" first');
      const bytes = await store.backUp(file, process.env['PATH'] ?? '');
      if (values.json === true) printJson({ file, bytes });
      else print(`${file}: ${(bytes / 2 ** 20).toFixed(1)} MB`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
