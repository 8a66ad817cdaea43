/** What the search learned, as an operator looks at it: `knowledge why`, `knowledge evaluate --calibrate`, `--reset`, `doctor`. */
import { Store } from '../../src/store/store';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import { DESK, workplace } from './command';
import type { Workplace } from './command';

const VPN = '---\nid: vpn\ntitle: VPN keeps disconnecting\nlanguage: en\n---\nSwitch the VPN client to TCP.\n';
const PRINTER =
  '---\nid: printer\ntitle: Printer prints nothing\nlanguage: en\n---\nClear the print queue of the printer.\n';

const calibrate = ['knowledge', 'evaluate', '--calibrate'];

describe.each(databases())('what was learned, on $name', ({ name, create }) => {
  let database: TestDatabase;
  let place: Workplace;
  let store: Store;

  beforeEach(async () => {
    database = await create();
    place = await workplace({ DATABASE_URL: database.text });
    place.write('kb/vpn.md', VPN);
    place.write('kb/printer.md', PRINTER);
    expect((await place.run(['knowledge', 'import', 'kb'])).code).toBe(0);
    store = await Store.open(database.url);
  });

  afterEach(async () => {
    await store.close();
    place.remove();
    await database.drop();
  });

  /** Somebody asked, and it was solved by an article, or else by an agent without one. */
  async function asked(text: string, solvedBy: string | null, person: string): Promise<void> {
    const at = new Date();
    await store.write(async (session) => {
      const outcome = solvedBy === null ? 'ticket' : 'solved';
      const question = { person, text, language: 'en', intake: 'command', askedAt: at, suggested: [] } as const;
      const { id } = await session.inquiries.add({ ...question, outcome, solvedBy, settledAt: at });
      if (solvedBy !== null) return;
      await session.tickets.add({
        ...{ subject: text, details: '', status: 'resolved', line: 'it', priority: 'P3', category: 'other' },
        ...{ requester: person, openedBy: person, intake: 'command', assignee: 'slack:UANNA', inquiryId: id },
        ...{ resolution: 'Done.', resolvedWith: null, version: 1, openedAt: at, updatedAt: at },
        ...{ firstResponseAt: at, resolvedAt: at, closedAt: null },
      });
    });
  }

  it('why tells what use added, and from which question', async () => {
    for (const person of ['slack:U1', 'slack:U2']) await asked('the gizmo goes bananas', 'vpn', person);

    const { stdout } = await place.run(['knowledge', 'why', 'gizmo', 'bananas']);
    const json = await place.json(['knowledge', 'why', 'gizmo bananas', '--json']);

    expect(stdout).toMatch(
      /Use added 0\.\d\d\. Most like this was asked: "the gizmo goes bananas"; it helped 2, and did not help 0/,
    );
    expect(json).toMatchObject({
      question: 'gizmo bananas',
      learning: 'on',
      calibrated: null,
      articles: [
        {
          id: 'vpn',
          learned: { closest: { question: 'the gizmo goes bananas', helped: expect.closeTo(2) as unknown, failed: 0 } },
        },
      ],
    });
  });

  it('calibrating chooses on what was asked here, for every process, until it is reset', async () => {
    for (let at = 0; at < 40; at += 1) {
      await asked(`vpn disconnecting ${at}`, 'vpn', `slack:U${at}`);
      await asked(`printer for my boat ${at}`, null, `slack:U${at}`);
    }

    const { code, stdout } = await place.run(calibrate);
    const shownFrom = Number(/shown from +0\.\d\d +(0\.\d\d)/.exec(stdout)?.[1]);

    expect(code).toBe(0);
    expect(stdout).toContain('40 questions that an article answers, 40 that none does.');
    expect(stdout).toMatch(/shown right +\d\.\d\d +1\.00/);
    expect(stdout).toMatch(/wrongly shown +\d\.\d\d +0\.\d\d/);
    expect(await place.json(['knowledge', 'why', 'vpn', '--json'])).toMatchObject({ shownFrom });
    const doctor = await place.run(['doctor']);
    expect(doctor.stdout).toMatch(/shows articles from 0\.\d\d on, calibrated on \d{4}-\d\d-\d\d with 80 questions/);

    expect((await place.run(['knowledge', 'evaluate', '--reset'])).stdout).toContain('the default');
    expect(await place.json(['knowledge', 'why', 'vpn', '--json'])).toMatchObject({ calibrated: null });
    expect((await place.run(['doctor'])).stdout).toMatch(/shows articles from 0\.\d\d on, the default/);
  });

  // The rest asks nothing of the database that is not asked above.
  if (name !== 'SQLite') return;

  it('why says which words counted, what spoke for an article, and why it is shown', async () => {
    const { code, stdout } = await place.run(['knowledge', 'why', 'my', 'vpn', 'drops']);

    expect(code).toBe(0);
    expect(stdout).toContain('Language: en');
    expect(stdout).toMatch(/ {2}drops +\d+ % {2}taken for disconnect 0\.50/);
    expect(stdout).toMatch(/An article is shown from 0\.\d\d on \(the default\)\. Learning from use is on\./);
    expect(stdout).toMatch(/1\. 0\.\d\d {2}VPN keeps disconnecting {2}\(vpn\)/);
    expect(stdout).toContain('Use taught nothing of it for this question.');
  });

  it('why says so when nothing fits, and asks for a question when there is none', async () => {
    expect((await place.run(['knowledge', 'why', 'pizza'])).stdout).toContain('No article has any of it');
    expect(await place.run(['knowledge', 'why'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('nothing is learned where helpdesk.yaml says so', async () => {
    await asked('the gizmo goes bananas', 'vpn', 'slack:U1');
    place.write('helpdesk.yaml', DESK.replace("['kb/']", "{ paths: ['kb/'], learning: off }"));

    expect(await place.json(['knowledge', 'why', 'gizmo bananas', '--json'])).toMatchObject({
      learning: 'off',
      articles: [],
    });
  });

  it('calibrating says how many questions it takes when there are too few, and changes nothing', async () => {
    await asked('my vpn drops', 'vpn', 'slack:U1');

    const { code, stdout, stderr } = await place.run(calibrate);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('There is 1 question that an article answers and 0 that none does; it takes 40 of each');
    expect(await store.read((session) => session.past.calibration())).toBeNull();
  });

  it('calibrating takes a file of questions too, and gives its figures as JSON', async () => {
    const line = (text: string, relevant: string[]): string => JSON.stringify({ id: text, text, relevant });
    const lines = Array.from({ length: 40 }, (_, at) => [
      line(`vpn disconnecting ${at}`, ['vpn']),
      line(`a boat with sails ${at}`, []),
    ]);
    place.write('questions.jsonl', lines.flat().join('\n'));

    const result = await place.json([...calibrate, 'questions.jsonl', '--json']);

    expect(result).toMatchObject({ answerable: 40, unanswerable: 40, after: { shownFrom: 0.2, wronglyShown: 0 } });
    expect(await place.run(['knowledge', 'evaluate', '--reset', 'questions.jsonl'])).toMatchObject({ code: 2 });
    expect(await place.run(['knowledge', 'evaluate'])).toMatchObject({ code: 2 });
  });
});
