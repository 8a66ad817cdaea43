/** Each way of speaking to the bot in Teams, over HTTP, and what is shown to whom. */
import type { Json, TeamsClient, TeamsMessage } from '../../../sandbox/teams/teams-world';
import type { Reply } from '../../../src/chat/card';
import { until } from '../../support/until';
import { ASK_FORM, BUTTONS, CARD, REPLACES, SHOWN, startIncoming, textOf } from './incoming';
import type { Incoming } from './incoming';

const NONE: Reply = { kind: 'none' };
const INVALID: Reply = { kind: 'invalid', errors: { subject: 'Please say more.' } };
const FAILED: Reply = { kind: 'card', card: CARD, replaces: false, failed: true };

let rig: Incoming;

beforeEach(async () => {
  rig = await startIncoming();
});

afterEach(async () => {
  const { refusals } = rig.teams;
  await rig.close();
  expect(refusals).toEqual([]);
});

const person = (key: string): TeamsClient => rig.teams.person(key);
const last = (messages: readonly TeamsMessage[]): TeamsMessage => {
  const message = messages.at(-1);
  if (message === undefined) throw new Error('nothing was said');
  return message;
};

/** A card with every kind of button, in the personal chat of somebody. */
async function buttons(key = 'nora'): Promise<TeamsMessage> {
  rig.desk.says(BUTTONS);
  await person(key).says('help');
  return last(rig.told(key));
}

/** The same where everybody sees it, as the courier posts it. */
async function shared(): Promise<TeamsMessage> {
  await person('nora').says('hello', { in: 'support' });
  const to = `teams:${rig.teams.placeId('support')}`;
  await rig.bot.surface.post(to, BUTTONS.card, { key: 'k', attemptedSince: null, thread: null });
  return last(rig.told('nora', 'support'));
}

describe('words in the personal chat', () => {
  it('are answered with a message there, and their author is known to the desk', async () => {
    rig.desk.says(SHOWN);

    expect(await person('ewa').says('moje')).toMatchObject({ ok: true, status: 200 });

    expect(rig.desk.heard[0]).toMatchObject({
      intent: { kind: 'mine' },
      from: { id: `teams:${person('ewa').aadObjectId}`, name: 'Ewa Nowak', email: 'ewa@example.com', language: 'pl' },
    });
    expect(textOf(last(rig.told('ewa')).card)).toContain('Some words');
  });

  it('are answered with nothing when there is nothing to say', async () => {
    await person('nora').says('my vpn drops');

    expect(rig.desk.heard[0]?.intent).toMatchObject({ kind: 'ask', text: 'my vpn drops' });
    expect(rig.told('nora')).toEqual([]);
  });

  it('that open a form are answered with the button that opens it', async () => {
    rig.desk.says(ASK_FORM);
    await person('nora').says('helpdesk');

    const { dialog } = await person('nora').clicks(last(rig.told('nora')), 'Open a ticket');

    expect(dialog).toMatchObject({ title: 'Open a ticket', isOpen: true });
  });

  it.each([429, 412, 503])(
    'are answered once, a little later, when Teams refuses the answer for now: %d',
    async (status) => {
      rig.desk.says(SHOWN);
      rig.teams.fault({ path: 'activities', status, retryAfter: 1, times: 1 });

      expect(await person('nora').says('mine')).toMatchObject({ status: 200 });

      expect(rig.told('nora')).toHaveLength(1);
      expect(rig.desk.heard).toHaveLength(1);
    },
  );

  it('tell where the person is reached, before the desk hears them', async () => {
    let known: string | null = null;
    rig.desk.answer = async ({ from }) => {
      known = await rig.book.find(from.address);
      return NONE;
    };
    await person('nora').says('my vpn drops');

    expect(JSON.parse(known ?? '{}')).toMatchObject({ conversationId: person('nora').personalChat });
  });

  it('are heard once and answered once, however often Teams delivers them', async () => {
    rig.desk.says(SHOWN);
    rig.teams.twice = 'same-id';
    const draft = person('nora').draft('mine');
    await Promise.all([rig.teams.post(draft), rig.teams.post(draft)]);
    await rig.teams.post(draft);

    expect(rig.desk.heard).toHaveLength(1);
    expect(rig.told('nora')).toHaveLength(1);
  });

  it('of whatever length are heard up to the limit of a message', async () => {
    const text = 'x'.repeat(100_000);
    expect(await person('nora').says(text, { html: '<p>long</p>' })).toMatchObject({ status: 200 });
    expect(rig.desk.heard[0]?.intent).toMatchObject({ kind: 'ask' });

    expect(await person('nora').says('x'.repeat(300_000))).toMatchObject({ ok: false, status: 413 });
    expect(rig.desk.heard).toHaveLength(1);
  });

  it('with mentions and HTML are what was typed', async () => {
    await person('nora').says('a &lt;b&gt; <at>Jan</at> &amp; c');
    expect(rig.desk.heard[0]?.intent).toMatchObject({ text: 'a <b> @Jan & c' });
  });

  it('below a quotation of the ticket’s message are a reply to it', async () => {
    const message = await buttons();
    rig.shows.set(`teams:${person('nora').aadObjectId}|${message.id}`, 42);
    await person('nora').says('still broken', { quote: message.id });

    expect(rig.desk.heard[1]?.intent).toMatchObject({ kind: 'reply', ticketId: 42, fields: { text: 'still broken' } });
  });

  it.each<[string, (good: Json) => Json]>([
    ['without a sender', (good) => ({ ...good, from: undefined })],
    ['by somebody whom the directory does not know', (good) => ({ ...good, from: { id: '29:x', name: 'X' } })],
    ['of an unknown type', (good) => ({ ...good, type: 'typing' })],
    ['that was edited', (good) => ({ ...good, type: 'messageUpdate' })],
  ])('%s are taken and left alone', async (_what, change) => {
    expect(await rig.teams.post(change(person('nora').draft('my vpn drops')))).toMatchObject({ status: 200, body: '' });
    expect(rig.desk.heard).toEqual([]);
  });

  it('without any text ask for help', async () => {
    await rig.teams.post({ ...person('nora').draft(''), text: undefined, attachments: undefined });
    expect(rig.desk.heard[0]?.intent).toEqual({ kind: 'help' });
  });
});

