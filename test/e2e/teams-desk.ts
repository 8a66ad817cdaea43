/** The real service beside the Teams stand-in (and, when asked for, the Slack one), with the people who use it. */
import { pino } from 'pino';
import { WORLD as SLACK_WORLD } from '../../sandbox/people';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import type { Place, SentCard, TeamsClient, TeamsMessage, TeamsStandIn } from '../../sandbox/teams/teams-world';
import type { TeamsWorld } from '../../sandbox/teams/teams-world';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import type { DeskConfig } from '../../src/config';
import { readDesk } from '../../src/config';
import type { Service } from '../../src/main';
import { startService } from '../../src/main';
import type { TestDatabase } from '../support/databases';
import { rowCounts } from '../support/row-counts';
import { until } from '../support/until';

export const APP = '0d3c1f0a-6f0e-4f7e-9c55-2b8f8f5f1a01';
export const TENANT = '7a1f4c2e-3b5d-4e6f-8a9b-0c1d2e3f4a5b';

const person = (key: string, name: string, more: object = {}) => ({
  key,
  name,
  email: `${key}@contoso.example`,
  ...more,
});

export const TEAMS_WORLD: TeamsWorld = {
  people: [
    person('nora', 'Nora Lewis'),
    person('zofia', 'Zofia Nowak', { locale: 'pl-PL' }),
    person('dora', 'Dora Stone', { dialogs: false }),
    person('luis', 'Luis Romero', { installed: false }),
    person('anna', 'Anna Kowalska'),
    person('ben', 'Ben Okafor'),
    person('mark', 'Mark Jensen'),
    person('rita', 'Rita Diaz'),
    person('tess', 'Tess Brown'),
  ],
  teams: [
    { name: 'Company', channels: ['general'], members: ['nora', 'zofia', 'dora', 'anna', 'ben', 'mark', 'rita'] },
    { name: 'IT', channels: ['it-support'], members: ['anna', 'ben', 'mark', 'tess'] },
    { name: 'Infrastructure', channels: ['it-infra'], members: ['ben'] },
    { name: 'Finance', channels: ['invoices'], members: ['nora', 'mark'], installed: false },
  ],
  chats: [{ name: 'lunch', members: ['nora', 'anna'] }],
};

/** Two lines; the manager of the first reads its channel without being an agent. */
function deskOf(teams: TeamsStandIn, slackChannel: string | null): DeskConfig {
  const id = (name: string): string => `teams:${teams.placeId(name)}`;
  const who = (key: string): string => `teams:${teams.person(key).aadObjectId}`;
  const channels = [id('it-support'), ...(slackChannel === null ? [] : [`slack:${slackChannel}`])];
  const agents = slackChannel === null ? JSON.stringify([who('anna'), who('ben')]) : 'channel-members';
  return readDesk(
    'test/e2e/helpdesk.yaml',
    `
language: en
lines:
  - key: it
    name: IT Service Desk
    channels: ${JSON.stringify(channels)}
    agents: ${agents}
    managers: ['${who('mark')}']
    escalatesTo: it-l2
    summary: { at: '23:59', days: daily, timezone: UTC }
  - key: it-l2
    name: Infrastructure
    channels: ['${id('it-infra')}']
    agents: channel-members
knowledge: ['../../knowledge/']
`,
  );
}

/** The settings by which a service talks to the stand-in. */
function teamsSettings(teams: TeamsStandIn) {
  return {
    appId: APP,
    appPassword: 'stand-in-password',
    tenantId: TENANT,
    appType: 'SingleTenant' as const,
    allowedTenants: [TENANT],
    openIdMetadataUrl: teams.openIdMetadataUrl,
    tokenIssuer: teams.issuer,
    serviceHosts: [teams.host],
  };
}

export interface TeamsDesk {
  readonly teams: TeamsStandIn;
  /** Only when it was asked for. */
  readonly slack: SlackStandIn;
  readonly service: Service;
  /** Waits for the last message of the bot in a place that a person sees and that shows these words. */
  sees(who: TeamsClient, place: Place, words: string | RegExp): Promise<TeamsMessage>;
  /** Waits for the last post of a channel (no reply) that shows these words, whoever sees it. */
  post(channel: string, words: string | RegExp): Promise<TeamsMessage>;
  /** The rows of every table, once all announcements are delivered. */
  settled(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** @param slackChannel also a channel of the first line, in a Slack stand-in */
export async function openTeamsDesk(database: TestDatabase, slackChannel: string | null = null): Promise<TeamsDesk> {
  const teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: TEAMS_WORLD });
  const slack = await startSlackStandIn({ world: SLACK_WORLD, retryDelaysMs: [] });
  const { botToken, signingSecret, apiUrl } = slack;
  const service = await startService(
    {
      port: 0,
      databaseUrl: database.url,
      knowledgeSnapshot: null,
      logLevel: 'error',
      slack: slackChannel === null ? null : { botToken, signingSecret, appToken: null, apiUrl },
      teams: teamsSettings(teams),
      mail: null,
      desk: deskOf(teams, slackChannel),
    },
    { log: pino({ level: process.env.TEST_LOG ?? 'silent' }), host: '127.0.0.1' },
  );
  teams.botUrl = `http://127.0.0.1:${service.port}/api/messages`;
  slack.setRequestUrl(`http://127.0.0.1:${service.port}/slack/events`);
  return {
    teams,
    slack,
    service,
    sees: (who, place, words) =>
      until(() =>
        Promise.resolve(
          who
            .messages(place)
            .filter((message) => message.fromBot && shows(message, words))
            .at(-1),
        ),
      ),
    post: (channel, words) =>
      until(() => {
        const posts = teams.messages(teams.placeId(channel)).filter(({ id, thread }) => id === thread);
        return Promise.resolve(posts.filter((message) => shows(message, words)).at(-1));
      }),
    settled: async () => {
      await until(async () => {
        const { waiting } = await service.store.read(({ outbox }) => outbox.state(new Date()));
        return waiting === 0 ? true : undefined;
      });
      return rowCounts(database);
    },
    close: async () => {
      await service.stop();
      await teams.stop();
      await slack.close();
    },
  };
}

export function shows(message: TeamsMessage, words: string | RegExp): boolean {
  const all = wordsOf(message);
  return typeof words === 'string' ? all.includes(words) : words.test(all);
}

/** Everything a message shows, each text on a line, as a person reads it. */
export function wordsOf({ text, card }: Pick<TeamsMessage, 'text' | 'card'>): string {
  return [text, cardWords(card)].join('\n');
}

const SHOWN = ['text', 'title', 'label', 'value', 'placeholder', 'errorMessage'];

export function cardWords(card: SentCard | null): string {
  const lines: string[] = [];
  const read = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(read);
    if (typeof part !== 'object' || part === null) return;
    const { inlines, data: _data, fallback: _fallback, ...rest } = part as Record<string, unknown>;
    if (Array.isArray(inlines)) lines.push(inlines.map((run: { text: string }) => run.text).join(''));
    for (const [key, value] of Object.entries(rest))
      if (typeof value === 'string' && SHOWN.includes(key)) lines.push(value);
      else read(value);
  };
  read(card);
  return lines.join('\n');
}
