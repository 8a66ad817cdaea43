/** The sealed history: whatever is done to an event behind the helpdesk's back is found, and named. */
// ASVS 5.0 v5.0.0-16.4.2 (records that cannot be changed unseen)
import type { DataSource } from 'typeorm';
import type { AuditReport } from '../src/audit';
import { seals, verifyHistory } from '../src/audit';
import { isMysql, openDataSource } from '../src/store/data-source';
import { bringUpToDate, pendingMigrations } from '../src/store/migrate';
import { Store } from '../src/store/store';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { TestDesk } from './support/desk';
import { ANNA, BEN, NORA, openDesk } from './support/desk';

describe.each(databases())('the sealed history, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;
  let source: DataSource;

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database);
    source = await openDataSource(database.url);
    const vpn = await desk.openTicket(NORA, 'VPN drops');
    await desk.act(ANNA, { kind: 'claim', ticketId: vpn });
    await desk.act(ANNA, { kind: 'reply', ticketId: vpn, fields: { text: 'Which office?' } });
    await desk.act(ANNA, { kind: 'assign', ticketId: vpn, fields: { to: BEN.id } });
    await desk.act(BEN, { kind: 'resolve', ticketId: vpn, fields: { text: 'Switched to TCP' } });
    await desk.openTicket(BEN, 'Mouse');
  });

  afterEach(async () => {
    await source.destroy();
    await desk.close();
    await database.drop();
  });

  const found = async (): Promise<[number, number, string][]> =>
    (await verifyHistory(desk.store)).problems.map(({ ticketId, version, kind }) => [ticketId, version, kind]);
  const run = (sql: string): Promise<unknown> => source.query(sql);
  const escaped = (json: string): string => json.replaceAll("'", "''");

  it('is whole after ordinary work', async () => {
    expect(await verifyHistory(desk.store)).toEqual<AuditReport>({
      tickets: 2,
      events: 6,
      erased: 0,
      found: 0,
      problems: [],
    });
  });

  it.each<[string, string]>([
    ['its words', `what = '${escaped('{"kind":"commented","visibility":"public","text":"Reboot it"}')}'`],
    [
      'whom the requester sees it',
      `what = '${escaped('{"kind":"commented","visibility":"internal","text":"Which office?"}')}'`,
    ],
    ['its words taken away', `what = '${escaped('{"kind":"commented","visibility":"public","text":""}')}'`],
    ['who acted', "actor = 'slack:U0EVE'"],
    ['when', 'at = at + 1'],
    ['its hash', "hash = 'forged'"],
    ['its seal', 'seal = \'{"actor":[null,"x"]}\''],
  ])('an event with %s changed is named', async (_what, change) => {
    await run(`UPDATE ticket_events SET ${change} WHERE ticketId = 1 AND version = 3`);

    expect((await found())[0]).toEqual([1, 3, 'changed']);
  });

  it('words that look erased without an erasure are a change', async () => {
    const [row] = await source.query<{ seal: string }[]>(
      'SELECT seal FROM ticket_events WHERE ticketId = 1 AND version = 3',
    );
    const seal = JSON.parse(row!.seal) as { words: [string | null, string] };
    seal.words[0] = null;
    await source.query('UPDATE ticket_events SET seal = ?, what = ? WHERE ticketId = 1 AND version = 3', [
      JSON.stringify(seal),
      '{"kind":"commented","visibility":"public","text":""}',
    ]);

    expect(await found()).toEqual([[1, 3, 'changed']]);
  });

  it.each([1, 3, 5])('a removed event %s is named', async (version) => {
    await run(`DELETE FROM ticket_events WHERE ticketId = 1 AND version = ${version}`);

    expect(await found()).toEqual([[1, version, 'removed']]);
  });

  it('an event put in between is named, and those it moved on', async () => {
    for (const version of [5, 4, 3])
      await run(`UPDATE ticket_events SET version = ${version + 1} WHERE ticketId = 1 AND version = ${version}`);
    await run(`INSERT INTO ticket_events (ticketId, version, actor, at, kind, what, hash, seal)
      SELECT ticketId, 3, actor, at, kind, what, hash, seal FROM ticket_events WHERE ticketId = 1 AND version = 2`);
    await run('UPDATE tickets SET version = 6 WHERE id = 1');

    expect(await found()).toEqual([
      [1, 3, 'inserted'],
      [1, 4, 'changed'],
      [1, 5, 'changed'],
      [1, 6, 'changed'],
    ]);
  });

  it('an event put in at the end is named', async () => {
    await run(`INSERT INTO ticket_events (ticketId, version, actor, at, kind, what, hash, seal)
      SELECT ticketId, 2, actor, at, kind, what, hash, seal FROM ticket_events WHERE ticketId = 2`);

    expect(await found()).toContainEqual([2, 2, 'inserted']);
  });

  it('a ticket that was removed from under its history is named', async () => {
    await run('DELETE FROM tickets WHERE id = 2');

    expect(await found()).toEqual([[2, 0, 'removed']]);
  });

  it('a history made anew as a whole is found by the seals that were kept elsewhere', async () => {
    const kept = new Map();
    for await (const seal of seals(desk.store)) kept.set(seal.ticket, seal);
    await run(
      "UPDATE ticket_events SET actor = 'slack:U0EVE', hash = NULL, seal = NULL WHERE ticketId = 1 AND version = 1",
    );
    await run('UPDATE ticket_events SET hash = NULL, seal = NULL WHERE ticketId = 1');
    await run('DELETE FROM ticket_events WHERE ticketId = 2');
    await run('DELETE FROM tickets WHERE id = 2');
    await desk.store.write((session) => session.history.sealAnew(1));
    expect(await found()).toEqual([]);

    const { problems } = await verifyHistory(desk.store, kept);

    expect(problems.map(({ ticketId, kind }) => [ticketId, kind])).toEqual([
      [1, 'replaced'],
      [2, 'removed'],
    ]);
  });

  it('what an older version wrote during an upgrade is told, and sealed by the next change', async () => {
    await run('UPDATE ticket_events SET hash = NULL, seal = NULL WHERE ticketId = 1 AND version >= 4');
    expect(await found()).toEqual([
      [1, 4, 'unsealed'],
      [1, 5, 'unsealed'],
    ]);

    await desk.act(NORA, { kind: 'reopen', ticketId: 1, fields: { text: 'Again' } });

    expect(await found()).toEqual([]);
  });

  it('a history from before there were seals is sealed by the migration, which goes on where it was cut short', async () => {
    const runner = source.createQueryRunner();
    await run('UPDATE ticket_events SET hash = NULL, seal = NULL WHERE ticketId = 2 OR version > 2');
    await run("DELETE FROM migrations WHERE name = 'SealedHistory1796900000000'");
    await runner.release();

    expect(await bringUpToDate(source, isMysql(database.url))).toEqual(['SealedHistory1796900000000']);

    expect(await verifyHistory(desk.store)).toMatchObject({ events: 6, found: 0 });
  });

  it('is followed by what comes after the migration', async () => {
    while (!(await pendingMigrations(source))?.includes('SealedHistory1796900000000')) await source.undoLastMigration();
    const store = await Store.open(database.url);
    await store.migrate();
    await store.close();

    await desk.act(NORA, { kind: 'reopen', ticketId: 1, fields: { text: 'Again' } });

    expect(await verifyHistory(desk.store)).toMatchObject({ events: 7, found: 0 });
  });
});
