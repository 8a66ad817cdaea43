/** `helpdesk knowledge …` through the command: import, search, evaluate. */
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { Workplace } from './command';
import { DESK, workplace } from './command';

const VPN =
  '---\nid: vpn\ntitle: VPN keeps disconnecting\nlanguage: en\ntags: [vpn]\n---\nSwitch the VPN client to TCP.\n';
const PRINTER =
  '---\nid: printer\ntitle: Printer prints nothing\nlanguage: en\n---\nClear the print queue of the printer.\n';
const ROOT =
  '---\nid: reset\ntitle: Reset the directory server password\naudience: agents\n---\nUse the vault for the directory server.\n';
const DRUKARKA =
  '---\nid: drukarka\ntitle: Drukarka nie drukuje\nlanguage: pl\n---\nWyczyść kolejkę wydruku drukarki.\n';

describe.each(databases())('helpdesk knowledge, on $name', ({ name, create }) => {
  let database: TestDatabase;
  let place: Workplace;

  beforeAll(async () => {
    database = await create();
    place = await workplace({ DATABASE_URL: database.text });
    place.write('kb/vpn.md', VPN);
    place.write('kb/printer.md', PRINTER);
    place.write('kb/agents/reset.md', ROOT);
    place.write('kb/pl/drukarka.md', DRUKARKA);
    expect((await place.run(['knowledge', 'import', 'kb'])).code).toBe(0);
  });

  afterAll(async () => {
    place.remove();
    await database.drop();
  });

  const search = (args: string[], input = ''): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    place.run(['knowledge', 'search', ...args], { input });
  const lines = (text: string): unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);

  describe('import', () => {
    it('reports what is added, changed, unchanged and removed, and only shows it when told so', async () => {
      place.write('second/vpn.md', VPN.replace('TCP', 'UDP'));
      place.write('second/printer.md', PRINTER);
      place.write('second/new.csv', 'id,title,body,tags\nwifi,Guest Wi-Fi,"Ask the front desk, ""please""",wifi\n');
      place.write('second/more.jsonl', '{"id":"mail","title":"Mailbox is full","body":"Empty the archive."}\n');
      const args = ['knowledge', 'import', 'second', '--prune'];
      const difference = {
        added: ['mail', 'wifi'],
        changed: ['vpn'],
        unchanged: ['printer'],
        removed: ['drukarka', 'reset'],
        kept: [],
        conflicts: [],
      };

      const shown = (await place.json([...args, '--dry-run', '--json'])) as Record<string, string[]>;
      const dry = await place.run([...args, '--dry-run']);
      const again = (await place.json([...args, '--dry-run', '--json'])) as Record<string, string[]>;

      expect(sorted(shown)).toEqual({ ...difference, dryRun: true });
      expect(again).toEqual(shown);
      expect(dry.stdout).toMatch(/added {2}wifi[\s\S]*Would be: 2 added, 1 changed, 1 unchanged, 2 removed\n$/);

      expect(sorted((await place.json([...args, '--json'])) as Record<string, string[]>)).toEqual({
        ...difference,
        dryRun: false,
      });
      expect((await place.run(args)).stdout).toBe('0 added, 0 changed, 4 unchanged, 0 removed\n');
      // Back to what the other tests look for; without --prune nothing goes.
      expect((await place.run(['knowledge', 'import', 'kb'])).stdout).toContain(
        '2 added, 1 changed, 1 unchanged, 0 removed',
      );
    });
  });

  describe('search', () => {
    it('shows what the bot would suggest, as text and as JSON', async () => {
      const text = await search(['my', 'vpn', 'drops']);

      expect([text.code, text.stderr]).toEqual([0, '']);
      expect(text.stdout).toMatch(/^0\.\d\d {2}VPN keeps disconnecting {2}\(vpn\)\n {6}Switch the VPN client to TCP\./);
      expect(await place.json(['knowledge', 'search', 'my vpn drops', '--json'])).toEqual([
        {
          id: 'vpn',
          title: 'VPN keeps disconnecting',
          score: expect.any(Number),
          passage: expect.stringContaining('TCP'),
          found: ['VPN'],
        },
      ]);
    });

    it('shows an article for agents only to whom it is for', async () => {
      const question = ['reset the directory server password', '--json', '--all'];
      const ids = async (more: string[]): Promise<string[]> =>
        ((await place.json(['knowledge', 'search', ...question, ...more])) as { id: string }[]).map(({ id }) => id);

      expect(await ids([])).not.toContain('reset');
      expect(await ids(['--audience', 'contractors'])).not.toContain('reset');
      expect((await ids(['--audience', 'agents']))[0]).toBe('reset');
      expect((await ids(['--audience', ' Everyone; Agents ']))[0]).toBe('reset');
    });
  });

  // The rest asks nothing of the database that is not asked above.
  if (name !== 'SQLite') return;

  describe('import', () => {
    it('of a folder without articles removes none: it is taken for a slip, such as a disk that is not there', async () => {
      place.write('empty/notes.txt', 'not an article');

      const { code, stdout, stderr } = await place.run(['knowledge', 'import', 'empty', '--prune']);

      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(
        'empty:1  there is no article in this folder: check the path; .md, .jsonl, .csv are read',
      );
      expect(await place.json(['knowledge', 'search', 'my vpn drops', '--json'])).toHaveLength(1);
    });

    it.each<[string, string, string | Buffer, RegExp]>([
      ['front matter without a title', 'no-title.md', '---\nid: x\n---\nwords\n', /no-title\.md:1 .*title/],
      ['a key that is not known', 'key.md', '---\nid: x\ntitle: X\ntagz: [a]\n---\nwords\n', /key\.md:4 .*tagz/],
      ['an address that is none', 'url.md', '---\nid: x\ntitle: X\nurl: the wiki\n---\nwords\n', /url\.md:4 .*https/],
      [
        'a language that is not spoken',
        'lang.md',
        '---\nid: x\ntitle: X\nlanguage: de\n---\nwords\n',
        /lang\.md:4 .*en.*pl/,
      ],
      ['a line that is no JSON', 'rows.jsonl', '{"id":"a","title":"A","body":"a"}\n{"id":\n', /rows\.jsonl:2 /],
      ['a quote that does not end', 'rows.csv', 'id,title,body\na,A,"never\n', /rows\.csv:2 /],
      [
        'bytes that are no UTF-8',
        'latin.md',
        Buffer.from('---\ntitle: X\n---\nna\xefve\n', 'latin1'),
        /latin\.md:4 .*UTF-8/,
      ],
      [
        'one id twice',
        'twice.jsonl',
        '{"id":"t","title":"A","body":"a"}\n{"id":"t","title":"B","body":"b"}\n',
        /twice\.jsonl:2 .*already taken/,
      ],
    ])('with %s names file, line and reason, and applies nothing', async (_what, name, text, told) => {
      place.write('broken/fine.md', '---\nid: fine\ntitle: All is well\n---\nwords\n');
      place.write(`broken/${name}`, text);

      const { code, stdout, stderr } = await place.run(['knowledge', 'import', 'broken/fine.md', `broken/${name}`]);

      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(told);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect((await search(['all is well', '--json'])).stdout).not.toContain('fine');
    });

    it('of a path that is not there fails with the path', async () => {
      const { code, stderr } = await place.run(['knowledge', 'import', 'nowhere']);

      expect(code).toBe(1);
      expect(stderr).toContain('nowhere:1  there is no such file or folder');
    });
  });

  describe('search', () => {
    it('takes the desk’s own words for each other besides the usual ones, though the index was kept before', async () => {
      const env = { HELPDESK_CONFIG: 'own.yaml', KNOWLEDGE_SNAPSHOT: 'kept.index' };
      const ask = async (): Promise<unknown> =>
        await place.json(['knowledge', 'search', 'zielony smok', '--all', '--json'], { env });
      place.write('own.yaml', DESK.replace("['kb/']", "{ paths: ['kb/'] }"));
      expect(await ask()).toEqual([]);

      // The article has to be read anew for it: two of its words are one now.
      place.write('own.yaml', DESK.replace("['kb/']", "{ paths: ['kb/'], synonyms: words.yaml }"));
      place.write('words.yaml', 'same: [[zielony smok, print queue]]\n');
      expect(await ask()).toMatchObject([{ id: 'printer' }]);
    });

    it.each([
      ['without a desk', {}, 'finance', 'is not known: use everyone, agents, line:KEY, department:KEY or organisation'],
      [
        'of a desk',
        { HELPDESK_CONFIG: 'own.yaml' },
        'line:finance',
        'is not known here: use everyone, agents, line:it',
      ],
    ])('for an audience that no article can be for, %s, says which there are, and goes on', async (...each) => {
      const [, env, word, told] = each;
      place.write('own.yaml', DESK);

      for (const verb of ['search', 'why']) {
        const args = ['knowledge', verb, 'vpn', '--audience', `agents,${word}`];
        const { code, stdout, stderr } = await place.run(args, { env });
        expect([code, stdout]).toEqual([0, expect.stringContaining('VPN')]);
        expect(stderr).toContain(`the audience "${word}" ${told}`);
      }
    });

    it('says how to bring articles in while there are none', async () => {
      const env = { DATABASE_URL: 'sqlite:none.db', KNOWLEDGE_SNAPSHOT: 'none.index' };
      const { code, stdout } = await place.run(['knowledge', 'search', 'vpn'], { env });
      expect([code, stdout]).toEqual([
        0,
        'There are no articles yet. Bring some in with: helpdesk knowledge import PATH\n',
      ]);
    });

    it('says so beside what a program reads, which finds nothing then', async () => {
      const env = { DATABASE_URL: 'sqlite:none.db', KNOWLEDGE_SNAPSHOT: 'none.index' };
      const stderr = expect.stringMatching(/^There are no articles yet/) as unknown;

      expect(await place.run(['knowledge', 'search', 'vpn', '--json'], { env })).toEqual({
        ...{ code: 0, stdout: '[]\n', stderr },
      });
      expect(await place.run(['knowledge', 'search', '--stdin'], { env, input: '{"id":"1","text":"vpn"}\n' })).toEqual({
        code: 0,
        stdout: '{"id":"1","results":[]}\n',
        stderr,
      });
    });

    it('finds nothing in words, and an empty list in JSON', async () => {
      expect((await search(['where is the canteen'])).stdout).toBe('Nothing fits.\n');
      expect(await place.json(['knowledge', 'search', 'where is the canteen', '--json'])).toEqual([]);
    });

    it('ranks beyond the bot’s confidence with --all, at most --limit of them', async () => {
      const ids = async (...args: string[]): Promise<string[]> =>
        (
          (await place.json(['knowledge', 'search', 'client queue printer vpn', '--json', ...args])) as { id: string }[]
        ).map(({ id }) => id);

      expect((await ids('--all')).slice(0, 2).sort()).toEqual(['printer', 'vpn']);
      expect(await ids('--all', '--limit', '1')).toHaveLength(1);
    });

    it('keeps to the asker’s language', async () => {
      const found = (await place.json(['knowledge', 'search', 'drukarka', '--json', '--language', 'pl'])) as {
        id: string;
      }[];

      expect(found.map(({ id }) => id)).toEqual(['drukarka']);
    });

    it('answers each line of --stdin in order, and goes on after a bad one', async () => {
      const input = [
        '{"id":"1","text":"my vpn drops"}',
        'not json',
        '',
        '{"id":2,"text":"printer prints nothing"}',
        '{"id":"3"}',
        '{"id":"4","text":"where is the canteen"}',
      ].join('\n');

      const { code, stdout, stderr } = await search(['--stdin'], input);

      expect([code, stderr]).toEqual([0, '']);
      expect(lines(stdout)).toEqual([
        { id: '1', results: [{ id: 'vpn', score: expect.any(Number) }] },
        { id: null, error: expect.stringContaining('line 2'), results: [] },
        { id: 2, results: [expect.objectContaining({ id: 'printer' })] },
        { id: '3', error: expect.stringContaining('line 5'), results: [] },
        { id: '4', results: [] },
      ]);
    });

    it('gives each line of --stdin --limit results with --all, best first, scores in 0..1', async () => {
      const { stdout } = await search(
        ['--stdin', '--all', '--limit', '2'],
        '{"id":"1","text":"vpn client printer queue"}',
      );

      const [{ results }] = lines(stdout) as [{ results: { id: string; score: number }[] }];
      expect(results).toHaveLength(2);
      expect(results[0]!.score).toBeGreaterThanOrEqual(results[1]!.score);
      expect(results.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
    });

    it('answers nothing to nothing on --stdin', async () => {
      expect(await search(['--stdin'])).toEqual({ code: 0, stdout: '', stderr: '' });
    });
  });

  describe('evaluate', () => {
    it('measures, as text and as JSON', async () => {
      place.write(
        'queries.jsonl',
        '{"id":"1","text":"vpn drops","relevant":["vpn"]}\n\n{"id":"2","text":"where is the canteen","relevant":[]}\n',
      );

      expect(await place.json(['knowledge', 'evaluate', 'queries.jsonl', '--json'])).toEqual({
        questions: 2,
        hit1: 1,
        hit3: 1,
        mrr10: 1,
        wronglyAnswered: 0,
        p50Ms: expect.any(Number),
        p95Ms: expect.any(Number),
      });
      expect((await place.run(['knowledge', 'evaluate', 'queries.jsonl'])).stdout).toMatch(
        /^questions +2\nhit1 +1\n[\s\S]*p95Ms/,
      );
    });

    it('says nothing of what there are no questions for', async () => {
      place.write('queries.jsonl', '{"id":"1","text":"where is the canteen","relevant":[]}\n');

      const { stdout } = await place.run(['knowledge', 'evaluate', 'queries.jsonl']);

      expect(stdout).toMatch(/^questions +1\nhit1 +–\n/);
    });

    it.each([
      ['a broken line', '{"id":"1","text":"a","relevant":[]}\n{"id"\n', /wrong\.jsonl:2 /],
      ['a line without "relevant"', '{"id":"1","text":"a"}\n', /wrong\.jsonl:1 .*relevant/],
      ['a line of nothing', 'null\n', /wrong\.jsonl:1 .*"relevant" are needed/],
      ['an id that is none', '{"id":"1","text":"a","relevant":[7]}\n', /wrong\.jsonl:1 .*"relevant" are needed/],
    ])('with %s says where', async (_what, text, told) => {
      place.write('wrong.jsonl', text);

      const { code, stdout, stderr } = await place.run(['knowledge', 'evaluate', 'wrong.jsonl']);

      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(told);
    });

    it('of a file that begins with a byte order mark and has Windows lines is as of any other', async () => {
      place.write('queries.jsonl', '\ufeff{"id":"1","text":"vpn drops","relevant":["vpn"]}\r\n\r\n');

      expect(await place.json(['knowledge', 'evaluate', 'queries.jsonl', '--json'])).toMatchObject({ hit1: 1 });
    });

    it('says which answers are no articles here', async () => {
      place.write('queries.jsonl', '{"id":"1","text":"vpn drops","relevant":["vpm"]}\n');

      const { code, stderr } = await place.run(['knowledge', 'evaluate', 'queries.jsonl']);

      expect(code).toBe(0);
      expect(stderr).toContain('no article here has the id vpm');
    });

    it('of a folder says which, and that it is one', async () => {
      const { code, stderr } = await place.run(['knowledge', 'evaluate', 'kb']);

      expect([code, stderr]).toEqual([1, 'helpdesk: kb is a folder: name a file\n']);
    });

    it('of a file that is not there says which', async () => {
      const { code, stderr } = await place.run(['knowledge', 'evaluate', 'nowhere.jsonl']);

      expect(code).toBe(1);
      expect(stderr).toContain('nowhere.jsonl');
    });
  });
});

function sorted(difference: Record<string, string[]>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(difference).map(([name, ids]) => [name, Array.isArray(ids) ? [...ids].sort() : ids]),
  );
}
