/** An article is shown to those it is for, wherever it could be shown, and to nobody else. */
// ASVS 5.0 v5.0.0-8.2.2 (objects), v5.0.0-8.2.3 (fields), v5.0.0-8.3.2 (changes count at once), v5.0.0-16.5.3 (fail closed)
import type { Card, Form, Reply } from '../src/chat/card';
import type { Article } from '../src/domain/article';
import type { Group } from '../src/domain/audience';
import type { Person } from '../src/domain/person';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { TestDesk } from './support/desk';
import {
  ANNA,
  BEN,
  CEZARY,
  DORA,
  INFRA,
  JAN,
  LINES_OF_TWO_CHATS,
  MARK,
  NORA,
  NORA_IN_TEAMS,
  openDesk,
  SUPPORT,
} from './support/desk';

const FINANCE = 'slack:C0FINANCE';
const GROUPS: readonly Group[] = [
  { kind: 'department', key: 'finance', name: 'Finance', members: [FINANCE], emailDomains: [], homes: [] },
  {
    kind: 'department',
    key: 'board',
    name: 'Board',
    members: ['mailto:mark@example.com', JAN.id],
    emailDomains: ['board.example.com'],
    homes: [],
  },
  {
    kind: 'organisation',
    key: 'acme',
    name: 'Acme',
    members: [],
    emailDomains: [],
    homes: ['slack:T0ACME', 'teams:acme-tenant'],
  },
];

const secret = (audience: string): Article => ({
  id: `secret-${audience}`,
  title: `Restarting the zorglub server ${audience}`,
  body: `The zorglub server is restarted from the vault of ${audience}.`,
  tags: ['zorglub'],
  language: 'en',
  audience,
  url: null,
});
const QUESTION = 'how do I restart the zorglub server';
const ask = (answerTo?: string) =>
  ({ kind: 'ask', text: QUESTION, intake: 'command', ...(answerTo === undefined ? {} : { answerTo }) }) as const;

const textOf = (reply: Reply): string => JSON.stringify(reply);
const titles = (reply: Reply): string[] => (reply.kind === 'card' ? titlesOf(reply.card) : []);
const titlesOf = ({ parts }: Card): string[] => parts.flatMap((part) => (part.kind === 'item' ? [part.title] : []));

