/** Articles from files: what is accepted, what is refused and how the mend is told, and what an import would change. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Article } from '../../src/domain/article';
import type { KeptArticle } from '../../src/domain/authoring';
import { compareArticles, hashOf, readArticles } from '../../src/knowledge/article-file';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'articles-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const at = path.join(folder, name);
  await mkdir(path.dirname(at), { recursive: true });
  await writeFile(at, content);
  return at;
}

/** The problems of one file, as "line reason". */
async function problemsOf(name: string, content: string | Buffer): Promise<string[]> {
  const { problems } = await readArticles([await file(name, content)]);
  return problems.map(({ line, reason }) => `${line} ${reason}`);
}

const MARKDOWN =
  '---\ntitle: VPN drops\ntags: [vpn, network]\nlanguage: en\nurl: https://example.com/vpn\n---\nMove closer.\n';

describe('what is read', () => {
  test('a Markdown article takes its id from its file name and is for everyone unless it says otherwise', async () => {
    const at = await file('vpn-drops.md', MARKDOWN);
    expect(await readArticles([at])).toEqual({
      articles: [
        {
          id: 'vpn-drops',
          title: 'VPN drops',
          tags: ['vpn', 'network'],
          language: 'en',
          audience: 'everyone',
          url: 'https://example.com/vpn',
          body: 'Move closer.',
        },
      ],
      problems: [],
    });
  });

  test('a folder within that may not be read is named itself', async () => {
    await file('kb/mail.md', MARKDOWN);
    await file('kb/private/vpn.md', MARKDOWN);
    await chmod(folder, 0o755);
    await chmod(path.join(folder, 'kb/private'), 0);
    // To the superuser everything is readable.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const { problems } = await readArticles([path.join(folder, 'kb')]);

      expect(problems).toEqual([
        { file: path.join(folder, 'kb/private'), line: 1, reason: expect.stringContaining('may not be read') },
      ]);
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(path.join(folder, 'kb/private'), 0o755);
    }
  });

  test('a folder that is a link is read as one, once, and a link back up leads nowhere', async () => {
    await file('elsewhere/en/vpn.md', MARKDOWN);
    await file('kb/mail.md', MARKDOWN);
    await symlink('../elsewhere/en', path.join(folder, 'kb/en'));
    await symlink('../elsewhere/en', path.join(folder, 'kb/english'));
    await symlink('..', path.join(folder, 'elsewhere/en/up'));
    await symlink('.', path.join(folder, 'kb/here'));
    await symlink('nowhere', path.join(folder, 'kb/broken'));

    const { articles, problems } = await readArticles([path.join(folder, 'kb')]);

    expect([articles.map(({ id }) => id), problems]).toEqual([['vpn', 'mail'], []]);
  });

  test('a byte order mark and Windows line ends change nothing', async () => {
    const plain = await readArticles([await file('a/x.md', MARKDOWN)]);
    const windows = await readArticles([await file('b/x.md', `\ufeff${MARKDOWN.replaceAll('\n', '\r\n')}`)]);
    expect(windows).toEqual(plain);
  });

  test('the same article reads the same from Markdown, JSON lines and CSV', async () => {
    const [markdown] = (await readArticles([await file('vpn.md', MARKDOWN)])).articles;
    const row = {
      id: 'vpn',
      title: 'VPN drops',
      tags: ['vpn', 'network'],
      language: 'en',
      url: 'https://example.com/vpn',
    };
    const json = JSON.stringify({ ...row, body: 'Move closer.\n', source: 'another program' });
    const csv =
      'id;title;tags;language;url;body\nvpn;VPN drops;"vpn, network";en;https://example.com/vpn;Move closer.\n';
    expect((await readArticles([await file('a.jsonl', `\n${json}\n`)])).articles).toEqual([markdown]);
    expect((await readArticles([await file('a.csv', csv)])).articles).toEqual([markdown]);
  });

  test('a CSV field in quotes keeps its commas and line breaks', async () => {
    const at = await file('a.csv', 'id,title,body\n1,One,"first, line\nsecond ""line"""\n2,Two,text\n');
    const { articles } = await readArticles([at]);
    expect(articles.map(({ body }) => body)).toEqual(['first, line\nsecond "line"', 'text']);
  });

  test('a folder is read with its folders, by name, and only what is an article', async () => {
    await file('b/two.md', MARKDOWN);
    await file('a/one.md', MARKDOWN);
    await file('Z.jsonl', '{"id":"zed","title":"Z","body":"z"}');
    await file('picture.png', 'x');
    await file('.hidden/three.md', MARKDOWN);
    const { articles, problems } = await readArticles([folder, path.join(folder, 'a')]);
    expect(problems).toEqual([]);
    expect(articles.map(({ id }) => id)).toEqual(['zed', 'one', 'two']);
  });

  test('an empty front matter value is as if it were left out', async () => {
    const at = await file('x.md', '---\ntitle: X\nlanguage:\naudience:\nurl:\ntags:\n---\ntext');
    const [article] = (await readArticles([at])).articles;
    expect(article).toMatchObject({ language: null, audience: 'everyone', url: null, tags: [] });
  });

  test.each(['a b', 'what is "it"? (part 1)', "don't/ask; why: 100 %", 'zażółć – 打印机 😭', 'a'.repeat(191)])(
    'an id may be any line of text: %s',
    async (id) => {
      const at = await file('a.jsonl', JSON.stringify({ id, title: 'A', body: 'b' }));
      expect(await readArticles([at])).toMatchObject({ articles: [{ id }], problems: [] });
    },
  );

  test('what looks like a number is kept as it is written', async () => {
    const at = await file('x.md', '---\nid: 0042\ntitle: 3.10\ntags: [1.0, 007, 12345678901234567890, 1e3]\n---\ntext');
    const { articles, problems } = await readArticles([at]);
    expect(problems).toEqual([]);
    const tags = ['1.0', '007', '12345678901234567890', '1e3'];
    expect(articles).toMatchObject([{ id: '0042', title: '3.10', tags }]);
  });

  test('characters that no database keeps are left out of the text', async () => {
    const at = await file('a.jsonl', '{"id":"a","title":"A","body":"nul\\u0000 half\\ud800 end"}');
    expect((await readArticles([at])).articles[0]?.body).toBe('nul half\ufffd end');
  });
});

