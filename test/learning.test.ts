/** What people do with answers teaches the search, through the desk and the database. */
import type { Reply } from '../src/chat/card';
import type { Intent } from '../src/chat/interaction';
import { Erasure } from '../src/erasure';
import { historyOf, Learning } from '../src/learning';
import type { Person } from '../src/domain/person';
import { rowCounts } from './support/row-counts';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { TestDesk } from './support/desk';
import { ANNA, BEN, JAN, LINES_OF_TWO_CHATS, NORA, NORA_IN_TEAMS, openDesk, SUPPORT } from './support/desk';
import { until } from './support/until';

const SLANG = 'the gizmo of the boss goes bananas';

describe.each(databases())('learning from use, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database, LINES_OF_TWO_CHATS);
    desk.members.set(SUPPORT, [ANNA.id, BEN.id]);
  });

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  const firstFor = (question: string): string | undefined => desk.index.suggest(question, { all: true })[0]?.article.id;

  /** @returns the id of the question */
  async function ask(who: Person, text: string): Promise<number> {
    const reply = await desk.act(who, { kind: 'ask', text, intake: 'command' });
    const open = reply.kind === 'card' ? reply.card.actions.find(({ intent }) => intent.kind === 'open') : undefined;
    if (open?.intent.kind !== 'open' || open.intent.inquiryId === null) throw new Error('there is no way on');
    return open.intent.inquiryId;
  }

  const read = (inquiryId: number, articleId = 'vpn-drops'): Intent => ({ kind: 'read', articleId, inquiryId });

  async function openTicket(who: Person, inquiryId: number): Promise<number> {
    const fields = { subject: 'Help', priority: 'person/blocked' };
    const reply = await desk.act(who, { kind: 'open', inquiryId, intake: 'command', fields });
    return Number(/#(\d+)/.exec(reply.kind === 'card' ? reply.card.title : '')?.[1]);
  }

  async function resolve(ticketId: number, article: string): Promise<Reply> {
    const fields = { text: 'Done.', article };
    await desk.act(ANNA, { kind: 'claim', ticketId });
    return desk.act(ANNA, { kind: 'resolve', ticketId, fields });
  }

  async function past() {
    return desk.store.read((session) => session.past.page(new Date(0), Number.MAX_SAFE_INTEGER, 100));
  }

  it('finds for the next person what solved it for the last', async () => {
    const inquiryId = await ask(NORA, SLANG);
    await desk.act(NORA, { kind: 'solved', inquiryId, articleId: 'vpn-drops' });
    expect(firstFor('gizmo is bananas')).toBeUndefined();

    await desk.library.refresh();

    expect(firstFor('gizmo is bananas')).toBe('vpn-drops');
  });

  it('finds what an agent resolved the ticket with, until the ticket is reopened', async () => {
    const ticketId = await openTicket(NORA, await ask(NORA, SLANG));
    await resolve(ticketId, 'printer');
    await desk.library.refresh();
    expect(firstFor('gizmo is bananas')).toBe('printer');

    await desk.act(NORA, { kind: 'reopen', ticketId, fields: { text: 'Not that.' } });
    await new Learning({ store: desk.store, index: desk.index, clock: desk.clock, learns: true }).refresh();

    expect(firstFor('gizmo is bananas')).toBeUndefined();
  });

  it('an article opened for a question is kept once, however often it is opened or delivered', async () => {
    const inquiryId = await ask(NORA, 'my vpn drops');

    await desk.act(NORA, read(inquiryId), 'delivery-1');
    await Promise.all([desk.act(NORA, read(inquiryId), 'delivery-1'), desk.act(NORA, read(inquiryId))]);
    await desk.act(NORA, read(inquiryId));

    expect(await past()).toEqual([expect.objectContaining({ id: inquiryId, read: ['vpn-drops'], ticket: null })]);
    expect((await rowCounts(database))['article_reads']).toBe(1);
  });

  it('an article that somebody else opens by the same button is shown and says nothing of the question', async () => {
    const inquiryId = await ask(NORA, 'my vpn drops');

    const reply = await desk.act(BEN, read(inquiryId));

    expect(reply).toMatchObject({ kind: 'card', card: { title: 'VPN keeps disconnecting', actions: [] } });
    expect(await past()).toEqual([]);
  });

  it('tells of a question what was suggested, read, and became of it', async () => {
    const inquiryId = await ask(NORA, 'my vpn drops every ten minutes');
    await desk.act(NORA, read(inquiryId));
    await openTicket(NORA, inquiryId);

    expect(await past()).toEqual([
      expect.objectContaining({
        person: NORA.id,
        suggested: ['vpn-drops'],
        read: ['vpn-drops'],
        outcome: 'ticket',
        ticket: expect.objectContaining({ status: 'open', resolvedWith: null }) as unknown,
      }),
    ]);
  });

  it('the ticket of a question keeps the question whole, what was suggested and what was read', async () => {
    const question = `my vpn drops ${'and drops again, every single time I call somebody '.repeat(100)}`.trim();
    const inquiryId = await ask(NORA, question);
    await desk.act(NORA, read(inquiryId));
    const form = await desk.act(NORA, { kind: 'open', inquiryId, intake: 'command', text: question.slice(0, 1900) });
    const fields = form.kind === 'form' ? form.form.fields : [];
    const filled = fields.map((field) => [field.name, 'value' in field ? (field.value ?? '') : '']);

    const reply = await desk.act(NORA, {
      kind: 'open',
      inquiryId,
      intake: 'command',
      fields: { ...(Object.fromEntries(filled) as Record<string, string>), priority: 'person/blocked' },
    });

    const id = Number(/#(\d+)/.exec(reply.kind === 'card' ? reply.card.title : '')?.[1]);
    const file = await desk.helpdesk.file(id);
    expect(file.ticket.details).toBe(question);
    expect(file.inquiry?.text).toBe(question);
    expect(file.suggested.map((each) => each.id)).toEqual(['vpn-drops']);
    expect(file.read.map((each) => each.id)).toEqual(['vpn-drops']);
    await desk.deliver();
    expect(JSON.stringify(desk.surface.at(SUPPORT)[0]?.card)).toContain('The requester read: VPN keeps disconnecting');
  });

  it('the ticket of a question keeps it whole, too, when somebody adds to what the form could hold of it', async () => {
    const question = `my vpn drops ${'and drops again, every single time I call somebody '.repeat(60)}at last`;
    const text = question.slice(0, 1899);
    const details = `See below:\n${text}\nI am in Kraków.`;
    const fields = { subject: 'VPN', details, priority: 'person/blocked' };

    const reply = await desk.act(NORA, {
      kind: 'open',
      inquiryId: await ask(NORA, question),
      intake: 'command',
      text,
      fields,
    });

    const id = Number(/#(\d+)/.exec(reply.kind === 'card' ? reply.card.title : '')?.[1]);
    expect((await desk.helpdesk.ticket(id)).details).toBe(`See below:\n${question}\nI am in Kraków.`);
  });

  it('details that somebody wrote themselves stay as they are', async () => {
    const inquiryId = await ask(NORA, 'my vpn drops '.repeat(200));
    const fields = { subject: 'VPN', details: 'It was the cable.', priority: 'person/blocked' };

    const reply = await desk.act(NORA, { kind: 'open', inquiryId, intake: 'command', fields });

    const id = Number(/#(\d+)/.exec(reply.kind === 'card' ? reply.card.title : '')?.[1]);
    expect((await desk.helpdesk.ticket(id)).details).toBe('It was the cable.');
  });

  it('asks which one it was of those that were shown, whatever is found now', async () => {
    const inquiryId = await ask(NORA, 'printer or vpn');
    const { suggested } = await desk.helpdesk.inquiry(inquiryId, NORA);
    expect(suggested).toHaveLength(2);
    await desk.index.load([]);

    const reply = await desk.act(NORA, { kind: 'solved', inquiryId });

    const asked = reply.kind === 'card' ? reply.card.actions.map(({ intent }) => intent) : [];
    expect(asked).toEqual(suggested.map((articleId) => ({ kind: 'solved', inquiryId, articleId })));
  });

  it('whoever says that it is solved after they opened a ticket is told so, and can close it there', async () => {
    const inquiryId = await ask(NORA, 'my vpn drops');
    const ticketId = await openTicket(NORA, inquiryId);

    const reply = await desk.act(NORA, { kind: 'solved', inquiryId });

    const [close] = reply.kind === 'card' ? reply.card.actions : [];
    expect(JSON.stringify(reply)).toContain('Ticket #1 is still open.');
    expect(close).toEqual({ label: 'No longer needed', intent: { kind: 'withdraw', ticketId } });
    await desk.act(NORA, close!.intent);
    expect((await desk.helpdesk.ticket(ticketId)).status).toBe('resolved');
    expect(await desk.act(NORA, { kind: 'solved', inquiryId })).toMatchObject({ card: { parts: [], actions: [] } });
  });

  it('whoever asks in two chats is one person', async () => {
    for (const who of [NORA, NORA_IN_TEAMS]) {
      await desk.act(who, { kind: 'solved', inquiryId: await ask(who, SLANG), articleId: 'vpn-drops' });
    }
    await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });
    await desk.act(NORA, { kind: 'same-person', other: NORA_IN_TEAMS.id, yes: true });

    expect(new Set((await past()).map(({ person }) => person)).size).toBe(1);
  });

  it('forgets whose question is erased, also by a clock that is behind the one of the last erasure', async () => {
    for (const who of [NORA, JAN]) {
      await desk.act(who, {
        kind: 'solved',
        inquiryId: await ask(who, `${SLANG}, says ${who.name}`),
        articleId: 'printer',
      });
    }
    const erasure = new Erasure({ store: desk.store, lines: LINES_OF_TWO_CHATS, clock: desk.clock });
    // It rests after it learned.
    const knows = (names: string): Promise<true> =>
      until(async () => {
        await desk.library.refresh();
        const lessons = desk.index.explain(SLANG).articles.map(({ learned }) => learned?.closest.question ?? '');
        return lessons.join().replace(/.*says /, '') === names ? true : undefined;
      });
    await knows('Jan');

    await erasure.person([JAN.id], false);
    await knows('Nora');
    desk.clock.advance(-5000);
    await erasure.person([NORA.id], false);

    await knows('');
  });

  it('learns what was solved though the clock was set back meanwhile', async () => {
    const solves = async (who: Person): Promise<void> => {
      await desk.act(who, { kind: 'solved', inquiryId: await ask(who, SLANG), articleId: 'vpn-drops' });
    };
    // It rests after it learned.
    const helped = (people: number): Promise<true> =>
      until(async () => {
        await desk.library.refresh();
        const learned = desk.index.explain(SLANG).articles.find(({ article }) => article.id === 'vpn-drops')?.learned;
        return Math.round(learned?.closest.helped ?? 0) === people ? true : undefined;
      });
    await solves(JAN);
    await helped(1);

    desk.clock.advance(-5000);
    await solves(NORA);

    await helped(2);
  });

  it('learns nothing where it is switched off', async () => {
    await desk.act(NORA, { kind: 'solved', inquiryId: await ask(NORA, SLANG), articleId: 'vpn-drops' });

    await new Learning({ store: desk.store, index: desk.index, clock: desk.clock, learns: false }).refresh();

    expect(firstFor('gizmo is bananas')).toBeUndefined();
  });

  it('knows of past questions whether an article answers, and which, as far as it is still there', async () => {
    await desk.act(NORA, { kind: 'solved', inquiryId: await ask(NORA, 'one'), articleId: 'vpn-drops' });
    await resolve(await openTicket(NORA, await ask(NORA, 'two')), 'printer');
    await resolve(await openTicket(NORA, await ask(NORA, 'three')), '');
    const withdrawn = await openTicket(NORA, await ask(NORA, 'four'));
    await desk.act(NORA, { kind: 'withdraw', ticketId: withdrawn });
    await openTicket(NORA, await ask(NORA, 'five'));
    await ask(NORA, 'six');

    const history = await historyOf(desk.store, desk.clock.now());

    expect(history.map(({ text, relevant }) => [text, ...relevant])).toEqual([
      ['three'],
      ['two', 'printer'],
      ['one', 'vpn-drops'],
    ]);

    await desk.helpdesk.authoring.retire('printer', 1, { person: ANNA, cause: 'retired' });
    const left = await historyOf(desk.store, desk.clock.now());
    expect(left.map(({ text }) => text)).toEqual(['three', 'one']);
  });

  it('every process shows from the score that was chosen, until it is taken back', async () => {
    const figures = { shownFrom: 1, shownRight: 1, wronglyShown: 0 };
    const result = { answerable: 50, unanswerable: 50, before: figures, after: figures };
    expect(desk.index.suggest('my vpn drops')).toHaveLength(1);

    await desk.store.write((session) => session.past.calibrated(result, desk.clock.now()));
    await desk.library.refresh();
    expect(desk.index.suggest('my vpn drops')).toEqual([]);

    await desk.store.write((session) => session.past.calibrated(null, desk.clock.now()));
    await desk.library.refresh();
    expect(desk.index.suggest('my vpn drops')).toHaveLength(1);
  });
});
