/** `helpdesk migrate`. */
import { readConfig } from '../config';
import { Store } from '../store/store';
import { print, printJson } from './verb';
import type { Verb } from './verb';

export const migrate: Verb = {
  usage: 'migrate [--status] [--json]',
  about: 'Brings the database up to date; --status only lists what is to be done.',
  options: { status: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (values) => {
    const store = await Store.open(readConfig(process.env, process.cwd()).databaseUrl);
    try {
      const names = values.status === true ? await store.pending() : await store.migrate();
      if (names === null) throw new Error('the database was changed by a newer version of the helpdesk');
      if (values.json === true) printJson(values.status === true ? { pending: names } : { ran: names });
      else if (names.length === 0) print('The database is up to date.');
      else for (const name of names) print(`${values.status === true ? 'to do' : 'done'}  ${name}`);
      return 0;
    } finally {
      await store.close();
    }
  },
};
