/**
 * `helpdesk backup` of the running service, and the restore that docs/OPERATIONS.md describes: everything of that moment is
 * there again, nothing is posted twice, and no number that was lost is given to another ticket.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Store } from '../../src/store/store';
import { SUPPORT } from '../faults/office';
import type { Rig } from '../faults/rig';
import { openRig, openTicket } from '../faults/rig';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import type { Workplace } from './command';
import { workplace } from './command';

/** What makes and reads a dump; not everywhere installed. */
const [DUMPER, CLIENT] = ['mariadb-dump', 'mariadb'] as const;
const hasTools = [DUMPER, CLIENT].every((tool) => spawnSync(tool, ['--version']).status === 0);
const LIMIT_MS = 120_000;

const kinds = databases();

describe.each(kinds.filter(({ name }) => name === 'SQLite' || hasTools))('helpdesk backup, on $name', ({ create }) => {
  let database: TestDatabase;
  let rig: Rig;
  let place: Workplace;

  beforeEach(async () => {
    database = await create();
    place = await workplace({ DATABASE_URL: database.text });
    // Making every table takes a slow disk longer than a start may take.
    await place.run(['migrate']);
    rig = await openRig(database.text);
  }, LIMIT_MS);

  afterEach(async () => {
    await rig.close();
    place.remove();
    await database.drop();
  });

  const restore = (file: string): void => {
    const { url } = database;
    if (url.kind === 'sqlite') {
      for (const end of ['-wal', '-shm']) rmSync(`${url.path}${end}`, { force: true });
      copyFileSync(file, url.path);
    } else if (url.kind !== 'sqlite-memory') {
      const access = [`--host=${url.host}`, `--port=${url.port}`, '--protocol=tcp', `--user=${url.user}`];
      execFileSync(CLIENT, [...access, url.database], {
        input: readFileSync(file),
        env: { PATH: process.env.PATH, MYSQL_PWD: url.password },
      });
    }
  };
  const drained = (): Promise<true> =>
    until(async () => {
      const text = await (await fetch(`${rig.service.url}/metrics`)).text();
      return /^helpdesk_outbox_waiting 0$/m.test(text) ? true : undefined;
    }, 60_000);

  it(
    'is restored with nothing lost of its moment, nothing posted twice and no number given twice',
    async () => {
      expect(await openTicket(rig.ada, 'Before, and shown')).toBe(1);
      await drained();
      const end = rig.slack.fault({
        method: 'chat.postMessage',
        channel: SUPPORT,
        kind: { status: 429, retryAfterSeconds: 2 },
      });
      expect(await openTicket(rig.ada, 'Before, and waiting')).toBe(2);
      const file = join(place.folder, 'backup');

      const { code, stdout } = await place.run(['backup', 'backup']);

      expect([code, stdout]).toEqual([0, expect.stringMatching(/backup: \d+\.\d MB\n$/)]);
      expect(statSync(file).mode & 0o077).toBe(0);
      end();
      await drained();
      expect(await openTicket(rig.ada, 'Lost')).toBe(3);
      await drained();
      expect(await rig.cards()).toHaveLength(3);
      expect(await rig.service.end('SIGTERM')).toBe(0);

      restore(file);
      await rig.service.start();
      await drained();

      // The second was posted after the backup, which does not know it: it was found, not posted again.
      expect(await rig.cards()).toHaveLength(3);
      expect(await rig.told(rig.ada)).toHaveLength(3);
      const next = await openTicket(rig.ada, 'After');
      expect(next).toBeGreaterThan(1000);
      await drained();
      expect(await rig.cards()).toHaveLength(4);
      const store = await Store.open(database.url);
      const tickets = await store.read((session) => session.tickets.list({}, 10));
      await store.close();
      expect(tickets.map(({ subject }) => subject)).toEqual(['After', 'Before, and waiting', 'Before, and shown']);
      expect(await place.json(['audit', 'verify', '--json'])).toMatchObject({ tickets: 3, found: 0 });
    },
    LIMIT_MS,
  );

  it('never writes over a file, and leaves none behind when it cannot be made', async () => {
    writeFileSync(join(place.folder, 'there'), 'mine');
    const there = await place.run(['backup', 'there']);
    expect([there.code, there.stderr]).toEqual([1, expect.stringContaining('is there already; give another name')]);
    expect(readFileSync(join(place.folder, 'there'), 'utf8')).toBe('mine');

    const nowhere = await place.run(['backup', 'no/such/folder/file']);
    expect([nowhere.code, nowhere.stdout]).toEqual([1, '']);
    expect(nowhere.stderr).toContain(
      `${join(place.folder, 'no/such/folder/file')} cannot be written (ENOENT); name a file in a folder that is there and yours`,
    );
    expect(nowhere.stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(join(place.folder, 'no'))).toBe(false);
  });

  it('of two that write to the same file at once, one is whole and the other says so', async () => {
    const both = await Promise.all([place.run(['backup', 'twice']), place.run(['backup', 'twice'])]);

    const [made, refused] = both.sort((a, b) => (a.code ?? 9) - (b.code ?? 9));
    expect([made?.code, made?.stderr]).toEqual([0, '']);
    // The slower one may only have found out before it began.
    expect([refused?.code, refused?.stderr]).toEqual([1, expect.stringContaining('twice is there already')]);
    expect(readdirSync(place.folder).filter((file) => file.startsWith('twice'))).toEqual(['twice']);
  });
});

