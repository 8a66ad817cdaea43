/**
 * The sample articles answer the questions of questions.jsonl, and leave alone those that nothing answers. The questions
 * are written as people type them: with slips, slang and without diacritics. Those of told.jsonl tell a story, in words that
 * are not the articles', and were written before the search was asked them; what nothing answers there is for other desks (far), or for
 * this one, which has no article for it (near).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Article } from '../../src/domain/article';
import { LANGUAGES } from '../../src/domain/person';
import { readArticles } from '../../src/knowledge/article-file';
import { evaluate } from '../../src/knowledge/evaluate';
import type { EvaluationQuery } from '../../src/knowledge/evaluate';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';

type Asked = EvaluationQuery & { readonly language: string; readonly oos?: 'far' | 'near' };

const questionsOf = (file: string): Asked[] =>
  readFileSync(path.join(__dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Asked);
const QUESTIONS = questionsOf('questions.jsonl');
const TOLD = questionsOf('told.jsonl');

const index = createKnowledgeIndex();
let articles: Article[];
beforeAll(async () => {
  const found = await readArticles([path.join(__dirname, '../../knowledge')]);
  expect(found.problems).toEqual([]);
  articles = found.articles;
  await index.load(articles);
});

describe.each(LANGUAGES)('in %s', (language) => {
  const mine = QUESTIONS.filter((question) => question.language === language);
  // As if the chat said nothing of the asker: the question must show its language by itself.
  const queries = mine.map(({ id, text, relevant }) => ({ id, text, relevant }));

  test('the questions name articles that exist, and at least 60 have an answer and 15 have none', () => {
    const known = new Set(articles.map(({ id }) => id));
    expect(mine.flatMap(({ relevant }) => relevant).filter((id) => !known.has(id))).toEqual([]);
    expect(mine.filter(({ relevant }) => relevant.length > 0).length).toBeGreaterThanOrEqual(60);
    expect(mine.filter(({ relevant }) => relevant.length === 0).length).toBeGreaterThanOrEqual(15);
  });

  test('an answer is among the first three for at least 85 % of the questions', () => {
    expect(evaluate(index, queries).hit3).toBeGreaterThanOrEqual(0.85);
  });

  test('an answer is among what the bot shows for at least 85 % of the questions', () => {
    const answerable = queries.filter(({ relevant }) => relevant.length > 0);
    const shown = answerable.filter(({ text, relevant }) =>
      index.suggest(text).some(({ article }) => relevant.includes(article.id)),
    );
    expect(shown.length / answerable.length).toBeGreaterThanOrEqual(0.85);
  });

  test('at most 10 % of the questions that nothing answers are bothered with a suggestion', () => {
    expect(evaluate(index, queries).wronglyAnswered).toBeLessThanOrEqual(0.1);
  });

  test('what is shown is in the language of the question', () => {
    const foreign = queries.filter(({ text }) =>
      index.suggest(text).some(({ article }) => article.language !== language),
    );
    expect(foreign.map(({ text }) => text)).toEqual([]);
  });

  describe('told as a story', () => {
    const told = TOLD.filter((question) => question.language === language);
    const shownOf = (which: 'far' | 'near'): number => {
      const asked = told.filter(({ oos }) => oos === which);
      expect(asked).toHaveLength(100);
      return evaluate(index, asked).wronglyAnswered;
    };

    test('three in four find an answer among the first three, and one in three is shown it', () => {
      const answerable = told.filter(({ relevant }) => relevant.length > 0);
      const shown = answerable.filter(({ text, relevant }) =>
        index.suggest(text).some(({ article }) => relevant.includes(article.id)),
      );

      expect(answerable).toHaveLength(240);
      expect(evaluate(index, answerable).hit3).toBeGreaterThanOrEqual(0.75);
      expect(shown.length / answerable.length).toBeGreaterThanOrEqual(1 / 3);
    });

    test('of what is meant for another desk at most 5 % is bothered with a suggestion', () => {
      expect(shownOf('far')).toBeLessThanOrEqual(0.05);
    });

    test('of what is meant for this desk, which has no article for it, at most one in four is', () => {
      expect(shownOf('near')).toBeLessThanOrEqual(0.25);
    });
  });
});