describe('words in a channel', () => {
  it('are answered there when Teams is only too busy for it just now', async () => {
    rig.desk.says(SHOWN);
    rig.teams.fault({ path: 'activities', status: 429, retryAfter: 1, times: 1 });
    await person('nora').says('how do I print?', { in: 'support', mention: true });

    expect(last(rig.told('nora', 'support')).seenBy).toEqual(['nora']);
    expect(rig.told('nora')).toEqual([]);
  });

  it('with the bot’s name are answered to whoever asked alone', async () => {
    rig.desk.says(SHOWN);
    await person('nora').says('how do I print?', { in: 'support', mention: true });

    expect(rig.desk.heard[0]?.intent).toEqual({ kind: 'ask', text: 'how do I print?', intake: 'mention' });
    expect(rig.told('nora', 'support')).toHaveLength(1);
    expect(rig.told('anna', 'support')).toEqual([]);
  });

  it('as a slash command are answered to whoever asked alone', async () => {
    rig.desk.says(SHOWN);
    await person('nora').says('/helpdesk queue', { in: 'support', targeted: true });

    expect(rig.desk.heard[0]?.intent).toEqual({ kind: 'queue' });
    expect(last(rig.told('nora', 'support')).seenBy).toEqual(['nora']);
  });

  it('without it are dropped unread, but tell that the channel can be read', async () => {
    await person('nora').says('lunch?', { in: 'support' });

    expect(rig.desk.heard).toEqual([]);
    const channel = await rig.book.find(`teams:${rig.teams.placeId('support')}`);
    expect(JSON.parse(channel ?? '{}')).toMatchObject({ hearsAll: true });
  });

  it('below a ticket’s card are a note', async () => {
    const card = await shared();
    const root = card.thread ?? '';
    rig.shows.set(`teams:${card.conversation}|${root}`, 42);
    await person('anna').says('the router', { in: { threadOf: card } });

    expect(rig.desk.heard[0]?.intent).toEqual({
      kind: 'note',
      ticketId: 42,
      origin: `teams:${rig.teams.placeId('support')}`,
      fields: { text: 'the router' },
    });
  });

  it('are brought again when it is not known yet whether they are below a ticket', async () => {
    const card = await shared();
    rig.troubled = true;
    expect(await person('anna').says('the router', { in: { threadOf: card } })).toMatchObject({ status: 503 });

    rig.troubled = false;
    rig.shows.set(`teams:${card.conversation}|${card.thread}`, 42);
    await rig.teams.post(rig.teams.deliveries.at(-1)?.activity);

    expect(rig.desk.heard[0]?.intent).toMatchObject({ kind: 'note' });
  });
});

