/** Rows by equal columns, as the store reads and writes them; what a statement means is the same on every database. */
import type { DataSource } from 'typeorm';
import { openDataSource } from '../src/store/data-source';
import { outbox, people, ticketEvents } from '../src/store/schema';
import { Store } from '../src/store/store';
import { isTaken, Table } from '../src/store/table';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';

const MOMENT = new Date('2026-03-02T09:30:00.123Z');
const anna = { id: 'slack:U1', name: 'Anna', email: null, language: null, address: 'slack:U1' };
const piotr = { ...anna, id: 'slack:U2', name: 'Piotr', email: 'piotr@example.com' };
const row = (key: string) => ({
  ...{
    key,
    lane: 'ticket:1',
    place: 'slack:C1',
    payload: { kind: 'show-ticket', ticketId: 1, version: 1, view: 'line' } as const,
  },
  ...{ cause: 'a', attempts: 0, createdAt: MOMENT, dueAt: MOMENT },
});

describe.each(databases())('a table on $name', ({ create }) => {
  let database: TestDatabase;
  let source: DataSource;

  beforeEach(async () => {
    database = await create();
    const store = await Store.open(database.url);
    await store.migrate();
    await store.close();
    source = await openDataSource(database.url);
  });

  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  it('gives back what was stored: times, nothing at all, and what is kept as JSON', async () => {
    const table = new Table(outbox, source.manager);

    const id = await table.insert(row('k1'));

    expect(await table.one({ id })).toEqual({
      ...row('k1'),
      ...{ id, doubtfulSince: null, leasedUntil: null, settledAt: null, failure: null },
    });
    expect(await table.one({ dueAt: MOMENT, settledAt: null })).toMatchObject({ id });
    expect(await table.one({ key: 'another' })).toBeNull();
  });

  it('words that are SQL, bytes that are not text and the widest characters come back as they were', async () => {
    const table = new Table(people, source.manager);
    const name = `'; DROP TABLE people; -- \\' " \` ? :id 🛠️ Zażółć \u0000`;

    await table.insert({ ...anna, name });

    expect(await table.find({ name })).toEqual([{ ...anna, name }]);
  });

  it('rows that go in together are found by any of several values, in the order asked for, up to a limit', async () => {
    const table = new Table(outbox, source.manager);

    await table.insert(row('k1'), row('k2'), row('k3'));
    const keys = async (...wanted: Parameters<typeof table.find>) =>
      (await table.find(...wanted)).map(({ key }) => key);

    expect(await keys({ key: ['k3', 'k1', 'k9'] }, { by: 'id' })).toEqual(['k1', 'k3']);
    expect(await keys({ lane: 'ticket:1' }, { by: 'key', newestFirst: true, limit: 2 })).toEqual(['k3', 'k2']);
    expect(await keys({ key: [] })).toEqual([]);
  });

  it('of rows one of which is there already none is stored, and the error is known', async () => {
    const table = new Table(outbox, source.manager);
    await table.insert(row('k2'));

    const error: unknown = await table.insert(row('k1'), row('k2')).catch((each: unknown) => each);

    expect(isTaken(error)).toBe(true);
    expect(isTaken(new Error('something else'))).toBe(false);
    expect(await table.find({})).toHaveLength(1);
  });

  it('an upsert adds, and where the key is taken changes only what it is told to', async () => {
    const table = new Table(people, source.manager);

    await table.upsert([piotr], ['id'], ['name', 'address']);
    await table.upsert([{ ...piotr, name: 'Piotr Nowak', email: null }], ['id'], ['name', 'address']);

    expect(await table.find({})).toEqual([{ ...piotr, name: 'Piotr Nowak' }]);
  });

  it('an update says how many rows it found, also where nothing changed', async () => {
    const table = new Table(people, source.manager);
    await table.insert(anna, piotr);

    expect(await table.update({ id: anna.id, email: null }, { name: 'Ann', email: 'ann@example.com' })).toBe(1);
    expect(await table.update({ id: anna.id }, { name: 'Ann' })).toBe(1);
    expect(await table.update({ id: anna.id, email: null }, { name: 'Anne' })).toBe(0);
    expect(await table.one({ id: anna.id })).toEqual({ ...anna, name: 'Ann', email: 'ann@example.com' });
    expect(await table.one({ id: piotr.id })).toEqual(piotr);
  });

  it('hidden columns are read only by whoever asks for them', async () => {
    const table = new Table(ticketEvents, source.manager);
    const event = {
      ticketId: 1,
      version: 1,
      actor: 'slack:U1',
      at: MOMENT,
      kind: 'claimed',
      what: { kind: 'claimed' },
    };
    const seal = { actor: ['slack:U1', 'salt'] } as const;

    await table.insert({ ...event, hash: 'abc', seal } as never);

    const [shown] = await table.find({ ticketId: 1 });
    expect(shown).toEqual({ ...event, id: expect.any(Number) as number });
    expect(await table.findWhole({ ticketId: 1 })).toEqual([{ ...shown, hash: 'abc', seal }]);
  });

  it('a column that is not there is refused before anything is asked', async () => {
    await expect(new Table(people, source.manager).find({ surname: 'Nowak' } as never)).rejects.toThrow('surname');
  });
});
