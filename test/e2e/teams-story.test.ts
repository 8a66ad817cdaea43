/**
 * The whole story through the public outside: the real service on a real database, signed HTTP against the Teams stand-in,
 * as seven people would play it.
 */
import type { Clicked, Dialog, InputValues, TeamsClient, TeamsMessage } from '../../sandbox/teams/teams-world';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { until } from '../support/until';
import type { TeamsDesk } from './teams-desk';
import { cardWords, openTeamsDesk, shows, wordsOf } from './teams-desk';

describe.each(databases())('the story in Teams, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TeamsDesk;
  let nora: TeamsClient;
  let zofia: TeamsClient;
  let dora: TeamsClient;
  let luis: TeamsClient;
  let anna: TeamsClient;
  let ben: TeamsClient;
  let mark: TeamsClient;

  beforeAll(async () => {
    database = await create();
    desk = await openTeamsDesk(database);
    const { teams } = desk;
    [nora, zofia, dora, luis] = [
      teams.person('nora'),
      teams.person('zofia'),
      teams.person('dora'),
      teams.person('luis'),
    ];
    [anna, ben, mark] = [teams.person('anna'), teams.person('ben'), teams.person('mark')];
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  /** The dialog a button opens. */
  const dialog = async (clicked: Promise<Clicked>): Promise<Dialog> => {
    const { ok, dialog: open } = await clicked;
    expect(ok).toBe(true);
    if (open === null) throw new Error('no dialog opened');
    return open;
  };
  const submit = async (open: Dialog, values: InputValues): Promise<Clicked> => {
    const submitted = await open.submit(values);
    expect(submitted).toMatchObject({ ok: true, held: {} });
    return submitted;
  };
  const ticket = (id: number) => desk.service.helpdesk.ticket(id);
  const file = (id: number) => desk.service.helpdesk.file(id);
  const answer = (who: TeamsClient, words: string | RegExp) => desk.sees(who, 'personal', words);

  it('a question is answered in the personal chat, read, and solved', async () => {
    const { ok } = await nora.says('my vpn drops every ten minutes');
    expect(ok).toBe(true);
    const found = await answer(nora, 'VPN keeps disconnecting');
    expect(wordsOf(found)).toContain('Open a ticket');

    const article = await dialog(nora.clicks(found, 'Read more'));
    expect(cardWords(article.card)).toContain('VPN keeps disconnecting');
    article.close();
    const { ok: solved } = await nora.clicks(found, 'That solved it');

    expect(solved).toBe(true);
    await answer(nora, 'Glad that helped!');
    expect(nora.messages().filter((message) => shows(message, 'Glad that helped!'))).toHaveLength(1);
  });

  it('a question becomes a ticket, whose card appears in the support channel', async () => {
    await nora.says('my vpn drops every ten minutes <at>everyone</at> **now**');
    const found = await answer(nora, '**now**');
    const form = await dialog(nora.clicks(found, 'Open a ticket'));
    expect(form.title).toBe('Open a ticket');
    expect(form.values['Summary']).toContain('ten minutes');

    expect((await form.submit({ Summary: '' })).held).toHaveProperty('Summary');
    const refused = await form.submit({ Summary: '   ' });
    expect(refused.ok).toBe(true);
    expect(cardWords(form.card)).toContain('Please fill this in.');
    await submit(form, {
      Summary: 'VPN drops <at>everyone</at> **now**',
      Details: 'Since Monday & [click](https://evil.example) *knows*',
      Priority: 'My team, work has stopped',
    });

    expect(form.isOpen && cardWords(form.card)).toContain('#1');
    const card = await desk.post('it-support', '#1 ');
    for (const words of ['P2 · High', 'Since Monday & [click](https://evil.example) *knows*', 'Nora Lewis'])
      expect(wordsOf(card)).toContain(words);
    // As typed, and read as no markdown: TextBlocks are where Teams reads it.
    expect(textBlocks(card)).not.toMatch(/\*\*now|\]\(|<at>/);
    await answer(nora, 'We have your request');
  });

  it('of two agents who claim at once one wins, and the other is told who', async () => {
    const card = await desk.post('it-support', '#1 ');

    await Promise.all([anna.clicks(card, 'Claim'), ben.clicks(card, 'Claim')]);

    const { assignee } = await ticket(1);
    const [winner, loser] = assignee?.endsWith(anna.aadObjectId) === true ? [anna, ben] : [ben, anna];
    const told = await desk.sees(loser, 'it-support', 'claimed this a moment ago');
    expect(wordsOf(told)).toContain(winner.name);
    expect(told.seenBy).toEqual([loser.key]);
    const redrawn = await desk.post('it-support', 'Release');
    expect(redrawn).toMatchObject({ id: card.id, seenBy: null });
    expect(redrawn.edits).toBeGreaterThan(0);
    await answer(nora, `${winner.name} is working on it`);
  });

  it('somebody who is no agent is refused in private', async () => {
    const card = await desk.post('it-support', '#1 ');

    await mark.clicks(card, 'Release');

    const told = await desk.sees(mark, 'it-support', 'Only agents of IT Service Desk');
    expect(told.seenBy).toEqual(['mark']);
    expect((await ticket(1)).status).toBe('claimed');
  });

  it('the conversation runs through the requester’s chat and the card’s thread', async () => {
    const card = await desk.post('it-support', '#1 ');
    await submit(await dialog(anna.clicks(card, 'Reply')), { 'Your message': 'Which office are you in?' });
    await answer(nora, 'Which office are you in?');

    const status = await answer(nora, 'is working on it');
    await nora.says('Kraków', { quote: status.id });

    const heard = await desk.sees(anna, { threadOf: card }, 'Kraków');
    expect(heard.thread).toBe(card.id);
    await anna.says('she never reads mails', { in: { threadOf: card } });
    await until(async () =>
      (await file(1)).events.some(({ what }) => what.kind === 'commented' && what.visibility === 'internal')
        ? true
        : undefined,
    );
    expect(nora.messages().map(wordsOf).join()).not.toContain('never reads');
  });

  it('escalating moves it to the next line, and 👀 and ✅ claim and resolve it there', async () => {
    const card = await desk.post('it-support', '#1 ');
    await submit(await dialog(anna.clicks(card, 'Escalate')), { Reason: 'The firewall drops it' });

    await desk.post('it-support', 'Moved to Infrastructure');
    const there = await desk.post('it-infra', 'The firewall drops it');
    await ben.reacts(there, '1f440_eyes');
    await desk.post('it-infra', 'Release');
    await ben.reacts(there, '2705_whiteheavycheckmark');

    await desk.post('it-infra', 'Reopen');
    await answer(nora, 'Ben Okafor resolved ticket #1');
  });

  it('the requester reopens it, and it is resolved in words', async () => {
    const status = await answer(nora, /Resolved by Ben Okafor[^]*Reopen/);
    await submit(await dialog(nora.clicks(status, 'Reopen')), { 'What is still wrong?': 'Dropped again' });
    const there = await desk.post('it-infra', 'Reopened by Nora Lewis: Dropped again');

    await submit(await dialog(ben.clicks(there, 'Resolve')), { 'What solved it?': 'New firewall rule' });

    await answer(nora, 'New firewall rule');
  });

  it('typed words answer whom they are for', async () => {
    await nora.says('mine');
    await answer(nora, 'Your tickets');
    await nora.says('/helpdesk help');
    await answer(nora, 'How can I help?');
    await anna.says('queue');
    await answer(anna, 'The queue');
    await mark.says('summary');
    await answer(mark, 'IT Service Desk');
    await nora.says('queue');
    await answer(nora, 'That did not work');
  });

  it('the words alone open a form, and the menu changes the priority', async () => {
    await nora.says('helpdesk');
    const offered = await until(() =>
      Promise.resolve(
        nora
          .messages()
          .filter((message) => shows(message, /^Open a ticket$/m))
          .at(-1),
      ),
    );
    await submit(await dialog(nora.clicks(offered, 'Open a ticket')), { Summary: 'Mouse is dead' });
    const card = await desk.post('it-support', 'Mouse is dead');

    await submit(await dialog(anna.clicks(card, 'Change priority…')), { Priority: 'P1 · Critical' });

    const redrawn = await desk.post('it-support', /Mouse is dead[^]*P1 · Critical/);
    expect(redrawn.id).toBe(card.id);
  });

  it('a mention in a channel is answered to whoever asked alone', async () => {
    const { id } = await nora.says('the printer prints nothing', { in: 'general', mention: true });

    const told = await desk.sees(nora, 'general', 'That solved it');

    expect(told).toMatchObject({ seenBy: ['nora'], thread: id });
    expect(anna.messages('general').filter(({ fromBot }) => fromBot)).toEqual([]);
  });

  it('what people say to each other is none of the bot’s business', async () => {
    const before = await desk.settled();

    expect(await nora.says('the printer is broken', { in: 'general' })).toMatchObject({ delivered: true, ok: true });

    expect(await desk.settled()).toEqual(before);
    expect(anna.messages('general').filter(({ fromBot }) => fromBot)).toEqual([]);
  });

  it('a message of somebody becomes a ticket of theirs', async () => {
    const { id } = await nora.says('The door of room 3 does not open', { in: 'general' });
    const [message] = anna.messages('general').filter((each) => each.id === id);

    const form = await dialog(anna.messageAction(message!, 'openTicketFromMessage'));
    expect(JSON.stringify(form.values)).toContain('The door of room 3 does not open');
    await submit(form, { Summary: 'Door of room 3' });

    const card = await desk.post('it-support', 'Door of room 3');
    expect(wordsOf(card)).toContain('Nora Lewis');
    await answer(nora, /Door of room 3/);
  });

  it('a client without dialogs fills its forms in within the chat', async () => {
    await dora.says('my keyboard types nothing at all');
    const found = await answer(dora, 'Open a ticket');
    await dora.clicks(found, 'Open a ticket');
    const form = await answer(dora, 'Summary');
    expect(wordsOf(form)).toContain('Open ticket');

    const pressed = await dora.clicks(form, 'Open ticket', { values: { Summary: 'Keyboard types nothing' } });

    expect(pressed.ok).toBe(true);
    await desk.post('it-support', 'Keyboard types nothing');
    await answer(dora, 'We have your request');
  });

  it('somebody who reads Polish is answered in Polish', async () => {
    await zofia.says('drukarka nic nie drukuje');
    const found = await answer(zofia, 'Otwórz zgłoszenie');
    const form = await dialog(zofia.clicks(found, 'Otwórz zgłoszenie'));
    await submit(form, { Temat: 'Drukarka nie drukuje' });
    const card = await desk.post('it-support', 'Drukarka nie drukuje');
    expect(wordsOf(card)).toContain('Claim');
    await answer(zofia, 'IT Service Desk');
  });

  it('whoever installs the app is greeted once, and can be written to then', async () => {
    expect(luis.messages()).toEqual([]);
    await luis.installs();
    await answer(luis, /\S/);
    await luis.says('mine');
    await answer(luis, 'Your tickets');
    // The greeting and the list; an installation is told to a bot in two ways.
    expect(luis.messages().filter(({ fromBot }) => fromBot)).toHaveLength(2);
  });

  it('a team that installs the app is told the address of its channel', async () => {
    await desk.teams.team('Finance').installs('mark');
    const told = await desk.post('Finance/General', /\S/);
    expect(wordsOf(told)).toContain(`teams:${desk.teams.placeId('Finance/General')}`);
  });

  it('the manager gets the summary once', async () => {
    const { summaries } = desk.service;
    const summary = () => mark.messages().filter((message) => message.fromBot && shows(message, 'IT Service Desk ·'));
    const before = summary().length;
    const hour = new Date(new Date().setUTCHours(23, 59, 30));

    await Promise.all([summaries.announceDue(hour), summaries.announceDue(hour)]);
    await desk.settled();
    await summaries.announceDue(hour);
    await desk.settled();

    expect(summary()).toHaveLength(before + 1);
  });

  it('a repeated delivery changes nothing', async () => {
    const { teams } = desk;
    teams.twice = 'same-id';
    await nora.says('the projector stays dark');
    const found = await answer(nora, /projector stays dark[^]*Open a ticket/);
    await desk.settled();
    expect(nora.messages().filter((message) => message.fromBot && shows(message, 'projector stays dark'))).toHaveLength(
      1,
    );
    const form = await dialog(nora.clicks(found, 'Open a ticket'));
    // As a client does that had no answer in time: the same form, with another id.
    teams.twice = 'new-id';
    await submit(form, { Summary: 'Projector stays dark' });
    teams.twice = 'same-id';
    const card = await desk.post('it-support', 'Projector stays dark');
    await anna.clicks(card, 'Claim');
    teams.twice = null;
    await desk.settled();

    const posts = teams.messages(teams.placeId('it-support')).filter((message) => shows(message, 'Projector'));
    expect(posts.map(({ id }) => id)).toEqual([card.id]);
    const list = await desk.service.store.read(({ tickets }) => tickets.list({}, 100));
    const [opened, ...others] = list.filter(({ subject }) => subject === 'Projector stays dark');
    expect(others).toEqual([]);
    const { events } = await file(opened!.id);
    expect(events.map(({ what }) => what.kind)).toEqual(['opened', 'claimed']);
  });

  it('who uninstalled the app is left in peace, and reached again when they come back', async () => {
    const card = await desk.post('it-support', 'Projector stays dark');
    await nora.uninstalls();
    await submit(await dialog(anna.clicks(card, 'Reply')), { 'Your message': 'Try the other cable' });
    await desk.settled();
    expect(nora.messages().map(wordsOf).join()).not.toContain('the other cable');
    const calls = desk.teams.calls.length;
    await submit(await dialog(anna.clicks(card, 'Reply')), { 'Your message': 'Or the third one' });
    await desk.settled();
    const tried = desk.teams.calls.slice(calls).filter(({ path }) => path.includes(nora.personalChat));
    expect(tried).toEqual([]);

    await nora.installs();
    await submit(await dialog(anna.clicks(card, 'Reply')), { 'Your message': 'Welcome back' });
    await answer(nora, 'Welcome back');
  });

  it('an operator reads how it does', async () => {
    const url = `http://127.0.0.1:${desk.service.port}`;
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, problems: [], warnings: [] }]);
  });

  it('Teams would have refused nothing of what was sent', () => {
    const { teams } = desk;
    expect(teams.refusals).toEqual([]);
    // Who is no member is found out by asking.
    const refused = teams.calls.filter(({ status, method }) => status >= 400 && method !== 'GET');
    // One try to reach her who had uninstalled the app, at most.
    expect(refused.filter(({ path }) => !path.includes(nora.personalChat))).toEqual([]);
    expect(refused.length).toBeLessThanOrEqual(1);
    expect(teams.deliveries.filter(({ status }) => status < 200 || status > 299)).toEqual([]);
  });
});

/** The words where Teams reads markdown. */
function textBlocks({ card }: TeamsMessage): string {
  const found: string[] = [];
  JSON.stringify(card, (key, value: unknown) => {
    const part = value as { type?: string; text?: string } | null;
    if (key !== 'data' && typeof part === 'object' && part?.type === 'TextBlock') found.push(part.text ?? '');
    return value;
  });
  return found.join('\n');
}