describe('where a private answer is refused in the channel', () => {
  beforeEach(() => {
    rig.teams.fault({ path: 'isTargetedActivity', status: 403, code: 'ForbiddenOperationException' });
  });

  it('it is in the personal chat, and one line says so', async () => {
    rig.desk.says(SHOWN);
    await person('nora').says('mine', { in: 'support', mention: true });

    expect(textOf(last(rig.told('nora')).card)).toContain('Some words');
    expect(textOf(last(rig.told('anna', 'support')).card)).toContain('Nora Lewis, my answer is in our chat');
    expect(textOf(rig.told('anna', 'support'))).not.toContain('Some words');
  });

  it('and the person does not have the app, it is there for all when it is from the knowledge base', async () => {
    rig.desk.says(SHOWN);
    await person('nina').says('how do I print?', { in: 'support', mention: true });

    expect(textOf(last(rig.told('anna', 'support')).card)).toContain('Some words');
  });

  it('and the person does not have the app, an answer that only some may read is shown to nobody', async () => {
    rig.desk.says({ kind: 'card', card: { ...CARD, forSome: true }, replaces: false });
    await person('nina').says('how do I print?', { in: 'support', mention: true });

    const told = textOf(rig.told('anna', 'support').map(({ card }) => card));
    expect(told).toContain('Nina New, please write to me in a chat of our own');
    expect(told).not.toContain('Some words');
  });

  it('and the person does not have the app, nobody learns what they asked where nobody could read along', async () => {
    rig.desk.says(SHOWN);
    await person('nina').says('/helpdesk how do I print?', { in: 'support', targeted: true });

    const told = textOf(rig.told('anna', 'support').map(({ card }) => card));
    expect(told).toContain('Nina New, please write to me in a chat of our own');
    expect(told).not.toContain('Some words');
  });

  it('and the person does not have the app, a list of tickets is shown to nobody', async () => {
    rig.desk.says(SHOWN);
    for (const words of ['mine', 'queue', 'summary']) {
      await person('nina').says(words, { in: 'support', mention: true });
    }

    const lines = rig.told('anna', 'support').map(({ card }) => textOf(card));
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toContain('Nina New, please write to me in a chat of our own');
    expect(textOf(lines)).not.toContain('Some words');
  });
});

