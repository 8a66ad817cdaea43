/** Many writes at once: on SQLite they share a commit, on MariaDB each has its own; nobody can tell which. */
import type { Person } from '../src/domain/person';
import { isMysql } from '../src/store/data-source';
import { Store } from '../src/store/store';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import { startTcpProxy } from './support/tcp-proxy';

/** As many connections as a process has to its database. */
const POOL = 10;

const person = (id: string): Person => ({ id, name: id, email: null, language: null, address: id });

describe.each(databases())('writes at once, on $name', ({ create }) => {
  let database: TestDatabase;
  let store: Store;
  let witness: Store;

  beforeEach(async () => {
    database = await create();
    store = await Store.open(database.url);
    await store.migrate();
    witness = await Store.open(database.url);
  });

  afterEach(async () => {
    await store.close();
    await witness.close();
    await database.drop();
  });

  const remember = (id: string): Promise<string> =>
    store.write(async (session) => {
      await session.people.remember(person(id));
      return id;
    });
  const kept = async (ids: readonly string[]): Promise<string[]> =>
    [...(await witness.read((session) => session.people.named(ids))).keys()].sort();

  it('one that fails takes nothing of the others with it, and leaves nothing of itself', async () => {
    const ids = ['slack:U1', 'slack:U2', 'slack:U3', 'slack:U4'];

    const outcomes = await Promise.allSettled(
      ids.map((id) =>
        id === 'slack:U2'
          ? store.write(async (session) => {
              await session.people.remember(person(id));
              throw new Error('a refusal');
            })
          : remember(id),
      ),
    );

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await kept(ids)).toEqual(['slack:U1', 'slack:U3', 'slack:U4']);
  });

  it('a read that fails at once is told so and holds up nobody after it', async () => {
    const failing = store.read(() => {
      throw new Error('at once');
    });

    await expect(failing).rejects.toThrow('at once');
    expect(await remember('slack:U1')).toBe('slack:U1');
  });

  it('whoever is answered finds it stored, seen from elsewhere', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `slack:U${100 + index}`);

    const found = await Promise.all(ids.map(async (id) => kept([await remember(id)])));

    expect(found).toEqual(ids.map((id) => [id]));
  });
});

const servers = databases().filter(({ name }) => name !== 'SQLite');
(servers.length > 0 ? describe.each(servers) : describe.skip.each([{ name: 'MariaDB', create: null as never }]))(
  'connections of $name',
  ({ create }) => {
    it('each decide by what is committed now, not by what was when they began', async () => {
      const database = await create();
      const [store, other] = [await Store.open(database.url), await Store.open(database.url)];
      try {
        await store.migrate();
        const ids = Array.from({ length: 10 }, (_, index) => `slack:U${index}`);
        let began = 0;
        let committed: () => void = () => undefined;
        const commit = new Promise<void>((resolve) => (committed = resolve));

        const seen = ids.map((id) =>
          store.write(async (session) => {
            const before = await session.people.named([id]);
            began += 1;
            // All ten hold a connection of their own by then.
            if (began === ids.length)
              void other
                .write(async ({ people }) => {
                  for (const each of ids) await people.remember(person(each));
                })
                .then(committed);
            await commit;
            return [before.size, (await session.people.named([id])).size];
          }),
        );

        expect(await Promise.all(seen)).toEqual(ids.map(() => [0, 1]));
      } finally {
        await store.close();
        await other.close();
        await database.drop();
      }
    });

    it('that the network has forgotten are found out all at once, by one who waits', async () => {
      const database = await create();
      if (!isMysql(database.url)) throw new Error('SQLite has no network');
      const proxy = await startTcpProxy(database.url.host, database.url.port);
      const store = await Store.open({ ...database.url, host: '127.0.0.1', port: proxy.port });
      try {
        await store.migrate();
        let began = 0;
        let go: () => void = () => undefined;
        const all = new Promise<void>((resolve) => (go = resolve));
        const look = (wait: Promise<void>): Promise<unknown> =>
          store.write(async (session) => {
            await session.people.find('slack:U1');
            began += 1;
            if (began === POOL) go();
            await wait;
          });
        await Promise.all(Array.from({ length: POOL }, () => look(all)));
        proxy.strand();

        await expect(look(Promise.resolve())).rejects.toThrow(/said nothing/);

        for (let next = 0; next < POOL; next += 1) await look(Promise.resolve());
      } finally {
        await store.close();
        await proxy.close();
        await database.drop();
      }
    }, 60_000);
  },
);
