/**
 * No secret gets out: the built service with a mark in every secret, through a normal day, errors, the operator's command,
 * wrong settings and a crash; then every log line, answer, message and output is searched for each mark.
 */
// ASVS 5.0 v5.0.0-16.2.5 (secrets in logs), v5.0.0-16.5.1 (generic errors)
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import type { TeamsStandIn } from '../../sandbox/teams/teams-world';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import type { Workplace } from '../cli/command';
import { workplace } from '../cli/command';
import { APP, TEAMS_WORLD, TENANT } from '../e2e/teams-desk';
import { agents, DESK, requesters, SUPPORT, WORLD } from '../faults/office';
import { openTicket } from '../faults/rig';
import type { DatabaseKind, TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';

const [sqlite] = databases() as [DatabaseKind];

const MARKS = {
  teams: 'teams-canary-7f3a~Q',
  mail: 'mail-canary-91bc',
  traces: 'traces-canary-44de',
  database: 'database-canary-c0ffee',
  slackToken: 'xoxb-canary-5150',
  appToken: 'xapp-canary-5151',
  signing: 'signing-canary-5152',
  metrics: 'metrics-canary-5153',
};

/** A secret, and how it could stand in an output that encodes it. */
function formsOf(secret: string): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
  // Inside a longer text base64 depends on where it begins.
  const inside = ['', 'a', 'ab'].map((before) => base64(before + secret).slice(before.length === 0 ? 0 : 4, -2));
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex'), ...inside];
}

