/** What a transaction says to MariaDB: in as few messages as its answers allow, in order, and all of it or nothing. */
import type { Intent } from '../src/chat/interaction';
import type { Article } from '../src/domain/article';
import type { Person } from '../src/domain/person';
import { isMysql, openDataSource } from '../src/store/data-source';
import type { MysqlUrl } from '../src/store/data-source';
import { Store } from '../src/store/store';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import { ANNA, NORA, openDesk } from './support/desk';
import { startTcpProxy } from './support/tcp-proxy';

const AT = new Date('2026-03-02T09:30:00.123Z');
const person = (id: string, name = id): Person => ({ id, name, email: null, language: null, address: id });
const card = (place: string) =>
  ({ to: place, what: { kind: 'show-ticket', ticketId: 1, version: 1, view: 'line' } }) as const;

const servers = databases().filter(({ name }) => name !== 'SQLite');
(servers.length > 0 ? describe.each(servers) : describe.skip.each([{ name: 'MariaDB', create: null as never }]))(
  'a transaction on $name',
  ({ create }) => {
    let database: TestDatabase;
    let store: Store;

    beforeEach(async () => {
      database = await create();
      store = await Store.open(database.url);
      await store.migrate();
    });

    afterEach(async () => {
      await store.close();
      await database.drop();
    });

    const serverOf = ({ url }: TestDatabase): MysqlUrl => {
      if (!isMysql(url)) throw new Error('SQLite is no server');
      return url;
    };
    const kept = async (...ids: string[]): Promise<string[]> =>
      [...(await store.read(({ people }) => people.named(ids))).values()].map(({ name }) => name).sort();

    it('stores what nobody waited for with the commit', async () => {
      await store.write(async ({ people, outbox }) => {
        await people.remember(person('slack:U1'));
        await outbox.add([card('slack:C1')], 'cause', AT);
      });

      expect(await kept('slack:U1')).toEqual(['slack:U1']);
      expect(await store.read(({ outbox }) => outbox.state(AT))).toMatchObject({ waiting: 1 });
    });

    it('keeps nothing of what was said before something that the database refuses, even at the commit', async () => {
      const both = store.write(async ({ people, places }) => {
        await people.remember(person('slack:U1'));
        await places.keep('teams:a', null as never, AT);
      });

      await expect(both).rejects.toThrow(/cannot be null/);
      expect(await kept('slack:U1')).toEqual([]);
    });

    it('keeps nothing where what was told in the same breath as a refusal may be undone, though that was caught', async () => {
      await store.write(({ interactions }) => interactions.begin('once', AT, 1));

      const both = store.write(async ({ people, interactions }) => {
        await people.find('slack:U1');
        const [earlier] = await Promise.all([interactions.begin('once', AT, 2), people.remember(person('slack:U1'))]);
        return earlier;
      });

      await expect(both).rejects.toThrow(/Duplicate/);
      expect(await kept('slack:U1')).toEqual([]);
    });

    it('is told of what fails after a statement of TypeORM’s, and nobody else is', async () => {
      const failing = store.write(async ({ people, outbox, places }) => {
        const found = Promise.all([people.find('slack:U1'), outbox.failures(1)]);
        // Until TypeORM has sent its own, and with it what was asked.
        for (let turn = 0; turn < 500; turn += 1) await Promise.resolve();
        await places.keep('teams:a', null as never, AT);
        await found;
      });

      await expect(failing).rejects.toThrow(/cannot be null/);
    });

    it('that only reads and yet changes something is refused', async () => {
      const change = store.read(({ people }) => people.remember(person('slack:U1')));

      await expect(change).rejects.toThrow('only reads');
      expect(await kept('slack:U1')).toEqual([]);
    });

    it('hears nothing of what is said after it failed', async () => {
      let late: Promise<unknown> = Promise.resolve();
      const failing = store.write(({ people }) => {
        late = people
          .find('slack:U0')
          .then(() => people.find('slack:U9'))
          .then(() => people.remember(person('slack:U1')))
          .then(() => people.find('slack:U8'));
        late.catch(() => undefined);
        return Promise.reject(new Error('a refusal'));
      });

      await expect(failing).rejects.toThrow('a refusal');
      await Promise.allSettled([late]);
      await store.write(({ people }) => people.remember(person('slack:U2')));
      expect(await kept('slack:U1', 'slack:U2')).toEqual(['slack:U2']);
    });

    it('reads what it has said itself, also by statements that TypeORM makes', async () => {
      const waiting = await store.write(async ({ outbox }) => {
        await outbox.add([card('slack:C1'), card('slack:C2')], 'cause', AT);
        return outbox.due(AT, 10);
      });

      expect(waiting.map(({ place }) => place)).toEqual(['slack:C1', 'slack:C2']);
    });

    it('keeps words as they were, whatever in them looks like SQL or a place for a value', async () => {
      const names = [
        `what? ?? '; DROP TABLE people; --`,
        `\\'; DELETE FROM people; #`,
        `; COMMIT; ? \\`,
        '/* ? */ "?" `?`',
      ];

      await store.write(async ({ people, outbox }) => {
        for (const [index, name] of names.entries()) await people.remember(person(`slack:U${index}`, name));
        await outbox.add([card('slack:C1')], names.join(), AT);
      });

      expect(await kept(...names.map((_, index) => `slack:U${index}`))).toEqual([...names].sort());
    });

    it('stores articles at once that together are longer than what the server takes in one message', async () => {
      const article = (index: number): Article => ({
        ...{ id: `long-${index}`, title: `Long ${index}`, body: 'All about printers. '.repeat(50_000), tags: [] },
        ...{ language: 'en', audience: 'everyone', url: null },
      });
      const long = Array.from({ length: 18 }, (_, index) => article(index));

      await store.write(({ articles }) => articles.save(long, AT));

      const kept = await store.read(({ articles }) => articles.named(long.map(({ id }) => id)));
      expect([...kept.values()].map(({ body }) => body.length)).toEqual(long.map(({ body }) => body.length));
    });

    it('speaks the same SQL on every server: what is too long is refused, and a backslash escapes a quote', async () => {
      const source = await openDataSource(database.url);
      try {
        const modes = await Promise.all(
          Array.from({ length: 10 }, () =>
            source.query<{ mode: string }[]>('SELECT @@SESSION.sql_mode AS mode, SLEEP(.05)'),
          ),
        );

        for (const [row] of modes)
          expect(row?.mode.split(',').sort()).toEqual([
            'ERROR_FOR_DIVISION_BY_ZERO',
            'NO_ENGINE_SUBSTITUTION',
            'STRICT_TRANS_TABLES',
          ]);
      } finally {
        await source.destroy();
      }
    });

    it('of a new ticket is three messages, and of a claim three after one read', async () => {
      const { host, port } = serverOf(database);
      const proxy = await startTcpProxy(host, port);
      const through = { ...serverOf(database), host: '127.0.0.1', port: proxy.port };
      const desk = await openDesk({ ...database, url: through });
      const fields = { subject: 'The VPN drops', priority: 'person/blocked' };
      const open: Intent = { kind: 'open', inquiryId: null, intake: 'command', fields };
      try {
        await desk.act(NORA, open);
        const before = proxy.messages();
        await desk.act(NORA, open);
        const opened = proxy.messages() - before;
        await desk.act(ANNA, { kind: 'claim', ticketId: 2 });
        expect([opened, proxy.messages() - before - opened]).toEqual([3, 4]);
      } finally {
        await desk.close();
        await proxy.close();
      }
    });
  },
);
