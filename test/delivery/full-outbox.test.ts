/** An outbox in trouble: a ticket that cannot be drawn, a channel that must wait for an hour, a hundred thousand rows. */
import { pino } from 'pino';
import { Courier } from '../../src/delivery/courier';
import { openDataSource } from '../../src/store/data-source';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, BEN, INFRA, JAN, NORA, openDesk, SUPPORT } from '../support/desk';

const HOUR_MS = 3_600_000;
const MANY = 100_000;
const AT_ONCE = 1000;

describe.each(databases())('an outbox in trouble, on $name', ({ create }) => {
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

  it('gives up a ticket that cannot be drawn, says so, and shows every other one meanwhile', async () => {
    const poison = await desk.openTicket(NORA, 'VPN drops');
    const source = await openDataSource(database.url);
    await source.manager.query(`UPDATE ticket_events SET what = '{' WHERE ticketId = ${poison}`);
    await source.destroy();

    await desk.deliver();
    const healthy = await desk.openTicket(JAN, 'Printer jams');
    await desk.deliver();
    expect(desk.surface.at(SUPPORT).map(({ card }) => card.title)).toEqual([expect.stringContaining(`#${healthy}`)]);

    for (let attempt = 0; attempt < 8; attempt += 1) {
      desk.clock.advance(5 * 60_000);
      await desk.deliver();
    }
    expect(await waiting()).toBe(0);
    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
  });

  it('gives up nothing because the database was away, however often', async () => {
    await desk.openTicket(NORA, 'VPN drops');
    const lost = Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' });
    const { store, surface, teams, clock } = desk;
    const log = pino({ level: 'silent' });
    const troubled = new Courier({ store, surfaces: [surface, teams], draw: () => Promise.reject(lost), clock, log });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      troubled.wake();
      await troubled.drained();
      clock.advance(5 * 60_000);
    }

    await desk.deliver();

    expect(surface.at(SUPPORT)).toHaveLength(1);
    expect(surface.at(NORA.address)).toHaveLength(1);
  });

  it('leaves a channel alone for the hour it asked for, while every other place gets its news', async () => {
    desk.surface.fail(SUPPORT, 'later', { retryAfterMs: HOUR_MS });
    const ids = [await desk.openTicket(NORA, 'VPN drops'), await desk.openTicket(JAN, 'Printer jams')];
    await desk.deliver();
    expect(desk.surface.tried.filter(({ key }) => key.endsWith(SUPPORT))).toHaveLength(1);

    for (let minutes = 0; minutes < 55; minutes += 5) {
      desk.clock.advance(5 * 60_000);
      ids.push(await desk.openTicket(BEN, `Asked after ${minutes} minutes`));
      await desk.deliver();
    }
    expect(desk.surface.tried.filter(({ key }) => key.endsWith(SUPPORT))).toHaveLength(1);
    expect(desk.surface.at(BEN.address)).toHaveLength(ids.length - 2);
    expect((await desk.store.read((session) => session.outbox.state(desk.clock.now()))).oldest).toBeNull();

    desk.surface.failing.clear();
    desk.clock.advance(5 * 60_000 + 1);
    await desk.deliver();
    expect(desk.surface.at(SUPPORT)).toHaveLength(ids.length);
    expect(desk.surface.at(SUPPORT).map(({ card }) => /#(\d+)/.exec(card.title)?.[1])).toEqual(ids.map(String));
  });

  it(`with ${MANY} rows for a channel that is left alone still shows a new ticket elsewhere at once`, async () => {
    const at = desk.clock.now();
    await desk.openTicket(JAN, 'Printer jams');
    await desk.deliver();
    await fill(database, MANY, at);
    desk.surface.fail(INFRA, 'later', { retryAfterMs: HOUR_MS });
    await desk.deliver();

    const id = await desk.openTicket(NORA, 'VPN drops');
    await desk.act(ANNA, { kind: 'claim', ticketId: id });
    await desk.deliver();

    expect(desk.surface.at(SUPPORT)).toHaveLength(2);
    expect(desk.surface.at(NORA.address)).toHaveLength(1);
    // One look at the channel, not one for each row.
    expect(desk.surface.tried.filter(({ key }) => key.endsWith(INFRA))).toHaveLength(1);
    expect(await waiting()).toBeGreaterThanOrEqual(MANY - 1);
  }, 120_000);
});

/** News of the first ticket for one channel, each in a lane of its own. */
async function fill({ url }: TestDatabase, many: number, at: Date): Promise<void> {
  const source = await openDataSource(url);
  const columns = ['key', 'lane', 'place', 'payload', 'cause', 'attempts', 'createdAt', 'dueAt'];
  const names = columns.map((name) => source.driver.escape(name)).join();
  const payload = JSON.stringify({ kind: 'show-ticket', ticketId: 1, version: 1, view: 'line' });
  const rowOf = (row: number): unknown[] => [
    ...[`many:${row}:${INFRA}`, `many:${row}@${INFRA}`, INFRA, payload, 'test', 0, at.getTime(), at.getTime()],
  ];
  const marks = Array.from({ length: AT_ONCE }, () => `(${columns.map(() => '?').join()})`).join();
  for (let from = 0; from < many; from += AT_ONCE) {
    const values = Array.from({ length: AT_ONCE }, (_, index) => rowOf(from + index)).flat();
    await source.query(`INSERT INTO outbox (${names}) VALUES ${marks}`, values);
  }
  await source.destroy();
}