describe('whom an article is for', () => {
  const audienceIn = async (name: string, content: string): Promise<string | undefined> => {
    const { articles, problems } = await readArticles([await file(name, content)]);
    expect(problems).toEqual([]);
    return articles[0]?.audience;
  };

  test.each([
    ['one group', 'audience: agents', 'agents'],
    ['a list', 'audience: [line:it-l2, department:finance]', 'department:finance,line:it-l2'],
    ['a list in lines', 'audience:\n  - organisation:acme\n  - agents', 'agents,organisation:acme'],
    ['text with commas', 'audience: department:finance, line:it', 'department:finance,line:it'],
    ['capitals and the American word', 'audience: Agents; Organization:acme', 'agents,organisation:acme'],
    ['everyone among others', 'audience: [agents, everyone]', 'everyone'],
    ['one group twice', 'audience: [agents, agents]', 'agents'],
  ])('is written as %s', async (_what, matter, audience) => {
    expect(await audienceIn('x.md', `---\ntitle: X\n${matter}\n---\ntext`)).toBe(audience);
  });

  test('is the same in JSON lines and CSV', async () => {
    const json = '{"id":"a","title":"A","body":"b","audience":["line:it","department:finance"]}';
    expect(await audienceIn('a.jsonl', json)).toBe('department:finance,line:it');
    expect(await audienceIn('a.csv', 'id,title,body,audience\na,A,b,"line:it, department:finance"\n')).toBe(
      'department:finance,line:it',
    );
  });

  test('is checked against the groups of the desk, which are named', async () => {
    const at = await file('x.md', '---\ntitle: X\naudience: [agents, department:finanse]\n---\ntext');
    const known = ['everyone', 'agents', 'line:it', 'department:finance'];
    const { problems } = await readArticles([at], known);
    expect(problems).toEqual([
      {
        file: at,
        line: 3,
        reason:
          'the audience "department:finanse" is not known here: use everyone, agents, line:it or department:finance, or several with commas between',
      },
    ]);
  });
});

