/** How soon a signed delivery is acknowledged: the built service against a bare Bolt app, closed loop, in the same run. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DELIVERIES, SIGNING_SECRET } from './deliveries';
import type { DeliveryKind } from './deliveries';
import type { Load, Order } from './load';
import { median, quantile, rounded } from './measures';

const RUNS = 3;
const RUN_MS = 1200;
const WARM_UP_MS = 800;
const BARE_PORT = 34_711;
const SERVICE_PORT = 34_712;
const ROOT = join(__dirname, '..', '..');

export interface Acknowledgement {
  readonly app: string;
  readonly delivery: DeliveryKind;
  /** Medians of the runs. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly failed: number;
  /** Of p50 to the bare app's. */
  readonly ratio: number | null;
}

/** @param databases `DATABASE_URL`s by name */
export async function acknowledgements(databases: ReadonlyMap<string, string>): Promise<Acknowledgement[]> {
  const slack = await startSlack();
  const apiUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/api/`;
  const load = fork(join(__dirname, 'load.js'));
  try {
    const bare = fork(join(__dirname, 'bare-bolt.js'), { env: { ...process.env, PORT: String(BARE_PORT) } });
    await once(bare, 'message');
    const measured = await measureAll('bare Bolt', BARE_PORT, apiUrl, load, []);
    await end(bare);
    const results = [...measured];
    for (const [name, url] of databases) {
      const service = await startService(url, apiUrl);
      results.push(...(await measureAll(`helpdesk on ${name}`, SERVICE_PORT, apiUrl, load, measured)));
      await end(service.process);
      rmSync(service.folder, { recursive: true, force: true });
    }
    return results;
  } finally {
    await end(load);
    slack.closeAllConnections();
    slack.close();
  }
}

async function measureAll(
  app: string,
  port: number,
  apiUrl: string,
  load: ChildProcess,
  bare: readonly Acknowledgement[],
): Promise<Acknowledgement[]> {
  const results: Acknowledgement[] = [];
  for (const kind of DELIVERIES) {
    const order: Order = {
      kind,
      url: `http://127.0.0.1:${port}/slack/events`,
      responseUrl: `${apiUrl}late`,
      forMs: RUN_MS,
    };
    await run(load, { ...order, forMs: WARM_UP_MS });
    const runs: Load[] = [];
    for (let index = 0; index < RUNS; index += 1) runs.push(await run(load, order));
    const p50 = median(runs.map(({ timesMs }) => quantile(timesMs, 0.5)));
    const against = bare.find(({ delivery }) => delivery === kind)?.p50Ms;
    results.push({
      app,
      delivery: kind,
      p50Ms: rounded(p50),
      p99Ms: rounded(median(runs.map(({ timesMs }) => quantile(timesMs, 0.99)))),
      perSecond: Math.round(median(runs.map(({ timesMs }) => timesMs.length / (RUN_MS / 1000)))),
      failed: runs.reduce((sum, { failed }) => sum + failed, 0),
      ratio: against === undefined ? null : rounded(p50 / against),
    });
  }
  return results;
}

async function run(load: ChildProcess, order: Order): Promise<Load> {
  const answered = once(load, 'message') as Promise<[Load]>;
  load.send(order);
  return (await answered)[0];
}

async function startService(database: string, apiUrl: string): Promise<{ process: ChildProcess; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'));
  const line = "{ key: it, name: IT Service Desk, channels: ['slack:C0SUPPORT'], agents: channel-members }";
  writeFileSync(join(folder, 'helpdesk.yaml'), `lines: [${line}]\nknowledge: ['${join(ROOT, 'knowledge')}']\n`);
  const service = fork(join(ROOT, 'dist', 'src', 'cli', 'helpdesk.js'), ['start'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: String(SERVICE_PORT),
      DATABASE_URL: database,
      SLACK_BOT_TOKEN: 'xoxb-bench',
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_API_URL: apiUrl,
      LOG_LEVEL: 'error',
    },
  });
  for (;;) {
    if (service.exitCode !== null) throw new Error('the service did not start');
    const ready = await fetch(`http://127.0.0.1:${SERVICE_PORT}/readyz`).catch(() => null);
    if (ready?.ok === true) return { process: service, folder };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A Slack that says yes to everything. */
async function startSlack(): Promise<Server> {
  let serial = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      serial += 1;
      const answer = {
        ok: true,
        user_id: 'U0HELPDESK',
        bot_id: 'B0HELPDESK',
        members: ['U0ANNA'],
        user: { id: 'U0', name: 'somebody', real_name: 'Some Body', locale: 'en-US', profile: {} },
        view: { id: `V${serial}` },
        channel: { id: 'D0DIRECT' },
        ts: `${1_790_000_000 + serial}.000100`,
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
