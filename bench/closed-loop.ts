/** Measures one application after the other by the load of a process of its own, and compares it with a bare one. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseUrl } from '../src/store/data-source';
import type { Load, Order } from './load';
import { median, quantile, rounded, sized } from './measures';

const RUNS = sized(3, 1);
const RUN_MS = sized(3000, 500);
/** The code an application runs for each delivery is compiled some 10,000 deliveries later. */
const WARM_UP_MS = sized(8000, 200);
const ROOT = join(__dirname, '..', '..');

export interface BenchDatabase {
  readonly name: string;
  readonly url: DatabaseUrl;
  /** The same as a `DATABASE_URL`. */
  readonly text: string;
}

export interface Measured {
  readonly app: string;
  readonly delivery: string;
  /** Medians of the runs. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly failed: number;
  /** Of its rate to the bare app's. */
  readonly ofBare: number | null;
}

/** The process that makes the load. */
export const startLoad = (): ChildProcess => begun(fork(join(__dirname, 'load.js')));

const started = new Set<ChildProcess>();
// Nothing that was started outlives the bench, however it ends.
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

function begun(child: ChildProcess): ChildProcess {
  started.add(child);
  return child;
}

/** Of each kind of order. */
type Untimed<T> = T extends Order ? Omit<T, 'forMs'> : never;

/**
 * @param order all but how long
 * @param bare what the bare application took, to compare with
 */
export async function measure(
  load: ChildProcess,
  app: string,
  order: Untimed<Order>,
  bare: readonly Measured[],
): Promise<Measured> {
  await send(load, { ...order, forMs: WARM_UP_MS });
  const runs: Load[] = [];
  for (let index = 0; index < RUNS; index += 1) runs.push(await send(load, { ...order, forMs: RUN_MS }));
  const perSecond = median(runs.map(({ timesMs }) => timesMs.length / (RUN_MS / 1000)));
  const against = bare.find(({ delivery }) => delivery === order.kind)?.perSecond;
  return {
    app,
    delivery: order.kind,
    p50Ms: rounded(median(runs.map(({ timesMs }) => quantile(timesMs, 0.5)))),
    p99Ms: rounded(median(runs.map(({ timesMs }) => quantile(timesMs, 0.99)))),
    perSecond: Math.round(perSecond),
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
    ofBare: against === undefined ? null : rounded(perSecond / against),
  };
}

export async function send(load: ChildProcess, order: Order): Promise<Load> {
  const answered = messageOf(load);
  load.send(order);
  return (await answered) as Load;
}

/** A bare application of this folder, ready. */
export async function startBare(name: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const bare = begun(fork(join(__dirname, `${name}.js`), { env: { ...process.env, ...env } }));
  await messageOf(bare);
  return bare;
}

/** The next that a process says. @throws Error when it ends instead */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  const said = once(child, 'message', { signal });
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`${child.spawnargs.join(' ')} has ended`);
  });
  try {
    const [message] = await Promise.race([said, ended]);
    return message;
  } finally {
    over.abort();
    await Promise.allSettled([said, ended]);
  }
}

export interface RunningService {
  /** From the start of the process until it said that it was ready. */
  readonly readyMs: number;
  /** One of its figures, see /metrics. */
  figure(name: string): Promise<number>;
  /** Killed, or asked to finish. */
  stop(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/**
 * The built service with one line of support in this channel, ready.
 * @param knowledge the folder of its articles; the sample ones when absent
 */
export async function startService(
  port: number,
  database: string,
  channel: string,
  env: NodeJS.ProcessEnv,
  knowledge = join(ROOT, 'knowledge'),
): Promise<RunningService> {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-bench-'));
  const line = `{ key: it, name: IT Service Desk, channels: ['${channel}'], agents: channel-members }`;
  writeFileSync(join(folder, 'helpdesk.yaml'), `lines: [${line}]\nknowledge: ['${knowledge}']\n`);
  const began = performance.now();
  const service = fork(join(ROOT, 'dist', 'src', 'cli', 'helpdesk.js'), ['start'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATABASE_URL: database,
      LOG_LEVEL: 'error',
      // The load comes from a handful of people.
      INTERACTIONS_PER_MINUTE: '0',
      ...env,
    },
  });
  begun(service);
  for (;;) {
    if (service.exitCode !== null) throw new Error('the service did not start');
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (ready?.ok === true) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    readyMs: performance.now() - began,
    figure: async (name) => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
    },
    stop: async (signal) => {
      await end(service, signal);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
