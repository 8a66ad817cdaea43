/**
 * `npm run soak -- --minutes 60 --processes 3`: people work at several processes on one database while, at random, processes
 * are killed, replaced and stopped, and Slack and the wire to the database break. In rounds, each with a new database; at the
 * end of each everything is healed, and the checker looks for a broken promise.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSlackStandIn } from '../sandbox/slack/stand-in';
import type { Fault, SlackStandIn } from '../sandbox/slack/slack-world';
import type { Fault as TeamsFault, TeamsStandIn } from '../sandbox/teams/teams-world';
import { chance } from '../test/support/chance';
import type { Chance } from '../test/support/chance';
import { databases } from '../test/support/databases';
import { ServiceProcess } from '../test/support/service-process';
import { startTcpProxy } from '../test/support/tcp-proxy';
import type { TcpProxy } from '../test/support/tcp-proxy';
import { startBalancer } from '../test/faults/balancer';
import { healed } from '../test/faults/facts';
import { History, outcomesOf } from '../test/faults/history';
import { Office, pause, WORLD } from '../test/faults/office';
import { bothChats, startTeams, TeamsOffice, teamsScene } from '../test/faults/teams-office';

const ROUND_MS = 180_000;
const HEALING_MS = 120_000;
/** Slack asks three times in six minutes; where a process dies every few seconds it must ask more often. */
const RETRY_DELAYS_MS = [100, 500, 1000, ...new Array<number>(100).fill(2000)];
const REST = { from: 200, to: 1000 };

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    processes: { type: 'string', default: '3' },
    seed: { type: 'string', default: process.env.TEST_SEED ?? String(Date.now() % 1e9) },
    /** A folder for what is left of a round with a broken promise: its history, and the log of every process. */
    keep: { type: 'string' },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** What is counted over all rounds. */
const total = { kills: 0, faults: 0, deeds: 0, tickets: 0, events: 0, posts: 0, answers: 0, violations: 0 };

interface Stage {
  readonly slack: SlackStandIn;
  readonly teams: TeamsStandIn;
  readonly services: readonly ServiceProcess[];
  readonly proxy: TcpProxy;
  readonly history: History;
}

async function round(seed: number, processes: number, lengthMs: number): Promise<void> {
  const kind = databases().at(-1)!;
  const database = await kind.createBare();
  const slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: RETRY_DELAYS_MS });
  const teams = await startTeams();
  const url = new URL(database.text);
  const isServer = kind.name !== 'SQLite';
  const proxy = await startTcpProxy(url.hostname || '127.0.0.1', Number(url.port || 3306));
  if (isServer) url.port = String(proxy.port);
  const services: ServiceProcess[] = [];
  for (let index = 0; index < (isServer ? processes : 1); index += 1)
    services.push(
      await ServiceProcess.prepare({
        slack,
        database: isServer ? url.href : database.text,
        desk: bothChats(teams),
        env: teams.env,
      }),
    );
  const balancer = await startBalancer(services.map(({ port }) => port));
  const history = new History();
  try {
    slack.setRequestUrl(`${balancer.url}/slack/events`);
    teams.botUrl = `${balancer.url}/api/messages`;
    for (const service of services) await service.start();
    const office = new Office(slack, chance(seed), history, REST);
    const teamsOffice = new TeamsOffice(teams, chance(seed + 2), history, REST);
    await teamsOffice.begin();
    office.begin();
    await nemesis({ slack, teams, services, proxy, history }, chance(seed + 1), Date.now() + lengthMs);
    proxy.mend();
    for (const service of services) await startSurely(service);
    await Promise.all([office.close(), teamsOffice.close()]);
    const scene = { history, database, slack, teams: teamsScene(teams) };
    const { violations, broken, ...counts } = await healed(scene, HEALING_MS);
    const answers = history.entries.filter(({ op }) => op === 'answer').length;
    count({ ...counts, answers, violations: violations.length, deeds: outcomesOf(history.entries).length });
    for (const line of broken) print(`  VIOLATION ${line}`);
    if (violations.length > 0) keep(seed, history, services);
  } finally {
    for (const service of services) await service.dispose();
    await balancer.close();
    await slack.close();
    await teams.stop();
    await proxy.close();
    await database.drop();
  }
}

function count(more: Partial<typeof total>): void {
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += more[key] ?? 0;
}

