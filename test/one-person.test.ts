/** Two chats, one desk: who is one person, what that lets them do, and what everybody sees. */
import type { Card, Reply } from '../src/chat/card';
import type { Intent } from '../src/chat/interaction';
import type { Person } from '../src/domain/person';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { TestDesk } from './support/desk';
import {
  ANNA,
  ANNA_IN_TEAMS,
  BEN,
  DORA,
  JAN,
  LINES_OF_TWO_CHATS,
  MARK,
  MARK_IN_TEAMS,
  NORA,
  NORA_IN_TEAMS,
  openDesk,
  SUPPORT,
  TEAMS_SUPPORT,
} from './support/desk';

const textOf = (reply: Reply): string => {
  if (reply.kind === 'invalid') return Object.values(reply.errors).join('\n');
  return reply.kind === 'card' ? JSON.stringify(reply.card) : reply.kind;
};
const labels = (card: Card | undefined): string[] => (card?.actions ?? []).map(({ label }) => label);
const ask: Intent = { kind: 'ask', text: 'my vpn drops every ten minutes', intake: 'command' };
const change = (
  kind: 'claim' | 'release' | 'resolve' | 'reopen' | 'reply' | 'note' | 'withdraw',
  ticketId: number,
  text?: string,
): Intent => ({ kind, ticketId, ...(text === undefined ? {} : { fields: { text } }) });

