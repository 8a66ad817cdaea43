// ASVS 5.0 v5.0.0-2.3.3 (all or nothing), v5.0.0-2.3.4 (one winner), v5.0.0-15.4.2 (check and act as one), v5.0.0-16.5.3 (fail closed)
import type { Card, Reply } from '../src/chat/card';
import type { Intent } from '../src/chat/interaction';
import { replyCard } from '../src/chat/reply-card';
import { closeResolved } from '../src/chores';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { TestDesk } from './support/desk';
import { ANNA, BEN, CEZARY, INFRA, JAN, MARK, NORA, openDesk, SUPPORT } from './support/desk';

/** What a reply says, in a card or in the form that stays open. */
const textOf = (reply: Reply): string => JSON.stringify(replyCard(reply) ?? reply.kind);
const labels = (card: Card): string[] => card.actions.map(({ label }) => label);
const change = (
  kind: 'claim' | 'release' | 'resolve' | 'reopen' | 'escalate' | 'reply' | 'note' | 'wait',
  ticketId: number,
  text?: string,
): Intent => ({
  kind,
  ticketId,
  ...(text === undefined ? {} : { fields: { text } }),
});

describe.each(databases())('the helpdesk on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database);
  });

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  const card = (): Card => {
    const [shown] = desk.surface.at(SUPPORT);
    if (shown === undefined) throw new Error('no card in the support channel');
    return shown.card;
  };

  describe('a question', () => {
    const ask: Intent = { kind: 'ask', text: 'my vpn drops every ten minutes', intake: 'command' };

    it('is answered from the knowledge base, with both ways on', async () => {
      const reply = await desk.act(NORA, ask);

      expect(reply).toMatchObject({ kind: 'card', replaces: false });
      expect(textOf(reply)).toContain('VPN keeps disconnecting');
      expect(reply.kind === 'card' && labels(reply.card)).toEqual(['That solved it', 'Open a ticket']);
    });

    it('that nothing answers offers the ticket and says so', async () => {
      const reply = await desk.act(NORA, { ...ask, text: 'where can I park my bicycle' });

      expect(textOf(reply)).toContain('I found nothing that fits');
      expect(reply.kind === 'card' && labels(reply.card)).toEqual(['Open a ticket']);
    });

    it('is not what somebody says who only says thanks', async () => {
      const reply = await desk.act(NORA, { kind: 'thanks' });

      expect(reply).toMatchObject({ kind: 'card', card: { title: 'Glad to help!', actions: [] } });
    });

    it('solved by an article is counted for that article', async () => {
      await desk.act(NORA, ask);

      const reply = await desk.act(NORA, { kind: 'solved', inquiryId: 1, articleId: 'vpn-drops' });

      expect(textOf(reply)).toContain('Glad that helped');
      const { inquiry } = await desk.helpdesk.answer(1);
      expect(inquiry).toMatchObject({ outcome: 'solved', solvedBy: 'vpn-drops' });
    });

    it('solved promises nothing to others where the search does not learn', async () => {
      await desk.close();
      await database.drop();
      database = await create();
      desk = await openDesk(database, undefined, { learning: false });
      const solve = { kind: 'solved', inquiryId: 1, articleId: 'vpn-drops' } as const;
      await desk.act(NORA, ask);
      await desk.act(JAN, ask);

      expect(textOf(await desk.act(NORA, solve))).toContain('"Noted, thank you."');
      expect(textOf(await desk.act(JAN, { ...solve, inquiryId: 2 }))).toContain('"Dziękuję!"');
    });

    it('of somebody else cannot be marked solved', async () => {
      await desk.act(NORA, ask);

      const reply = await desk.act(JAN, { kind: 'solved', inquiryId: 1 });

      expect(textOf(reply)).toContain('Nie znajduję już tego pytania');
      expect((await desk.helpdesk.answer(1)).inquiry.outcome).toBe('open');
    });

    it('delivered three times at once is asked once', async () => {
      await Promise.all([1, 2, 3].map(() => desk.act(NORA, ask, 'slack:trigger:1')));

      await expect(desk.helpdesk.answer(1)).resolves.toBeDefined();
      await expect(desk.helpdesk.answer(2)).rejects.toThrow('no-such-question');
    });

    it('asked in a direct message is answered there by the outbox', async () => {
      const reply = await desk.act(NORA, { ...ask, intake: 'direct-message', answerTo: 'slack:D0NORA' });
      await desk.deliver();

      expect(reply).toEqual({ kind: 'none' });
      expect(desk.surface.at('slack:D0NORA').map(({ card: shown }) => shown.title)).toEqual(['This should help']);
    });

    it('asked in a thread of a direct message is answered in that thread', async () => {
      const thread = 'slack:D0NORA:1790000000.000900';
      await desk.act(NORA, { ...ask, intake: 'direct-message', answerTo: 'slack:D0NORA', thread });
      await desk.deliver();

      expect(desk.surface.threadsAt('slack:D0NORA')).toMatchObject([{ thread, card: { title: 'This should help' } }]);
      expect(desk.surface.at('slack:D0NORA')).toEqual([]);
    });

    it.each([
      ['no words', ''],
      ['one letter', 'a'],
      ['emoji only', '🙂🙂🙂'],
      ['right-to-left letters', 'שלום'],
      ['a null byte', 'x\u0000y'],
      ['10,000 characters', 'a'.repeat(10_000)],
      ['markup', '<!channel> &lt; *b*'],
      ['half a surrogate pair', '\ud83d'],
    ])('of %s gets a polite answer', async (_what, text) => {
      const reply = await desk.act(NORA, { ...ask, text });

      expect(reply.kind).toBe('card');
      expect(reply).not.toHaveProperty('failed');
    });

    it('from a question shows agents what was suggested already', async () => {
      await desk.act(NORA, { kind: 'ask', text: 'my vpn drops', intake: 'command' });
      await desk.act(NORA, {
        kind: 'open',
        inquiryId: 1,
        intake: 'command',
        fields: { subject: 'VPN', priority: 'person/blocked' },
      });
      await desk.deliver();

      expect(JSON.stringify(card())).toContain('Already suggested: VPN keeps disconnecting');
    });

    it('sent twice from one question opens one ticket', async () => {
      await desk.act(NORA, { kind: 'ask', text: 'my vpn drops', intake: 'command' });
      const open: Intent = {
        kind: 'open',
        inquiryId: 1,
        intake: 'command',
        fields: { subject: 'VPN', priority: 'person/blocked' },
      };

      const replies = await Promise.all([desk.act(NORA, open), desk.act(NORA, open)]);

      expect(replies.map((reply) => reply.kind === 'card' && reply.card.title)).toEqual([
        'Ticket #1 is open',
        'Ticket #1 is open',
      ]);
      expect((await desk.helpdesk.ticketsOf(NORA.id))[0]).toHaveLength(1);
    });

    it('asked for again in other words, or when it is finished, is said in the form, so that nothing typed is lost', async () => {
      await desk.act(NORA, { kind: 'ask', text: 'my vpn drops', intake: 'command' });
      const open = (subject: string): Intent => {
        const fields = { subject, priority: 'person/blocked' };
        return { kind: 'open', inquiryId: 1, intake: 'command', fields };
      };
      await desk.act(NORA, open('VPN'));

      expect(await desk.act(NORA, open('And my printer smokes'))).toEqual({
        kind: 'invalid',
        errors: { subject: expect.stringContaining('became ticket #1 already (Open)') as unknown },
      });

      await desk.act(NORA, { kind: 'withdraw', ticketId: 1 });
      expect(await desk.act(NORA, open('VPN'))).toEqual({
        kind: 'invalid',
        errors: { subject: expect.stringContaining('became ticket #1 already (Resolved)') as unknown },
      });
    });

    it('names every field that is missing or wrong, and keeps nothing', async () => {
      const fields = { subject: '  ', priority: 'P1', category: 'nonsense', details: 'x'.repeat(3001) };

      const reply = await desk.act(NORA, { kind: 'open', inquiryId: null, intake: 'command', fields });

      expect(reply).toEqual({
        kind: 'invalid',
        errors: {
          subject: 'Please fill this in.',
          details: 'Please keep this under 3,000 characters.',
          priority: 'Please choose one of the list.',
          category: 'Please choose one of the list.',
        },
      });
      expect(await desk.helpdesk.ticketsOf(NORA.id)).toEqual([[], 0]);
    });

    it('asks for impact and urgency in plain words and makes the priority of them', async () => {
      await desk.openTicket(NORA, 'All is down', { priority: 'company/blocked' });

      expect((await desk.helpdesk.ticket(1)).priority).toBe('P1');
    });

    it('on behalf of somebody records who, by which way, and tells them', async () => {
      await desk.openTicket(ANNA, 'No dial tone', { requester: JAN.id, intake: 'phone' });
      await desk.deliver();

      expect(await desk.helpdesk.ticket(1)).toMatchObject({ requester: JAN.id, openedBy: ANNA.id, intake: 'phone' });
      expect(desk.surface.at(JAN.address)[0]?.card.parts[0]).toMatchObject({
        text: expect.stringContaining('Anna zgłasza tę sprawę'),
      });
    });

    it('on behalf of somebody is for agents only', async () => {
      const fields = { subject: 'x', priority: 'person/blocked', requester: JAN.id };

      const reply = await desk.act(NORA, { kind: 'open', inquiryId: null, intake: 'command', fields });

      expect(textOf(reply)).toContain('Only agents of IT Service Desk');
      expect(await desk.helpdesk.ticketsOf(JAN.id)).toEqual([[], 0]);
    });

    it('offers the choice of a requester to agents alone', async () => {
      const names = async (who: typeof NORA): Promise<string[]> => {
        const reply = await desk.act(who, { kind: 'open', inquiryId: null, intake: 'command' });
        return reply.kind === 'form' ? reply.form.fields.map(({ name }) => name) : [];
      };

      expect(await names(NORA)).toEqual(['subject', 'details', 'priority', 'category']);
      expect(await names(ANNA)).toEqual(['subject', 'details', 'priority', 'category', 'requester', 'intake']);
    });
  });

  describe('claiming', () => {
    it('ten times at once has one winner, and nine are told who', async () => {
      const agents = [
        ANNA,
        BEN,
        ...Array.from({ length: 8 }, (_, n) => ({
          ...ANNA,
          id: `slack:U${n}`,
          name: `Agent ${n}`,
          address: `slack:U${n}`,
        })),
      ];
      desk.members.set(
        SUPPORT,
        agents.map(({ id }) => id),
      );
      const id = await desk.openTicket(NORA, 'VPN drops');

      const replies = await Promise.all(agents.map((agent) => desk.act(agent, change('claim', id))));

      const { assignee, version } = await desk.helpdesk.ticket(id);
      const winner = agents.find((agent) => agent.id === assignee);
      const losers = replies.filter((reply) => reply.kind === 'card');
      expect(version).toBe(2);
      expect(replies.filter((reply) => reply.kind === 'none')).toHaveLength(1);
      expect(losers).toHaveLength(9);
      for (const loser of losers) expect(textOf(loser)).toContain(`${winner?.name} claimed this a moment ago`);
    });

    it('delivered three times at once is one event', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      const replies = await Promise.all(
        [1, 2, 3].map(() => desk.act(ANNA, change('claim', id), 'slack:trigger:claim')),
      );

      expect(replies).toEqual([{ kind: 'none' }, { kind: 'none' }, { kind: 'none' }]);
      expect((await desk.helpdesk.file(id)).events.map(({ what }) => what.kind)).toEqual(['opened', 'claimed']);
    });

    it('redraws the card in place', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.deliver();
      await desk.act(ANNA, change('claim', id));
      await desk.deliver();

      expect(desk.surface.at(SUPPORT)).toHaveLength(1);
      expect(labels(card())).toEqual(['Resolve', 'Reply', 'Escalate', 'Release']);
    });

    it('by somebody who left the channel is refused in private', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      desk.members.set(SUPPORT, [BEN.id]);

      expect(textOf(await desk.act(ANNA, change('claim', id)))).toContain('Only agents of IT Service Desk');
      expect((await desk.helpdesk.ticket(id)).assignee).toBeNull();
    });

    it('is refused when the chat cannot say who is an agent', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      desk.silentChannels.add(SUPPORT);

      expect(textOf(await desk.act(ANNA, change('claim', id)))).toContain(
        'could not check who is in the support channel',
      );
    });

    it('of a ticket that is not there is a polite no', async () => {
      expect(textOf(await desk.act(ANNA, change('claim', 4711)))).toContain('I cannot find that ticket');
    });
  });

  describe('escalating', () => {
    it('moves the card to the next line, in that line’s language, and leaves none to press in the old one', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.deliver();

      await desk.act(ANNA, change('escalate', id, 'Firewall'));
      await desk.deliver();

      expect(labels(card())).toEqual([]);
      expect(JSON.stringify(card())).toContain('Moved to Infrastructure');
      const [there] = desk.surface.at(INFRA);
      expect(there && labels(there.card)).toEqual(['Przejmij', 'Odpowiedz', 'Rozwiąż']);
      expect(JSON.stringify(there?.card)).toContain('Eskalacja z linii IT Service Desk (Anna): Firewall');
    });

    it('hands the ticket to the agents of that line', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('escalate', id, 'Firewall'));

      expect(textOf(await desk.act(ANNA, change('claim', id)))).toContain('Only agents of Infrastructure');
      expect(await desk.act(CEZARY, change('claim', id))).toEqual({ kind: 'none' });
    });

    it('asks for a reason first', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      expect(await desk.act(ANNA, change('escalate', id))).toMatchObject({
        kind: 'form',
        form: { intro: '#1 goes to Infrastructure.' },
      });
      expect(await desk.act(ANNA, change('escalate', id, ' '))).toEqual({
        kind: 'invalid',
        errors: { text: 'Please fill this in.' },
      });
    });
  });

  describe('the conversation', () => {
    it('a reply reaches the requester’s thread, a note does not', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('reply', id, 'Which office?'));
      await desk.act(ANNA, change('note', id, 'She broke it herself'));
      await desk.deliver();

      const told = desk.surface.threadsAt(NORA.address).map(({ card: shown }) => shown.summary);
      expect(told).toEqual(['Anna replied: Which office?']);
      expect(desk.surface.threadsAt(SUPPORT).map(({ card: shown }) => shown.summary)).toEqual([
        'Anna replied: Which office?',
        'Note by Anna: She broke it herself',
      ]);
    });

    it('a waiting ticket goes on when the requester answers', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('wait', id, 'Which office?'));
      expect((await desk.helpdesk.ticket(id)).status).toBe('waiting');

      await desk.act(NORA, change('reply', id, 'Kraków'));
      await desk.deliver();

      expect((await desk.helpdesk.ticket(id)).status).toBe('claimed');
      expect(desk.surface.threadsAt(SUPPORT).at(-1)?.card.summary).toBe('Nora wrote: Kraków');
    });

    it('somebody else cannot write into it', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      expect(textOf(await desk.act(MARK, change('reply', id, 'hi')))).toContain('This ticket belongs to somebody else');
    });

    it('a form that is refused stays open and says why, for what was typed there is in no other place', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('claim', id));
      const to = (person: string): Intent => ({ kind: 'assign', ticketId: id, fields: { to: person } });
      const problems = (reply: Reply): unknown => (reply.kind === 'invalid' ? reply.errors : reply);

      expect(problems(await desk.act(MARK, change('reply', id, 'Me too!')))).toEqual({
        text: 'This ticket belongs to somebody else.',
      });
      expect(problems(await desk.act(NORA, change('note', id, 'Between us')))).toEqual({
        text: expect.stringContaining('Only agents of IT Service Desk') as unknown,
      });
      expect(problems(await desk.act(ANNA, to(MARK.id)))).toEqual({
        to: expect.stringContaining('Mark is not an agent of this line') as unknown,
      });
      await desk.act(BEN, change('resolve', id, 'Restarted it'));
      expect(problems(await desk.act(ANNA, change('wait', id, 'Which office?')))).toEqual({
        text: 'This ticket is already resolved. Reopen it first.',
      });
    });

    it('words in a thread that are refused are answered with a card: they stand in the chat', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      const note: Intent = { kind: 'note', ticketId: id, origin: SUPPORT, fields: { text: 'Me too!' } };

      expect(await desk.act(MARK, note)).toMatchObject({ kind: 'card', card: { title: 'That did not work' } });
    });
  });

  describe('resolving', () => {
    it('tells the requester, who can reopen it', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('claim', id));
      await desk.act(ANNA, { kind: 'resolve', ticketId: id, fields: { text: 'New profile', article: 'vpn-drops' } });
      await desk.deliver();

      const [status] = desk.surface.at(NORA.address);
      expect(status && labels(status.card)).toEqual(['Reopen', 'Reply']);
      expect(desk.surface.threadsAt(NORA.address).at(-1)?.card.summary).toBe('Anna resolved ticket #1: New profile');
      expect(await desk.helpdesk.ticket(id)).toMatchObject({ resolution: 'New profile', resolvedWith: 'vpn-drops' });

      await desk.act(NORA, change('reopen', id, 'Broken again'));
      await desk.deliver();

      expect(labels(card())).toEqual(['Resolve', 'Reply', 'Escalate', 'Release']);
      expect(JSON.stringify(card())).toContain('Reopened by Nora: Broken again');
    });

    it('closes by itself after five days, and not before', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('resolve', id, 'Done'));

      desk.clock.advance(5 * 86_400_000 - 1);
      await closeResolved(desk);
      expect((await desk.helpdesk.ticket(id)).status).toBe('resolved');

      desk.clock.advance(2);
      await Promise.all([closeResolved(desk), closeResolved(desk)]);
      expect(await desk.helpdesk.ticket(id)).toMatchObject({ status: 'closed', version: 3 });
      expect(textOf(await desk.act(NORA, change('reopen', id, 'x')))).toContain('This ticket is closed');
    });

    it('by the requester who needs no help any more is theirs to do', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      expect(await desk.act(NORA, { kind: 'withdraw', ticketId: id })).toEqual({ kind: 'none' });
      expect((await desk.helpdesk.ticket(id)).status).toBe('resolved');
    });
  });

  describe('assigning', () => {
    it('gives the ticket to another agent', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      await desk.act(ANNA, { kind: 'assign', ticketId: id, fields: { to: BEN.id } });
      await desk.deliver();

      expect(await desk.helpdesk.ticket(id)).toMatchObject({ assignee: BEN.id, status: 'claimed' });
      expect(desk.surface.threadsAt(SUPPORT).at(-1)?.card.summary).toBe('Anna assigned this to Ben');
    });

    it('to somebody who is no agent is refused', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      expect(textOf(await desk.act(ANNA, { kind: 'assign', ticketId: id, fields: { to: MARK.id } }))).toContain(
        'Mark is not an agent',
      );
    });
  });

  describe('lists', () => {
    it('show a person their own tickets and nobody else’s', async () => {
      await desk.openTicket(NORA, 'VPN drops');
      await desk.openTicket(JAN, 'Printer');

      const mine = textOf(await desk.act(JAN, { kind: 'mine' }));

      expect(mine).toContain('Masz 1 zgłoszenie');
      expect(mine).toContain('Printer');
      expect(mine).not.toContain('VPN drops');
    });

    it('show agents the queue, most urgent first, and refuse everybody else', async () => {
      await desk.openTicket(NORA, 'Small thing', { priority: 'person/can-wait' });
      await desk.openTicket(NORA, 'All is down', { priority: 'company/blocked' });

      const queue = await desk.act(ANNA, { kind: 'queue' });
      const titles =
        queue.kind === 'card' ? queue.card.parts.flatMap((part) => (part.kind === 'item' ? [part.title] : [])) : [];

      expect(titles).toEqual(['🔴 #2 · All is down', '⚪ #1 · Small thing']);
      expect(textOf(await desk.act(NORA, { kind: 'queue' }))).toContain('Only agents');
    });

    it('says how many tickets wait, also when that is more than are listed', async () => {
      for (let n = 1; n <= 23; n += 1) await desk.openTicket(NORA, `Printer ${n} is out of paper`);

      const told = textOf(await desk.act(ANNA, { kind: 'queue' }));

      expect(told).toContain('23 tickets are waiting');
      expect(told).toContain('Only the first 10 are shown.');
    });

    it('says how many tickets somebody has, also when that is more than are listed, in whichever chat they ask', async () => {
      for (let n = 1; n <= 23; n += 1) await desk.openTicket(NORA, `Printer ${n} is out of paper`);
      expect(textOf(await desk.act(NORA, { kind: 'mine' }))).toContain('You have 23 tickets');
      await desk.store.write(async ({ identities }) => {
        await identities.ask(NORA.id, 'teams:nora', new Date());
        await identities.answer((await identities.link(NORA.id, 'teams:nora'))!, 'same', new Date());
      });

      const told = textOf(await desk.act(NORA, { kind: 'mine' }));

      expect(told).toContain('You have 23 tickets');
      expect(told).toContain('Only the first 10 are shown.');
    });
  });

  it('an unknown button is answered politely', async () => {
    expect(textOf(await desk.act(NORA, { kind: 'unknown' }))).toContain('This button is out of date');
  });

  it('the history folds into the ticket, gap-free', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.act(ANNA, change('claim', id));
    await desk.act(ANNA, change('wait', id, 'Which office?'));
    await desk.act(NORA, change('reply', id, 'Kraków'));
    await desk.act(ANNA, change('resolve', id, 'Done'));

    const { ticket, events } = await desk.helpdesk.file(id);

    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
    expect(ticket.version).toBe(5);
  });
});