describe.each(databases())('articles for some, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  const open = async (...audiences: string[]): Promise<void> => {
    database = await create();
    const articles = audiences.map(secret);
    desk = await openDesk(database, LINES_OF_TWO_CHATS, { groups: GROUPS, articles });
    desk.members.set(FINANCE, [NORA.id]);
  };

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  const isShown = async (who: Person): Promise<boolean> => titles(await desk.act(who, ask())).length > 0;
  const shownTo = async (...people: Person[]): Promise<string[]> => {
    const answers = await Promise.all(people.map(async (who) => ((await isShown(who)) ? [who.name] : [])));
    return answers.flat();
  };
  const everybody = [NORA, JAN, ANNA, CEZARY, MARK, DORA];

  it.each([
    ['agents', ['Anna', 'Cezary', 'Dora Lind']],
    ['line:it', ['Anna', 'Dora Lind']],
    ['line:it-l2', ['Cezary']],
    ['department:finance', ['Nora']],
    ['department:board', ['Jan', 'Mark']],
    ['organisation:acme', []],
    ['department:finance,line:it-l2', ['Nora', 'Cezary']],
  ])('one for %s is suggested to them only', async (audience, people) => {
    await open(audience);

    expect(await shownTo(...everybody)).toEqual(people);
  });

  it('an answer says whether only some may read it, so that no chat shows it to others', async () => {
    await open('department:finance');
    const isForSome = async (who: Person, text: string): Promise<boolean> => {
      const reply = await desk.act(who, { ...ask(), text });
      return reply.kind === 'card' && reply.card.forSome === true;
    };

    expect(await isForSome(NORA, QUESTION)).toBe(true);
    expect(await isForSome(NORA, 'my vpn drops')).toBe(false);
    expect(await isForSome(JAN, QUESTION)).toBe(false);
  });

  it('one for a customer organisation is shown to accounts of its workspace or tenant', async () => {
    await open('organisation:acme');
    desk.homes.set(NORA.id, ['slack:T0ACME']);
    desk.homes.set(DORA.id, ['teams:acme-tenant']);
    desk.homes.set(JAN.id, ['slack:T0OTHER']);

    expect(await shownTo(...everybody)).toEqual(['Nora', 'Dora Lind']);
  });

  it('a department’s e-mail domain counts only while the chat vouches for the address', async () => {
    await open('department:board');
    desk.directory.set(NORA.id, { ...NORA, email: 'Nora@Board.example.com' });
    expect(await isShown(NORA)).toBe(true);

    desk.directory.set(NORA.id, { ...NORA, email: null });
    expect(await isShown(NORA)).toBe(false);
    desk.directory.set(NORA.id, { ...NORA, email: 'nora@board.example.com.evil.org' });
    expect(await isShown(NORA)).toBe(false);
  });

  it('whoever is one person in two chats is of the groups of both', async () => {
    await open('department:finance');
    await desk.act(NORA, ask());
    expect(await isShown(NORA_IN_TEAMS)).toBe(false);

    await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });

    expect(await isShown(NORA_IN_TEAMS)).toBe(true);
  });

  it('a chat that fails or stays silent means that it is not for you, and the rest is answered', async () => {
    await open('agents', 'department:finance');
    desk.silentChannels.add(SUPPORT);
    expect(titles(await desk.act(NORA, ask()))).toEqual(['Restarting the zorglub server department:finance']);

    desk.stuckChannels.add(FINANCE);
    expect(titles(await desk.act(NORA, ask()))).toEqual([]);
    expect(titles(await desk.act(NORA, { ...ask(), text: 'my vpn drops' }))).toEqual(['VPN keeps disconnecting']);
  });

  it('no chat is asked anything as long as every article is for everyone', async () => {
    await open();

    await desk.act(NORA, { ...ask(), text: 'my vpn drops' });

    expect(desk.asked).toEqual([]);
  });

  it('only those whom an article is for are asked about', async () => {
    await open('line:it-l2');

    await desk.act(NORA, ask());

    expect(desk.asked).toEqual([INFRA]);
  });

  describe('one for agents', () => {
    beforeEach(() => open('agents'));

    it('is read by agents, and is not there for anybody else', async () => {
      const read = { kind: 'read', articleId: 'secret-agents', inquiryId: null } as const;

      expect(textOf(await desk.act(ANNA, read))).toContain('from the vault of agents');
      const refused = await desk.act(NORA, read);
      expect(refused).toEqual(await desk.act(NORA, { ...read, articleId: 'nothing' }));
      expect(textOf(refused)).toContain('That article is no longer there');
    });

    it('solves nothing for somebody who may not see it, and is not named to them', async () => {
      const { inquiry } = await desk.helpdesk.ask(QUESTION, { intake: 'command', language: 'en' }, by(NORA));

      const reply = await desk.act(NORA, { kind: 'solved', inquiryId: inquiry.id, articleId: 'secret-agents' });

      expect(textOf(reply)).not.toContain('zorglub');
      expect((await desk.helpdesk.inquiry(inquiry.id, NORA)).solvedBy).toBeNull();
    });

    it('is named to an agent who says that something solved it, and no longer once they are none', async () => {
      const both = await desk.helpdesk.ask(QUESTION, { intake: 'command', language: 'en' }, by(ANNA));
      expect(both.suggestions).toHaveLength(1);
      await desk.act(ANNA, { kind: 'solved', inquiryId: both.inquiry.id });
      expect((await desk.helpdesk.inquiry(both.inquiry.id, ANNA)).solvedBy).toBe('secret-agents');

      desk.members.set(SUPPORT, [BEN.id]);

      expect((await desk.helpdesk.answer(both.inquiry.id)).suggestions).toEqual([]);
      expect(await isShown(ANNA)).toBe(false);
    });

    it('is in an answer that is posted later as far as the asker may see it when it is posted', async () => {
      await desk.act(ANNA, ask(ANNA.address));
      await desk.act(NORA, ask(NORA.address));
      await desk.act(BEN, ask(BEN.address));
      desk.members.set(SUPPORT, [ANNA.id]);

      await desk.deliver();

      const shown = (who: Person): string[] => desk.surface.at(who.address).flatMap(({ card }) => titlesOf(card));
      expect(shown(ANNA)).toHaveLength(1);
      expect([...shown(NORA), ...shown(BEN)]).toEqual([]);
    });

    it('can be picked by an agent who resolves, and the requester is told nothing of it', async () => {
      const id = await desk.openTicket(NORA, 'Restart the zorglub server');
      const reply = await desk.act(ANNA, { kind: 'resolve', ticketId: id });
      expect(reply.kind === 'form' && picksOf(reply.form)).toEqual(['secret-agents']);

      await desk.act(ANNA, { kind: 'resolve', ticketId: id, fields: { text: 'Done.', article: 'secret-agents' } });
      await desk.deliver();

      expect(JSON.stringify(desk.surface.at(SUPPORT))).toContain('Restarting the zorglub server agents');
      expect(desk.surface.at(NORA.address)).toHaveLength(1);
      expect(JSON.stringify(desk.surface.shown.filter(({ to }) => to === NORA.address))).not.toMatch(
        /Restarting|vault/,
      );
    });
  });

  it('an article that only some may read is on no card of a channel, and in no list of anybody else', async () => {
    await open('department:finance');
    const { inquiry } = await desk.helpdesk.ask(QUESTION, { intake: 'command', language: 'en' }, by(NORA));
    expect(inquiry.suggested).toEqual(['secret-department:finance']);
    await desk.act(NORA, {
      kind: 'open',
      inquiryId: inquiry.id,
      intake: 'command',
      fields: { subject: QUESTION, priority: 'person/blocked' },
    });
    await desk.deliver();

    const form = await desk.act(ANNA, { kind: 'resolve', ticketId: 1 });
    const forged = await desk.act(ANNA, {
      kind: 'resolve',
      ticketId: 1,
      fields: { text: 'Done.', article: 'secret-department:finance' },
    });

    expect(form.kind === 'form' && picksOf(form.form)).toEqual([]);
    expect(textOf(forged)).toContain('That article is no longer there');
    expect(JSON.stringify(desk.surface.at(SUPPORT))).not.toMatch(/Restarting|vault|secret/);
  });

  function by(person: Person) {
    return { person, cause: `audience:${person.id}:${desk.asked.length}` };
  }
});

function picksOf({ fields }: Form): string[] {
  return fields.flatMap((field) =>
    field.kind === 'choice' ? field.groups.flatMap(({ options }) => options.map(({ value }) => value)) : [],
  );
}