describe('a button on a card', () => {
  it('whose answer takes its place shows the new card', async () => {
    const message = await buttons();
    rig.desk.says(REPLACES);

    expect((await person('nora').clicks(message, 'Claim')).card).not.toBeNull();
    expect(rig.desk.heard[1]?.intent).toEqual({ kind: 'claim', ticketId: 42 });
  });

  it('on a card everybody sees tells the answer to whoever clicked, in one line and in full', async () => {
    const message = await shared();
    rig.desk.says(SHOWN);

    const { notice } = await person('nora').clicks(message, 'Claim');

    expect(notice).toBe('Hello there');
    await until(() => Promise.resolve(rig.told('nora', 'support').length === 2 ? true : undefined));
    expect(last(rig.told('nora', 'support')).seenBy).toEqual(['nora']);
  });

  it('with nothing to say is acknowledged in one line', async () => {
    const message = await buttons('ewa');
    rig.desk.says(NONE);

    expect((await person('ewa').clicks(message, 'Claim')).notice).toBe('Gotowe.');
    expect(rig.told('ewa')).toHaveLength(1);
  });

  it('that is older than its form is answered with the form in the chat', async () => {
    const message = await buttons();
    rig.desk.says(ASK_FORM);

    await person('nora').clicks(message, 'Claim');
    const form = await until(() => Promise.resolve(rig.told('nora')[1]));
    rig.desk.says(REPLACES);
    const { card } = await person('nora').clicks(form, 'Open ticket', { values: { Summary: 'VPN' } });

    expect(textOf(card)).toContain('Some words');
    expect(rig.desk.heard.at(-1)?.intent).toMatchObject({ kind: 'open', fields: { subject: 'VPN' } });
  });

  it('delivered twice is done once, and answered the same both times', async () => {
    const message = await buttons();
    rig.desk.says(SHOWN);
    await person('nora').clicks(message, 'Claim');
    const { activity } = rig.teams.deliveries.at(-1)!;

    const again = await Promise.all([rig.teams.post(activity), rig.teams.post(activity)]);

    expect(rig.desk.heard).toHaveLength(2);
    for (const { status, body } of again) {
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({ statusCode: 200, value: 'Hello there' });
    }
    await rig.bot.stop();
    expect(rig.told('nora')).toHaveLength(2);
  });

  it('with data that was edited by hand is an unknown button', async () => {
    const message = await buttons();
    await person('nora').clicks(message, 'Claim');
    const { activity } = rig.teams.deliveries.at(-1)!;
    const edited = (data: unknown): Json => ({ ...activity, id: `f:${Math.random()}`, value: { action: { data } } });
    for (const data of [{ helpdesk: '{"kind":"claim","ticketId":"1 OR 1"}' }, { helpdesk: 7 }, null, 'claim', [1]]) {
      expect((await rig.teams.post(edited(data))).status).toBe(200);
      expect(rig.desk.heard.at(-1)?.intent).toEqual({ kind: 'unknown' });
    }
  });

  it('that a client presses by itself changes nothing', async () => {
    const message = await buttons();
    await person('nora').clicks(message, 'Claim');
    const { activity } = rig.teams.deliveries.at(-1)!;
    const value = { ...(activity['value'] as Json), trigger: 'automatic' };

    expect((await rig.teams.post({ ...activity, id: 'f:auto', value })).status).toBe(200);
    expect(rig.desk.heard).toHaveLength(2);
  });

  it('of another app is not implemented, and nobody’s is forbidden', async () => {
    const message = await buttons();
    await person('nora').clicks(message, 'Claim');
    const { activity } = rig.teams.deliveries.at(-1)!;

    expect((await rig.teams.post({ ...activity, id: 'f:1', name: 'fileConsent/invoke' })).status).toBe(501);
    expect((await rig.teams.post({ ...activity, id: 'f:2', from: { id: '29:x' } })).status).toBe(403);
  });
});

describe('a dialog', () => {
  const opened = async (key = 'nora') => {
    const message = await buttons(key);
    rig.desk.says(ASK_FORM);
    const { dialog } = await person(key).clicks(message, 'Open');
    if (dialog === null) throw new Error('no dialog');
    return { message, dialog };
  };

  it('shows the form, and closes when there is nothing more to say', async () => {
    const { dialog } = await opened();
    rig.desk.says(NONE);

    const sent = await dialog.submit({ Summary: 'VPN drops' });

    expect(sent).toMatchObject({ ok: true, dialog: null });
    expect(rig.desk.heard.at(-1)?.intent).toEqual({
      kind: 'open',
      inquiryId: 7,
      intake: 'command',
      fields: { subject: 'VPN drops' },
    });
  });

  it('says what is wrong beside what was typed, and stays open', async () => {
    const { dialog } = await opened();
    rig.desk.answer = ({ intent }) => Promise.resolve('fields' in intent ? INVALID : ASK_FORM);

    await dialog.submit({ Summary: 'VPN', Details: 'since today' });

    expect(dialog.isOpen).toBe(true);
    expect(textOf(dialog.card)).toContain('Please say more.');
    expect(dialog.values).toEqual({ Summary: 'VPN', Details: 'since today' });
  });

  it('that can be opened no more says what is wrong, and gives back what was typed', async () => {
    const { dialog } = await opened();
    rig.desk.answer = ({ intent }) => Promise.resolve('fields' in intent ? INVALID : SHOWN);

    await dialog.submit({ Summary: 'VPN', Details: 'since *today*' });

    const said = textOf(dialog.card);
    expect(said).toContain('Please say more.');
    expect(said).toContain('What you wrote:');
    expect(said).toContain('VPN');
    expect(said).toContain('since');
  });

  it('shows the card that answers, and the message it was opened from becomes the same', async () => {
    const { message, dialog } = await opened();
    rig.desk.says(REPLACES);

    await dialog.submit({ Summary: 'VPN' });

    expect(textOf(dialog.card)).toContain('Some words');
    await until(() => Promise.resolve(rig.told('nora')[0]?.edits === 1 ? true : undefined));
    expect(rig.told('nora')[0]).toMatchObject({ id: message.id });
  });

  it('leaves a message that everybody sees as it was', async () => {
    const message = await shared();
    rig.desk.says(ASK_FORM);
    const { dialog } = await person('nora').clicks(message, 'Open');
    rig.desk.says(REPLACES);

    await dialog?.submit({ Summary: 'VPN' });
    await rig.bot.stop();

    expect(rig.teams.calls.some(({ method }) => method === 'PUT')).toBe(false);
  });

  it('is answered although its message cannot be changed any more', async () => {
    const { dialog } = await opened();
    rig.teams.fault({ method: 'PUT', status: 404, code: 'ActivityNotFoundInConversation' });
    rig.desk.says(REPLACES);

    expect(await dialog.submit({ Summary: 'VPN' })).toMatchObject({ ok: true });
    expect(textOf(dialog.card)).toContain('Some words');
  });

  it('shows an article, whose buttons work in it', async () => {
    const message = await buttons();
    const { dialog } = await person('nora').clicks(message, 'Read');
    expect(dialog?.title).toBe('Hello');

    rig.desk.says(ASK_FORM);
    await dialog?.submit({}, 'Open');
    expect(dialog?.title).toBe('Open a ticket');

    rig.desk.says(SHOWN);
    await dialog?.submit({ Summary: 'VPN' });
    expect(textOf(dialog?.card)).toContain('Some words');
  });

  it('that is refused says so in its place', async () => {
    const message = await shared();
    rig.desk.says(SHOWN);

    const { dialog } = await person('nora').clicks(message, 'Open');

    expect(textOf(dialog?.card)).toContain('Some words');
  });

  it('keeps what was typed when the helpdesk failed, and sends it again', async () => {
    const { dialog } = await opened();
    rig.desk.says(FAILED);
    await dialog.submit({ Summary: 'VPN drops' });
    expect(textOf(dialog.card)).toContain('Some words');

    rig.desk.says(NONE);
    await dialog.submit({}, 'Send it again');

    expect(dialog.isOpen).toBe(false);
    const [first, again] = rig.desk.heard.slice(-2);
    expect(again).toEqual(first);
  });

  it('sent again late by Teams is the same interaction', async () => {
    const { dialog } = await opened();
    rig.teams.twice = 'new-id';
    rig.desk.says(NONE);
    await dialog.submit({ Summary: 'VPN' });

    const [first, again] = rig.desk.heard.slice(-2);
    expect(again?.id).toBe(first?.id);
  });
});

