/** The incoming side of Teams before the stand-in: the whole bot over real HTTP, with a desk that says what a test tells it to. */
import { pino } from 'pino';
import { createHttpServer } from '../../../bots/http';
import { createTeamsBot } from '../../../bots/teams/teams-bot';
import type { TeamsBot, TeamsSettings } from '../../../bots/teams/teams-bot';
import { startTeamsStandIn } from '../../../sandbox/teams/stand-in';
import type { Json, TeamsMessage, TeamsStandIn, TeamsWorld } from '../../../sandbox/teams/teams-world';
import type { Card, Form, Reply } from '../../../src/chat/card';
import { ScriptedDesk } from '../slack/slack-double';
import { APP, MemoryBook, TENANT } from './outgoing';

const WORLD: TeamsWorld = {
  people: [
    { key: 'ewa', name: 'Ewa Nowak', email: 'ewa@example.com', locale: 'pl-PL', timezone: 'Europe/Warsaw' },
    { key: 'nora', name: 'Nora Lewis', email: 'nora@example.com' },
    { key: 'anna', name: 'Anna Agent', email: 'anna@example.com' },
    { key: 'otto', name: 'Otto Old', email: 'otto@example.com', dialogs: false },
    { key: 'nina', name: 'Nina New', email: 'nina@example.com', installed: false },
  ],
  teams: [{ name: 'IT', members: ['ewa', 'nora', 'anna', 'otto', 'nina'], channels: ['support', 'infra'] }],
  chats: [{ name: 'lunch', members: ['nora', 'anna'] }],
};

export const CARD: Card = {
  title: 'Hello',
  summary: 'Hello there',
  parts: [{ kind: 'text', text: 'Some words' }],
  actions: [],
};
export const SHOWN: Reply = { kind: 'card', card: CARD, replaces: false };
export const REPLACES: Reply = { kind: 'card', card: CARD, replaces: true };
const FORM: Form = {
  title: 'Open a ticket',
  submit: 'Open ticket',
  cancel: 'Cancel',
  intent: { kind: 'open', inquiryId: 7, intake: 'command' },
  fields: [
    { kind: 'text', name: 'subject', label: 'Summary', optional: false, multiline: false, maxLength: 100 },
    { kind: 'text', name: 'details', label: 'Details', optional: true, multiline: true, maxLength: 3000 },
  ],
};
export const ASK_FORM: Reply = { kind: 'form', form: FORM };
/** A card with one of every button. */
export const BUTTONS: Extract<Reply, { kind: 'card' }> = {
  kind: 'card',
  card: {
    ...CARD,
    actions: [
      { label: 'Claim', intent: { kind: 'claim', ticketId: 42 } },
      { label: 'Open', intent: { kind: 'open', inquiryId: 7, intake: 'command' } },
      { label: 'Read', intent: { kind: 'read', articleId: 'vpn', inquiryId: 7 } },
    ],
  },
  replaces: false,
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a test reads out of JSON
type LogLine = Record<string, any>;

export interface Incoming {
  readonly teams: TeamsStandIn;
  readonly desk: ScriptedDesk;
  readonly bot: TeamsBot;
  readonly book: MemoryBook;
  /** Log lines, parsed. */
  readonly logged: LogLine[];
  /** Which messages show which ticket; a failing look-up throws. */
  readonly shows: Map<string, number>;
  /** Whose tickets are shown where; none at first. */
  readonly lines: { name: string; channels: string[] }[];
  /** Makes every look-up of `shows` fail. */
  troubled: boolean;
  readonly url: string;
  /** The time as the bot sees it runs this much ahead. */
  aheadMs: number;
  /** What they see of it, the bot's messages only. */
  told(key: string, place?: string): readonly TeamsMessage[];
  close(): Promise<void>;
}

export async function startIncoming(
  options: { credentials?: boolean; start?: boolean; tenants?: readonly string[] } = {},
): Promise<Incoming> {
  const teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: WORLD });
  const desk = new ScriptedDesk();
  const book = new MemoryBook();
  const logged: LogLine[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line) as LogLine) });
  const settings: TeamsSettings = {
    appId: APP,
    appPassword: 'stand-in-password',
    tenantId: TENANT,
    appType: 'SingleTenant',
    allowedTenants: options.tenants ?? [TENANT],
    openIdMetadataUrl: teams.openIdMetadataUrl,
    tokenIssuer: teams.issuer,
    serviceHosts: [teams.host],
  };
  const shows = new Map<string, number>();
  const lines: Incoming['lines'] = [];
  const bot = createTeamsBot(options.credentials === false ? null : settings, {
    log,
    clock: { now: () => new Date(Date.now() + incoming.aheadMs) },
    places: book,
    ticketAt: (message) =>
      incoming.troubled ? Promise.reject(new Error('in doubt')) : Promise.resolve(shows.get(message) ?? null),
    answerAt: (message) => {
      const ticketId = shows.get(message);
      if (incoming.troubled) return Promise.reject(new Error('in doubt'));
      return Promise.resolve(ticketId === undefined ? null : { ticketId, version: null });
    },
    lines,
    defaultLanguage: 'en',
  });
  const server = createHttpServer({ '/api/messages': { POST: bot.requestListener } });
  const url = `http://127.0.0.1:${await server.listen(0, '127.0.0.1')}/api/messages`;
  teams.botUrl = url;
  if (options.start !== false) await bot.start(desk);
  const incoming: Incoming = {
    teams,
    desk,
    bot,
    book,
    logged,
    shows,
    lines,
    troubled: false,
    url,
    aheadMs: 0,
    told: (key, place = 'personal') =>
      teams
        .person(key)
        .messages(place)
        .filter(({ fromBot }) => fromBot),
    close: async () => {
      await bot.stop();
      await server.close(0);
      await teams.stop();
    },
  };
  return incoming;
}

/** Every text of a card or of anything else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const { text = '', title = '', ...rest } = value as Json;
  return [title, text, ...Object.values(rest).filter((each) => typeof each === 'object')].map(textOf).join('\n');
}
