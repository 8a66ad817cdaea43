/**
 * What becomes of the built service when the machine fails it: a full or read-only disk, a second service on one file, one
 * delivery that arrives five times at two processes at once, a process that stands still for longer than its lease.
 */
import { createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import { audit, healed } from './facts';
import { History } from './history';
import { DESK, requesters, WORLD } from './office';
import type { Rig } from './rig';
import { openForm, openRig, openTicket, windowOf } from './rig';

const LIMIT_MS = 120_000;
const NOT_SAVED = /could not save this just now/;
const long = process.env.FAULTS === 'long' ? it : it.skip;

/** Only root may mount. */
const mounting = process.platform === 'linux' && process.getuid?.() === 0 ? describe : describe.skip;

mounting('a SQLite file on a disk of 6 MB', () => {
  let folder: string;
  let rig: Rig;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'helpdesk-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]);
    rig = await openRig(`sqlite:${join(folder, 'helpdesk.sqlite')}`);
    await openTicket(rig.ada, 'Before');
  }, LIMIT_MS);

  afterEach(async () => {
    await rig.close();
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  const subjects = (): string[] => {
    const database = new Database(join(folder, 'helpdesk.sqlite'), { readonly: true });
    try {
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      return database
        .prepare<[], { subject: string }>('SELECT subject FROM tickets ORDER BY id')
        .all()
        .map((row) => row.subject);
    } finally {
      database.close();
    }
  };

  const refusedThenTaken = async (mend: () => void): Promise<void> => {
    const { ada, service } = rig;
    await openForm(ada);
    const refused = await ada.submitModal({ Summary: 'Meanwhile' });
    expect(refused.ok).toBe(true);
    expect(windowOf(ada) + JSON.stringify(ada.modal()?.errors)).toMatch(NOT_SAVED);
    expect((await service.health('/healthz')).status).toBe(200);
    mend();
    await ada.submitModal({ Summary: 'Meanwhile' });
    await until(() => Promise.resolve(/Ticket #2 is open/.test(windowOf(ada)) ? true : undefined));
    expect(subjects()).toEqual(['Before', 'Meanwhile']);
  };

  it(
    'that is full refuses what does not fit, and takes it when there is room again',
    async () => {
      const ballast = join(folder, 'ballast');
      const { bavail, bsize } = statfsSync(folder);
      fill(ballast, bavail * bsize);
      await refusedThenTaken(() => rmSync(ballast));
    },
    LIMIT_MS,
  );

  it(
    'that may not be written is the reason of a start that fails, and what was there is there when it may',
    async () => {
      const { service, ada } = rig;
      await service.end('SIGTERM');
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      await expect(service.start()).rejects.toThrow(/readonly|read-only/i);
      execFileSync('mount', ['-o', 'remount,rw', folder]);

      await service.start();
      expect(await openTicket(ada, 'After')).toBe(2);
      expect(subjects()).toEqual(['Before', 'After']);
    },
    LIMIT_MS,
  );
});

it(
  'a second service on one SQLite file is refused, with the reason, and the first goes on',
  async () => {
    const [SQLITE] = databases();
    const database = await SQLITE!.create();
    const rig = await openRig(database.text);
    const second = await ServiceProcess.prepare({ slack: rig.slack, database: database.text, desk: DESK });
    try {
      await expect(second.start()).rejects.toThrow(/Another helpdesk runs on/);
      expect(await openTicket(rig.ada, 'All is well')).toBe(1);
      // Killed, it leaves nothing that would keep the next one out.
      await rig.service.end('SIGKILL');
      await rig.service.start();
      expect(await openTicket(rig.ada, 'Still well')).toBe(2);
    } finally {
      await second.dispose();
      await rig.close();
      await database.drop();
    }
  },
  LIMIT_MS,
);

const servers = databases().filter(({ name }) => name !== 'SQLite');

(servers.length > 0 ? describe.each(servers) : describe.skip.each([{ name: 'MariaDB', create: null as never }]))(
  'two processes on one $name',
  (kind) => {
    let database: TestDatabase;
    let slack: SlackStandIn;
    let services: [ServiceProcess, ServiceProcess];

    beforeEach(async () => {
      database = await kind.create();
      slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [500, 1000, 2000] });
      const prepare = (): Promise<ServiceProcess> =>
        ServiceProcess.prepare({ slack, database: database.text, desk: DESK });
      services = [await prepare(), await prepare()];
      slack.setRequestUrl(services[0].requestUrl);
      await Promise.all(services.map((service) => service.start()));
    }, LIMIT_MS);

    afterEach(async () => {
      for (const service of services) await service.dispose();
      await slack.close();
      await database.drop();
    });

    it(
      'handle each of 40 forms once, though each arrives five times at once at both, and say the same each time',
      async () => {
        const history = new History();
        const forms = Array.from({ length: 40 }, (_, index) => `Request ${index + 1}.`);
        for (const words of forms) {
          history.note({ who: 'U0ADA', op: 'open', key: words, phase: 'invoke' });
          const sent = Array.from({ length: 5 }, (_, index) =>
            submitted(services[index % 2]!.requestUrl, slack.signingSecret, words),
          );
          const numbers = (await Promise.all(sent)).map((body) => /Ticket #(\d+) is open/.exec(body)?.[1]);
          expect(new Set(numbers).size).toBe(1);
          history.note({ who: 'U0ADA', op: 'open', key: words, phase: 'ok', ticket: Number(numbers[0]) });
        }
        const { broken, tickets } = await healed({ history, database, slack }, 30_000);
        expect(broken).toEqual([]);
        expect(tickets).toBe(forms.length);
      },
      LIMIT_MS,
    );

    long(
      'do without one that stands still for longer than its lease, and it does nothing twice when it goes on',
      async () => {
        const history = new History();
        const [ada] = requesters(slack);
        const [first, second] = services;
        const ask = async (words: string, through: ServiceProcess): Promise<void> => {
          slack.setRequestUrl(through.requestUrl);
          const ticket = await openTicket(ada!, words);
          history.note({ who: ada!.userId, op: 'open', key: words, phase: 'ok', ticket });
        };
        // It is stopped in the middle of a post: Slack has not answered yet.
        const end = slack.fault({ method: 'chat.postMessage', kind: { hang: true }, times: 2 });
        await ask('Request 1.', first);
        await until(() => Promise.resolve(first.pid === null ? undefined : true));
        process.kill(first.pid!, 'SIGSTOP');
        await ask('Request 2.', second);
        await until(
          async () => {
            const found = await audit({ history, database, slack });
            return found.broken.length === 0 ? true : undefined;
          },
          60_000,
          1000,
        );
        end();
        process.kill(first.pid!, 'SIGCONT');
        await ask('Request 3.', first);
        expect((await healed({ history, database, slack }, 40_000)).broken).toEqual([]);
      },
      LIMIT_MS * 2,
    );
  },
);

/** Takes all the room there is: the database may have taken some of it meanwhile. */
function fill(file: string, bytes: number): void {
  try {
    writeFileSync(file, Buffer.alloc(bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

let forms = 0;
const known = new Map<string, string>();

/** The same form, sent to one process. @returns what it is answered */
async function submitted(url: string, secret: string, words: string): Promise<string> {
  if (!known.has(words)) known.set(words, `V${(forms += 1)}`);
  const payload = {
    type: 'view_submission',
    team: { id: 'T0OFFICE', domain: 'office' },
    user: { id: 'U0ADA', name: 'Ada', team_id: 'T0OFFICE' },
    api_app_id: 'A0',
    token: '',
    trigger_id: '1.2.3',
    view: {
      id: known.get(words),
      type: 'modal',
      hash: '1.x',
      callback_id: 'helpdesk',
      private_metadata: JSON.stringify({ kind: 'open', inquiryId: null, intake: 'command' }),
      state: { values: fields(words) },
      title: {},
      blocks: ['subject', 'priority'].map((name) => ({ type: 'input', block_id: name, element: {}, label: {} })),
    },
    response_urls: [],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const stamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': stamp,
    'x-slack-signature': `v0=${signature}`,
  };
  const response = await fetch(url, { method: 'POST', body, headers });
  return response.text();
}

function fields(words: string): Record<string, unknown> {
  const input = (value: string): object => ({ value: { type: 'plain_text_input', value } });
  return { subject: input(words), priority: input('person/blocked') };
}