describe('a client without dialogs', () => {
  it('is shown the form as a message, which takes the answer in its place', async () => {
    const message = await buttons('otto');
    rig.desk.says(ASK_FORM);
    await person('otto').clicks(message, 'Open');
    const form = last(rig.told('otto'));

    rig.desk.answer = ({ intent }) => Promise.resolve('fields' in intent ? INVALID : ASK_FORM);
    const wrong = await person('otto').clicks(form, 'Open ticket', { values: { Summary: 'VPN' } });
    expect(textOf(wrong.card)).toContain('Please say more.');

    rig.desk.says(REPLACES);
    const done = await person('otto').clicks(form, 'Open ticket', { values: { Summary: 'VPN drops' } });
    expect(textOf(done.card)).toContain('Some words');
  });

  it('is shown an article as a message', async () => {
    const message = await buttons('otto');
    rig.desk.says(SHOWN);
    await person('otto').clicks(message, 'Read');

    expect(textOf(last(rig.told('otto')).card)).toContain('Some words');
  });
});

describe('a command on a message', () => {
  it('opens the form with its words, for its author', async () => {
    const said = await person('anna').says('the printer is on fire', { in: 'support' });
    rig.desk.says(ASK_FORM);

    const { dialog } = await person('nora').messageAction(said, 'openTicketFromMessage');

    expect(rig.desk.heard[0]?.intent).toEqual({
      kind: 'open',
      inquiryId: null,
      intake: 'message',
      text: 'the printer is on fire',
      requester: `teams:${person('anna').aadObjectId}`,
    });
    rig.desk.says(NONE);
    expect(await dialog?.submit({ Summary: 'Fire' })).toMatchObject({ ok: true, dialog: null });
  });
});

