/** However articles came, changed and went, the index answers as one that has only ever read what is there now. */
import type { Article } from '../../src/domain/article';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import type { LiveIndex } from '../../src/knowledge/knowledge-index';
import { Sections } from '../../src/knowledge/sections';
import type { StampedArticle } from '../../src/knowledge/upkeep';
import type { Chance } from '../support/chance';
import { chance } from '../support/chance';

const WORDS = (
  'printer prints nothing tunnel disconnects vpn password passwort reset log in login queue toner e-mail winmail.dat 5.7.750 ' +
  'AllowCloudRecording office365 drukarka żółta kartka hasło nie działa Zażółć gęślą 日本語 Принтер 🛠️ İstanbul straße ﬁle ' +
  `x the a \ud83d \u0301 ${'long'.repeat(15)} ${'n'.repeat(39)} ${'n'.repeat(41)} constructor __proto__ toString`
).split(' ');
const ENDS = [' ', ' ', ' ', '. ', '\n', '-', '_', '\n# ', '; '];
const TAGS = ['', ' ', '#', ',', '"', 'a,b', 'żółć 🙂', '__proto__', 'vpn'];
const IDS = [
  'a',
  'A',
  'vpn-keeps-disconnecting',
  'kb/printer queue',
  '__proto__',
  'żółć',
  '日本',
  '🙂',
  'x'.repeat(191),
  '0',
];
const AUDIENCES = ['everyone', 'agents', 'line:it', 'department:finance', 'agents,line:it'];
const READERS = [
  ['everyone'],
  ['everyone', 'agents'],
  ['everyone', 'line:it'],
  ['agents'],
  ['everyone', ...AUDIENCES],
  [],
  [''],
];

/** Another seed by hand tries other changes. */
const SEEDS = Array.from({ length: 12 }, (_, n) => n);

function some<T>(lot: Chance, most: number, one: () => T): T[] {
  return Array.from({ length: lot.between(0, most) }, one);
}

const words = (lot: Chance, most: number): string => some(lot, most, () => `${lot.of(WORDS)}${lot.of(ENDS)}`).join('');

function made(lot: Chance, id: string): Article {
  return {
    id,
    title: words(lot, 6),
    body: words(lot, lot.between(0, 8) === 0 ? 400 : 30),
    tags: some(lot, 3, () => lot.of(TAGS)!),
    language: lot.of(['en', 'pl', null] as const)!,
    audience: lot.of(AUDIENCES)!,
    url: null,
  };
}

const answers = (index: LiveIndex, questions: readonly string[]): unknown =>
  questions.map((question) =>
    READERS.map((audience) => [
      index
        .suggest(question, { all: true, limit: 50, audience })
        .map(({ article, score, passage }) => [article, score, passage]),
      index.suggest(question, { audience }).map(({ article, score, clear }) => [article.id, score, clear]),
    ]),
  );

/** As if it had been in a file. */
const copied = (index: LiveIndex): Promise<Sections> =>
  index.hold(({ arrays, facts }) => {
    const copies = [...arrays].map(([name, numbers]) => [name, numbers.slice()] as const);
    return Promise.resolve(new Sections(new Map(copies), JSON.parse(JSON.stringify(facts)) as Record<string, unknown>));
  });

test.each(SEEDS)('after any changes it answers as a new one (seed %i)', async (seed) => {
  const lot = chance(seed);
  let index = createKnowledgeIndex();
  let file: Sections | null = null;
  let stamp = 0;
  const kept = new Map<string, StampedArticle>();
  const inStep = async (): Promise<void> => {
    const facts = [...kept.values()].map(({ article: { id, audience }, stamp: its }) => ({ id, stamp: its, audience }));
    const { put, gone } = await index.compare(facts, 'all');
    await index.change(
      put.map((id) => kept.get(id)!),
      gone,
    );
  };
  const changes: (() => Promise<void> | void)[] = [
    async () => {
      const put = some(lot, 5, () => ({ article: made(lot, lot.of(IDS)!), stamp: String((stamp += 1)) }));
      for (const each of put) kept.set(each.article.id, each);
      await index.change(put, []);
    },
    async () => {
      const gone = some(lot, 4, () => lot.of(IDS)!);
      for (const id of gone) kept.delete(id);
      await index.change([], gone);
    },
    async () => {
      for (const { article, stamp: its } of kept.values()) {
        if (lot.between(0, 3) > 0) continue;
        kept.set(article.id, { article: { ...article, audience: lot.of(AUDIENCES)! }, stamp: its });
      }
      await inStep();
    },
    async () => void (file = await copied(index)),
    async () => {
      if (file === null) return;
      index = createKnowledgeIndex();
      index.restore(file);
      file = await copied(index);
      await inStep();
    },
    () => void index.suggest(words(lot, 8), { audience: lot.of(READERS)! }),
  ];

  for (let left = lot.between(5, 60); left > 0; left -= 1) await lot.of([changes[0]!, changes[0]!, ...changes])!();

  const fresh = createKnowledgeIndex();
  await fresh.load([...kept.values()].map(({ article }) => article));
  const questions = Array.from({ length: 6 }, () => words(lot, 8));
  expect(index.size).toBe(kept.size);
  expect(answers(index, questions)).toEqual(answers(fresh, questions));
  expect([...index.audiences()].sort()).toEqual([...fresh.audiences()].sort());
});
