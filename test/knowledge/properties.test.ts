/** What holds for any question and any articles, tried with generated ones; a failure prints the smallest. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Article } from '../../src/domain/article';
import { readArticles } from '../../src/knowledge/article-file';
import type { EvaluationQuery } from '../../src/knowledge/evaluate';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import { wordsOf } from '../../src/knowledge/words';

const QUESTIONS = readFileSync(path.join(__dirname, 'questions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as EvaluationQuery);

const index = createKnowledgeIndex();
let samples: Article[];
beforeAll(async () => {
  samples = (await readArticles([path.join(__dirname, '../../knowledge')])).articles;
  await index.load(samples);
});

const found = (question: string): string => JSON.stringify(index.suggest(question, { all: true, limit: 10 }));

describe('the same question, written otherwise', () => {
  const question = fc.constantFrom(...QUESTIONS.map(({ text }) => text));

  test('without diacritics finds the same words', () => {
    const bare = (text: string): string =>
      text
        .normalize('NFKD')
        .replace(/\p{Mn}/gu, '')
        .replaceAll('ł', 'l')
        .replaceAll('Ł', 'L');
    fc.assert(
      fc.property(question, (text) => {
        expect(wordsOf(bare(text), 'pl').map(({ stem }) => stem)).toEqual(wordsOf(text, 'pl').map(({ stem }) => stem));
      }),
    );
  });

  test('in capitals or small letters finds the same', () => {
    const small = QUESTIONS.map(({ text }) => text.toLowerCase());
    fc.assert(
      fc.property(fc.constantFrom(...small), (text) => {
        expect(found(text.toUpperCase())).toBe(found(text));
      }),
    );
  });

  test('with other space between the words finds the same', () => {
    const space = fc
      .array(fc.constantFrom(' ', '\t', '\n', '\u00a0'), { minLength: 1, maxLength: 4 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(question, fc.array(space, { minLength: 1, maxLength: 8 }), (text, spaces) => {
        let at = 0;
        const spaced = text.replace(/ +/g, () => spaces[(at += 1) % spaces.length]!);
        expect(found(spaced)).toBe(found(text));
      }),
    );
  });
});

describe('any bytes as a question', () => {
  const bytes = fc.uint8Array({ maxLength: 2000 }).map((all) => Buffer.from(all).toString('utf8'));
  const text = fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 2000 }));

  test('are answered on the scale and within the limit', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (question, all) => {
        const answers = index.suggest(question, { all });
        expect(answers.length).toBeLessThanOrEqual(3);
        for (const { score, passage } of answers) {
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(passage.length).toBeLessThanOrEqual(300);
        }
      }),
    );
  });
});

describe('an article about something else', () => {
  /** Words that no sample article and no question has, not even nearly. */
  const stranger = fc
    .array(fc.stringMatching(/^[qxvj]{2}[qxvjzy]{4,8}$/), { minLength: 3, maxLength: 40 })
    .map((words) => words.join(' '));

  test('never takes the right answer from the first place', async () => {
    const right = QUESTIONS.filter(({ text, relevant }) =>
      relevant.includes(index.suggest(text, { all: true })[0]?.article.id ?? ''),
    );
    expect(right.length).toBeGreaterThan(100);
    await fc.assert(
      fc.asyncProperty(fc.array(stranger, { minLength: 1, maxLength: 5 }), async (bodies) => {
        const more = createKnowledgeIndex();
        const strange = bodies.map((body, at): Article => ({
          ...{ id: `strange-${at}`, title: body.split(' ')[0] ?? '', body, tags: [] },
          ...{ language: null, audience: 'everyone', url: null },
        }));
        await more.load([...samples, ...strange]);
        const lost = right.filter(
          ({ text, relevant }) => !relevant.includes(more.suggest(text, { all: true })[0]?.article.id ?? ''),
        );
        expect(lost.map(({ text }) => text)).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });
});