describe('what is refused', () => {
  test.each([
    [
      'an unknown audience',
      'x.md',
      '---\ntitle: X\naudience: managers\n---\ntext',
      [
        '3 the audience "managers" is not known: use everyone, agents, line:KEY, department:KEY or organisation:KEY, or several with commas between',
      ],
    ],
    [
      'an audience that is a map',
      'x.md',
      '---\ntitle: X\naudience: { line: it }\n---\ntext',
      ['3 audience is not a list'],
    ],
    [
      'an audience of too many groups',
      'x.jsonl',
      JSON.stringify({
        id: 'a',
        title: 'A',
        body: 'b',
        audience: Array.from({ length: 90 }, (_, n) => `department:d${n}`),
      }),
      ['1 the audience is longer than 1000 characters: name fewer groups'],
    ],
    ['no title', 'x.md', '---\nlanguage: en\n---\ntext', ['1 title is missing: give the article a title']],
    ['an unknown language', 'x.md', '---\ntitle: X\nlanguage: de\n---\ntext', ['3 the language "de" is not known']],
    ['a key that is a slip', 'x.md', '---\ntitle: X\nlangauge: en\n---\ntext', ['3 "langauge" is not known']],
    ['no text', 'x.md', '---\ntitle: X\n---\n \n', ['4 the article is empty']],
    ['an id of two lines', 'x.md', '---\ntitle: X\nid: "a\\nb"\n---\ntext', ['3 the id "a\\nb" has a line break']],
    ['a long id', 'x.md', `---\ntitle: X\nid: ${'a'.repeat(192)}\n---\ntext`, ['3 the id is 192 characters long']],
    [
      'a text without end',
      'x.md',
      `---\ntitle: X\n---\n${'word '.repeat(200_001)}`,
      ['4 the article is longer than 1,000,000'],
    ],
    [
      'an address without end',
      'x.md',
      `---\ntitle: X\nurl: https://x.pl/${'a'.repeat(2000)}\n---\ntext`,
      ['3 the url is longer'],
    ],
    [
      'tags without end',
      'x.md',
      `---\ntitle: X\ntags: [${'tag, '.repeat(9)}${'a'.repeat(10_000)}]\n---\ntext`,
      ['3 the tags are longer than 10,000'],
    ],
    [
      'an odd address',
      'x.md',
      '---\ntitle: X\nurl: "javascript:alert(1)"\n---\ntext',
      ['3 "javascript:alert(1)" is not'],
    ],
    ['a title that is a list', 'x.md', '---\ntitle: [a]\n---\ntext', ['2 title is not text', '2 title is missing']],
    ['no front matter', 'x.md', '# Title\ntext', ['1 there is no front matter']],
    ['an open front matter', 'x.md', '---\ntitle: X\ntext', ['1 the front matter is not closed']],
    ['broken YAML', 'x.md', '---\nlanguage: en\ntitle: a: b\n---\ntext', ['3 the front matter is not YAML']],
    ['a title in asterisks', 'x.md', '---\ntitle: *Important*\n---\ntext', ['2 a text that begins with "*"']],
    ['front matter that is a text', 'x.md', '---\njust words\n---\ntext', ['2 the front matter is not made of']],
    ['a broken JSON line', 'x.jsonl', '{"id":"a","title":"A","body":"b"}\n{"id":', ['2 this line is not JSON']],
    ['a JSON list', 'x.jsonl', '[1]', ['1 this line is not a JSON object']],
    ['a JSON article without id', 'x.jsonl', '\n{"title":"A","body":"b"}', ['2 id is missing']],
    ['a JSON body that is no text', 'x.jsonl', '{"id":"a","title":"A","body":{}}', ['1 body is not text']],
    ['tags that are no words', 'x.jsonl', '{"id":"a","title":"A","body":"b","tags":[{}]}', ['1 tags are not']],
    ['a CSV without title', 'x.csv', 'id,body\na,b\n', ['1 the first line does not name the column title']],
    ['an empty CSV', 'x.csv', '', ['1 the first line does not name the column id, title, body']],
    ['a CSV row of another width', 'x.csv', 'id,title,body\na,A,"x\ny"\nb,B,x,y\n', ['4 this row has 4 fields']],
    ['an open CSV quote', 'x.csv', 'id,title,body\na,A,"x\n', ['this is not CSV']],
    [
      'a CSV quote that is never closed',
      'x.csv',
      'id,title,body\na,"A ""1""","x\ny"\nb,B,"a ""quoted"" word\nc,C,d\ne,E,f\n',
      ['4 this is not CSV: the quote that opens here is never closed'],
    ],
    [
      'a CSV column that stands there twice',
      'x.csv',
      'id,title,body,Title,note,note\na,A,x,B,1,2\n',
      ['1 the first line names the column title more than once'],
    ],
    ['Latin-2 text', 'x.md', Buffer.from('---\ntitle: X\n---\nB\xb3\xb1d\n', 'latin1'), ['4 the file is not UTF-8']],
  ])('%s is told with its line', async (_what, name, content, expected) => {
    const problems = await problemsOf(name, content);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((start, at) => expect(problems[at]).toContain(start));
  });

  test('a path that is not there and a file of another kind are told, and the rest is read', async () => {
    const missing = path.join(folder, 'nowhere');
    const picture = await file('picture.png', 'x');
    const good = await file('x.md', MARKDOWN);
    const { articles, problems } = await readArticles([missing, picture, good]);
    expect(problems).toEqual([
      { file: missing, line: 1, reason: 'there is no such file or folder: check the path' },
      { file: picture, line: 1, reason: 'this kind of file is not read: use .md, .jsonl, .csv, or a folder' },
    ]);
    expect(articles).toHaveLength(1);
  });

  test('an id used twice is told with both places', async () => {
    const first = await file('a.md', MARKDOWN.replace('---\n', '---\nid: same\n'));
    const second = await file('b.jsonl', '{"id":"x","title":"X","body":"x"}\n{"id":"same","title":"S","body":"s"}');
    const { problems } = await readArticles([first, second]);
    expect(problems).toEqual([
      { file: second, line: 2, reason: `the id "same" is already taken by ${first}:2: give one of the two another id` },
    ]);
  });

  test('every problem of a file is told at once', async () => {
    const problems = await problemsOf('x.md', '---\nlanguage: de\ncolour: red\n---\n');
    expect(problems).toHaveLength(4);
  });
});

