/** A database that hangs, or is away: people are told the truth in time, and what they asked for is done once or not at all. */
// ASVS 5.0 v5.0.0-16.5.2 (a dependency fails), v5.0.0-16.5.3 (fail closed), v5.0.0-15.1.3 (slower than whoever waits)
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import { isMysql } from '../../src/store/data-source';
import { Store } from '../../src/store/store';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TcpProxy } from '../support/tcp-proxy';
import { startTcpProxy } from '../support/tcp-proxy';
import { until } from '../support/until';
import { GENERAL, pause } from './office';
import type { Rig } from './rig';
import { answerTo, numberTold, openForm, openRig, openTicket, windowOf } from './rig';

const LATER = /taking longer than usual/;
const NOT_SAVED = /could not save this just now/;
/** Slack's patience. */
const DEADLINE_MS = 3000;
const LIMIT_MS = 60_000;

/** Takes the database away from everybody else; gives the way to release it. */
async function lock({ url }: TestDatabase): Promise<() => Promise<void>> {
  if (isMysql(url)) {
    const { host, port, user, password, database } = url;
    const connection = await createConnection({ host, port, user, password, database });
    const tables = ['interactions', 'tickets', 'ticket_events', 'ticket_messages', 'people', 'outbox', 'inquiries'];
    await connection.query(`LOCK TABLES ${tables.map((table) => `${table} WRITE`).join(', ')}`);
    return () => connection.end();
  }
  const connection = new Database(url.kind === 'sqlite' ? url.path : ':memory:');
  connection.exec('BEGIN EXCLUSIVE');
  return () => Promise.resolve(void connection.close());
}

async function subjects({ url }: TestDatabase): Promise<string[]> {
  const store = await Store.open(url);
  try {
    return (await store.read((session) => session.tickets.list({}, 100))).map(({ subject }) => subject);
  } finally {
    await store.close();
  }
}

describe.each(databases())('a hanging database, $name', (kind) => {
  let database: TestDatabase;
  let rig: Rig;
  let release: () => Promise<void>;

  beforeEach(async () => {
    database = await kind.create();
    rig = await openRig(database.text);
    await openTicket(rig.ada, 'All is well');
    await until(async () => ((await rig.cards()).length === 1 ? true : undefined));
    release = () => Promise.resolve();
  });

  afterEach(async () => {
    await release();
    await rig.close();
    await database.drop();
  });

  it(
    'makes a person wait with a word, and what they asked is done once when it is back',
    async () => {
      const { ada, slack } = rig;
      const bob = slack.person('U0BOB');
      await openForm(ada);
      release = await lock(database);

      const [submitted, asked] = await Promise.all([
        ada.submitModal({ Summary: 'Sent while it hung' }),
        bob.command(GENERAL, '/helpdesk', 'my vpn drops'),
      ]);

      for (const { ok, elapsedMs } of [submitted, asked]) {
        expect(ok).toBe(true);
        expect(elapsedMs).toBeLessThan(DEADLINE_MS);
      }
      expect(windowOf(ada)).toMatch(LATER);
      expect(await answerTo(bob)).toMatch(LATER);
      expect((await rig.service.health('/healthz')).status).toBe(200);

      await release();
      expect(await numberTold(ada)).toBe(2);
      await until(async () => (LATER.test(await answerTo(bob)) ? undefined : true));
      expect(await answerTo(bob)).toContain('my vpn drops');
      await until(async () => ((await rig.cards()).length === 2 ? true : undefined));
      expect(await subjects(database)).toEqual(['Sent while it hung', 'All is well']);
    },
    LIMIT_MS,
  );

  it(
    'that hangs on is admitted: nothing was saved, and asking again is one ticket',
    async () => {
      const { ada } = rig;
      await openForm(ada);
      release = await lock(database);
      expect((await ada.submitModal({ Summary: 'Sent while it hung' })).elapsedMs).toBeLessThan(DEADLINE_MS);

      await until(() => Promise.resolve(NOT_SAVED.test(windowOf(ada)) ? true : undefined), 20_000);
      await release();
      expect(await subjects(database)).toEqual(['All is well']);

      expect(await openTicket(ada, 'Sent again')).toBe(2);
      expect(await subjects(database)).toEqual(['Sent again', 'All is well']);
    },
    LIMIT_MS,
  );
});

const servers = databases().filter(({ name }) => name !== 'SQLite');

