/** Words stay words, wherever they go: links, logs, terminals, files and objects. What cards, SQL and CSV do stands in docs/SECURITY.md. */
// ASVS 5.0 v5.0.0-1.2.2 (only safe URLs), v5.0.0-1.3.6 (SSRF), v5.0.0-5.3.2 (paths), v5.0.0-15.3.6 (prototype pollution),
// v5.0.0-16.4.1 (log injection)
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { renderCard } from '../../bots/slack/block-kit';
import { GENERAL_CHANNEL } from '../../sandbox/people';
import { exportArticles } from '../../src/knowledge/article-export';
import { parseArticles } from '../../src/knowledge/article-formats';
import { logTo } from '../../src/log';
import { Store } from '../../src/store/store';
import { DESK, workplace } from '../cli/command';
import { openSlackDesk, shown } from '../e2e/slack-desk';
import type { DatabaseKind } from '../support/databases';
import { databases } from '../support/databases';

const [sqlite] = databases() as [DatabaseKind];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helpdesk-injection-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a link on a card in Slack', () => {
  const urlOf = (url: string): unknown => {
    const button = { label: 'Read it', url };
    const { blocks } = renderCard({
      title: 'x',
      summary: 'x',
      parts: [{ kind: 'item', title: 'x', text: 'x', button }],
      actions: [],
    });
    return /"url":"([^"]*)"/.exec(JSON.stringify(blocks))?.[1] ?? null;
  };

  it.each(['https://kb.example/1', 'http://kb.example/1', 'mailto:it@kb.example'])('opens %s', (url) => {
    expect(urlOf(url)).toBe(url);
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'slack://x',
    'x',
    '',
  ])('never opens %j', (url) => expect(urlOf(url)).toBeNull());
});

it('whatever addresses articles and questions have, the helpdesk itself calls none of them', async () => {
  const calls: string[] = [];
  const elsewhere = createServer((request, response) => {
    calls.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  writeFileSync(
    join(folder, 'a.md'),
    `---\nid: a\ntitle: Kestrel reader\nurl: ${base}/url\n---\nSee ${base}/body ![x](${base}/image.png) [y](${base}/link) <img src="${base}/html">\n`,
  );
  const database = await sqlite.create();
  const desk = await openSlackDesk(database, { knowledge: [folder] });
  try {
    const { nora } = desk.people;
    await nora.command(GENERAL_CHANNEL, '/helpdesk', `kestrel reader ${base}/question`);
    const answer = await desk.last(nora, GENERAL_CHANNEL, ({ ephemeral }) => ephemeral);
    expect(shown(answer.blocks)).toContain('Kestrel reader');
    await nora.click(answer, { label: 'Open a ticket' });
    await desk.form(nora);
    await nora.submitModal({ Summary: `${base}/subject`, Details: `${base}/details` });
    await desk.settled();

    expect(calls).toEqual([]);
  } finally {
    await desk.close();
    await database.drop();
    elsewhere.close();
  }
});

it('a log line stays one line of JSON, whatever is in it', () => {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => void (lines.push(chunk.toString()), done()) });
  const nasty = 'a\r\n{"level":60,"msg":"forged"}\u001b[2J\u001b]0;title\u0007\u2028b\u0000';

  logTo('info', sink).error({ err: new Error(nasty), place: nasty, [nasty]: 'x' }, 'a fault');

  const text = lines.join('');
  expect(text.match(/\n/g)).toHaveLength(1);
  // eslint-disable-next-line no-control-regex -- that is what must not be there
  expect(text.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
  expect(JSON.parse(text)).toMatchObject({ msg: 'a fault', level: 50, place: nasty });
});

it.each([
  ["Duplicate entry 'my cat is ill' for key 'subject'", "Duplicate entry '…' for key 'subject'"],
  ["Incorrect string value: 'my cat' for column 'x'", "Incorrect string value: '…' for column 'x'"],
  ["Truncated incorrect DOUBLE value: 'my cat'", "Truncated incorrect DOUBLE value: '…'"],
  ["Duplicate entry 'my cat is i", "Duplicate entry '…'"],
])('of %p a log line tells what happened, not what somebody wrote', (message, told) => {
  let text = '';
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => void ((text += chunk.toString()), done()) });

  logTo('info', sink).error({ err: new Error(message) }, 'a fault');

  const { err } = JSON.parse(text) as { err: { message: string; stack: string } };
  expect(err.message).toBe(told);
  expect(err.stack).not.toContain('my cat');
});

