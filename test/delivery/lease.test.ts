/** A courier that takes long, or stood still: its row is its own for as long as it works, and no longer. */
import { until } from '../support/until';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, NORA, openDesk, SUPPORT } from '../support/desk';

/** Twice as long as a lease. */
const LONG_MS = 60_000;

describe.each(databases())('a lease on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database);
  });

  afterEach(async () => {
    jest.useRealTimers();
    await desk.close();
    await database.drop();
  });

  const standStill = (then: () => Promise<void>): void => {
    desk.surface.onTheWayTo(SUPPORT, async () => {
      desk.clock.advance(LONG_MS);
      await then();
    });
  };

  it('that ended while its courier stood still is not used: the card is posted by the next one, once', async () => {
    await desk.openTicket(NORA, 'VPN drops');
    await desk.deliver();
    const id = await desk.openTicket(NORA, 'Printer jams');
    standStill(() => desk.deliver());

    await desk.deliver();
    await desk.deliver();

    const cards = desk.surface.at(SUPPORT).filter(({ card }) => card.title.includes(`#${id}`));
    expect(cards).toHaveLength(1);
  });

  it('that ended while its courier redrew a card leaves the card as the ticket is now', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.deliver();
    await desk.act(ANNA, { kind: 'claim', ticketId: id });
    standStill(async () => {
      await desk.act(ANNA, { kind: 'release', ticketId: id });
      await desk.deliver();
    });

    await desk.deliver();

    const labels = desk.surface.at(SUPPORT).map(({ card }) => card.actions.map(({ label }) => label));
    expect(labels).toHaveLength(1);
    expect(labels[0]).toContain('Claim');
    expect(labels[0]).not.toContain('Release');
  });

  it('is kept while a long search goes on, so that nobody else posts', async () => {
    jest.useFakeTimers({
      doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'Date', 'performance', 'queueMicrotask'],
    });
    await desk.openTicket(NORA, 'VPN drops');
    const leasedUntil = async (): Promise<number> => {
      const rows = await desk.store.read((session) => session.outbox.inDoubt(SUPPORT, 1));
      return rows[0]?.leasedUntil?.getTime() ?? 0;
    };
    desk.surface.onTheWayTo(SUPPORT, async () => {
      for (let step = 0; step < 6; step += 1) {
        const before = await leasedUntil();
        desk.clock.advance(10_000);
        jest.advanceTimersByTime(10_000);
        await until(async () => ((await leasedUntil()) > before ? true : undefined));
      }
      await desk.deliver();
    });

    await desk.deliver();

    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
    expect(desk.surface.tried.filter(({ key }) => key.endsWith(SUPPORT))).toHaveLength(1);
  });

  it('that was written by a clock far ahead holds nobody up', async () => {
    await desk.openTicket(NORA, 'VPN drops');
    const ahead = new Date(desk.clock.now().getTime() + 86_400_000);
    await desk.store.write(async (session) => {
      for (const row of await session.outbox.due(desk.clock.now(), 10))
        await session.outbox.lease(row, desk.clock.now(), ahead);
    });

    await desk.deliver();

    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
  });
});
