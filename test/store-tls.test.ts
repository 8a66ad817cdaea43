/** The connection to MySQL or MariaDB is encrypted as its address asks, or there is none. */
// ASVS 5.0 v5.0.0-12.3.1, v5.0.0-12.3.2 (TLS to services, and whose certificate it is)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config';
import { isMysql } from '../src/store/data-source';
import { wireOf } from '../src/store/examine';
import { Store } from '../src/store/store';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { MysqlTls } from './support/mysql-tls';
import { startMysqlTls } from './support/mysql-tls';

const file = (name: string): string => join(__dirname, 'fixtures/tls', name);
const text = (name: string): string => readFileSync(file(name), 'utf8');
const hasTools = spawnSync('mariadb-dump', ['--version']).status === 0;
const servers = databases().filter(({ name }) => name !== 'SQLite');

describe('doctor, of the connection to the database', () => {
  it.each([
    ['elsewhere, without TLS', 'db.example.com', undefined, 'warn'],
    ['elsewhere, with TLS that looks at no certificate', 'db.example.com', 'required', 'warn'],
    ['elsewhere, with TLS that looks who signed it', '10.0.0.5', 'verify-ca', 'ok'],
    ['elsewhere, with TLS that looks whose it is', 'db.example.com', 'verify-identity', 'ok'],
    ['at another IPv6 address, without TLS', 'fd00::5', undefined, 'warn'],
    ['on this machine, without TLS', '::1', undefined, 'ok'],
    ['on this machine, with TLS that looks at no certificate', '127.0.0.1', 'required', 'ok'],
    ['in the container beside us, without TLS', 'mariadb', undefined, 'ok'],
  ] as const)('%s: says so', (_where, host, mode, status) => {
    const tls = mode === undefined ? {} : { tls: { mode } };

    expect(wireOf({ host, ...tls }, 'TLSv1.3')).toMatchObject({ status });
  });
});

// Nothing to do where there is SQLite alone.
(servers.length > 0 ? describe.each(servers) : describe.skip.each([{ name: 'MariaDB', create: null as never }]))(
  'TLS, on $name',
  ({ create }) => {
    let database: TestDatabase;
    const started: MysqlTls[] = [];

    beforeAll(async () => {
      database = await create();
      const store = await Store.open(database.url);
      await store.migrate();
      await store.close();
    });

    afterAll(async () => {
      for (const server of started) await server.close();
      await database.drop();
    });

    const serverOf = async (name: string): Promise<MysqlTls> => {
      if (!isMysql(database.url)) throw new Error('SQLite has no server');
      const server = await startMysqlTls(database.url, { cert: text(`${name}.pem`), key: text(`${name}.key`) });
      started.push(server);
      return server;
    };
    const openedAt = (server: MysqlTls, options: string): Promise<Store> => {
      const url = new URL(database.text);
      url.host = `localhost:${server.port}`;
      return Store.open(readConfig({ DATABASE_URL: `${url.href}?${options}` }, __dirname).databaseUrl);
    };

    it.each([
      ['whoever answers, when nothing more is asked', 'elsewhere', 'ssl-mode=REQUIRED'],
      [
        'a server whose certificate the authority signed',
        'elsewhere',
        `ssl-mode=VERIFY_CA&ssl-ca=${file('authority.pem')}`,
      ],
      [
        'a server whose certificate is of its own name',
        'localhost',
        `ssl-mode=VERIFY_IDENTITY&ssl-ca=${file('authority.pem')}`,
      ],
      ['a server of that name, when only the authority is given', 'localhost', 'ssl-ca=fixtures/tls/authority.pem'],
    ])('%s is spoken to, and every connection is encrypted', async (_whom, certificate, options) => {
      const server = await serverOf(certificate);
      const store = await openedAt(server, options);
      try {
        await Promise.all([1, 2, 3].map(() => store.write((session) => session.tickets.find(1))));

        expect(server.encrypted()).toBeGreaterThan(2);
        expect(await store.examine()).toContainEqual(
          expect.objectContaining({
            about: 'database connection',
            status: 'ok',
            detail: expect.stringMatching(/^encrypted/) as unknown,
          }),
        );
      } finally {
        await store.close();
      }
    });

    it.each([
      ['a server of another name', 'elsewhere', `ssl-ca=${file('authority.pem')}`, /db\.example\.com|altnames/],
      [
        'a server that a stranger answers for',
        'localhost',
        `ssl-mode=VERIFY_CA&ssl-ca=${file('stranger.pem')}`,
        /certificate/,
      ],
      ['a server that nobody known answers for', 'localhost', 'ssl-mode=VERIFY_IDENTITY', /certificate/],
      ['an authority that is not there', 'localhost', `ssl-ca=${file('nobody.pem')}`, /no such file.*nobody\.pem/],
    ])('%s is told nothing', async (_whom, certificate, options, reason) => {
      await expect(openedAt(await serverOf(certificate), options)).rejects.toThrow(reason);
    });

    it('a server without TLS is told nothing where TLS is asked for', async () => {
      const options = 'ssl-mode=REQUIRED';

      await expect(
        Store.open(readConfig({ DATABASE_URL: `${database.text}?${options}` }, __dirname).databaseUrl),
      ).rejects.toThrow(/does not support secure/);
    });

    (hasTools ? it : it.skip)('a backup goes the same way', async () => {
      const server = await serverOf('localhost');
      const store = await openedAt(server, `ssl-ca=${file('authority.pem')}`);
      const folder = mkdtempSync(join(tmpdir(), 'helpdesk-'));
      try {
        const before = server.encrypted();

        expect(await store.backUp(join(folder, 'backup.sql'), process.env.PATH ?? '')).toBeGreaterThan(1000);
        expect(server.encrypted()).toBeGreaterThan(before);
      } finally {
        await store.close();
        rmSync(folder, { recursive: true });
      }
    });
  },
);
