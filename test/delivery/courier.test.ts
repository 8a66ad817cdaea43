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

  it('draws many changes at once as one', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.deliver();
    await desk.act(ANNA, { kind: 'claim', ticketId: id });
    await desk.act(ANNA, { kind: 'release', ticketId: id });
    await desk.act(ANNA, { kind: 'claim', ticketId: id });

    await desk.deliver();

    expect(desk.surface.at(SUPPORT)[0]?.draws).toBe(2);
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

  it('waits as long as the chat asks, with everything for that place', async () => {
    desk.surface.fail(SUPPORT, 'later', 30_000);
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

  it('keeps the order of what is said in a thread', async () => {
    const id = await desk.openTicket(NORA, 'VPN drops');
    for (const text of ['one', 'two', 'three']) await desk.act(ANNA, { kind: 'reply', ticketId: id, fields: { text } });
    desk.surface.fail(NORA.address, 'later', 1000);
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