describe('an emoji', () => {
  it('on a ticket’s card is a change without a form, and a refusal is told to whoever set it', async () => {
    const card = await shared();
    rig.shows.set(`teams:${card.conversation}|${card.id}`, 42);
    rig.desk.says(SHOWN);
    await person('nora').reacts(card, '1f440_eyes');

    expect(rig.desk.heard.at(-1)?.intent).toEqual({ kind: 'claim', ticketId: 42, quick: true });
    expect(last(rig.told('nora', 'support')).seenBy).toEqual(['nora']);
  });

  it('on anything else, or another one, is nothing to the bot', async () => {
    const card = await shared();
    await person('nora').reacts(card, '1f440_eyes');
    rig.shows.set(`teams:${card.conversation}|${card.id}`, 42);
    await person('nora').reacts(card, 'like');
    await person('nora').unreacts(card, '1f440_eyes');

    expect(rig.desk.heard).toEqual([]);
  });
});

describe('the bot arrives', () => {
  it('with a person, and greets them once in their language', async () => {
    await person('nina').installs();
    expect(rig.told('nina')).toHaveLength(1);
    expect(textOf(rig.told('nina')[0]?.card)).toContain('Hello, I am the helpdesk');

    await person('ewa').installs();
    expect(textOf(last(rig.told('ewa')).card)).toContain('Dzień dobry');
  });

  it('in a team, and names the address for helpdesk.yaml', async () => {
    await rig.teams.team('IT').installs('anna');

    const general = rig.teams.placeId('IT/General');
    expect(textOf(last(rig.told('anna', general)).card)).toContain(`teams:${general}`);
  });

  it('in the team of a line, and says whose tickets are shown there', async () => {
    const general = rig.teams.placeId('IT/General');
    rig.lines.push({ name: 'IT Service Desk', channels: [`teams:${general}`] });

    await rig.teams.team('IT').installs('anna');

    const greeting = textOf(last(rig.told('anna', general)).card);
    expect(greeting).toContain('Tickets of IT Service Desk are shown in this channel.');
    expect(greeting).not.toContain('helpdesk.yaml');
  });

  it.each(['heard of before', 'never heard of'])(
    'in a team again, and reaches its other channels that show tickets, too: one %s',
    async (known) => {
      const infra = `teams:${rig.teams.placeId('infra')}`;
      const post = () => rig.bot.surface.post(infra, CARD, { key: 'k', attemptedSince: null, thread: null });
      rig.lines.push({ name: 'Infrastructure', channels: [infra, 'slack:C1'] });
      await person('anna').says('hello', { in: known === 'never heard of' ? 'support' : 'infra' });
      await rig.teams.team('IT').uninstalls('anna');
      await expect(post()).rejects.toMatchObject({ problem: 'unreachable' });

      await rig.teams.team('IT').installs('anna');

      await post();
      expect(rig.told('anna', 'infra')).toHaveLength(1);
    },
  );

  it('and is gone, and nothing is sent there until it is back', async () => {
    await person('nora').says('help');
    await person('nora').uninstalls();
    const address = `teams:${person('nora').aadObjectId}`;
    expect(JSON.parse(rig.book.kept.get(address) ?? '{}')).toMatchObject({ blocked: 'uninstalled' });

    await person('nora').installs();
    expect(JSON.parse(rig.book.kept.get(address) ?? '{}')).not.toHaveProperty('blocked');
  });
});

describe('a slow desk', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** Lets time pass once the desk has heard it. */
  const wait = async (ms: number, heard: number): Promise<void> => {
    while (rig.desk.heard.length < heard) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(ms);
  };
  const breath = async (): Promise<void> => {
    for (const end = performance.now() + 20; performance.now() < end;)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const settled = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('is excused to whoever wrote, and answers as soon as it can', async () => {
    const { done } = rig.desk.thinks();
    const said = person('nora').says('mine');
    await wait(1_000, 1);
    // Little by little: what is said takes its real time, and is waited for a moment only.
    let isTaken = false;
    void said.then(() => (isTaken = true));
    for (; !isTaken; await breath()) jest.advanceTimersByTime(20);

    expect(await said).toMatchObject({ status: 200 });
    await settled(() => rig.told('nora').length === 1);
    expect(textOf(rig.told('nora')[0]?.card)).toContain('taking longer');
    done(SHOWN);
    await settled(() => rig.told('nora').length === 2);
  });

  it('is excused to whoever clicked, and answers with a message', async () => {
    const message = await buttons();
    const { done } = rig.desk.thinks();
    const clicked = person('nora').clicks(message, 'Claim');
    await wait(10_000, 2);

    expect((await clicked).notice).toContain('taking longer');
    done(REPLACES);
    await settled(() => rig.told('nora').length === 2);
  });

  it('is excused in the dialog, and the form comes as a message', async () => {
    const message = await buttons();
    const { done } = rig.desk.thinks();
    const clicked = person('nora').clicks(message, 'Open');
    await wait(10_000, 2);

    expect((await clicked).dialog?.text).toContain('taking longer');
    done(ASK_FORM);
    await settled(() => rig.told('nora').length === 2);
    expect(textOf(last(rig.told('nora')).card)).toContain('Open ticket');
  });

  it('is excused sooner where Teams waits less', async () => {
    const said = await person('anna').says('fire', { in: 'support' });
    const { done } = rig.desk.thinks();
    const clicked = person('nora').messageAction(said, 'openTicketFromMessage');
    await wait(4_000, 1);

    expect((await clicked).dialog?.text).toContain('taking longer');
    done(NONE);
  });
});

