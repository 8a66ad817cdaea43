/**
 * The power fails, again and again, while people work on SQLite: whatever had not reached the disk is gone. The disk is an
 * image; what is in it the moment the process is killed is all that the next start finds, as files that were written but not
 * synced are still in the memory of the machine.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { chance } from '../support/chance';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import { healed } from './facts';
import { History } from './history';
import { DESK, GENERAL, Office, pause, WORLD } from './office';
import { answerTo, openForm, openRig, openTicket } from './rig';

const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1e9);
const CUTS = process.env.FAULTS === 'long' ? 8 : 3;
const LIMIT_MS = 240_000;
const NOT_SAVED = /could not save this just now/;
const HEALING_MS = 60_000;
const MKFS = '/usr/sbin/mkfs.ext4';
const FSCK = '/usr/sbin/fsck.ext4';
const RETRY_DELAYS_MS = [100, 500, 1000, ...new Array<number>(60).fill(2000)];

/** Only root may mount. */
const mounting =
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync(MKFS) ? describe : describe.skip;

mounting('a disk of SQLite', () => {
  let folder: string;
  let disk: string;

  const mount = (): void => void execFileSync('mount', ['-o', 'loop', join(folder, 'image'), disk]);
  const unmount = (): void => void execFileSync('umount', [disk]);
  /** As the kernel does at the first error of a disk: from now on nothing can be written, whoever has it open. */
  const fail = (): void => void execFileSync('mount', ['-o', 'remount,abort', disk]);
  const repair = (): void => {
    unmount();
    // 1 says that it has mended something.
    expect(spawnSync(FSCK, ['-y', '-f', join(folder, 'image')]).status).toBeLessThanOrEqual(1);
    mount();
  };
  /** What is on the disk now, and not in the machine's memory only. */
  const cutPower = (): void => copyFileSync(join(folder, 'image'), join(folder, 'after'));
  /** That is what there is from now on. Whatever wrote there has ended. */
  const bringBack = (): void => {
    unmount();
    renameSync(join(folder, 'after'), join(folder, 'image'));
    mount();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'helpdesk-power-'));
    disk = join(folder, 'disk');
    mkdirSync(disk);
    const image = join(folder, 'image');
    writeFileSync(image, '');
    truncateSync(image, 64 * 2 ** 20);
    execFileSync(MKFS, ['-q', image]);
    mount();
  });

  afterEach(() => {
    execFileSync('umount', ['-l', disk]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('whose power is cut loses what was only written, and keeps what was synced', () => {
    const kept = (mode: string): number => {
      const database = new Database(join(disk, `${mode}.sqlite`));
      try {
        return database.prepare<[], { count: number }>('SELECT count(*) AS count FROM kept').get()!.count;
      } finally {
        database.close();
      }
    };
    const open = ['NORMAL', 'FULL'].map((mode) => {
      const database = new Database(join(disk, `${mode}.sqlite`));
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.exec('CREATE TABLE kept (id INTEGER)');
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.pragma(`synchronous = ${mode}`);
      for (let id = 1; id <= 50; id += 1) database.exec(`INSERT INTO kept VALUES (${id})`);
      return database;
    });
    cutPower();
    for (const database of open) database.close();
    bringBack();

    expect(kept('FULL')).toBe(50);
    expect(kept('NORMAL')).toBeLessThan(50);
  });

  it(
    'whose power is cut loses nothing that the helpdesk acknowledged, and nothing is shown twice',
    async () => {
      const random = chance(SEED + 1);
      process.stdout.write(`  ${CUTS} power cuts, TEST_SEED=${SEED}\n`);
      const slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: RETRY_DELAYS_MS });
      const path = join(disk, 'helpdesk.sqlite');
      const service = await ServiceProcess.prepare({ slack, database: `sqlite:${path}`, desk: DESK });
      slack.setRequestUrl(service.requestUrl);
      const office = new Office(slack, chance(SEED), new History());
      try {
        office.begin();
        for (let cut = 1; cut <= CUTS; cut += 1) {
          await service.start();
          await pause(random.between(200, 2500));
          await service.end('SIGKILL');
          cutPower();
          bringBack();
          const database = new Database(path);
          expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
          database.close();
        }
        await service.start();
        await office.close();
        const scene = { history: office.history, database: { url: { kind: 'sqlite', path } as const }, slack };
        const { broken, tickets } = await healed(scene, HEALING_MS);
        expect(broken).toEqual([]);
        expect(tickets).toBeGreaterThan(CUTS);
      } finally {
        await office.close();
        await service.dispose();
        await slack.close();
      }
    },
    LIMIT_MS,
  );

  it(
    'that fails under the running helpdesk: people are told that nothing was saved, and what was saved is there when it is mended',
    async () => {
      const rig = await openRig(`sqlite:${join(disk, 'helpdesk.sqlite')}`);
      const { ada, service } = rig;
      try {
        expect(await openTicket(ada, 'Before')).toBe(1);
        await openForm(ada);
        fail();

        await ada.submitModal({ Summary: 'Meanwhile' });
        expect(JSON.stringify(ada.modal()?.errors)).toMatch(NOT_SAVED);
        await ada.closeModal();
        await ada.command(GENERAL, '/helpdesk', 'my vpn drops');
        expect(await answerTo(ada)).toMatch(NOT_SAVED);
        const { body } = await service.health('/readyz');
        expect(body.warnings).toEqual([
          expect.stringMatching(/the last change could not be stored: .*disk I\/O error/),
        ]);

        await service.end('SIGTERM');
        repair();
        await service.start();
        expect(await openTicket(ada, 'After')).toBe(2);
        expect((await service.health('/readyz')).body.warnings).toEqual([]);
        await until(async () => ((await rig.cards()).length === 2 ? true : undefined), 40_000);
      } finally {
        await rig.close();
      }
    },
    LIMIT_MS,
  );
});
