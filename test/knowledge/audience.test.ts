/** What a reader is shown is what they would be shown if nothing else were there: tried with generated knowledge bases. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Article } from '../../src/domain/article';
import { isFor } from '../../src/domain/audience';
import { readArticles } from '../../src/knowledge/article-file';
import type { EvaluationQuery } from '../../src/knowledge/evaluate';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import type { KnowledgeIndex, SuggestOptions } from '../../src/knowledge/knowledge-index';

const QUESTIONS = readFileSync(path.join(__dirname, 'questions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as EvaluationQuery).text);

const AUDIENCES = ['everyone', 'agents', 'department:finance', 'department:finance,line:it', 'organisation:acme'];
const READERS = [['everyone'], ['everyone', 'agents', 'line:it'], ['everyone', 'department:finance']];

let samples: readonly Article[];
beforeAll(async () => {
  samples = (await readArticles([path.join(__dirname, '../../knowledge')])).articles;
});

async function indexOf(articles: readonly Article[]): Promise<KnowledgeIndex> {
  const index = createKnowledgeIndex();
  await index.load(articles);
  return index;
}

/** Everything that can be seen of a question: what is shown, in which order, how surely, with which words, and why. */
function seen(index: KnowledgeIndex, question: string, options: SuggestOptions): string {
  return JSON.stringify([
    index.suggest(question, options),
    index.suggest(question, { ...options, all: true, limit: 100 }),
    index.explain(question, { ...options, limit: 100 }),
  ]);
}

async function changesNothing(
  articles: readonly Article[],
  questions: readonly string[],
  readers = READERS,
  history?: (index: KnowledgeIndex) => Promise<void>,
): Promise<void> {
  const whole = await indexOf(articles);
  await history?.(whole);
  for (const audience of readers) {
    const own = await indexOf(articles.filter((article) => isFor(article.audience, new Set(audience))));
    for (const question of questions) {
      expect(seen(whole, question, { audience })).toBe(seen(own, question, { audience }));
    }
  }
}

/** Few words, so that articles and questions have much in common; some differ by a slip or an ending only. */
const WORDS =
  'vpn tunnel printer pritner printers print password hasło hasła drukarka drukarki drukuje reset resets 0x80070005 winmail winmail.dat laptop notebook note book the and nie jak'.split(
    ' ',
  );
const words = (from: number, to: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...WORDS), { minLength: from, maxLength: to }).map((all) => all.join(' '));

const generated = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 999 }).map(String),
    title: words(1, 4),
    body: words(1, 25).map((text) => text.replaceAll(' the ', '.\n\n## the ')),
    tags: fc.array(fc.constantFrom(...WORDS), { maxLength: 2 }),
    language: fc.constantFrom('en' as const, 'pl' as const, null),
    audience: fc.constantFrom(...AUDIENCES),
    url: fc.constant(null),
  }),
  { minLength: 1, maxLength: 25, selector: ({ id }) => id },
);

const slipped = fc.tuple(words(1, 5), fc.nat(60)).map(([text, at]) => text.slice(0, at) + text.slice(at + 1));

describe('articles that a reader may not see', () => {
  test('change nothing of what they are shown, its score, its passage, its words or why', async () => {
    await fc.assert(
      fc.asyncProperty(
        generated,
        fc.array(fc.oneof(words(1, 6), slipped), { minLength: 1, maxLength: 3 }),
        (all, asked) => changesNothing(all, asked),
      ),
      { numRuns: 100 },
    );
  });

  test('change nothing in the articles we ship, whichever of them are for others', async () => {
    const audiences = fc.array(fc.constantFrom(...AUDIENCES), { minLength: samples.length, maxLength: samples.length });
    const questions = fc.subarray(QUESTIONS, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(audiences, questions, (some, asked) =>
        changesNothing(
          samples.map((article, at) => ({ ...article, audience: some[at] ?? 'everyone' })),
          asked,
          [['everyone']],
        ),
      ),
      { numRuns: 5 },
    );
  });

  test('change nothing however many there are, and however like the question they are', async () => {
    const secrets = Array.from({ length: 300 }, (_, n): Article => ({
      id: `secret-${n}`,
      title: 'My VPN keeps disconnecting zorglub',
      body: 'The tunnel drops every ten minutes. The vpn is disconnected. Restart zorglub.',
      tags: ['vpn'],
      language: 'en',
      audience: 'agents',
      url: null,
    }));
    const questions = ['my vpn keeps disconnecting', 'restart zorglub', 'zorglubb', 'vpn zorglub tunnel', 'druk'];
    await changesNothing([...secrets, ...samples], questions, [['everyone']]);
    expect(seen(await indexOf([...secrets, ...samples]), 'restart zorglub', {})).not.toContain('secret');
  });

  test('leave no trace when they were for everyone before', async () => {
    const hidden = samples.map((article, at) => (at % 3 === 0 ? { ...article, audience: 'agents' } : article));
    await changesNothing(hidden, QUESTIONS.slice(0, 20), [['everyone']], async (index) => {
      await index.load(samples);
      await index.load(hidden);
    });
  });
});

describe('a reader', () => {
  const article = (id: string, audience: string): Article => ({
    id,
    title: 'The printer prints nothing',
    body: 'Check the paper.',
    tags: [],
    language: 'en',
    audience,
    url: null,
  });
  const ids = async (...audience: string[]): Promise<string[]> => {
    const index = await indexOf(AUDIENCES.map((each) => article(each, each)));
    return index
      .suggest('the printer prints nothing', { audience, all: true, limit: 10 })
      .map((found) => found.article.id);
  };

  test('finds what is for everyone and for each of their groups', async () => {
    expect(await ids('everyone')).toEqual(['everyone']);
    expect(await ids('everyone', 'agents')).toEqual(['agents', 'everyone']);
    expect(await ids('everyone', 'line:it')).toEqual(['department:finance,line:it', 'everyone']);
    expect(await ids('everyone', 'department:finance')).toHaveLength(3);
    expect(await ids('everyone', 'department:fin')).toEqual(['everyone']);
  });
});