/** Takes no mail: whoever logs in is refused. */
async function mailServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail.example\r\n');
    socket.on('data', (data) => {
      const said = data.toString();
      if (/^EHLO/i.test(said)) socket.write('250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n');
      else if (/^AUTH/i.test(said)) socket.write('535 5.7.8 no\r\n');
      else socket.end('221 bye\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

let database: TestDatabase;
let slack: SlackStandIn;
let teams: TeamsStandIn;
let mail: Server;
let place: Workplace;
let service: ServiceProcess;
/** Everything that was put out, with where it came from. */
const said: string[] = [];

beforeAll(async () => {
  database = await sqlite.create();
  slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [] });
  teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: TEAMS_WORLD });
  mail = await mailServer();
  const { port } = mail.address() as AddressInfo;
  const desk = `${DESK.trimEnd()}
    managers: ['slack:U0MARK', 'mailto:boss@example.com']
    summary: { at: '09:00', days: mon-fri, timezone: Europe/Warsaw }
`;
  const env = {
    ...teams.env,
    MICROSOFT_APP_PASSWORD: MARKS.teams,
    SMTP_URL: `smtp://helpdesk:${MARKS.mail}@127.0.0.1:${port}`,
    MAIL_FROM: 'helpdesk@example.com',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${MARKS.traces}`,
    METRICS_TOKEN: MARKS.metrics,
    LOG_LEVEL: 'debug',
  };
  service = await ServiceProcess.prepare({ slack, database: database.text, desk, env });
  slack.setRequestUrl(service.requestUrl);
  teams.botUrl = service.botUrl;
  place = await workplace({
    ...env,
    DATABASE_URL: database.text,
    PORT: '0',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
  });
  place.write('helpdesk.yaml', desk);
  await service.start();
});

afterAll(async () => {
  await service.dispose();
  place.remove();
  mail.close();
  await teams.stop();
  await slack.close();
  await database.drop();
});

const heard = (where: string, what: unknown): void => {
  said.push(`${where}: ${typeof what === 'string' ? what : JSON.stringify(what)}`);
};
const get = async (path: string, init: RequestInit = {}): Promise<void> => {
  const answer = await fetch(service.url + path, init);
  heard(`${init.method ?? 'GET'} ${path}`, [answer.status, [...answer.headers], await answer.text()]);
};
const helpdesk = async (args: string, env: NodeJS.ProcessEnv = {}): Promise<void> => {
  const { stdout, stderr } = await place.run(args.split(' '), { env });
  expect(stdout + stderr).not.toBe('');
  heard(`helpdesk ${args} ${Object.keys(env).join()}`, stdout + stderr);
};

async function aDay(): Promise<void> {
  const [ada] = requesters(slack);
  const [anna] = agents(slack);
  await teams.team('IT').installs('tess');
  await teams.person('nora').says('my vpn drops');
  const fault = slack.fault({ method: 'chat.postMessage', channel: SUPPORT, times: 1, kind: { status: 500 } });
  await openTicket(ada!, 'VPN drops');
  const card = await until(
    async () => (await anna!.messages(SUPPORT)).find(({ fromBot, threadTs }) => fromBot && threadTs === null),
    20_000,
  );
  fault();
  await anna!.click(card, { label: 'Claim' });
  slack.fault({ times: 2, kind: { error: 'invalid_auth' } });
  await anna!.say(SUPPORT, 'note: looked at it', card.ts);
}

async function strangers(): Promise<void> {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await get('/slack/events', {
    method: 'POST',
    body: 'command=%2Fhelpdesk',
    headers: { ...form, 'x-slack-signature': 'v0=1' },
  });
  await get('/slack/events', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
  await get('/api/messages', { method: 'POST', body: '{}', headers: { authorization: 'Bearer a.b.c' } });
  await get('/metrics', { headers: { authorization: `Bearer ${MARKS.metrics}` } });
  for (const path of ['/healthz', '/readyz', '/metrics', '/', '/.env', '/helpdesk.yaml', '/..%2f.env']) await get(path);
}

async function operators(): Promise<void> {
  const other = { DATABASE_URL: 'sqlite::memory:' };
  await Promise.all([helpdesk('doctor', other), helpdesk('doctor --json', other)]);
  await Promise.all([helpdesk('summary --line it --send', other), helpdesk('migrate --status --json', other)]);
  await Promise.all([helpdesk('--help'), helpdesk('doctor --help'), helpdesk('outbox list --json', other)]);
}

/** Settings that are wrong, each with its mark in it; the operator is told which, never what it says. */
async function mistakes(): Promise<void> {
  const settings: NodeJS.ProcessEnv = {
    SLACK_BOT_TOKEN: MARKS.appToken,
    SLACK_APP_TOKEN: MARKS.slackToken,
    SLACK_SIGNING_SECRET: `${MARKS.slackToken} x`,
    MICROSOFT_APP_PASSWORD: `${MARKS.teams} x`,
    SMTP_URL: `http://helpdesk:${MARKS.mail}@`,
    OTEL_EXPORTER_OTLP_HEADERS: MARKS.traces,
    METRICS_TOKEN: `${MARKS.metrics} x`,
    DATABASE_URL: `mysql://helpdesk:${MARKS.database}@/`,
  };
  await Promise.all([helpdesk('start', settings), helpdesk('doctor', settings)]);
  await Promise.all([
    helpdesk('start', { SLACK_BOT_TOKEN: MARKS.slackToken }),
    helpdesk('start', { DATABASE_URL: `mysql://helpdesk:${MARKS.database}@127.0.0.1:1/helpdesk` }),
    helpdesk('doctor', { DATABASE_URL: `mariadb://helpdesk:${MARKS.database}@127.0.0.1:1/helpdesk` }),
  ]);
  const server = process.env.TEST_MYSQL_URL;
  if (server === undefined || server === '') return;
  const refused = new URL(server);
  Object.assign(refused, { username: 'nobody', password: MARKS.database, pathname: '/helpdesk' });
  await Promise.all(['start', 'migrate'].map((verb) => helpdesk(verb, { DATABASE_URL: refused.href })));
}

it('no log line, answer, message or output has a secret in it', async () => {
  await aDay();
  await strangers();
  await operators();
  await mistakes();
  await service.end('SIGTERM');

  for (const line of service.log) heard('log', line);
  for (const { method, args } of slack.calls() as unknown as { method: string; args: unknown }[])
    heard(method, args ?? '');
  for (const person of [...requesters(slack), ...agents(slack)]) heard('a channel', await person.messages(SUPPORT));
  heard('Teams', teams.messages(teams.placeId('it-support')));

  const secrets = [...Object.values(MARKS), slack.botToken, slack.signingSecret];
  const leaks = said.filter((text) => secrets.flatMap(formsOf).some((form) => text.includes(form)));
  expect(service.log.length).toBeGreaterThan(5);
  expect(leaks).toEqual([]);
});

it('finds a secret in any of the forms it could have', () => {
  const hidden = (text: string): boolean => formsOf(MARKS.mail).some((form) => text.includes(form));

  for (const login of ['\0helpdesk\0', '\0desk\0', '\0it\0'])
    expect(hidden(`AUTH PLAIN ${Buffer.from(login + MARKS.mail).toString('base64')}`)).toBe(true);
  expect(hidden('mail.example')).toBe(false);
});
