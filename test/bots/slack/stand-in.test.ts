/** The adapter against the local Slack: what people at their clients see, by both ways of being reached. */
import { pino } from 'pino';
import { createHttpServer } from '../../../bots/http';
import { createSlackBot } from '../../../bots/slack/slack-bot';
import type { SlackBot } from '../../../bots/slack/slack-bot';
import type { SlackMessage, SlackStandIn, World } from '../../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../../sandbox/slack/stand-in';
import type { Card, Reply } from '../../../src/chat/card';
import { DeliveryError } from '../../../src/chat/chat-surface';
import type { Delivery } from '../../../src/chat/chat-surface';
import { ANSWER, FORM, PLAIN, TICKET } from './cards';
import { ScriptedDesk, until } from './slack-double';

const person = (id: string, name: string, locale: string) => ({
  id,
  name: name.toLowerCase(),
  realName: name,
  email: `${name.toLowerCase()}@example.com`,
  locale,
  timezone: 'Europe/Warsaw',
});
const WORLD: World = {
  team: { id: 'T0ACME', domain: 'acme' },
  users: [person('U0EWA', 'Ewa', 'pl-PL'), person('U0ANNA', 'Anna', 'en-US')],
  channels: [
    { id: 'C0GENERAL', name: 'general', members: ['U0EWA', 'U0ANNA'], botIsMember: true },
    { id: 'C0SUPPORT', name: 'it-support', members: ['U0ANNA'], botIsMember: true },
    { id: 'C0OUT', name: 'elsewhere', members: ['U0EWA'], botIsMember: false },
  ],
};
const NEW: Delivery = { key: 'ticket-42', attemptedSince: null, thread: null };
const shows = (card: Card, replaces = false): Reply => ({ kind: 'card', card, replaces });

let slack: SlackStandIn;
let bot: SlackBot;
let desk: ScriptedDesk;
let ticketsAt: Map<string, number>;
let closeServer: () => Promise<void>;

async function connect(socket: boolean): Promise<void> {
  slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [0, 20, 20] });
  desk = new ScriptedDesk();
  ticketsAt = new Map();
  const { botToken, appToken, signingSecret, apiUrl } = slack;
  bot = createSlackBot(
    { botToken, signingSecret, appToken: socket ? appToken : null, apiUrl },
    {
      log: pino({ level: 'silent' }),
      clock: { now: () => new Date() },
      ticketAt: (message) => Promise.resolve(ticketsAt.get(message) ?? null),
      answerAt: (message) => Promise.resolve(shownOn(ticketsAt.get(message))),
      defaultLanguage: 'en',
    },
  );
  const listener = bot.requestListener;
  const server = createHttpServer(listener === null ? {} : { '/slack/events': { POST: listener } });
  const port = await server.listen(0, '127.0.0.1');
  slack.setRequestUrl(socket ? null : `http://127.0.0.1:${port}/slack/events`);
  closeServer = () => server.close(0);
  await bot.start(desk);
}

afterEach(async () => {
  await bot.stop();
  await closeServer();
  // Whatever a test was about: Slack took every message and modal we made.
  expect(slack.refusals()).toEqual([]);
  await slack.close();
});

async function seenBy(userId: string, channel: string): Promise<SlackMessage[]> {
  return slack.person(userId).messages(channel);
}

