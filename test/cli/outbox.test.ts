/** `helpdesk outbox …` through the command: what waits, what was given up, trying again, dropping. */
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { NORA, openDesk, SUPPORT } from '../support/desk';
import type { Workplace } from './command';
import { DESK, workplace } from './command';

interface Row {
  readonly id: number;
  readonly key: string;
  readonly place: string;
  readonly state: string;
  readonly failure: string | null;
  readonly interaction: string;
}

describe.each(databases())('helpdesk outbox, on $name', ({ name, create }) => {
  let database: TestDatabase;
  let desk: TestDesk;
  let place: Workplace;

  beforeAll(async () => {
    place = await workplace();
    place.write('helpdesk.yaml', DESK);
    place.write('kb/a.md', '---\nid: a\ntitle: A\n---\nwords\n');
  });

  afterAll(() => place.remove());

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database);
    desk.clock.set(new Date(Date.now() - 3000).toISOString());
    await desk.openTicket(NORA, 'VPN drops');
  });

  afterEach(async () => {
    await desk.close();
    await database.drop();
  });

  const env = (): { env: NodeJS.ProcessEnv } => ({ env: { DATABASE_URL: database.text } });
  const list = async (...args: string[]): Promise<Row[]> =>
    (await place.json(['outbox', 'list', '--json', ...args], env())) as Row[];
  const card = async (): Promise<Row> => (await list()).find((row) => row.place === SUPPORT)!;

  it('lists what waits, and nothing once it is delivered', async () => {
    const rows = await list();

    expect(rows.map(({ key, state }) => [key, state])).toEqual([
      [`show-ticket:1:v1:${NORA.address}`, 'waiting'],
      [`show-ticket:1:v1:${SUPPORT}`, 'waiting'],
    ]);
    expect(rows[0]?.interaction).toMatch(/^test:/);
    await desk.deliver();
    expect((await place.run(['outbox', 'list'], env())).stdout).toBe('Nothing.\n');
    expect((await list('--state', 'delivered', '--place', SUPPORT)).map(({ state }) => state)).toEqual(['delivered']);
  });

  it('shows why a row was given up, and a retry delivers it once', async () => {
    desk.surface.fail(SUPPORT, 'never');
    await desk.deliver();
    const row = await card();
    expect([row.state, row.failure]).toEqual(['given-up', 'told to fail: never']);
    const shown = await place.run(['outbox', 'show', row.key], env());
    expect(shown.stdout).toMatch(/state +given-up\nreason +told to fail: never/);
    desk.surface.failing.clear();

    const { code, stdout } = await place.run(['outbox', 'retry', String(row.id)], env());

    expect([code, stdout]).toEqual([0, `Row ${row.id} will be tried again now.\n`]);
    desk.clock.set(new Date().toISOString());
    await desk.deliver();
    await desk.deliver();
    expect(desk.surface.at(SUPPORT)).toHaveLength(1);
    expect(await list()).toEqual([]);
    const again = await place.run(['outbox', 'retry', String(row.id)], env());
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(/was delivered already/);
  });

  it('drops a row after asking; it is never delivered, and stays visible with the reason', async () => {
    const { id } = await card();
    const no = await place.run(['outbox', 'drop', String(id)], { ...env(), input: 'no\n' });
    expect([no.code, no.stdout]).toEqual([1, '']);
    expect(no.stderr).toMatch(/Drop it\? \(yes\/no\)[\s\S]*nothing was dropped/);
    expect((await card()).state).toBe('waiting');

    const yes = await place.run(['outbox', 'drop', String(id), '--reason', 'posted by hand'], {
      ...env(),
      input: 'yes\n',
    });

    expect([yes.code, yes.stdout]).toEqual([0, `Row ${id} is dropped.\n`]);
    await desk.deliver();
    expect(desk.surface.at(SUPPORT)).toEqual([]);
    expect((await list()).map(({ state, failure }) => [state, failure])).toEqual([
      ['dropped', 'dropped: posted by hand'],
    ]);
  });

  it('a row that is being delivered just now is left alone', async () => {
    const { id } = await card();
    await desk.store.write(async (session) => {
      const row = (await session.outboxDesk.find(String(id)))!;
      await session.outbox.lease(row, new Date(), new Date(Date.now() + 60_000));
    });

    for (const verb of ['retry', 'drop']) {
      const { code, stderr } = await place.run(
        ['outbox', verb, String(id), ...(verb === 'drop' ? ['--yes'] : [])],
        env(),
      );
      expect([code, stderr]).toEqual([1, expect.stringContaining('is being delivered just now')]);
    }
  });

  // The rest asks nothing of the database that is not asked above.
  if (name !== 'SQLite') return;

  it('drops without asking when told so, and tells as JSON', async () => {
    const { id } = await card();

    expect(await place.json(['outbox', 'drop', String(id), '--yes', '--json'], env())).toMatchObject({
      id,
      state: 'dropped',
      failure: 'dropped: by the operator',
    });
  });

  it('an answer that never comes is a no', async () => {
    const { id } = await card();

    expect((await place.run(['outbox', 'drop', String(id)], env())).code).toBe(1);
    expect((await card()).state).toBe('waiting');
  });

  it.each(['999', 'show-ticket:9:v1:slack:C9', "1' OR '1'='1"])('%s is no row', async (name) => {
    const { code, stderr } = await place.run(['outbox', 'show', name], env());

    expect(code).toBe(1);
    expect(stderr).toMatch(/there is no row/);
  });
});