it('whoever waits already when the desk is asked, for a slow database, is excused in time all the same', async () => {
  await person('nora').says('hello');
  // It does not say where the person was reached last, which the bot waits a second for.
  const find = jest.spyOn(rig.book, 'find').mockReturnValueOnce(new Promise(() => undefined));
  const { done } = rig.desk.thinks();

  const { ok, elapsedMs } = await person('nora').says('mine');

  find.mockRestore();
  expect(ok).toBe(true);
  expect(elapsedMs).toBeGreaterThan(1000);
  expect(elapsedMs).toBeLessThan(3000);
  // Said before the delivery is taken: had we died before, Teams would deliver it again.
  expect(textOf(rig.told('nora').at(-1)?.card)).toContain('taking longer');
  done(NONE);
});

describe('a desk that fails', () => {
  beforeEach(() => {
    rig.desk.answer = () => Promise.reject(new Error('secret SQL in a stack trace'));
  });

  const reference = (text: string): string | undefined => /[0-9A-F]{6}/.exec(text)?.[0];

  it('is admitted to whoever wrote, with a reference that is in the log, and no more', async () => {
    await person('nora').says('my vpn drops');

    const text = textOf(last(rig.told('nora')).card);
    expect(text).not.toContain('SQL');
    expect(rig.logged).toContainEqual(expect.objectContaining({ ref: reference(text) }));
    expect(JSON.stringify(rig.logged)).not.toContain('my vpn drops');
  });

  it('is admitted below the card that was clicked', async () => {
    const message = await buttons();
    rig.desk.answer = () => Promise.reject(new Error('broken'));

    const { notice } = await person('nora').clicks(message, 'Claim');

    expect(reference(notice ?? '')).toBeDefined();
    expect(rig.told('nora')).toHaveLength(1);
  });

  it('is logged when not even that can be said, and Teams delivers again what nobody was told of', async () => {
    rig.teams.fault({ method: 'POST', status: 502, times: 1 });

    expect(await person('nora').says('my vpn drops')).toMatchObject({ status: 200 });
    expect(rig.teams.deliveries.map(({ status }) => status)).toEqual([503, 200]);
    expect(rig.told('nora')).toHaveLength(1);
    expect(rig.logged).toContainEqual(expect.objectContaining({ msg: 'A reply was not shown' }));
  });
});

it('a bot that stops lets what is under way finish, and takes no more', async () => {
  const { done } = rig.desk.thinks();
  const said = person('nora').says('mine');
  await until(() => Promise.resolve(rig.desk.heard.length === 1 ? true : undefined));

  const stopped = rig.bot.stop();
  expect((await rig.teams.post(person('nora').draft('help'))).status).toBe(503);
  done(SHOWN);
  await stopped;

  expect(await said).toMatchObject({ status: 200 });
  expect(rig.told('nora')).toHaveLength(1);
});

it('without credentials people of a test tool, who are in no directory, are answered and reached', async () => {
  await rig.close();
  rig = await startIncoming({ credentials: false });
  rig.desk.says(SHOWN);
  const nora = person('nora');
  const { aadObjectId: _none, ...from } = nora.draft('mine')['from'] as Json;

  expect((await rig.teams.post({ ...nora.draft('mine'), from }, { token: null })).status).toBe(200);
  expect(rig.told('nora')).toHaveLength(1);

  const address = rig.desk.heard[0]?.from.address ?? '';
  await rig.bot.surface.post(address, CARD, { key: 'k', attemptedSince: null, thread: null });
  expect(rig.told('nora')).toHaveLength(2);
  expect(rig.teams.calls.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
});