describe.each(databases())('two chats on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database, LINES_OF_TWO_CHATS);
  });

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  const questionsTo = async (person: Person): Promise<Card[]> => {
    await desk.deliver();
    const surface = person.address.startsWith('slack:') ? desk.surface : desk.teams;
    return surface.at(person.address).flatMap(({ card }) => (card.title === 'One question' ? [card] : []));
  };
  /** Both act, the second is asked, and says yes. */
  const becomeOne = async (first: Person, second: Person): Promise<void> => {
    await desk.act(first, ask);
    await desk.act(second, ask);
    const reply = await desk.act(second, { kind: 'same-person', other: first.id, yes: true });
    expect(textOf(reply)).toContain('From now on you are one person');
  };

  describe('somebody with the same e-mail address in another chat', () => {
    it('is asked, by name and address, whether they are the same', async () => {
      await desk.act(NORA, ask);
      await desk.act(NORA_IN_TEAMS, ask);

      const [question] = await questionsTo(NORA_IN_TEAMS);

      expect(question?.summary).toBe('Are you also Nora in Slack (nora@example.com)?');
      expect(labels(question)).toEqual(['Yes, that is me', 'No']);
      expect(await questionsTo(NORA)).toEqual([]);
    });

    it('is asked once ever, however often both act and whatever they answer', async () => {
      await desk.act(NORA, ask);
      for (const delivery of ['teams:1', 'teams:1', 'teams:2']) await desk.act(NORA_IN_TEAMS, ask, delivery);
      expect(await questionsTo(NORA_IN_TEAMS)).toHaveLength(1);

      for (const yes of [false, true]) {
        await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes });
        for (const who of [NORA, NORA_IN_TEAMS]) await desk.act(who, ask);
        expect(await questionsTo(NORA_IN_TEAMS)).toHaveLength(1);
        expect(await questionsTo(NORA)).toEqual([]);
      }
    });

    it('is not bothered with a question they have answered before it could be delivered', async () => {
      await desk.act(NORA, ask);
      await desk.act(NORA_IN_TEAMS, ask);
      await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });

      expect(await questionsTo(NORA_IN_TEAMS)).toEqual([]);
    });

    it('who acts in both chats at the same moment, on two processes, is asked in one of them', async () => {
      const second = await openDesk(database, LINES_OF_TWO_CHATS);
      const atOnce = (): Promise<unknown> => Promise.all([desk.act(NORA, ask), second.act(NORA_IN_TEAMS, ask)]);

      // Of two who are both new at this moment neither may see the other yet; the next time they do.
      await atOnce();
      await Promise.all([atOnce(), atOnce()]);
      await second.close();

      const asked = [...(await questionsTo(NORA)), ...(await questionsTo(NORA_IN_TEAMS))];
      expect(asked).toHaveLength(1);
      const links = await desk.store.read(async ({ identities }) => [
        await identities.link(NORA.id, NORA_IN_TEAMS.id),
        await identities.link(NORA_IN_TEAMS.id, NORA.id),
      ]);
      expect(links.filter((link) => link !== null)).toHaveLength(1);
    });

    it('has nothing to answer when the other was asked in between', async () => {
      await desk.act(NORA, ask);
      const what = { kind: 'same-person', person: NORA.id, other: NORA_IN_TEAMS.id } as const;
      await desk.store.write(({ outbox }) => outbox.add([{ to: NORA.address, what }], 'elsewhere', desk.clock.now()));

      await desk.act(NORA_IN_TEAMS, ask);

      const reply = await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });
      expect(textOf(reply)).toContain('out of date');
    });

    it('who only looks at their list is asked too', async () => {
      await desk.openTicket(NORA, 'VPN drops');

      for (const look of ['mine', 'mine'] as const) await desk.act(NORA_IN_TEAMS, { kind: look });

      expect(await questionsTo(NORA_IN_TEAMS)).toHaveLength(1);
      await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });
      expect(textOf(await desk.act(NORA_IN_TEAMS, { kind: 'mine' }))).toContain('VPN drops');
    });

    it('is nobody to ask about without a verified address, or with the same name alone', async () => {
      await desk.act({ ...NORA, email: null }, ask);
      await desk.act(NORA_IN_TEAMS, ask);
      await desk.act({ ...NORA_IN_TEAMS, id: 'teams:0000-9999', address: 'teams:0000-9999', email: null }, ask);
      await desk.act({ ...JAN, name: 'Nora Lewis' }, ask);

      for (const who of [NORA, NORA_IN_TEAMS, JAN]) expect(await questionsTo(who)).toEqual([]);
    });

    it('stays somebody else until they say yes, and when they say no', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(NORA_IN_TEAMS, ask);
      const refused = async (): Promise<void> => {
        expect(textOf(await desk.act(NORA_IN_TEAMS, { kind: 'show', ticketId: id }))).toContain('somebody else');
        expect(await desk.helpdesk.ticketsOf(NORA_IN_TEAMS.id)).toEqual([[], 0]);
      };

      await refused();
      await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: false });
      await refused();
    });

    it('can be confirmed only by the one who was asked', async () => {
      await desk.act(NORA, ask);
      await desk.act(NORA_IN_TEAMS, ask);

      for (const [who, other] of [
        [NORA, NORA_IN_TEAMS],
        [DORA, NORA],
        [MARK, DORA],
      ] as const) {
        const reply = await desk.act(who, { kind: 'same-person', other: other.id, yes: true });
        expect(textOf(reply)).toMatch(/out of date/);
        expect(await desk.helpdesk.roles.idsOf(who.id)).toEqual([who.id]);
      }
    });

    it.each([NORA, NORA_IN_TEAMS])('is not confirmed when the address of $id is another by then', async (who) => {
      await desk.act(NORA, ask);
      await desk.act(NORA_IN_TEAMS, ask);
      desk.directory.set(who.id, { ...who, email: null });

      const reply = await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });

      expect(textOf(reply)).toContain('could not confirm that this is you');
      expect(await desk.helpdesk.roles.idsOf(NORA.id)).toEqual([NORA.id]);
    });

    it('can be confirmed while the other chat cannot say who they are', async () => {
      await desk.act(NORA, ask);
      await desk.act(NORA_IN_TEAMS, ask);
      desk.directory.delete(NORA.id);

      await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });

      expect(await desk.helpdesk.roles.idsOf(NORA.id)).toEqual([NORA.id, NORA_IN_TEAMS.id]);
    });

    it('gets a short thank-you in place of the question', async () => {
      await desk.act(NORA, ask);
      await desk.act(NORA_IN_TEAMS, ask);

      const reply = await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: false });

      expect(reply).toMatchObject({ kind: 'card', replaces: true, card: { title: 'Thank you!', actions: [] } });
    });
  });

  describe('a requester who is one person in both chats', () => {
    it('sees all their tickets in either', async () => {
      await becomeOne(NORA, NORA_IN_TEAMS);
      await desk.openTicket(NORA, 'VPN drops');
      await desk.openTicket(NORA_IN_TEAMS, 'Printer jams');

      for (const who of [NORA, NORA_IN_TEAMS]) {
        const mine = textOf(await desk.act(who, { kind: 'mine' }));
        expect(mine).toContain('VPN drops');
        expect(mine).toContain('Printer jams');
      }
    });

    it('may show, answer, withdraw and reopen a ticket from the other, and is its requester there', async () => {
      await becomeOne(NORA, NORA_IN_TEAMS);
      const id = await desk.openTicket(NORA, 'VPN drops');

      expect(textOf(await desk.act(NORA_IN_TEAMS, { kind: 'show', ticketId: id }))).toContain('We have your request');
      expect(await desk.act(NORA_IN_TEAMS, change('reply', id))).toMatchObject({
        kind: 'form',
        form: { title: 'Write to the helpdesk' },
      });
      expect(await desk.act(NORA_IN_TEAMS, change('reply', id, 'Since Monday'))).toEqual({ kind: 'none' });
      expect(await desk.act(NORA_IN_TEAMS, change('withdraw', id))).toEqual({ kind: 'none' });
      expect(await desk.act(NORA_IN_TEAMS, change('reopen', id, 'Broken again'))).toEqual({ kind: 'none' });
      await desk.deliver();

      const told = desk.teams.threadsAt(TEAMS_SUPPORT).map(({ card }) => card.summary);
      expect(told).toContain('Nora wrote: Since Monday');
      expect(told).toContain('Nora no longer needs this');
      expect((await desk.helpdesk.ticket(id)).requester).toBe(NORA.id);
    });

    it('is told where they asked', async () => {
      await becomeOne(NORA, NORA_IN_TEAMS);
      const id = await desk.openTicket(NORA_IN_TEAMS, 'VPN drops');
      await desk.act(BEN, change('reply', id, 'Which office?'));
      await desk.deliver();

      expect(desk.teams.threadsAt(NORA_IN_TEAMS.address).map(({ card }) => card.summary)).toEqual([
        'Ben replied: Which office?',
      ]);
      expect(desk.surface.threadsAt(NORA.address)).toEqual([]);
    });

    it('may say in one chat that a question of the other is solved, and open its one ticket', async () => {
      await becomeOne(NORA, NORA_IN_TEAMS);

      expect(textOf(await desk.act(NORA_IN_TEAMS, { kind: 'solved', inquiryId: 1 }))).toContain('Glad that helped');
      const fields = { subject: 'VPN', priority: 'person/blocked' };
      const open: Intent = { kind: 'open', inquiryId: 1, intake: 'command', fields };
      for (const who of [NORA, NORA_IN_TEAMS]) {
        expect(textOf(await desk.act(who, open))).toContain('You will get every update');
      }
      expect((await desk.helpdesk.ticketsOf(NORA.id))[0]).toHaveLength(1);
    });
  });

  describe('an agent who is one person in both chats', () => {
    it('may release and resolve from the other what they claimed', async () => {
      await becomeOne(ANNA, ANNA_IN_TEAMS);
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('claim', id));

      expect(await desk.act(ANNA_IN_TEAMS, change('release', id))).toEqual({ kind: 'none' });
      await desk.act(ANNA_IN_TEAMS, change('claim', id));
      expect(await desk.act(ANNA, change('resolve', id, 'Done'))).toEqual({ kind: 'none' });
      expect(await desk.helpdesk.ticket(id)).toMatchObject({ assignee: ANNA_IN_TEAMS.id, status: 'resolved' });
    });

    it('is told that the ticket is theirs already when they claim it again in the other', async () => {
      await becomeOne(ANNA, ANNA_IN_TEAMS);
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.act(ANNA, change('claim', id));

      expect(textOf(await desk.act(ANNA_IN_TEAMS, change('claim', id)))).toContain('already yours');
      const assign = await desk.act(BEN, { kind: 'assign', ticketId: id, fields: { to: ANNA_IN_TEAMS.id } });
      expect(textOf(assign)).toContain('Anna');
      expect((await desk.helpdesk.ticket(id)).version).toBe(2);
    });

    it('who works on their own request is told so in either chat', async () => {
      await becomeOne(ANNA, ANNA_IN_TEAMS);
      const id = await desk.openTicket(ANNA, 'My own laptop');
      await desk.act(ANNA_IN_TEAMS, change('claim', id));

      expect((await desk.helpdesk.ticket(id)).assignee).toBe(ANNA_IN_TEAMS.id);
      expect(textOf(await desk.act(ANNA, change('claim', id)))).toContain('already yours');
    });

    it('is an agent by either id, in the channel of either', async () => {
      desk.members.set(TEAMS_SUPPORT, [DORA.id]);
      const id = await desk.openTicket(NORA, 'VPN drops');
      expect(textOf(await desk.act(ANNA_IN_TEAMS, change('claim', id)))).toContain('Only agents');

      await becomeOne(ANNA, ANNA_IN_TEAMS);

      expect(textOf(await desk.act(ANNA_IN_TEAMS, { kind: 'queue' }))).toContain('VPN drops');
      expect(await desk.act(ANNA_IN_TEAMS, change('claim', id))).toEqual({ kind: 'none' });
    });

    it('is a manager by either id', async () => {
      await expect(desk.helpdesk.roles.linesManagedBy(MARK_IN_TEAMS.id)).rejects.toThrow('not-a-manager');

      await becomeOne(MARK, MARK_IN_TEAMS);

      expect(await desk.helpdesk.roles.linesManagedBy(MARK_IN_TEAMS.id)).toHaveLength(1);
    });
  });

  describe('a chat that is away', () => {
    it('does not stop the agents of the other', async () => {
      await becomeOne(ANNA, ANNA_IN_TEAMS);
      const id = await desk.openTicket(NORA, 'VPN drops');
      desk.silentChannels.add(SUPPORT);

      expect(await desk.act(DORA, change('claim', id))).toEqual({ kind: 'none' });
      expect(await desk.act(ANNA, change('release', id))).toEqual({ kind: 'none' });
      expect(textOf(await desk.act(BEN, change('claim', id)))).toContain('could not check who is in');
      // Teams knows her, and answers: she is no agent there, and Slack does not know her.
      expect(textOf(await desk.act(NORA_IN_TEAMS, change('claim', id)))).toContain('Only agents');
    });
  });

  describe('choosing a person', () => {
    const fieldsOf = (reply: Reply): Record<string, unknown> =>
      reply.kind === 'form'
        ? Object.fromEntries(reply.form.fields.map((field) => [field.name, field]))
        : { not: reply.kind };
    const assign = (ticketId: number, fields?: Record<string, string>): Intent => ({
      kind: 'assign',
      ticketId,
      ...(fields === undefined ? {} : { fields }),
    });

    it('offers beside the chat’s own list the agents who worked in the other lately', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      expect(fieldsOf(await desk.act(BEN, assign(id)))).toEqual({ to: expect.objectContaining({ optional: false }) });
      await desk.act(DORA, change('claim', id));

      const fields = fieldsOf(await desk.act(BEN, assign(id)));

      expect(fields).toMatchObject({
        to: { kind: 'person', optional: true },
        toElsewhere: { groups: [{ options: [{ value: DORA.id, label: 'Dora Lind' }] }] },
      });
      expect(Object.keys(fieldsOf(await desk.act(DORA, assign(id))))).toEqual(['to']);
    });

    it('of the other chat assigns the ticket to them, if they are an agent', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      expect(await desk.act(BEN, assign(id, { toElsewhere: DORA.id }))).toEqual({ kind: 'none' });
      expect((await desk.helpdesk.ticket(id)).assignee).toBe(DORA.id);
      const reply = await desk.act(BEN, assign(id, { toElsewhere: NORA_IN_TEAMS.id }));
      expect(textOf(reply)).toContain('Nora Lewis is not an agent');
    });

    it('in both lists, or in none, is asked for again', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      expect(await desk.act(BEN, assign(id, { to: ANNA.id, toElsewhere: DORA.id }))).toEqual({
        kind: 'invalid',
        errors: { toElsewhere: 'Please choose only one person.' },
      });
      expect(await desk.act(BEN, assign(id, {}))).toMatchObject({
        kind: 'invalid',
        errors: { to: 'Please choose one of the list.' },
      });
      expect((await desk.helpdesk.ticket(id)).assignee).toBeNull();
    });

    it('for whom a ticket is opened offers those who asked in the other chat', async () => {
      await desk.openTicket(NORA_IN_TEAMS, 'Printer jams');
      await desk.openTicket(JAN, 'VPN drops');

      const form = await desk.act(BEN, { kind: 'open', inquiryId: null, intake: 'command' });
      const id = await desk.openTicket(BEN, 'No dial tone', { requesterElsewhere: NORA_IN_TEAMS.id, intake: 'phone' });

      expect(fieldsOf(form)).toMatchObject({
        requesterElsewhere: { groups: [{ options: [{ value: NORA_IN_TEAMS.id, label: 'Nora Lewis' }] }] },
      });
      expect(await desk.helpdesk.ticket(id)).toMatchObject({ requester: NORA_IN_TEAMS.id, openedBy: BEN.id });
    });
  });

  describe('a ticket shown in two chats', () => {
    it('looks the same in both after every change', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      const same = async (): Promise<Card> => {
        await desk.deliver();
        const [here, there] = [desk.surface.at(SUPPORT), desk.teams.at(TEAMS_SUPPORT)];
        expect([here.length, there.length]).toEqual([1, 1]);
        expect(there[0]?.card).toEqual(here[0]?.card);
        return here[0]!.card;
      };

      expect(labels(await same())).toContain('Claim');
      await desk.act(DORA, change('claim', id));
      expect(JSON.stringify(await same())).toContain('Dora Lind');
      await desk.act(BEN, change('resolve', id, 'Done'));
      expect(labels(await same())).toEqual(['Reopen', 'Make an article']);
    });

    it('claimed in one chat tells the second who was first, by a name only the other chat knows', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');

      const replies = await Promise.all([BEN, DORA].map((agent) => desk.act(agent, change('claim', id))));

      const { assignee } = await desk.helpdesk.ticket(id);
      const winner = assignee === BEN.id ? 'Ben' : 'Dora Lind';
      expect(replies.filter((reply) => reply.kind === 'none')).toHaveLength(1);
      expect(replies.map(textOf).find((text) => text !== 'none')).toContain(`${winner} claimed this a moment ago`);
    });

    it('says a note of one channel in the thread of the other', async () => {
      const id = await desk.openTicket(NORA, 'VPN drops');
      await desk.deliver();
      await desk.act(BEN, { kind: 'note', ticketId: id, origin: SUPPORT, fields: { text: 'Looks like DNS' } });
      await desk.deliver();

      expect(desk.surface.threadsAt(SUPPORT)).toEqual([]);
      expect(desk.teams.threadsAt(TEAMS_SUPPORT).map(({ card }) => card.summary)).toEqual([
        'Note by Ben: Looks like DNS',
      ]);
    });
  });

  it('whose address changed keeps seeing the requester’s view, and never the agents’ card', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.deliver();
    await desk.act({ ...NORA, address: 'slack:D0NEW' }, ask);
    await desk.act(ANNA, change('claim', id));
    await desk.deliver();

    for (const place of [NORA.address, 'slack:D0NEW']) {
      const shown = desk.surface.at(place).map(({ card }) => labels(card));
      expect(shown).toEqual([['Reply', 'No longer needed']]);
    }
  });
});
