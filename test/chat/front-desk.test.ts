/** What somebody is told when the database goes away: never that nothing was changed once it is. */
import type { Intent } from '../../src/chat/interaction';
import { databases } from '../support/databases';
import { NORA, openDesk } from '../support/desk';

const ASK: Intent = { kind: 'ask', text: 'my vpn drops every ten minutes', intake: 'command' };

it.each(databases())(
  'on $name, whose request is stored is not told that nothing was, whatever fails after it',
  async (kind) => {
    const database = await kind.create();
    const desk = await openDesk(database);
    try {
      await desk.act(NORA, ASK, 'the first');
      await desk.store.close();

      const [repeated, fresh] = [await desk.act(NORA, ASK, 'the first'), await desk.act(NORA, ASK, 'the second')];

      expect(JSON.stringify(repeated)).toContain('could not confirm that this was saved');
      expect(JSON.stringify(repeated)).not.toContain('Nothing was changed');
      expect(JSON.stringify(fresh)).toContain('Nothing was changed');
    } finally {
      await database.drop();
    }
  },
);
