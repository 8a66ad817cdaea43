import type { DataSource } from 'typeorm';
import { openDataSource, isMysql } from '../src/store/data-source';
import { bringUpToDate, pendingMigrations } from '../src/store/migrate';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';

describe.each(databases())('migrations on $name', ({ createBare }) => {
  let database: TestDatabase;
  let source: DataSource;
  const migrate = (): Promise<string[]> => bringUpToDate(source, isMysql(database.url));

  beforeEach(async () => {
    database = await createBare();
    source = await openDataSource(database.url);
  });

  afterEach(async () => {
    await source.destroy();
    await database.drop();
  });

  it('leave nothing that the entities describe otherwise', async () => {
    await migrate();

    const { upQueries } = await source.driver.createSchemaBuilder().log();

    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be taken back to an empty database and run again', async () => {
    const ran = await migrate();

    for (const _ of ran) await source.undoLastMigration();

    expect(await pendingMigrations(source)).toEqual(ran);
    expect(await migrate()).toEqual(ran);
  });

  it('go on where an earlier run was cut short', async () => {
    await migrate();
    const runner = source.createQueryRunner();
    await runner.dropTable('outbox');
    await runner.dropIndex('tickets', 'tickets_requester');
    await runner.query('DELETE FROM migrations');
    await runner.release();

    await migrate();

    expect((await source.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });

  const later = (name: string): Promise<unknown> =>
    source.query(`INSERT INTO migrations (timestamp, name) VALUES (${name.slice(-13)}, '${name}')`);

  it('go on serving this version beside a newer one, whose migrations add and take nothing away', async () => {
    await migrate();
    await later('AddsMuch9999999999999');

    expect(await pendingMigrations(source)).toEqual([]);
    expect(await migrate()).toEqual([]);
  });

  it('refuse a database from which a newer version has taken what this one needs', async () => {
    await migrate();
    await later('DropsMuchNeeds9999999999998At9999999999999');

    expect(await pendingMigrations(source)).toBeNull();
    await expect(migrate()).rejects.toThrow(/newer version/);
  });

  it('let a version that knows what is needed live with what was taken away', async () => {
    const ran = await migrate();
    await later(`DropsLittleNeeds${ran.at(-1)!.slice(-13)}At9999999999999`);

    expect(await migrate()).toEqual([]);
  });

  it('run once when several processes start together', async () => {
    if (!isMysql(database.url)) return;
    const others = await Promise.all([1, 2, 3].map(() => openDataSource(database.url)));

    const ran = await Promise.all([source, ...others].map((each) => bringUpToDate(each, true)));

    expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
    await Promise.all(others.map((other) => other.destroy()));
  });
});
