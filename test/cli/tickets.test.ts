/** `helpdesk tickets …`, `summary` and `migrate` through the command, on a database that a desk has worked with. */
// ASVS 5.0 v5.0.0-1.2.10 (CSV)
import { parse } from 'csv-parse/sync';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { ANNA, BEN, NORA, openDesk } from '../support/desk';
import type { Workplace } from './command';
import { DESK, workplace } from './command';

const FORMULA = '=HYPERLINK("https://evil.example","click")';

interface Shown {
  readonly id: number;
  readonly subject: string;
  readonly status: string;
}

describe.each(databases())('helpdesk tickets, summary and migrate, on $name', ({ create, createBare }) => {
  let database: TestDatabase;
  let place: Workplace;

  beforeAll(async () => {
    database = await create();
    const desk = await openDesk(database);
    desk.clock.set('2026-11-19T08:00:00Z');
    const vpn = await desk.openTicket(NORA, 'VPN drops', { details: 'Since Monday\nin the office' });
    const formula = await desk.openTicket(NORA, FORMULA);
    const mouse = await desk.openTicket(BEN, 'Mouse, "the red one"\u200b');
    desk.clock.advance(3_600_000);
    await desk.act(ANNA, { kind: 'claim', ticketId: vpn });
    await desk.act(ANNA, { kind: 'reply', ticketId: vpn, fields: { text: 'Which office?' } });
    await desk.act(ANNA, { kind: 'note', ticketId: vpn, fields: { text: '+cmd|calc' } });
    await desk.act(ANNA, { kind: 'resolve', ticketId: vpn, fields: { text: 'Switched to TCP' } });
    await desk.act(ANNA, { kind: 'escalate', ticketId: formula, fields: { text: 'Not ours' } });
    await desk.act(ANNA, { kind: 'claim', ticketId: mouse });
    await desk.deliver();
    await desk.close();
    place = await workplace({ DATABASE_URL: database.text });
    place.write('helpdesk.yaml', DESK);
    place.write('kb/a.md', '---\nid: a\ntitle: A\n---\nwords\n');
  });

  afterAll(async () => {
    place.remove();
    await database.drop();
  });

  const list = async (...args: string[]): Promise<number[]> =>
    ((await place.json(['tickets', 'list', '--json', ...args])) as Shown[]).map(({ id }) => id);

  it('list shows the newest first, a line for each', async () => {
    const { code, stdout, stderr } = await place.run(['tickets', 'list']);

    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^#3 +claimed +P3 +it +2026-11-19 08:00 +slack:U0ANNA +Mouse, "the red one"/);
    expect(lines[2]).toMatch(/^#1 +resolved .*VPN drops$/);
  });

  it.each<[string[], number[]]>([
    [[], [3, 2, 1]],
    [['--status', 'resolved'], [1]],
    [
      ['--status', 'open,claimed'],
      [3, 2],
    ],
    [['--line', 'it-l2'], [2]],
    [
      ['--assignee', 'slack:U0ANNA'],
      [3, 1],
    ],
    [['--requester', 'slack:U0BEN'], [3]],
    [['--requester', 'slack:U0NORA', '--status', 'open'], [2]],
    [
      ['--limit', '2'],
      [3, 2],
    ],
    [['--line', "it' OR '1'='1"], []],
  ])('list %j finds %j', async (args, ids) => {
    expect(await list(...args)).toEqual(ids);
  });

  it('a list of nothing says so, and is an empty list in JSON', async () => {
    expect((await place.run(['tickets', 'list', '--status', 'closed'])).stdout).toBe('No tickets.\n');
    expect(await list('--status', 'closed')).toEqual([]);
  });

  it('show prints the whole history with names', async () => {
    const { code, stdout } = await place.run(['tickets', 'show', '#1']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^#1 {2}VPN drops\n/);
    expect(stdout).toContain('requester  Nora (slack:U0NORA)');
    expect(stdout).toContain('  Since Monday\n  in the office');
    const kinds = [...stdout.matchAll(/^2026-11-19 0\d:00 {2}(\w+)/gm)].map((match) => match[1]);
    expect(kinds).toEqual(['opened', 'claimed', 'commented', 'commented', 'resolved']);
    expect(stdout).toContain('text: Switched to TCP');
    expect(await place.json(['tickets', 'show', '1', '--json'])).toMatchObject({
      id: 1,
      status: 'resolved',
      events: [{ what: { kind: 'opened' } }, {}, { what: { visibility: 'public' } }, {}, { actor: 'slack:U0ANNA' }],
    });
  });

  it('show of a ticket that is not there fails and says so', async () => {
    const { code, stdout, stderr } = await place.run(['tickets', 'show', '4242']);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('there is no ticket #4242');
  });

  it('export writes every ticket with its events as JSON lines', async () => {
    const { code, stdout, stderr } = await place.run(['tickets', 'export']);

    expect([code, stderr]).toEqual([0, '']);
    const tickets = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; events: { kind: string }[] });
    expect(tickets.map(({ id }) => id)).toEqual([3, 2, 1]);
    expect(tickets.map(({ events }) => events.map(({ kind }) => kind))).toEqual([
      ['opened', 'claimed'],
      ['opened', 'escalated'],
      ['opened', 'claimed', 'commented', 'commented', 'resolved'],
    ]);
  });

  it('export writes CSV that a spreadsheet takes for text', async () => {
    const { stdout } = await place.run(['tickets', 'export', '--csv']);

    const rows = parse<Record<string, string>>(stdout, { columns: true });
    expect(rows).toHaveLength(9);
    expect(rows.filter(({ ticket }) => ticket === '2').map(({ subject }) => subject)).toEqual([
      `'${FORMULA}`,
      `'${FORMULA}`,
    ]);
    expect(rows[0]).toMatchObject({
      ticket: '3',
      subject: 'Mouse, "the red one"\u200b',
      event: 'opened',
      actor: 'slack:U0BEN',
    });
    expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect((await place.run(['tickets', 'export', '--csv', '--status', 'resolved'])).stdout.split('\n')).toHaveLength(
      7,
    );
  });

  it('summary tells every line, or one, of any day, as text and as JSON', async () => {
    const text = await place.run(['summary', '--date', '2026-11-19']);

    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('IT Service Desk · Thursday');
    expect(text.stdout).toContain('Infrastructure · Thursday');
    const [it, ...others] = (await place.json(['summary', '--line', 'it', '--date', '2026-11-19', '--json'])) as {
      line: string;
      current: { opened: number; resolved: number };
    }[];
    expect(others).toEqual([]);
    // The ticket that was escalated counts where it is now.
    expect(it).toMatchObject({ line: 'it', current: { opened: 2, resolved: 1 } });
    expect((await place.run(['summary'])).code).toBe(0);
  });

  it('summary --send puts it into the outbox for the managers, each time anew', async () => {
    const waiting = async (): Promise<number> => {
      const checks = (await place.json(['doctor', '--json'])) as { name: string; detail: string }[];
      return Number.parseInt(checks.find(({ name }) => name === 'outbox')?.detail ?? '', 10);
    };
    const before = await waiting();

    const { code } = await place.run(['summary', '--line', 'it', '--send']);

    expect(code).toBe(0);
    expect(await waiting()).toBe(before + 1);
  });

  it.each<[string, string[], RegExp]>([
    ['a line that is not there', ['--line', 'hr'], /no line "hr"; use it, it-l2/],
    ['a date in words', ['--date', 'yesterday'], /such as 2026-11-23/],
    ['a day that does not exist', ['--date', '2026-02-30'], /such as 2026-11-23/],
  ])('summary of %s is wrong usage', async (_what, args, told) => {
    const { code, stdout, stderr } = await place.run(['summary', ...args]);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(told);
  });

  it('migrate brings a new database up to date, and --status lists before and after', async () => {
    const fresh = await createBare();
    const env = { DATABASE_URL: fresh.text };
    try {
      const before = (await place.json(['migrate', '--status', '--json'], { env })) as { pending: string[] };
      expect(before.pending[0]).toContain('CreateHelpdesk');
      expect((await place.run(['migrate', '--status'], { env })).stdout).toMatch(/^to do {2}CreateHelpdesk/);

      expect((await place.run(['migrate'], { env })).stdout).toMatch(/^done {2}CreateHelpdesk/);

      expect((await place.run(['migrate', '--status'], { env })).stdout).toBe('The database is up to date.\n');
      expect(await place.json(['migrate', '--json'], { env })).toEqual({ ran: [] });
    } finally {
      await fresh.drop();
    }
  });
});
