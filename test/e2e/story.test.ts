/**
 * The whole story through the public outside: the real service on a real database, signed HTTP (and Socket Mode) against
 * the Slack stand-in, as three people would play it.
 */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { GENERAL_CHANNEL, INFRA_CHANNEL, SUPPORT_CHANNEL, WORLD } from '../../sandbox/people';
import type { OpenModal, SlackMessage, SlackPerson, SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { readDesk } from '../../src/config';
import type { Service } from '../../src/main';
import { startService } from '../../src/main';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';

const DESK = readDesk('sandbox/helpdesk.yaml', readFileSync('sandbox/helpdesk.yaml', 'utf8'));
const modes = [{ mode: 'HTTP' }, { mode: 'Socket Mode' }] as const;
const cases = databases().flatMap(({ name, create }) => modes.map(({ mode }) => ({ name, create, mode })));

/** All words a message shows. */
const wordsOf = (message: SlackMessage | undefined): string =>
  JSON.stringify(message?.blocks ?? '').replace(/\\"/g, '"');

describe.each(cases)('the story in Slack over $mode, on $name', ({ create, mode }) => {
  let database: TestDatabase;
  let slack: SlackStandIn;
  let service: Service;
  let nora: SlackPerson;
  let anna: SlackPerson;
  let ben: SlackPerson;
  let mark: SlackPerson;

  beforeAll(async () => {
    database = await create();
    slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [0, 500, 1000] });
    const { botToken, signingSecret, appToken, apiUrl } = slack;
    service = await startService(
      {
        port: 0,
        databaseUrl: database.url,
        knowledgeSnapshot: null,
        logLevel: 'error',
        slack: { botToken, signingSecret, appToken: mode === 'Socket Mode' ? appToken : null, apiUrl },
        teams: null,
        mail: null,
        desk: DESK,
      },
      { log: pino({ level: process.env.TEST_LOG ?? 'silent' }), host: '127.0.0.1' },
    );
    slack.setRequestUrl(mode === 'HTTP' ? `http://127.0.0.1:${service.port}/slack/events` : null);
    [nora, anna, ben, mark] = ['U0NORA', 'U0ANNA', 'U0BEN', 'U0MARK'].map((id) => slack.person(id)) as [
      SlackPerson,
      SlackPerson,
      SlackPerson,
      SlackPerson,
    ];
  });

  afterAll(async () => {
    await service.stop();
    await slack.close();
    await database.drop();
  });

  const last = async (
    person: SlackPerson,
    channel: string,
    wanted: (message: SlackMessage) => boolean,
  ): Promise<SlackMessage> => until(async () => (await person.messages(channel)).filter(wanted).at(-1));
  const ephemeral = (person: SlackPerson, channel: string, text: string): Promise<SlackMessage> =>
    last(person, channel, (message) => message.ephemeral && wordsOf(message).includes(text));
  const card = (text: string, channel = SUPPORT_CHANNEL): Promise<SlackMessage> =>
    last(
      channel === SUPPORT_CHANNEL ? anna : ben,
      channel,
      (message) => message.threadTs === null && wordsOf(message).includes(text),
    );

  /** The open form; what was left open from before is closed first. */
  const form = (person: SlackPerson, title?: string): Promise<OpenModal> =>
    until(async () => {
      const open = person.modal();
      if (open === null) return undefined;
      const words = JSON.stringify(open.view);
      if (open.view.blocks.some(({ type }) => type === 'input') && words.includes(title ?? '')) return open;
      if (words.includes('is open')) await person.closeModal();
      return undefined;
    });

  it('a question is answered to the asker alone, and solved', async () => {
    const outcome = await nora.command(GENERAL_CHANNEL, '/helpdesk', 'my vpn drops every ten minutes');
    expect(outcome).toMatchObject({ ok: true, status: 200 });
    const answer = await ephemeral(nora, GENERAL_CHANNEL, 'VPN keeps disconnecting');
    expect(await anna.messages(GENERAL_CHANNEL)).toEqual([]);
    expect(wordsOf(answer)).toContain('Open a ticket');

    await nora.click(answer, { label: 'That solved it' });

    await ephemeral(nora, GENERAL_CHANNEL, 'Glad that helped!');
    expect((await nora.messages(GENERAL_CHANNEL)).filter(({ ephemeral: own }) => own)).toHaveLength(1);
  });

  it('a question becomes a ticket, whose card appears in the support channel', async () => {
    await nora.command(GENERAL_CHANNEL, '/helpdesk', 'my vpn drops every ten minutes <!channel>');
    const answer = await ephemeral(nora, GENERAL_CHANNEL, '<!channel>');
    await nora.click(answer, { label: 'Open a ticket' });
    const modal = await form(nora, 'Open a ticket');
    expect(JSON.stringify(modal.view)).toContain('ten minutes <!channel>');

    await nora.submitModal({
      Details: 'Since Monday & <@U0BEN> *knows*',
      Priority: 'My team, work has stopped',
    });

    const posted = await card('#1 ');
    expect(wordsOf(posted)).toContain('P2 · High');
    expect(wordsOf(posted)).toContain('Already suggested');
    expect(wordsOf(posted)).toContain('Since Monday & <@U0BEN> *knows*');
    // As typed, and ringing nobody: nothing that Slack would read as a mention.
    expect(posted.text).not.toMatch(/<[!@]/);
    expect(mrkdwnOf(posted)).not.toMatch(/<!channel|<@U0BEN/);
    const status = await last(nora, await nora.directMessageChannel(), (message) =>
      wordsOf(message).includes('We have your request'),
    );
    expect(wordsOf(status)).toContain('#1 ');
  });

  it('of two agents who claim at once one wins, and the other is told who', async () => {
    const posted = await card('#1 ');

    await Promise.all([anna.click(posted, { label: 'Claim' }), ben.click(posted, { label: 'Claim' })]);

    const loser = await until(async () => {
      const told = await Promise.all(
        [anna, ben].map(async (agent) => (await agent.messages(SUPPORT_CHANNEL)).find(({ ephemeral: own }) => own)),
      );
      return told.find((message) => message !== undefined);
    });
    expect(wordsOf(loser)).toMatch(/(Anna Kowalska|Ben Okafor) claimed this a moment ago/);
    const redrawn = await last(
      anna,
      SUPPORT_CHANNEL,
      (message) => message.ts === posted.ts && wordsOf(message).includes('Release'),
    );
    expect(redrawn.edited).toBe(true);
    await last(nora, await nora.directMessageChannel(), (message) => wordsOf(message).includes('is working on it'));
  });

  it('somebody who is no agent is refused in private', async () => {
    const posted = await card('#1 ');
    slack.setMembers(SUPPORT_CHANNEL, ['U0ANNA', 'U0BEN', slack.botUserId]);

    await mark.click(posted, { label: 'Release' });

    slack.setMembers(SUPPORT_CHANNEL, ['U0ANNA', 'U0BEN', 'U0MARK', slack.botUserId]);
    const told = await ephemeral(mark, SUPPORT_CHANNEL, 'Only agents of IT Service Desk');
    expect(told.ephemeral).toBe(true);
    expect((await service.helpdesk.ticket(1)).status).toBe('claimed');
  });

  it('the conversation runs through the requester’s thread and the card’s thread', async () => {
    const posted = await card('#1 ');
    await anna.click(posted, { label: 'Reply' });
    await form(anna);
    await anna.submitModal({ 'Your message': 'Which office are you in?' });
    const dm = await nora.directMessageChannel();
    const asked = await last(nora, dm, (message) => wordsOf(message).includes('Which office are you in?'));
    expect(asked.threadTs).not.toBeNull();

    await nora.say(dm, 'Kraków', asked.threadTs ?? '');

    const heard = await last(anna, SUPPORT_CHANNEL, (message) => wordsOf(message).includes('Kraków'));
    expect(heard.threadTs).toBe(posted.ts);

    await anna.say(SUPPORT_CHANNEL, 'she never reads mails', posted.ts);
    await until(async () =>
      (await service.helpdesk.file(1)).events.some(
        ({ what }) => what.kind === 'commented' && what.visibility === 'internal',
      )
        ? true
        : undefined,
    );
    expect((await nora.messages(dm)).map(wordsOf).join()).not.toContain('never reads');
  });

  it('escalating moves it to the next line, and 👀 and ✅ claim and resolve it there', async () => {
    const posted = await card('#1 ');
    await anna.click(posted, { label: 'Escalate' });
    await form(anna);
    await anna.submitModal({ Reason: 'The firewall drops it' });

    await card('Moved to Infrastructure');
    const there = await card('The firewall drops it', INFRA_CHANNEL);
    await ben.react(there, 'eyes');
    await last(ben, INFRA_CHANNEL, (message) => message.ts === there.ts && wordsOf(message).includes('Release'));
    await ben.react(there, 'white_check_mark');

    await last(ben, INFRA_CHANNEL, (message) => message.ts === there.ts && wordsOf(message).includes('Reopen'));
    await last(nora, await nora.directMessageChannel(), (message) =>
      wordsOf(message).includes('Ben Okafor resolved ticket #1'),
    );
  });

  it('the requester reopens it, and it is resolved in words', async () => {
    const dm = await nora.directMessageChannel();
    const status = await last(nora, dm, (message) => message.threadTs === null && wordsOf(message).includes('Reopen'));
    await nora.click(status, { label: 'Reopen' });
    await form(nora);
    await nora.submitModal({ 'What is still wrong?': 'Dropped again' });
    const there = await card('Reopened by Nora Lewis: Dropped again', INFRA_CHANNEL);

    await ben.click(there, { label: 'Resolve' });
    await form(ben);
    await ben.submitModal({ 'What solved it?': 'New firewall rule' });

    await last(nora, dm, (message) => wordsOf(message).includes('New firewall rule'));
  });

  it('the menu changes the priority', async () => {
    await nora.globalShortcut('open_ticket');
    await form(nora, 'Open a ticket');
    await nora.submitModal({ Summary: 'Mouse is dead' });
    const posted = await card('Mouse is dead');
    await anna.click(posted, { label: 'Change priority…' });
    await form(anna);
    await anna.submitModal({ Priority: 'P1 · Critical' });

    await last(
      anna,
      SUPPORT_CHANNEL,
      (message) => message.ts === posted.ts && wordsOf(message).includes('P1 · Critical'),
    );
  });

  it('a direct message is answered there', async () => {
    const dm = await nora.directMessageChannel();

    await nora.say(dm, 'the printer prints nothing');

    await last(nora, dm, (message) => message.fromBot && wordsOf(message).includes('That solved it'));
  });

  it('mine, queue, summary and help answer whom they are for', async () => {
    await nora.command(GENERAL_CHANNEL, '/helpdesk', 'mine');
    await ephemeral(nora, GENERAL_CHANNEL, 'Your tickets');
    await anna.command(SUPPORT_CHANNEL, '/helpdesk', 'queue');
    await ephemeral(anna, SUPPORT_CHANNEL, 'Mouse is dead');
    await mark.command(SUPPORT_CHANNEL, '/helpdesk', 'summary');
    await ephemeral(mark, SUPPORT_CHANNEL, 'IT Service Desk');
    await nora.command(GENERAL_CHANNEL, '/helpdesk', '--frobnicate');
    await ephemeral(nora, GENERAL_CHANNEL, 'How can I help?');
  });

  it('the manager gets the summary', async () => {
    await service.summaries.sendNow('it');

    const told = await last(mark, await mark.directMessageChannel(), (message) => message.fromBot);
    expect(wordsOf(told)).toContain('IT Service Desk');
  });

  it('an operator reads how it does', async () => {
    const url = `http://127.0.0.1:${service.port}`;

    const [alive, ready, figures] = await Promise.all(
      ['/healthz', '/readyz', '/metrics'].map((path) => fetch(url + path)),
    );

    expect([alive?.status, ready?.status, figures?.status]).toEqual([200, 200, 200]);
    expect(await ready?.json()).toEqual({ ready: true, problems: [], warnings: [] });
    // Of the two tickets of the story one is resolved.
    expect(await figures?.text()).toMatch(/^helpdesk_tickets_active\{status="open"\} 1$/m);
  });

  it('Slack would have refused nothing of what was sent', () => {
    expect(slack.refusals()).toEqual([]);
    expect(slack.calls().filter(({ answer }) => answer.ok !== true)).toEqual([]);
  });
});

/** Every text that Slack would parse for mentions. */
function mrkdwnOf(message: SlackMessage): string {
  const found: string[] = [];
  JSON.stringify(message.blocks, (_key, value: unknown) => {
    const text = value as { type?: string; text?: string } | null;
    if (text !== null && typeof text === 'object' && text.type === 'mrkdwn') found.push(text.text ?? '');
    return value;
  });
  return found.join('\n');
}