function keep(seed: number, history: History, services: readonly ServiceProcess[]): void {
  if (values.keep === undefined) return;
  const folder = join(values.keep, `round-${seed}`);
  mkdirSync(folder, { recursive: true });
  const lines = (list: readonly unknown[]): string => list.map((each) => JSON.stringify(each)).join('\n');
  writeFileSync(join(folder, 'history.jsonl'), lines(history.entries));
  for (const { port, log } of services) writeFileSync(join(folder, `${port}.log`), log.join('\n'));
}

/** One that began while the database was away has ended by itself, and is begun again as a supervisor would. */
async function startSurely(service: ServiceProcess): Promise<void> {
  await service.start().catch(() => service.start());
}

/** Kills one process after another, and meanwhile breaks one other thing after another. */
async function nemesis(stage: Stage, random: Chance, end: number): Promise<void> {
  const goOn = async (deeds: readonly Doing[], from: number, to: number): Promise<void> => {
    while (Date.now() < end) {
      await pause(random.between(from, to));
      await random.of(deeds)!(stage, random);
      total.faults += 1;
    }
  };
  await Promise.all([goOn([kill], 1900, 3900), goOn([replace, stop, slackFault, teamsFault, wire], 1000, 4000)]);
}

type Doing = (stage: Stage, random: Chance) => Promise<void>;

async function kill({ services }: Stage, random: Chance): Promise<void> {
  const service = random.of(services)!;
  if (service.pid !== null) {
    await service.end('SIGKILL');
    total.kills += 1;
    await pause(random.between(0, 500));
  }
  if (service.pid === null) service.launch();
}

/** One that is killed meanwhile is not waited for. */
async function replace({ services }: Stage, random: Chance): Promise<void> {
  const service = random.of(services)!;
  if (service.pid !== null) await service.end('SIGTERM');
  if (service.pid === null) service.launch();
  await service.start().catch(() => undefined);
}

/** Stands still as a whole machine may; now and then for longer than a lease. */
async function stop({ services, history }: Stage, random: Chance): Promise<void> {
  const { pid } = random.of(services)!;
  if (pid === null) return;
  await history.broken(`stopped ${pid}`, async () => {
    signal(pid, 'SIGSTOP');
    await pause(random.between(0, 10) === 0 ? 35_000 : random.between(500, 3500));
    signal(pid, 'SIGCONT');
    await pause(1000);
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It was killed meanwhile.
  }
}

async function slackFault({ slack }: Stage, random: Chance): Promise<void> {
  const kinds: Fault['kind'][] = [
    { status: 429, retryAfterSeconds: 1 },
    { status: 500 },
    { cutAfterAccepting: true },
    { hang: true },
    { error: 'internal_error' },
  ];
  slack.fault({ method: 'chat.postMessage', kind: random.of(kinds)!, times: random.between(1, 4) });
  return Promise.resolve();
}

async function teamsFault({ teams }: Stage, random: Chance): Promise<void> {
  const kinds: TeamsFault[] = [
    { status: 429, retryAfter: 1 },
    { status: 500 },
    { status: 503 },
    { cut: 'before' },
    { cut: 'after' },
    { hang: true },
  ];
  teams.fault({ method: 'POST', path: '/v3/conversations', ...random.of(kinds)!, times: random.between(1, 4) });
  return Promise.resolve();
}

async function wire({ proxy }: Stage, random: Chance): Promise<void> {
  if (random.between(0, 2) === 0) proxy.cut();
  else proxy.hang();
  await pause(random.between(500, 6000));
  proxy.mend();
}

async function main(): Promise<void> {
  const [minutes, processes, seed] = [Number(values.minutes), Number(values.processes), Number(values.seed)];
  if (![minutes, processes, seed].every((each) => Number.isFinite(each) && each > 0))
    throw new Error('Say it in numbers: npm run soak -- --minutes 60 --processes 3 --seed 1');
  const end = Date.now() + minutes * 60_000;
  print(`${databases().at(-1)!.name}, ${processes} processes, ${minutes} minutes, seed ${seed}`);
  for (let number = 1; Date.now() < end; number += 1) {
    await round(seed + number * 10, processes, Math.min(ROUND_MS, end - Date.now()));
    print(`round ${number}: ${JSON.stringify(total)}`);
  }
  print(`${total.violations} violations`);
  process.exitCode = total.violations === 0 ? 0 : 1;
}

void main();
