/** How tickets like this one were resolved: shown to those who may learn from it, as it is now, and never who it was. */
import type { Card, Form, Reply } from '../src/chat/card';
import type { Intent } from '../src/chat/interaction';
import type { Address } from '../src/domain/person';
import type { SimilarTicketsFor, SupportLine } from '../src/domain/support-line';
import { Erasure } from '../src/erasure';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import { SimilarTickets } from '../src/similar-tickets';
import { ticketEvents, tickets } from '../src/store/schema';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { TestDesk } from './support/desk';
import { ANNA, CEZARY, INFRA, JAN, LINES, MARK, NORA, openDesk, SUPPORT } from './support/desk';

const HR = 'slack:C0HR';
const FIX = 'Pair the frobnicator dock again in its settings.';
const SUBJECT = 'The frobnicator dock shows no picture';

const linesFor = (similarTickets: SimilarTicketsFor): SupportLine[] => {
  const [first] = LINES as [SupportLine];
  return [
    ...LINES.map((line) => ({ ...line, similarTickets })),
    { ...first, key: 'hr', name: 'HR', channels: [HR], escalatesTo: null, managers: [], similarTickets },
  ];
};

describe.each(databases())('similar tickets, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  const open = async (similarTickets: SimilarTicketsFor = 'agents'): Promise<void> => {
    database = await create();
    desk = await openDesk(database, linesFor(similarTickets));
    desk.members.set(HR, [MARK.id]);
  };

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  /** A ticket that was resolved before; its details and notes tell things that are nobody's business. */
  const resolved = async (fields: Record<string, string> = {}): Promise<number> => {
    const id = await desk.openTicket(JAN, SUBJECT, { details: 'The monitor behind the frobnicator dock is black.' });
    await desk.act(ANNA, { kind: 'note', ticketId: id, fields: { text: 'INTERNAL: the dock is cheap rubbish' } });
    await desk.act(ANNA, { kind: 'resolve', ticketId: id, fields: { text: FIX, ...fields } });
    await desk.similar.refresh();
    return id;
  };
  const cardOf = async (id: number, place: Address = SUPPORT): Promise<Card> => {
    await desk.deliver();
    const shown = desk.surface.at(place).find(({ card }) => card.title.includes(`#${id} `));
    if (shown === undefined) throw new Error(`ticket ${id} is not shown in ${place}`);
    return shown.card;
  };
  const moveTo = (id: number, line: string) =>
    desk.store.write((s) => s.tickets['manager'].update(tickets, { id }, { line }));

  const itemsOf = ({ parts }: Card): string[] =>
    parts.flatMap((part) => (part.kind === 'item' ? [`${part.title}: ${part.text}`] : []));
  const textOf = (reply: Reply): string => JSON.stringify(reply);

  it('are on the card of a new ticket with how they were resolved, by which article, and a button to see them', async () => {
    await open();
    const before = await resolved({ article: 'printer' });

    const card = await cardOf(await desk.openTicket(NORA, 'frobnicator dock: no picture on the monitor'));

    expect(itemsOf(card)).toEqual([
      `#${before} · ${SUBJECT}: ${FIX}\nSolved with the article “Printer does not print”`,
    ]);
    const show = card.parts.flatMap((part) => (part.kind === 'item' && part.button ? [part.button] : []))[0];
    expect(show).toEqual({ label: 'Show', intent: { kind: 'show', ticketId: before } });
    expect(JSON.stringify(card)).not.toMatch(/INTERNAL|rubbish|Jan/);
  });

  it('are at most three, and none that is not like it', async () => {
    await open();
    for (let n = 0; n < 5; n += 1) await resolved();

    expect(itemsOf(await cardOf(await desk.openTicket(NORA, SUBJECT)))).toHaveLength(3);
    expect(itemsOf(await cardOf(await desk.openTicket(NORA, 'Where do I park my bicycle')))).toEqual([]);
  });

  it('are as they are now: reopened ones are none, closed ones stay, and erased words are gone', async () => {
    await open();
    const before = await resolved();
    const id = await desk.openTicket(NORA, SUBJECT);
    const redraw = async (): Promise<string[]> => {
      await desk.act(ANNA, { kind: 'claim', ticketId: id });
      const items = itemsOf(await cardOf(id));
      await desk.act(ANNA, { kind: 'release', ticketId: id });
      return items;
    };
    expect(await redraw()).toHaveLength(1);

    await desk.act(JAN, { kind: 'reopen', ticketId: before, fields: { text: '' } });
    // Not even before the index knows.
    expect(await redraw()).toEqual([]);
    await desk.similar.refresh();
    expect(await redraw()).toEqual([]);

    await desk.act(ANNA, { kind: 'resolve', ticketId: before, fields: { text: 'Use another cable.' } });
    await desk.similar.refresh();
    expect(await redraw()).toEqual([`#${before} · ${SUBJECT}: Use another cable.`]);

    desk.clock.advance(6 * 86_400_000);
    await desk.helpdesk.act(before, { kind: 'close' }, { person: { ...ANNA, id: 'system' }, cause: 'close' });
    await desk.similar.refresh();
    expect(await redraw()).toHaveLength(1);

    await desk.store.write((s) => s.tickets['manager'].update(tickets, { id: before }, { resolution: '' }));
    expect(await redraw()).toEqual([]);
  });

  it('vanish from the cards that tell of them when they are erased, and only those are drawn anew', async () => {
    await open();
    await resolved();
    const id = await desk.openTicket(NORA, SUBJECT);
    const other = await desk.openTicket(NORA, 'Where do I park my bicycle');
    expect(JSON.stringify(await cardOf(id))).toContain(FIX);
    const drawsOf = (ticket: number): number | undefined =>
      desk.surface.at(SUPPORT).find(({ card }) => card.title.includes(`#${ticket} `))?.draws;
    const before = [drawsOf(id), drawsOf(other)] as [number, number];

    await new Erasure({ store: desk.store, lines: linesFor('agents'), clock: desk.clock }).person([JAN.id], false);

    const card = await cardOf(id);
    expect(JSON.stringify(card)).not.toMatch(/Pair the frobnicator/);
    expect(itemsOf(card)).toEqual([]);
    expect([drawsOf(id), drawsOf(other)]).toEqual([before[0] + 1, before[1]]);
  });

  it('are found by every process, also those resolved before it started', async () => {
    await open();
    await resolved();
    const { store, clock } = desk;
    const other = new SimilarTickets({
      store,
      clock,
      createIndex: createKnowledgeIndex,
      lines: linesFor('agents'),
    });
    const found = async (): Promise<number[]> =>
      (await other.find(SUBJECT, new Set(['line:it']))).map(({ ticket }) => ticket.id);
    expect(await found()).toEqual([]);

    await other.refresh();
    expect(await found()).toEqual([1]);

    desk.clock.advance(3_600_000);
    const second = await resolved();
    await other.refresh();
    expect((await found()).sort()).toEqual([1, second]);
  });

  it('lose nothing of what was changed while the clock of another process was behind', async () => {
    await open();
    await resolved();
    desk.clock.advance(-20_000);
    const second = await resolved();

    expect(itemsOf(await cardOf(await desk.openTicket(NORA, SUBJECT)))).toHaveLength(2);
    expect(second).toBe(2);
  });

  it('are found though the clock was set back an hour meanwhile', async () => {
    await open();
    await resolved();
    desk.clock.advance(-3_600_000);
    const second = await resolved();
    desk.clock.advance(5_000);

    await desk.act(JAN, { kind: 'reopen', ticketId: second, fields: { text: '' } });
    await desk.act(ANNA, { kind: 'resolve', ticketId: second, fields: { text: 'Use another cable.' } });
    await desk.similar.refresh();

    const items = itemsOf(await cardOf(await desk.openTicket(NORA, SUBJECT)));
    expect(items).toContain(`#${second} · ${SUBJECT}: Use another cable.`);
    expect(items).toHaveLength(2);
  });

  describe('of a line', () => {
    /** On whose cards a resolved ticket of the second line is shown. */
    const shownIn = async (similarTickets: SimilarTicketsFor): Promise<Address[]> => {
      await open(similarTickets);
      const before = await resolved();
      await moveTo(before, 'it-l2');
      desk.clock.advance(1000);
      await desk.store.write((s) =>
        s.tickets['manager'].update(tickets, { id: before }, { updatedAt: desk.clock.now(), version: 99 }),
      );
      await desk.similar.refresh();
      const places = { it: SUPPORT, 'it-l2': INFRA, hr: HR };
      const shown = await Promise.all(
        Object.entries(places).map(async ([key, place]) => {
          const line = linesFor(similarTickets).find((each) => each.key === key) as SupportLine;
          const ticket = { ...(await desk.helpdesk.ticket(before)), id: 0 };
          return (await desk.helpdesk.answers.similarTo(ticket, line)).length > 0 ? [place] : [];
        }),
      );
      return shown.flat();
    };

    it('are for its own agents only when it says so', async () => {
      expect(await shownIn('line')).toEqual([INFRA]);
    });

    it.each(['agents', 'requesters'] as const)(
      'are for agents of the lines around it when they are for %s',
      async (whom) => {
        expect(await shownIn(whom)).toEqual([SUPPORT, INFRA]);
      },
    );
  });

  it.each([
    ['line', false],
    ['agents', true],
  ] as const)('of a line that shows them to %s: whoever handed one on sees how it ended: %s', async (who, isShown) => {
    await open(who);
    const id = await desk.openTicket(JAN, SUBJECT);
    await desk.act(ANNA, { kind: 'escalate', ticketId: id, fields: { text: 'Yours.' } });
    await desk.act(CEZARY, { kind: 'resolve', ticketId: id, fields: { text: FIX } });

    expect(JSON.stringify(await cardOf(id, INFRA))).toContain(FIX);
    const before = JSON.stringify(await cardOf(id));
    expect(before).toContain('Moved to Infrastructure, and finished there.');
    expect(before.includes(FIX)).toBe(isShown);
  });

  describe('opened by their number', () => {
    const show: Intent = { kind: 'show', ticketId: 1 };

    it('show agents of a line around it what helped, and nothing of who it was', async () => {
      await open();
      await resolved();

      const reply = await desk.act(CEZARY, show);

      expect(textOf(reply)).toContain(FIX);
      expect(textOf(reply)).not.toMatch(/INTERNAL|rubbish|"Jan"|U0JAN|Anna/);
      expect(reply.kind === 'card' && reply.card.actions).toEqual([]);
    });

    it.each([
      ['somebody who asked', NORA, 'agents'],
      ['agents of a line that has nothing to do with it', MARK, 'agents'],
      ['somebody who asked, though requesters may read resolutions', NORA, 'requesters'],
      ['agents of the line around it, when it is private', CEZARY, 'line'],
    ] as const)('are not there for %s', async (_who, person, whom) => {
      await open(whom);
      await resolved();

      const reply = await desk.act(person, show);

      expect(textOf(reply)).not.toContain('frobnicator');
      expect(textOf(reply)).not.toContain(FIX);
    });

    it('are not there as long as they are not resolved', async () => {
      await open();
      await desk.openTicket(JAN, SUBJECT);

      expect(textOf(await desk.act(CEZARY, show))).not.toContain('frobnicator');
    });
  });

  describe('for requesters', () => {
    const ask: Intent = { kind: 'ask', text: 'frobnicator dock shows no picture', intake: 'command' };

    it.each(['line', 'agents'] as const)('are nothing unless a line publishes them (%s)', async (whom) => {
      await open(whom);
      await resolved();

      for (const person of [NORA, JAN, ANNA]) expect(textOf(await desk.act(person, ask))).not.toContain(FIX);
    });

    it('are the resolutions and nothing else when a line publishes them', async () => {
      await open('requesters');
      await resolved({ article: 'printer' });

      const reply = await desk.act(NORA, ask);
      await desk.act(NORA, { ...ask, answerTo: NORA.address });
      await desk.deliver();
      const posted = JSON.stringify(desk.surface.at(NORA.address));

      for (const text of [textOf(reply), posted]) {
        expect(text).toContain(FIX);
        expect(text).not.toMatch(/INTERNAL|rubbish|Jan|Anna|#1|monitor|Printer/);
      }
      expect(reply.kind === 'card' && reply.card.actions.map(({ label }) => label)).toEqual([
        'That solved it',
        'Open a ticket',
      ]);
    });
  });

  it('lend the article that solved them to whoever resolves the next', async () => {
    await open();
    await resolved({ article: 'printer' });
    const id = await desk.openTicket(NORA, SUBJECT);

    const reply = await desk.act(ANNA, { kind: 'resolve', ticketId: id });

    expect(reply.kind === 'form' && picksOf(reply.form)).toContain('printer');
  });

  it('say nothing of an article that was retired since, and lend it to nobody', async () => {
    await open();
    const before = await resolved({ article: 'printer' });
    const retire = { kind: 'article-retire', articleId: 'printer', version: 1, sure: true } as const;
    await desk.act(ANNA, retire);
    const id = await desk.openTicket(NORA, SUBJECT);

    expect(itemsOf(await cardOf(id))).toEqual([`#${before} · ${SUBJECT}: ${FIX}`]);
    const reply = await desk.act(ANNA, { kind: 'resolve', ticketId: id });
    expect(reply.kind === 'form' && picksOf(reply.form)).not.toContain('printer');
  });

  it('never show what agents noted among themselves, wherever it was said', async () => {
    await open('requesters');
    await resolved();
    const events = await desk.store.read((s) => s.tickets['manager'].find(ticketEvents));
    expect(JSON.stringify(events)).toContain('INTERNAL');

    const found = await desk.similar.find('INTERNAL: the dock is cheap rubbish', new Set(['line:it']));

    expect(JSON.stringify(found)).not.toContain('INTERNAL');
  });
});

function picksOf({ fields }: Form): string[] {
  return fields.flatMap((field) =>
    field.kind === 'choice' ? field.groups.flatMap(({ options }) => options.map(({ value }) => value)) : [],
  );
}