it('a terminal shows what people typed and is told nothing by it', async () => {
  const database = await sqlite.create();
  const place = await workplace({ DATABASE_URL: database.text });
  place.write('helpdesk.yaml', DESK);
  place.write('kb/a.md', '---\nid: a\ntitle: A\n---\nwords\n');
  const nasty = 'Nora\u001b[31m\u009b2J\u001b]0;owned\u0007\rroot';
  const store = await Store.open(database.url);
  await store.migrate();
  const person = { id: 'slack:U0NORA', name: nasty, email: null, language: 'en', address: 'slack:U0NORA' } as const;
  await store.write((session) => session.people.remember(person));
  await store.write((session) =>
    session.tickets.add({
      ...{
        subject: nasty,
        details: '',
        status: 'open',
        line: 'it',
        priority: 'P3',
        category: 'other',
        intake: 'command',
      },
      ...{
        requester: person.id,
        openedBy: person.id,
        assignee: null,
        inquiryId: null,
        resolution: null,
        resolvedWith: null,
      },
      ...{
        version: 1,
        openedAt: new Date(),
        updatedAt: new Date(),
        firstResponseAt: null,
        resolvedAt: null,
        closedAt: null,
      },
    }),
  );
  await store.close();
  try {
    const outputs = await Promise.all(
      ['tickets list', 'tickets show 1', 'tickets show 1 --json'].map((args) => place.run(args.split(' '))),
    );

    for (const { code, stdout } of outputs) {
      expect(code).toBe(0);
      expect(stdout).toContain('Nora');
      // eslint-disable-next-line no-control-regex -- that is what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }
  } finally {
    place.remove();
    await database.drop();
  }
});

it.each(['../../escaped', '/etc/escaped', '..\\escaped', 'a/b', '.', '..', 'con\u0000', '~/x'])(
  'an article of the id %j is exported into the folder and nowhere else',
  async (id) => {
    const inside = join(folder, 'a', 'b');
    const about = { title: 'x', body: 'x', tags: [], language: null, audience: 'everyone', url: null } as const;
    const kept = { version: 1, source: 'chat', fileHash: null, retiredAt: null, confirmedAt: null } as const;

    await exportArticles([{ id, ...about, ...kept, changedAt: new Date() }], inside, { overwrite: false });

    expect(readdirSync(inside).filter((name) => name.endsWith('.md'))).toHaveLength(1);
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()).toHaveLength(3);
  },
);

it.each<[string, string]>([
  ['.csv', 'id,title,body,__proto__,constructor\na,A,words,polluted,polluted\n'],
  [
    '.jsonl',
    '{"id":"a","title":"A","body":"words","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}\n',
  ],
  ['.md', '---\nid: a\ntitle: A\n__proto__: { polluted: 1 }\n---\nwords\n'],
  ['.md', '---\nid: a\ntitle: A\ntags: &a [*a, *a]\n---\nwords\n'],
])('an article file of %s cannot change what every object has: %j', (extension, text) => {
  parseArticles(text, extension, 'a');

  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

it('front matter that grows when it is read is refused at once', () => {
  const names = 'abcdefghij'.split('');
  const doubling = names.map(
    (name, at) =>
      `${name}: &${name} [${Array(9)
        .fill(at === 0 ? 'lol' : `*${names[at - 1]}`)
        .join(',')}]`,
  );
  const began = performance.now();

  const { problems } = parseArticles(`---\ntitle: A\n${doubling.join('\n')}\n---\nwords\n`, '.md', 'a');

  expect(problems.length).toBeGreaterThan(0);
  expect(performance.now() - began).toBeLessThan(1000);
});
