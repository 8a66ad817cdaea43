/** The built product loads botbuilder, which costs time and memory, only for those who use it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORLD } from '../../sandbox/people';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import type { TeamsStandIn } from '../../sandbox/teams/teams-world';
import { ServiceProcess } from '../support/service-process';
import { APP, TEAMS_WORLD, TENANT } from './teams-desk';

let folder: string;
let slack: SlackStandIn;
let teams: TeamsStandIn;
let service: ServiceProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'helpdesk-loaded-'));
  slack = await startSlackStandIn({ world: WORLD });
  teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: TEAMS_WORLD });
});

afterEach(() => service.dispose());

afterAll(async () => {
  await slack.close();
  await teams.stop();
  rmSync(folder, { recursive: true });
});

/** A service that is ready, and tells at its end which files it has loaded. */
async function start(channel: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const telling = `require('fs').writeFileSync(${JSON.stringify(join(folder, 'loaded'))}, Object.keys(require.cache).join('\\n'))`;
  writeFileSync(join(folder, 'tell.js'), `process.once('exit', () => ${telling});`);
  service = await ServiceProcess.prepare({
    slack,
    database: 'sqlite:helpdesk.sqlite',
    desk: JSON.stringify({ language: 'en', lines: [{ key: 'it', name: 'IT', channels: [channel] }] }),
    env: { NODE_OPTIONS: `--require ${join(folder, 'tell.js')}`, ...env },
  });
  await service.start();
}

/** Ends the service. @returns the packages that it had loaded */
async function loaded(): Promise<Set<string>> {
  expect(await service.end('SIGTERM')).toBe(0);
  const files = readFileSync(join(folder, 'loaded'), 'utf8').split('\n');
  const packages = new Set(files.map((file) => file.split('/node_modules/').at(-1)!.split('/')[0]!));
  expect(packages).toContain('typeorm');
  return packages;
}

it('a helpdesk in Slack alone never loads botbuilder', async () => {
  await start('slack:C0SUPPORT');

  const packages = await loaded();

  expect(packages).not.toContain('botbuilder');
  expect(packages).not.toContain('botframework-connector');
});

it('without credentials it is loaded for a tool on this machine that writes, which is answered', async () => {
  await start('slack:C0SUPPORT');
  const called = teams.calls.length;

  const delivery = await fetch(service.botUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(teams.person('nora').draft('help')),
  });

  expect(delivery.status).toBe(200);
  expect(teams.calls.length).toBeGreaterThan(called);
  expect(await loaded()).toContain('botbuilder');
});

it('a helpdesk in Teams has it loaded before anybody writes', async () => {
  await start(`teams:${teams.placeId('it-support')}`, teams.env);

  expect(await loaded()).toContain('botbuilder');
});