(servers.length > 0 ? describe.each(servers) : describe.skip.each([{ name: 'MariaDB', create: null as never }]))(
  'the wire to $name',
  (kind) => {
    let database: TestDatabase;
    let proxy: TcpProxy;
    let rig: Rig;

    beforeEach(async () => {
      database = await kind.create();
      const url = new URL(database.text);
      proxy = await startTcpProxy(url.hostname, Number(url.port));
      url.port = String(proxy.port);
      rig = await openRig(url.href);
    });

    afterEach(async () => {
      proxy.mend();
      await rig.close();
      await proxy.close();
      await database.drop();
    });

    const status = async (path: '/healthz' | '/readyz'): Promise<number> => (await rig.service.health(path)).status;

    it(
      'when cut, everybody is told to try again, nothing is stored, and the service lives until it is mended',
      async () => {
        const { ada, slack } = rig;
        const bob = slack.person('U0BOB');
        await openForm(ada);
        proxy.cut();

        const outcomes = [
          await ada.submitModal({ Summary: 'Sent into the void' }),
          await bob.command(GENERAL, '/helpdesk', 'my vpn drops'),
        ];

        for (const { ok, elapsedMs } of outcomes) {
          expect(ok).toBe(true);
          expect(elapsedMs).toBeLessThan(DEADLINE_MS);
        }
        expect(JSON.stringify(ada.modal()?.errors)).toMatch(NOT_SAVED);
        expect(await answerTo(bob)).toMatch(NOT_SAVED);
        const ready = await rig.service.health('/readyz');
        expect(ready).toMatchObject({ status: 503, body: { ready: false } });
        expect(ready.body.problems?.join()).toContain('the database cannot be reached');
        expect(await status('/healthz')).toBe(200);

        proxy.mend();
        await until(async () => ((await status('/readyz')) === 200 ? true : undefined));
        expect(await subjects(database)).toEqual([]);
        // The form is still open, with what was typed.
        await ada.submitModal({ Summary: 'Sent into the void' });
        expect(await numberTold(ada)).toBe(1);
        await until(async () => ((await rig.cards()).length === 1 ? true : undefined));
      },
      LIMIT_MS,
    );

    it(
      'when silent, a person is answered in time, and what they asked is done once when it speaks again',
      async () => {
        const { ada } = rig;
        await openForm(ada);
        proxy.hang();

        const { ok, elapsedMs } = await ada.submitModal({ Summary: 'Sent into silence' });

        expect(ok).toBe(true);
        expect(elapsedMs).toBeLessThan(DEADLINE_MS);
        expect(windowOf(ada)).toMatch(LATER);
        expect(await status('/readyz')).toBe(503);
        expect(await status('/healthz')).toBe(200);

        await pause(1000);
        proxy.mend();
        expect(await numberTold(ada)).toBe(1);
        await until(async () => ((await rig.cards()).length === 1 ? true : undefined));
        expect(await subjects(database)).toEqual(['Sent into silence']);
      },
      LIMIT_MS,
    );

    (process.env.FAULTS === 'long' ? it : it.skip)(
      'when it has forgotten every connection, is used again by itself, and what was asked meanwhile is done once',
      async () => {
        const { ada } = rig;
        await openForm(ada);
        proxy.strand();

        expect((await ada.submitModal({ Summary: 'Sent into silence' })).elapsedMs).toBeLessThan(DEADLINE_MS);
        expect(windowOf(ada)).toMatch(LATER);

        await until(() => Promise.resolve(NOT_SAVED.test(windowOf(ada)) ? true : undefined), 40_000);
        await ada.submitModal({ Summary: 'Sent into silence' });
        expect(await numberTold(ada)).toBe(1);
        await until(async () => ((await rig.cards()).length === 1 ? true : undefined), 40_000);
        expect(await subjects(database)).toEqual(['Sent into silence']);
      },
      LIMIT_MS * 2,
    );

    it(
      'when it breaks just as something is stored, a person is told the truth in the end, and has one ticket',
      async () => {
        const { ada } = rig;
        const serials = Array.from({ length: 8 }, (_, index) => `Sent while it broke ${index}`);
        for (const summary of serials) {
          await openForm(ada);
          const submitted = ada.submitModal({ Summary: summary });
          await pause(2 + serials.indexOf(summary) * 2);
          proxy.cut();
          await pause(50);
          proxy.mend();
          await submitted;
          // Either a number, or the form with a word beside it: then the same is sent again.
          if (!/Ticket #/.test(windowOf(ada))) await pause(500);
          while (!/Ticket #/.test(windowOf(ada))) {
            await ada.submitModal({ Summary: summary });
            await pause(100);
          }
        }

        expect((await subjects(database)).sort()).toEqual(serials);
        await until(async () => ((await rig.cards()).length === serials.length ? true : undefined), 40_000);
      },
      LIMIT_MS,
    );
  },
);
