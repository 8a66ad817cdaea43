/** What one process takes: until it is ready, for questions among 10,000 articles, and of memory after many deliveries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSlack } from './acknowledgement';
import { madeArticles, madeQuestions } from './articles';
import { end, send, startLoad, startService } from './closed-loop';
import { rounded, sized } from './measures';
import { steady } from './steady';
import type { SteadyRow } from './steady';

const PORT = 14_716;
const CHANNEL = 'slack:C0SUPPORT';
const LARGE = sized(10_000, 100);
const PER_SECOND = 20;
const SECONDS = sized(30, 2);
const DELIVERIES = sized(100_000, 300);
/** The snapshot is written beside the work, soon after the start. */
const SNAPSHOT_WRITTEN_MS = 5000;
const ROUNDS = sized(3, 1);
const ROUND_MS = sized(5000, 500);
const MB = 1024 * 1024;

export interface StartRow {
  readonly articles: number;
  /** The first start takes the articles in, the second finds them in the database and the snapshot. */
  readonly start: 'first' | 'second';
  readonly readyMs: number;
}

export interface MemoryRow {
  readonly deliveries: number;
  readonly residentMb: number;
}

export interface ProcessFigures {
  readonly starts: readonly StartRow[];
  readonly questions: readonly (SteadyRow & { readonly loopLagP99Ms: number })[];
  readonly memory: readonly MemoryRow[];
}

type Service = Awaited<ReturnType<typeof startService>>;

export async function processFigures(): Promise<ProcessFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-process-'));
  const slack = await startSlack();
  const load = startLoad();
  const where = { url: `http://127.0.0.1:${PORT}/slack/events`, responseUrl: `${slack.apiUrl}late` };
  const starts: StartRow[] = [];
  /** Starts twice, and keeps the second. */
  const started = async (articles: number): Promise<Service> => {
    const file = join(folder, `${articles}.jsonl`);
    writeFileSync(
      file,
      madeArticles(articles)
        .map((article) => `${JSON.stringify(article)}\n`)
        .join(''),
    );
    const env = { ...slack.env, KNOWLEDGE_SNAPSHOT: join(folder, `${articles}.index`) };
    const start = (): Promise<Service> =>
      startService(PORT, `sqlite:${join(folder, `${articles}.sqlite`)}`, CHANNEL, env, file);
    const first = await start();
    await new Promise((resolve) => setTimeout(resolve, SNAPSHOT_WRITTEN_MS));
    await first.stop('SIGTERM');
    const second = await start();
    starts.push({ articles, start: 'first', readyMs: rounded(first.readyMs) });
    starts.push({ articles, start: 'second', readyMs: rounded(second.readyMs) });
    return second;
  };
  try {
    const small = await started(1000);
    const memory: MemoryRow[] = [];
    for (let sent = 0; memory.length < ROUNDS;) {
      while (sent < DELIVERIES * (memory.length + 1))
        sent += (await send(load, { kind: 'ticket', ...where, forMs: ROUND_MS })).timesMs.length;
      const resident = await small.figure('process_resident_memory_bytes');
      memory.push({ deliveries: sent, residentMb: rounded(resident / MB) });
    }
    await small.stop();

    const large = await started(LARGE);
    const order = { ...where, questions: madeQuestions(LARGE, 500) };
    const row = await steady(load, { name: 'helpdesk', ...order }, 'question', PER_SECOND, SECONDS);
    const loopLagP99Ms = rounded((await large.figure('nodejs_eventloop_lag_p99_seconds')) * 1000);
    await large.stop();
    return { starts, questions: [{ ...row, loopLagP99Ms }], memory };
  } finally {
    await end(load);
    slack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
