/**
 * What people type to break things, through the front door: the real service behind signed HTTP. Whatever it is, it is shown
 * as typed, rings nobody, and is answered politely and at once.
 */
// ASVS 5.0 v5.0.0-1.2.4 (SQL), v5.0.0-1.3.5 (markup), v5.0.0-2.2.1 (structure)
import { GENERAL_CHANNEL, INFRA_CHANNEL, SUPPORT_CHANNEL, WORLD } from '../../sandbox/people';
import type { SlackMessage, SlackPerson } from '../../sandbox/slack/slack-world';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import type { SlackDesk } from './slack-desk';
import { openSlackDesk, ringing, shown } from './slack-desk';

/** All that Slack reads as markup somewhere, in one line. */
const NASTY =
  '<!channel> <@U0BEN|ben> &lt;b&gt; <https://evil.example|bank> https://kb.example *b* _i_ `c` {x} "q" vpn';
const ITS_NAME = '<!here> <@U0MARK> *Nora* & Co.';
const world = {
  ...WORLD,
  users: WORLD.users.map((user) => (user.id === 'U0NORA' ? { ...user, realName: ITS_NAME } : user)),
};

const QUESTIONS: readonly (readonly [what: string, text: string, answer: RegExp])[] = [
  ['one letter', 'x', /I found nothing that fits|This (may|should) help/],
  ['10,000 characters', 'my vpn drops '.repeat(800).slice(0, 10_000), /This (may|should) help/],
  ['10,000 ampersands', `x ${'&'.repeat(9_998)}`, /I found nothing that fits|This (may|should) help/],
  ['ampersands only', '&'.repeat(10_000), /How can I help\?/],
  ['emoji only', '😀👩‍💻🔥', /How can I help\?/],
  ['right-to-left words', '‏לא מצליח להדפיס‎', /I found nothing that fits|This (may|should) help/],
  ['null bytes among words', 'my \u0000vpn\u0000 drops', /my vpn drops/],
  ['half a surrogate', 'my vpn \ud83d drops', /my vpn \ufffd drops/],
  ['only a null byte', '\u0000', /Open a ticket/],
  ['only spaces', '  \n ', /Open a ticket/],
  ['nothing', '', /Open a ticket/],
  ['a mistyped subcommand', '--frobnicate', /How can I help\?/],
  ['a slash command inside', '/etc/passwd', /How can I help\?/],
  ['SQL', "'; DROP TABLE tickets; --", /DROP TABLE tickets/],
  ['ICU braces', '{question} {count, plural, one {#}}', /\{count, plural/],
];

const AGENTS_LABELS = [
  'Claim',
  'Reply',
  'Escalate',
  'Resolve',
  'Assign to…',
  'Change priority…',
  'Change category…',
  'Ask and wait…',
  'Add a note…',
];

describe.each(databases())('bad input on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: SlackDesk;
  let nora: SlackPerson;
  let anna: SlackPerson;
  let ben: SlackPerson;
  let mark: SlackPerson;

  beforeAll(async () => {
    database = await create();
    desk = await openSlackDesk(database, { world });
    ({ nora, anna, ben, mark } = desk.people);
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  const seen = (person: SlackPerson, channel: string, text: string): Promise<SlackMessage> =>
    desk.last(person, channel, (message) => message.fromBot && shown(message.blocks).includes(text));
  const card = (text: string, channel = SUPPORT_CHANNEL): Promise<SlackMessage> =>
    desk.last(channel === SUPPORT_CHANNEL ? anna : ben, channel, (message) => {
      return message.fromBot && message.threadTs === null && !message.ephemeral && shown(message.blocks).includes(text);
    });
  /** Opens the form behind a button, looks at it, and sends it. */
  const fill = async (
    person: SlackPerson,
    message: SlackMessage,
    label: string,
    values: Record<string, string>,
  ): Promise<void> => {
    await person.click(message, { label });
    const { view } = await desk.form(person);
    expect(ringing(view)).toEqual([]);
    expect(await person.submitModal(values)).toMatchObject({ ok: true });
    if (person.modal() !== null) await person.closeModal();
  };

  it.each(QUESTIONS)('a question of %s is answered privately in time', async (_what, text, answer) => {
    const before = (await nora.messages(GENERAL_CHANNEL)).length;

    const outcome = await nora.command(GENERAL_CHANNEL, '/helpdesk', text);

    expect(outcome).toMatchObject({ ok: true, status: 200 });
    expect(outcome.elapsedMs).toBeLessThan(3000);
    const { modal, told } = await until(async () => {
      const open = nora.modal();
      const fresh = (await nora.messages(GENERAL_CHANNEL)).slice(before);
      return open === null && fresh.length === 0 ? undefined : { modal: open, told: fresh };
    });
    expect(told.map((message) => message.ephemeral)).toEqual(modal === null ? [true] : []);
    expect(modal === null ? shown(told[0]?.blocks) : JSON.stringify(modal.view)).toMatch(answer);
    expect(told.flatMap(ringing)).toEqual([]);
    if (modal !== null) await nora.closeModal();
  });

  it('hostile words are shown as typed on every card, thread, form and notice of a ticket’s life', async () => {
    const dm = await nora.directMessageChannel();
    await nora.command(GENERAL_CHANNEL, '/helpdesk', `question ${NASTY}`);
    const answer = await seen(nora, GENERAL_CHANNEL, `question ${NASTY}`);
    await fill(nora, answer, 'Open a ticket', { Summary: `summary ${NASTY}`, Details: `details ${NASTY}` });
    const posted = await card(`summary ${NASTY}`);
    expect(shown(posted.blocks)).toContain(`details ${NASTY}`);
    const status = await seen(nora, dm, `summary ${NASTY}`);

    await fill(anna, posted, 'Reply', { 'Your message': `reply ${NASTY}` });
    const reply = await seen(nora, dm, `reply ${NASTY}`);
    await nora.say(dm, `answer ${NASTY}`, reply.threadTs ?? '');
    expect(shown((await seen(anna, SUPPORT_CHANNEL, `answer ${NASTY}`)).blocks)).toContain(`${ITS_NAME} wrote`);
    await fill(nora, status, 'Reply', { 'Your message': `more ${NASTY}` });
    await seen(anna, SUPPORT_CHANNEL, `more ${NASTY}`);
    await fill(anna, posted, 'Add a note…', { Note: `note ${NASTY}` });
    await seen(anna, SUPPORT_CHANNEL, `note ${NASTY}`);
    await fill(anna, posted, 'Ask and wait…', { 'What do you need to know?': `wait ${NASTY}` });
    await seen(nora, dm, `wait ${NASTY}`);
    await fill(anna, posted, 'Escalate', { Reason: `reason ${NASTY}` });
    const there = await card(`reason ${NASTY}`, INFRA_CHANNEL);
    await ben.click(there, { label: 'Claim' });
    await fill(ben, there, 'Resolve', { 'What solved it?': `resolution ${NASTY}` });
    await seen(nora, dm, `resolution ${NASTY}`);
    await fill(nora, await seen(nora, dm, 'Resolved by'), 'Reopen', { 'What is still wrong?': `reopened ${NASTY}` });
    expect(shown((await card(`reopened ${NASTY}`, INFRA_CHANNEL)).blocks)).toContain(`Reopened by ${ITS_NAME}`);

    await nora.command(GENERAL_CHANNEL, '/helpdesk', 'mine');
    await desk.last(
      nora,
      GENERAL_CHANNEL,
      ({ ephemeral, blocks }) => ephemeral && shown(blocks).includes(`#1 · summary ${NASTY}`),
    );
    await ben.command(GENERAL_CHANNEL, '/helpdesk', 'queue');
    await desk.last(
      ben,
      GENERAL_CHANNEL,
      ({ ephemeral, blocks }) => ephemeral && shown(blocks).includes(`#1 · summary ${NASTY}`),
    );
    const notes = (await nora.messages(dm)).map(({ blocks }) => shown(blocks)).join('\n');
    expect(notes).not.toContain('note <!channel>');
  });

  it('everything a form takes may be 2,000 characters long, and not one more', async () => {
    await nora.globalShortcut('open_ticket');
    await desk.form(nora);
    await nora.submitModal({ Summary: 'Long words', Details: `${'d'.repeat(2999)}é` });
    const posted = await card('Long words');
    await nora.closeModal();

    await fill(anna, posted, 'Resolve', { 'What solved it?': 'r'.repeat(2000) });

    const resolved = await card('r'.repeat(2000));
    expect(shown(resolved.blocks)).toContain(`${'d'.repeat(2999)}é`);
    expect((await desk.service.helpdesk.ticket(2)).resolution).toHaveLength(2000);
  });

  it('a click on any agent’s button or menu by somebody else is refused in private and changes nothing', async () => {
    await nora.globalShortcut('open_ticket');
    await desk.form(nora);
    await nora.submitModal({ Summary: 'Not for everybody' });
    await nora.closeModal();
    const posted = await card('Not for everybody');
    const before = await desk.settled();

    for (const label of AGENTS_LABELS) {
      const notices = (await whispers(mark)).length;
      const outcome = await mark.click(posted, { label });
      expect(outcome).toMatchObject({ ok: true });
      expect(outcome.elapsedMs).toBeLessThan(3000);
      const told = await until(async () => (await whispers(mark))[notices]);
      expect(shown(told.blocks)).toContain('Only agents of IT Service Desk');
      expect([label, mark.modal()]).toEqual([label, null]);
    }
    const notices = (await whispers(mark)).length;
    for (const emoji of ['eyes', 'white_check_mark', 'rotating_light']) await mark.react(posted, emoji);

    await until(async () => ((await whispers(mark)).length === notices + 3 ? true : undefined));
    expect(await desk.settled()).toEqual(before);
    expect(await desk.service.helpdesk.ticket(3)).toMatchObject({ status: 'open', version: 1, assignee: null });
  });

  it('a ticket cannot be given to somebody who is no agent', async () => {
    const posted = await card('Not for everybody');
    const before = await desk.settled();

    await anna.click(posted, { label: 'Assign to…' });
    await desk.form(anna);
    await anna.submitModal({ Agent: 'U0LUIS' });

    expect(JSON.stringify(anna.modal()?.errors)).toContain('Luis Romero is not an agent of this line');
    await anna.closeModal();
    expect(await desk.settled()).toEqual(before);
  });

  it('a button clicked twice does it once, and the second click is told so', async () => {
    const posted = await card('Not for everybody');

    await anna.click(posted, { label: 'Claim' });
    await anna.click(posted, { label: 'Claim' });

    await seen(anna, SUPPORT_CHANNEL, 'This ticket is already yours.');
    expect(await desk.service.helpdesk.ticket(3)).toMatchObject({ status: 'claimed', version: 2 });
  });

  it('nothing that was sent rings anybody or was refused by Slack', async () => {
    const people = [nora, anna, ben, mark];
    const channels = [GENERAL_CHANNEL, SUPPORT_CHANNEL, INFRA_CHANNEL, await nora.directMessageChannel()];
    const all = await Promise.all(people.flatMap((person) => channels.map((channel) => person.messages(channel))));
    const sent = all.flat().filter(({ fromBot }) => fromBot);

    expect(sent.length).toBeGreaterThan(30);
    expect(sent.flatMap(ringing)).toEqual([]);
    const bodies = desk.slack
      .calls()
      .map(({ body }) => body as { text?: string; blocks?: unknown; view?: { blocks?: unknown } });
    expect(
      bodies.flatMap(({ text, blocks, view }) => [
        ...ringing({ ...(text === undefined ? {} : { text }), blocks }),
        ...ringing({ blocks: view?.blocks }),
      ]),
    ).toEqual([]);
    expect(bodies.filter((body) => 'link_names' in body || 'parse' in body)).toEqual([]);
    expect(desk.slack.refusals()).toEqual([]);
  });

  const whispers = async (person: SlackPerson): Promise<SlackMessage[]> =>
    (await person.messages(SUPPORT_CHANNEL)).filter(({ ephemeral }) => ephemeral);
});
