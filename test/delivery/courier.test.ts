import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, NORA, openDesk, SUPPORT } from '../support/desk';

describe.each(databases())('the courier on $name', ({ create }) => {
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

  const waiting = async (): Promise<number> =>
    (await desk.store.read((session) => session.outbox.state(desk.clock.now()))).waiting;

  it('shows a ticket once, however many couriers are at work', async () => {
    await desk.openTicket(NORA, 'VPN drops');

    await Promise.all([desk.deliver(), desk.deliver(), desk.deliver()]);

    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
    expect(desk.surface.at(NORA.address)).toHaveLength(1);
    expect(await waiting()).toBe(0);
  });

  it('says in words that there is no e-mail to send with', async () => {
    const what = { kind: 'summary', line: 'it', date: '2026-11-23' } as const;
    await desk.store.write(({ outbox }) =>
      outbox.add([{ to: 'mailto:boss@example.com', what }], 'summary', desk.clock.now()),
    );

    await desk.deliver();

    expect(await desk.store.read((session) => session.outbox.failures(1))).toMatchObject([
      { failure: expect.stringMatching(/e-mail is not set up/) as unknown },
    ]);
  });

  it('draws many changes at once as one', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.deliver();
    await desk.act(ANNA, { kind: 'claim', ticketId: id });
    await desk.act(ANNA, { kind: 'release', ticketId: id });
    await desk.act(ANNA, { kind: 'claim', ticketId: id });

    await desk.deliver();

    expect(desk.surface.at(SUPPORT)[0]?.draws).toBe(2);
  });

  it('draws a card that changes all the time at most once a second, and in the end as it is', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    const courier = desk.courier(1000);
    courier.wake();
    await courier.drained();
    const began = performance.now();

    for (let change = 0; change < 10; change += 1) {
      await desk.act(ANNA, { kind: change % 2 === 0 ? 'claim' : 'release', ticketId: id });
      courier.wake();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await courier.drained();

    const [card] = desk.surface.at(SUPPORT);
    expect(card!.draws - 1).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / 1000));
    expect(JSON.stringify(card!.card)).toContain('Open');
    expect(await waiting()).toBe(0);
  });

  it('keeps the card of a channel that is not there, and posts it once the channel is', async () => {
    desk.surface.fail(SUPPORT, 'unreachable');
    await desk.openTicket(NORA, 'VPN drops');
    for (let hour = 0; hour < 30; hour += 1) {
      await desk.deliver();
      desk.clock.advance(3_600_000);
    }
    expect(desk.surface.at(NORA.address)).toHaveLength(1);
    expect(await waiting()).toBe(1);

    desk.surface.failing.clear();
    await desk.deliver();

    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
  });

  it('tries what could not be reached at once when something there has changed', async () => {
    desk.surface.fail(SUPPORT, 'unreachable');
    await desk.openTicket(NORA, 'VPN drops');
    const courier = desk.courier();
    courier.wake();
    await courier.drained();
    desk.surface.failing.clear();

    await courier.revisit('slack');
    await courier.drained();

    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
  });

  it('waits as long as the chat asks, with everything for that place', async () => {
    desk.surface.fail(SUPPORT, 'later', { retryAfterMs: 30_000 });
    await desk.openTicket(NORA, 'VPN drops');
    await desk.openTicket(NORA, 'Printer');
    await desk.deliver();
    desk.surface.failing.clear();

    desk.clock.advance(29_000);
    await desk.deliver();
    expect(desk.surface.at(SUPPORT)).toHaveLength(0);

    desk.clock.advance(1_001);
    await desk.deliver();
    expect(desk.surface.at(SUPPORT)).toHaveLength(2);
  });

  it('posts a card anew when somebody deleted it', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.deliver();
    desk.surface.shown.splice(0);

    await desk.act(ANNA, { kind: 'claim', ticketId: id });
    await desk.deliver();

    expect(desk.surface.at(SUPPORT).map(({ card }) => card.actions[0]?.label)).toEqual(['Resolve']);
  });

  it('gives up what can never be delivered, and lets the rest go on', async () => {
    desk.surface.fail(SUPPORT, 'never');
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.deliver();
    desk.surface.failing.clear();

    await desk.act(ANNA, { kind: 'claim', ticketId: id });
    await desk.deliver();

    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
    expect(await waiting()).toBe(0);
  });

  it('takes up what a courier that died had on its lease, after the lease and not before', async () => {
    await desk.openTicket(NORA, 'VPN drops');
    await desk.store.write(async (session) => {
      const now = desk.clock.now();
      for (const row of await session.outbox.due(now, 10))
        await session.outbox.lease(row, now, new Date(now.getTime() + 30_000));
    });

    await desk.deliver();
    expect(desk.surface.shown).toHaveLength(0);

    desk.clock.advance(30_001);
    await desk.deliver();
    expect(desk.surface.shown).toHaveLength(2);
  });

  it('says which ticket it is about, with a button to answer, where there are no threads', async () => {
    desk.surface.threadless.add(NORA.address);
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.act(ANNA, { kind: 'reply', ticketId: id, fields: { text: 'Which client?' } });

    await desk.deliver();

    const [status, told] = desk.surface.shown.filter(({ to }) => to === NORA.address).map(({ card }) => card);
    expect(status?.parts.at(-1)).toEqual({ kind: 'note', text: 'Press “Reply” to tell us more.' });
    expect(told?.parts[0]).toEqual({ kind: 'note', text: `#${id} · VPN drops` });
    expect(told?.actions.map(({ intent }) => intent)).toEqual([{ kind: 'reply', ticketId: id }]);
  });

  describe('whether an earlier attempt may have arrived', () => {
    const doubts = (): (Date | null)[] => desk.surface.tried.map(({ attemptedSince }) => attemptedSince);
    const again = async (): Promise<void> => {
      desk.clock.advance(60_000);
      await desk.deliver();
    };

    beforeEach(() => {
      desk.surface.fail(NORA.address, 'never');
    });

    it('is no question when the chat refused it', async () => {
      desk.surface.fail(SUPPORT, 'later', { outcome: 'refused' });
      await desk.openTicket(NORA, 'VPN drops');
      await desk.deliver();
      await again();

      expect(doubts().filter((since) => since !== null)).toEqual([]);
      expect(doubts().length).toBeGreaterThan(2);
    });

    it('is told the next one when it was cut off, and still after a refusal', async () => {
      const begun = desk.clock.now();
      desk.surface.fail(SUPPORT, 'later', { outcome: 'unknown' });
      await desk.openTicket(NORA, 'VPN drops');
      await desk.deliver();
      desk.surface.fail(SUPPORT, 'later', { outcome: 'refused' });
      await again();
      await again();

      expect(doubts().slice(-2)).toEqual([begun, begun]);
    });

    it('is told the next one when its process died', async () => {
      await desk.openTicket(NORA, 'VPN drops');
      const begun = desk.clock.now();
      for (const row of await desk.store.read((session) => session.outbox.due(begun, 10))) {
        await desk.store.write((session) => session.outbox.lease(row, begun, new Date(begun.getTime() + 30_000)));
      }

      await again();

      expect(doubts()).toEqual([begun, begun]);
    });
  });

  it('keeps the order of what is said in a thread', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    for (const text of ['one', 'two', 'three']) await desk.act(ANNA, { kind: 'reply', ticketId: id, fields: { text } });
    desk.surface.fail(NORA.address, 'later', { retryAfterMs: 1000 });
    await desk.deliver();
    desk.surface.failing.clear();
    desk.clock.advance(1001);

    await desk.deliver();

    expect(desk.surface.threadsAt(NORA.address).map(({ card }) => card.summary)).toEqual([
      'Anna replied: one',
      'Anna replied: two',
      'Anna replied: three',
    ]);
  });
});
