/** The real service beside the Slack stand-in, over signed HTTP, with what tests of hostile input need to look at and to send. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { pino } from 'pino';
import { WORLD } from '../../sandbox/people';
import type { OpenModal, SlackMessage, SlackPerson, SlackStandIn, World } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { readDesk } from '../../src/config';
import type { DeskConfig } from '../../src/config';
import type { Service } from '../../src/main';
import { startService } from '../../src/main';
import type { TestDatabase } from '../support/databases';
import { rowCounts } from '../support/row-counts';
import { until } from '../support/until';

const FILE = readDesk('sandbox/helpdesk.yaml', readFileSync('sandbox/helpdesk.yaml', 'utf8'));
/** The sandbox's, but that its manager, who reads the support channel, is no agent. */
const DESK: DeskConfig = {
  ...FILE,
  lines: FILE.lines.map((line) => (line.key === 'it' ? { ...line, agents: ['slack:U0ANNA', 'slack:U0BEN'] } : line)),
};

/** An answer to a raw request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly elapsedMs: number;
}

export interface Raw {
  readonly body: string;
  readonly type?: string;
  /** Headers besides, or in place of, those of a well-signed request; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Seconds to shift the timestamp by. */
  readonly offset?: number;
  readonly secret?: string;
}

export interface SlackDesk {
  readonly slack: SlackStandIn;
  readonly service: Service;
  readonly people: Readonly<Record<'nora' | 'anna' | 'ben' | 'mark', SlackPerson>>;
  /** Waits for the last message in a channel that a person sees and that is wanted. */
  last(person: SlackPerson, channel: string, wanted: (message: SlackMessage) => boolean): Promise<SlackMessage>;
  /** Waits for the form a person has open. */
  form(person: SlackPerson): Promise<OpenModal>;
  /** Sends a request as it is, signed as Slack signs unless told otherwise. */
  send(raw: Raw): Promise<Answer>;
  /** Sends an interaction payload of this type, by this person, as Slack would not. */
  forge(type: string, user: string, payload: object): Promise<Answer>;
  /** What was said through the response addresses of forged payloads. */
  readonly said: readonly SlackMessage[];
  /** The rows of every table, once all announcements are delivered. */
  settled(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export async function openSlackDesk(
  database: TestDatabase,
  {
    world = WORLD,
    interactionsPerMinute = 0,
    metricsToken = null,
    ...more
  }: { world?: World; interactionsPerMinute?: number; metricsToken?: string | null } & Partial<
    Pick<DeskConfig, 'knowledge' | 'articles'>
  > = {},
): Promise<SlackDesk> {
  const slack = await startSlackStandIn({ world, retryDelaysMs: [] });
  const { botToken, signingSecret, apiUrl } = slack;
  const service = await startService(
    {
      port: 0,
      databaseUrl: database.url,
      knowledgeSnapshot: null,
      logLevel: 'error',
      interactionsPerMinute,
      metricsToken,
      slack: { botToken, signingSecret, appToken: null, apiUrl },
      teams: null,
      mail: null,
      desk: { ...DESK, ...more },
    },
    { log: pino({ level: process.env.TEST_LOG ?? 'silent' }), host: '127.0.0.1' },
  );
  const ears = await listen();
  const url = `http://127.0.0.1:${service.port}/slack/events`;
  slack.setRequestUrl(url);
  const send = (raw: Raw): Promise<Answer> => post(url, { secret: signingSecret, ...raw });
  return {
    slack,
    service,
    people: {
      nora: slack.person('U0NORA'),
      anna: slack.person('U0ANNA'),
      ben: slack.person('U0BEN'),
      mark: slack.person('U0MARK'),
    },
    last: (person, channel, wanted) => until(async () => (await person.messages(channel)).filter(wanted).at(-1)),
    form: (person) =>
      until(() => {
        const open = person.modal();
        return Promise.resolve(open?.view.blocks.some(({ type }) => type === 'input') === true ? open : undefined);
      }),
    send,
    forge: (type, user, payload) => {
      const base = {
        type,
        user: { id: user, username: 'somebody', team_id: world.team.id },
        team: world.team,
        api_app_id: 'A0HELPDESK',
        trigger_id: `forged.${Math.random()}`,
        response_url: ears.url,
      };
      return send({ body: new URLSearchParams({ payload: JSON.stringify({ ...base, ...payload }) }).toString() });
    },
    said: ears.heard,
    settled: async () => {
      await until(async () => {
        const { waiting } = await service.store.read(({ outbox }) => outbox.state(new Date()));
        return waiting === 0 ? true : undefined;
      });
      return rowCounts(database);
    },
    close: async () => {
      await service.stop();
      await slack.close();
      await ears.close();
    },
  };
}

/** A response address that keeps what it is told. */
async function listen(): Promise<{ url: string; heard: SlackMessage[]; close(): Promise<unknown> }> {
  const heard: SlackMessage[] = [];
  const server = createServer((request, response) => {
    void json(request).then((message) => {
      heard.push(message as SlackMessage);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    heard,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function post(url: string, raw: Raw): Promise<Answer> {
  const { body, type = 'application/x-www-form-urlencoded', offset = 0, secret = '' } = raw;
  const timestamp = String(Math.floor(Date.now() / 1000) + offset);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const given = {
    'content-type': type,
    'x-slack-signature': signature,
    'x-slack-request-timestamp': timestamp,
    ...raw.headers,
  };
  const headers = Object.fromEntries(Object.entries(given).filter((entry) => entry[1] !== undefined)) as Record<
    string,
    string
  >;
  const began = Date.now();
  const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, body: await response.text(), elapsedMs: Date.now() - began };
}

/** Everything a message or view shows, each text on a line, as a person reads it. */
export function shown(blocks: unknown): string {
  const lines: string[] = [];
  JSON.stringify(blocks, (_key, value: unknown) => {
    const part = value as { type?: string; text?: unknown; initial_value?: unknown; elements?: unknown } | null;
    if (typeof part !== 'object' || part === null) return value;
    if (/^rich_text_(section|quote)$/.test(part.type ?? ''))
      lines.push((part.elements as { text?: string; url?: string }[]).map(({ text, url }) => text ?? url).join(''));
    if (typeof part.text === 'string') lines.push(part.type === 'mrkdwn' ? unescaped(part.text) : part.text);
    if (typeof part.initial_value === 'string') lines.push(part.initial_value);
    return value;
  });
  return lines.join('\n');
}

const unescaped = (text: string): string => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** A field of ours: a mention of somebody who is part of the ticket, or a date. */
const OURS = /^\*[^*\n<>]+\*\n(?:<@[UW][A-Z0-9]+>|<!date\^\d+\^[^<>|]+\|[^<>|]+>)$/;

/** Every text of a message or view that Slack would read as a mention, a link or a broadcast, apart from ours. */
export function ringing({ text, blocks }: { readonly text?: string; readonly blocks?: unknown }): string[] {
  const found = text === undefined || !/[<>]/.test(text) ? [] : [text];
  JSON.stringify(blocks ?? null, (_key, value: unknown) => {
    const part = value as { type?: string; text?: string } | null;
    if (typeof part !== 'object' || part === null) return value;
    if (part.type === 'mrkdwn' && !OURS.test(part.text ?? '') && /[<>]/.test(part.text ?? ''))
      found.push(part.text ?? '');
    if (['user', 'usergroup', 'channel', 'broadcast', 'team'].includes(part.type ?? '')) found.push(part.type ?? '');
    return value;
  });
  return found;
}
