/** The built product with nothing set up but Teams. */
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import type { TeamsStandIn } from '../../sandbox/teams/teams-world';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import { APP, shows, TEAMS_WORLD, TENANT } from './teams-desk';

let teams: TeamsStandIn;
let service: ServiceProcess;

beforeAll(async () => {
  teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: TEAMS_WORLD });
  const line = { key: 'it', name: 'IT', channels: [`teams:${teams.placeId('it-support')}`], agents: 'channel-members' };
  service = await ServiceProcess.prepare({
    slack: { botToken: '', signingSecret: '', apiUrl: '' },
    database: 'sqlite:helpdesk.sqlite',
    desk: JSON.stringify({ language: 'en', lines: [line] }),
    env: { ...teams.env, SLACK_BOT_TOKEN: undefined, SLACK_SIGNING_SECRET: undefined, SLACK_API_URL: undefined },
  });
  await service.start();
  teams.botUrl = service.botUrl;
}, 120_000);

afterAll(async () => {
  await service.dispose();
  await teams.stop();
});

it('is the real helpdesk in Teams', async () => {
  await teams.person('nora').says('a question about nothing at all');

  const answer = (): boolean =>
    teams
      .person('nora')
      .messages()
      .some((message) => shows(message, 'Open a ticket'));
  await until(() => Promise.resolve(answer() ? true : undefined));
});

it('prints nothing of what it refuses but its own log lines, with no token and nobody’s words in them', async () => {
  const activity = teams.person('nora').draft('my secret question');
  for (const key of ['none', 'hs256', 'forged', 'unknown', 'unendorsed'] as const) {
    expect((await teams.post(activity, { token: await teams.token({ key }) })).status).toBe(401);
  }
  for (const body of ['{}', '[]', 'x', '{"type":"message"', { ...activity, serviceUrl: 'https://evil.example/' }]) {
    expect((await teams.post(body)).status).toBeGreaterThanOrEqual(400);
  }

  expect(service.log.filter((line) => !line.startsWith('{"level"'))).toEqual([]);
  expect(service.log.join('\n')).not.toMatch(/eyJ|secret/);
});