/** The messages once they are as expected. */
async function seenUntil(user: string, channel: string, wanted: (seen: SlackMessage[]) => boolean) {
  let seen: SlackMessage[] = [];
  for (let tries = 0; tries < 500; tries++) {
    seen = await seenBy(user, channel);
    if (wanted(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never seen; there is: ${JSON.stringify(seen.map(({ text }) => text))}`);
}

describe.each([
  ['HTTP', false],
  ['Socket Mode', true],
])('by %s', (_way, socket) => {
  beforeEach(() => connect(socket));

  it('a command is answered with a card for its author only', async () => {
    const ewa = slack.person('U0EWA');
    desk.says(shows(PLAIN));

    expect(await ewa.command('C0GENERAL', '/helpdesk', 'my vpn <drops> & fails')).toMatchObject({ ok: true });

    expect(desk.heard).toMatchObject([
      { from: { id: 'slack:U0EWA', language: 'pl' }, intent: { kind: 'ask', text: 'my vpn <drops> & fails' } },
    ]);
    expect(await seenBy('U0EWA', 'C0GENERAL')).toMatchObject([{ ephemeral: true, text: 'Hello there' }]);
    expect(await seenBy('U0ANNA', 'C0GENERAL')).toEqual([]);
  });

  it('from a suggestion to a ticket: the form comes prefilled, and the private message follows what became of it', async () => {
    const ewa = slack.person('U0EWA');
    desk.says(shows(ANSWER));
    await ewa.command('C0GENERAL', '/helpdesk', 'vpn');
    const [suggestion] = await seenBy('U0EWA', 'C0GENERAL');

    desk.says({ kind: 'form', form: FORM });
    await ewa.click(suggestion!, { label: 'Open a ticket' });
    await until(() => ewa.modal()?.view.type === 'modal');

    desk.says({ kind: 'invalid', errors: { summary: 'Please say more.' } });
    await ewa.submitModal({ Summary: 'VPN' });
    expect(ewa.modal()?.errors).toEqual({ summary: 'Please say more.' });

    desk.says(shows(PLAIN, true));
    await ewa.submitModal({ Summary: 'VPN drops', Priority: 'High', For: 'U0ANNA' });

    expect(desk.heard.at(-1)?.intent).toEqual({
      kind: 'open',
      inquiryId: 7,
      intake: 'command',
      fields: { summary: 'VPN drops', priority: 'P2', requester: 'slack:U0ANNA' },
    });
    expect(new Set(desk.heard.map(({ id }) => id)).size).toBe(4);
    expect(ewa.modal()?.view).toMatchObject({ title: { text: 'Hello' } });
    await seenUntil('U0EWA', 'C0GENERAL', ([message]) => message?.text === 'Hello there');
  });

  it('an article is read on top of the suggestion', async () => {
    const ewa = slack.person('U0EWA');
    desk.says(shows(ANSWER));
    await ewa.command('C0GENERAL', '/helpdesk', 'vpn');
    const [suggestion] = await seenBy('U0EWA', 'C0GENERAL');

    await ewa.click(suggestion!, { label: 'Read more' });
    await until(() => ewa.modal() !== null);
    await ewa.clickInModal({ label: 'Read more' });
    await until(() => slack.calls('views.push').length === 1);

    expect(desk.heard.slice(1)).toMatchObject([{ intent: { kind: 'read' } }, { intent: { kind: 'read' } }]);
  });

  it('a card in a channel has buttons, a menu and emoji that act, and a thread that listens', async () => {
    const anna = slack.person('U0ANNA');
    const ref = await bot.surface.post('slack:C0SUPPORT', TICKET, NEW);
    ticketsAt.set(ref, 42);
    const [card] = await seenBy('U0ANNA', 'C0SUPPORT');

    await anna.click(card!, { label: 'Claim' });
    await anna.click(card!, { label: 'Escalate' });
    await anna.react(card!, 'eyes');
    await anna.say('C0SUPPORT', 'looks like the router', card!.ts);
    await anna.say('C0SUPPORT', 'lunch, anybody?');
    await until(() => desk.heard.length === 4);

    expect(desk.heard.map(({ intent }) => intent)).toEqual([
      { kind: 'claim', ticketId: 42 },
      { kind: 'escalate', ticketId: 42 },
      { kind: 'claim', ticketId: 42, quick: true },
      { kind: 'note', ticketId: 42, origin: 'slack:C0SUPPORT', fields: { text: 'looks like the router' } },
    ]);
  });

  it('a mention is answered to its author only, a direct message where it was written', async () => {
    const ewa = slack.person('U0EWA');
    const direct = await ewa.directMessageChannel();
    desk.says(shows(PLAIN));

    await ewa.say('C0GENERAL', `<@${slack.botUserId}> how do I reset my password?`);
    await ewa.say(direct, 'help');

    await seenUntil('U0EWA', 'C0GENERAL', (seen) => seen.some(({ ephemeral }) => ephemeral));
    await seenUntil('U0EWA', direct, (seen) => seen.some(({ fromBot, ephemeral }) => fromBot && !ephemeral));
    expect((await seenBy('U0ANNA', 'C0GENERAL')).every(({ fromBot }) => !fromBot)).toBe(true);
    expect(desk.heard.map(({ intent }) => intent)).toEqual([
      { kind: 'ask', text: 'how do I reset my password?', intake: 'mention' },
      { kind: 'help' },
    ]);
  });

  it('what the bot itself posts is not taken for a question', async () => {
    await bot.surface.post('slack:U0EWA', TICKET, NEW);
    await slack.person('U0EWA').command('C0GENERAL', '/helpdesk', 'x');

    expect(desk.heard).toHaveLength(1);
  });

  it('both shortcuts open the form, one with the message and for its author', async () => {
    const [ewa, anna] = [slack.person('U0EWA'), slack.person('U0ANNA')];
    const ts = await ewa.say('C0GENERAL', 'my screen is black');
    desk.says({ kind: 'form', form: FORM });

    await ewa.globalShortcut('open_ticket');
    await anna.messageShortcut('open_ticket_from_message', { channel: 'C0GENERAL', ts });
    await until(() => ewa.modal() !== null && anna.modal() !== null);

    expect(desk.heard.map(({ intent }) => intent)).toEqual([
      { kind: 'open', inquiryId: null, intake: 'shortcut' },
      { kind: 'open', inquiryId: null, intake: 'message', text: 'my screen is black', requester: 'slack:U0EWA' },
    ]);
  });

  it('a form that takes long has its place kept, and comes after the three seconds too', async () => {
    const ewa = slack.person('U0EWA');
    const { done } = desk.thinks();

    const outcome = await ewa.command('C0GENERAL', '/helpdesk', '');
    expect(outcome).toMatchObject({ ok: true });
    expect(ewa.modal()?.view).toMatchObject({ title: { text: 'Chwileczkę…' } });

    done({ kind: 'form', form: FORM });
    await until(() => JSON.stringify(ewa.modal()?.view).includes('Open ticket'));
  });
});

describe('deliveries', () => {
  beforeEach(() => connect(false));

  it('a post whose answer was lost is found again, and stands there once', async () => {
    const attemptedSince = new Date();
    slack.fault({ method: 'chat.postMessage', times: 1, kind: { cutAfterAccepting: true } });

    const lost = bot.surface.post('slack:C0SUPPORT', TICKET, NEW);
    await expect(lost).rejects.toMatchObject({ problem: 'later' });
    const ref = await bot.surface.post('slack:C0SUPPORT', TICKET, { ...NEW, attemptedSince });

    const seen = await seenBy('U0ANNA', 'C0SUPPORT');
    expect(seen.map(({ channel, ts }) => `slack:${channel}:${ts}`)).toEqual([ref]);
  });

  it('a reply in a thread whose answer was lost is found there', async () => {
    const attemptedSince = new Date();
    const thread = await bot.surface.post('slack:C0SUPPORT', TICKET, NEW);
    const reply = { key: 'reply-1', attemptedSince: null, thread };
    slack.fault({ method: 'chat.postMessage', times: 1, kind: { cutAfterAccepting: true } });
    await expect(bot.surface.post('slack:C0SUPPORT', PLAIN, reply)).rejects.toBeInstanceOf(DeliveryError);

    await bot.surface.post('slack:C0SUPPORT', PLAIN, { ...reply, attemptedSince });

    expect((await seenBy('U0ANNA', 'C0SUPPORT')).filter(({ threadTs }) => threadTs !== null)).toHaveLength(1);
  });

  it('an event that could not be stored is brought again until it is, and answered once', async () => {
    let attempts = 0;
    desk.answer = () => {
      attempts += 1;
      return attempts < 3 ? Promise.reject(new Error('database down')) : Promise.resolve(shows(PLAIN));
    };
    const ewa = slack.person('U0EWA');
    const direct = await ewa.directMessageChannel();

    await ewa.say(direct, 'my mouse died');

    await seenUntil('U0EWA', direct, (seen) => seen.some(({ fromBot }) => fromBot));
    await bot.stop();
    expect((await seenBy('U0EWA', direct)).filter(({ fromBot }) => fromBot)).toHaveLength(1);
    expect(attempts).toBe(3);
    expect(new Set(desk.heard.map(({ id }) => id)).size).toBe(1);
  });

  it('a rate limit is handed on at once, with its time', async () => {
    slack.fault({ method: 'chat.postMessage', kind: { status: 429, retryAfterSeconds: 30 } });

    const limited = bot.surface.post('slack:C0SUPPORT', TICKET, NEW);

    await expect(limited).rejects.toMatchObject({ problem: 'later', retryAfterMs: 30_000, scope: 'place' });
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });

  it('a card is redrawn in its place, and a person is told by direct message', async () => {
    const ref = await bot.surface.post('slack:C0SUPPORT', TICKET, NEW);
    await bot.surface.update(ref, { ...TICKET, title: '#42 claimed', summary: '#42 claimed' });
    await bot.surface.post('slack:U0EWA', PLAIN, { ...NEW, key: 'tell-1' });

    expect(await seenBy('U0ANNA', 'C0SUPPORT')).toMatchObject([{ edited: true, text: '#42 claimed' }]);
    const direct = await slack.person('U0EWA').directMessageChannel();
    expect(await seenBy('U0EWA', direct)).toMatchObject([{ fromBot: true, text: 'Hello there' }]);
  });

  it('a channel without the bot is unreachable until it is invited', async () => {
    await expect(bot.surface.post('slack:C0OUT', TICKET, NEW)).rejects.toMatchObject({ problem: 'unreachable' });

    slack.setMembers('C0OUT', ['U0EWA', slack.botUserId]);
    await bot.surface.post('slack:C0OUT', TICKET, NEW);

    expect(await seenBy('U0EWA', 'C0OUT')).toHaveLength(1);
  });

  it('the roster and the doctor see who is where', async () => {
    expect(await bot.roster.isMember('slack:C0SUPPORT', 'slack:U0ANNA')).toBe(true);
    expect(await bot.roster.isMember('slack:C0SUPPORT', 'slack:U0EWA')).toBe(false);

    const checks = await bot.check(['slack:C0SUPPORT', 'slack:C0OUT', 'slack:C0NONE']);

    expect(checks.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'fail', 'fail']);
    expect(checks[3]!.mend).toContain('/invite @');
  });
});

/** A ticket as a message shows it. */
const shownOn = (ticketId: number | undefined) => (ticketId === undefined ? null : { ticketId, version: null });