describe('what an import would change', () => {
  const article = (id: string, body = 'text'): Article => ({
    id,
    title: id,
    body,
    tags: ['t'],
    language: null,
    audience: 'everyone',
    url: null,
  });
  const kept = (of: Article, more: Partial<KeptArticle> = {}): KeptArticle => ({
    ...of,
    version: 1,
    source: 'file',
    fileHash: null,
    retiredAt: null,
    confirmedAt: null,
    changedAt: new Date(0),
    ...more,
  });
  const neither = { prune: false, winner: 'neither' } as const;
  const NOTHING = { added: [], changed: [], unchanged: [], removed: [], kept: [], conflicts: [] };
  const stored = [article('same'), article('old'), article('gone')].map((each) => kept(each));
  const imported = [article('same'), article('old', 'new text'), article('new')];

  test('added, changed and unchanged are told apart, and nothing is removed unasked', () => {
    expect(compareArticles(stored, imported, neither)).toEqual({
      ...NOTHING,
      added: ['new'],
      changed: ['old'],
      unchanged: ['same'],
    });
  });

  test('pruning removes what was not imported', () => {
    expect(compareArticles(stored, imported, { ...neither, prune: true }).removed).toEqual(['gone']);
  });

  test('the same import twice changes nothing', () => {
    const stored = imported.map((each) => kept(each));
    const again = compareArticles(stored, imported, { ...neither, prune: true });
    expect(again).toEqual({ ...NOTHING, unchanged: ['same', 'old', 'new'] });
  });

  const FILE = article('a', 'from the file');
  const EDITED = kept(article('a', 'from the chat'), { source: 'chat', fileHash: hashOf(FILE), version: 2 });
  const NEWER = article('a', 'newer in the file');
  const fate = (
    stored: KeptArticle,
    file: Article | null,
    winner: 'file' | 'chat' | 'neither' = 'neither',
  ): string | undefined => {
    const found = compareArticles([stored], file === null ? [] : [file], { prune: true, winner });
    return Object.entries(found).find(([, ids]) => ids.length > 0)?.[0];
  };

  test.each<[string, KeptArticle, Article | null, string, string, string]>([
    ['edited in a chat, its file as it was', EDITED, FILE, 'kept', 'kept', 'kept'],
    ['edited in a chat and in its file', EDITED, NEWER, 'conflicts', 'changed', 'kept'],
    ['edited in a chat, and back in its file', EDITED, EDITED, 'unchanged', 'unchanged', 'unchanged'],
    ['edited in a chat, its file gone', EDITED, null, 'conflicts', 'removed', 'kept'],
    ['made in a chat, without a file', { ...EDITED, fileHash: null }, null, 'kept', 'kept', 'kept'],
    ['made in a chat, a file of that name', { ...EDITED, fileHash: null }, FILE, 'conflicts', 'changed', 'kept'],
    ['retired, its file as it was', { ...EDITED, ...FILE, retiredAt: new Date(1) }, FILE, 'kept', 'kept', 'kept'],
    ['retired, its file edited', { ...EDITED, retiredAt: new Date(1) }, NEWER, 'conflicts', 'changed', 'kept'],
    ['retired, its file gone', { ...EDITED, retiredAt: new Date(1) }, null, 'kept', 'kept', 'kept'],
  ])('%s', (_what, stored, file, neither, byFile, byChat) => {
    expect([fate(stored, file), fate(stored, file, 'file'), fate(stored, file, 'chat')]).toEqual([
      neither,
      byFile,
      byChat,
    ]);
  });
});
