/** How soon a turn in Teams is over: the built service against an empty botbuilder bot, closed loop, in the same run. */
import type { ChildProcess } from 'node:child_process';
import { startTeamsStandIn } from '../sandbox/teams/stand-in';
import type { TeamsStandIn } from '../sandbox/teams/teams-world';
import { end, measure, startBare, startLoad, startService } from './closed-loop';
import type { BenchDatabase, Measured } from './closed-loop';
import { TURNS } from './deliveries';

// Below those that systems give to outgoing connections: one of these is sometimes taken already.
const BARE_PORT = 14_713;
const SERVICE_PORT = 14_714;
const PEOPLE = 50;

export async function turns(databases: readonly BenchDatabase[]): Promise<Measured[]> {
  const people = Array.from({ length: PEOPLE }, (_, at) => ({
    key: `p${at}`,
    name: `Person ${at}`,
    email: `p${at}@example.com`,
  }));
  const teams = await startTeamsStandIn({
    appId: '5c1d6b1e-9f1a-4a53-8f0e-2b8a3c4d5e6f',
    tenantId: '9e0f1a2b-3c4d-4e5f-8a9b-0c1d2e3f4a5b',
    world: { people, teams: [{ name: 'IT', channels: ['support'], members: ['p0'] }] },
  });
  const load = startLoad();
  try {
    const bare = await startBare('bare-botbuilder', { ...teams.env, TEAMS_URL: teams.url, PORT: String(BARE_PORT) });
    const measured = await measureAll('empty botbuilder', BARE_PORT, teams, load, []);
    await end(bare);
    const results = [...measured];
    for (const { name, text } of databases) {
      const channel = `teams:${teams.placeId('support')}`;
      const service = await startService(SERVICE_PORT, text, channel, teams.env);
      results.push(...(await measureAll(`helpdesk on ${name}`, SERVICE_PORT, teams, load, measured)));
      await service.stop();
    }
    return results;
  } finally {
    await end(load);
    await teams.stop();
  }
}

async function measureAll(
  app: string,
  port: number,
  teams: TeamsStandIn,
  load: ChildProcess,
  bare: readonly Measured[],
): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const [kind, text] of Object.entries(TURNS)) {
    const drafts = Array.from({ length: PEOPLE }, (_, at) => teams.person(`p${at}`).draft(text));
    const order = {
      kind: kind as keyof typeof TURNS,
      url: `http://127.0.0.1:${port}/api/messages`,
      teams: { token: await teams.token(), drafts },
    };
    results.push(await measure(load, app, order, bare));
  }
  return results;
}
