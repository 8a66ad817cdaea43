/** The file of the index is used whole and sound, or not at all. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Article } from '../../src/domain/article';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import type { LiveIndex } from '../../src/knowledge/knowledge-index';
import { programFingerprint, readSnapshot, stateOfSnapshot, writeSnapshot } from '../../src/knowledge/snapshot';
import { Sections } from '../../src/knowledge/sections';

const ARTICLES = Array.from({ length: 12 }, (_, n): Article => ({
  id: `a${n}`,
  title: `The printer${n} prints nothing`,
  body: `Żółta kartka ${n}: check the paper, then the queue of printer${n}. 🙂`,
  tags: ['printing'],
  language: n % 2 === 0 ? 'en' : 'pl',
  audience: n % 3 === 0 ? 'agents' : 'everyone',
  url: null,
}));
const FACTS = ARTICLES.map(({ id, audience }) => ({ id, stamp: '1', audience }));

let folder: string;
const file = (): string => join(folder, 'knowledge.index');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helpdesk-snapshot-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function indexed(): Promise<LiveIndex> {
  const index = createKnowledgeIndex();
  await index.change(
    ARTICLES.map((article) => ({ article, stamp: '1' })),
    [],
  );
  return index;
}

async function write(index: LiveIndex, program = 'ours'): Promise<void> {
  await (
    await index.hold((sections) => writeSnapshot(file(), program, 'state 1', sections))
  )();
}

const answers = (index: LiveIndex): unknown =>
  ['printer7', 'printer4 prints nothing', 'kartka', 'prnter5', 'queue'].map((question) =>
    [['everyone'], ['everyone', 'agents']].map((audience) =>
      index.suggest(question, { all: true, limit: 20, audience }),
    ),
  );

test('what is read back answers as what was written, and goes on changing', async () => {
  const index = await indexed();
  await write(index);
  const read = createKnowledgeIndex();
  read.restore(await readSnapshot(file(), 'ours'));
  expect(await read.compare(FACTS, 'all')).toEqual({ put: [], gone: [] });
  expect(answers(read)).toEqual(answers(index));
  for (const each of [index, read]) {
    const changed = { ...ARTICLES[4]!, title: 'A scanner', audience: 'agents' };
    await each.change([{ article: changed, stamp: '2' }], ['a7']);
  }
  expect(answers(read)).toEqual(answers(index));
  await write(read);
  const again = createKnowledgeIndex();
  again.restore(await readSnapshot(file(), 'ours'));
  expect((await again.compare(FACTS, 'all')).put).toEqual(['a4', 'a7']);
});

test('nobody is shown anything of it before it is said whom the articles are for', async () => {
  await write(await indexed());
  const read = createKnowledgeIndex();
  read.restore(await readSnapshot(file(), 'ours'));
  expect(read.suggest('printer7', { all: true, audience: ['everyone', 'agents', ''] })).toEqual([]);
});

test('cut short anywhere, it is not used', async () => {
  await write(await indexed());
  const whole = readFileSync(file());
  const cuts = [
    ...Array.from({ length: 60 }, (_, n) => n),
    ...Array.from({ length: 200 }, (_, n) => Math.floor((n * whole.length) / 200)),
  ];
  for (const length of [...cuts, whole.length - 1]) {
    writeFileSync(file(), whole.subarray(0, length));
    await expect(readSnapshot(file(), 'ours')).rejects.toThrow();
  }
  writeFileSync(file(), Buffer.concat([whole, Buffer.from([0])]));
  await expect(readSnapshot(file(), 'ours')).rejects.toThrow();
});

test('with any one bit changed, it is not used', async () => {
  await write(await indexed());
  const whole = readFileSync(file());
  for (let at = 0; at < whole.length; at += at < 64 ? 1 : 41) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 1 << (at % 8);
    writeFileSync(file(), damaged);
    await expect(readSnapshot(file(), 'ours')).rejects.toThrow();
  }
});

test('written by another version of the program, it is not used', async () => {
  await write(await indexed(), 'another');
  await expect(readSnapshot(file(), 'ours')).rejects.toThrow('another version');
  expect(await stateOfSnapshot(file(), 'ours')).toBeNull();
  expect(await stateOfSnapshot(file(), 'another')).toBe('state 1');
  expect(await programFingerprint()).toMatch(/^[0-9a-f]{64}$/);
});

test('a file that is none of ours, or none at all, is not used', async () => {
  await expect(readSnapshot(file(), 'ours')).rejects.toThrow();
  for (const text of [
    '',
    'x',
    'HELPIDX1',
    `HELPIDX1${'\0'.repeat(8)}`,
    `HELPIDX1${'\xff'.repeat(8)}`,
    'a'.repeat(500),
  ]) {
    writeFileSync(file(), text, 'latin1');
    await expect(readSnapshot(file(), 'ours')).rejects.toThrow();
    expect(await stateOfSnapshot(file(), 'ours')).toBeNull();
  }
});

test('what a process left that died while it wrote is cleared away, what another is writing is not', async () => {
  const [left, underWay] = [`${file()}.1-a.tmp`, `${file()}.2-b.tmp`];
  for (const draft of [left, underWay]) writeFileSync(draft, 'half');
  utimesSync(left, 1, 1);
  await write(await indexed());
  expect(readdirSync(folder).sort()).toEqual(['knowledge.index', 'knowledge.index.2-b.tmp']);
});

test('what was left is cleared away first: it may be what fills the disk', async () => {
  const left = `${file()}.1-a.tmp`;
  writeFileSync(left, 'half');
  utimesSync(left, 1, 1);
  const full = Object.assign(new Map(), {
    values: () => {
      throw new Error(existsSync(left) ? 'no space left' : 'written');
    },
  });
  await expect(writeSnapshot(file(), 'ours', 'state 1', new Sections(full))).rejects.toThrow('written');
  expect(readdirSync(folder)).toEqual([]);
});