it('has in the container image what it needs there', () => {
  const image = readFileSync('Dockerfile', 'utf8')
    .split(/^FROM /m)
    .at(-1);

  expect(image).toMatch(/apt-get install .*mariadb-client/);
});

it('says which tools it needs for MariaDB and MySQL where there are none', async () => {
  const mysql = kinds.find(({ name }) => name === 'MariaDB');
  if (mysql === undefined) return;
  const database = await mysql.create();
  const place = await workplace({ DATABASE_URL: database.text });
  try {
    await place.run(['migrate']);

    const { code, stderr } = await place.run(['backup', 'backup.sql'], { env: { PATH: '/nowhere' } });

    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('neither mariadb-dump nor mysqldump is installed here'),
    ]);
    expect(existsSync(join(place.folder, 'backup.sql'))).toBe(false);
    expect(readdirSync(place.folder)).toEqual([]);
  } finally {
    place.remove();
    await database.drop();
  }
});

it('says so when the tool is killed half way, such as for want of memory, and leaves nothing behind', async () => {
  const mysql = kinds.find(({ name }) => name === 'MariaDB');
  if (mysql === undefined) return;
  const database = await mysql.create();
  const place = await workplace({ DATABASE_URL: database.text });
  try {
    await place.run(['migrate']);
    place.write(`bin/${DUMPER}`, '#!/bin/sh\necho half of it\nkill -KILL $$\n');
    chmodSync(join(place.folder, 'bin', DUMPER), 0o755);

    const { code, stderr } = await place.run(['backup', 'backup.sql'], { env: { PATH: join(place.folder, 'bin') } });

    expect([code, stderr]).toEqual([1, expect.stringContaining(`${DUMPER} was stopped by SIGKILL`)]);
    expect(readdirSync(place.folder)).toEqual(['bin']);
  } finally {
    place.remove();
    await database.drop();
  }
});

it('leaves nothing behind when the tool has ended before its file could be opened, as on a busy disk', async () => {
  const mysql = kinds.find(({ name }) => name === 'MariaDB');
  if (mysql === undefined) return;
  const database = await mysql.create();
  const place = await workplace({});
  const store = await Store.open(database.url);
  try {
    place.write(`bin/${DUMPER}`, '#!/bin/sh\nkill -KILL $$\n');
    chmodSync(join(place.folder, 'bin', DUMPER), 0o755);
    // Node opens files on four threads of its own; these keep them all busy for longer than the tool runs.
    const busy = Array.from({ length: 8 }, () => promisify(pbkdf2)('words', 'salt', 500_000, 64, 'sha512'));

    const backedUp = store.backUp(join(place.folder, 'backup.sql'), join(place.folder, 'bin'));

    await expect(backedUp).rejects.toThrow('was stopped by SIGKILL');
    await Promise.all(busy);
    expect(readdirSync(place.folder)).toEqual(['bin']);
  } finally {
    await store.close();
    place.remove();
    await database.drop();
  }
});
