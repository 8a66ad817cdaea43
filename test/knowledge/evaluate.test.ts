/** The figures of an evaluation, and the search over JSON lines. */
import type { Article, Suggestion } from '../../src/domain/article';
import { evaluate } from '../../src/knowledge/evaluate';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import type { KnowledgeIndex, SuggestOptions } from '../../src/knowledge/knowledge-index';
import { searchLines } from '../../src/knowledge/search-lines';

function article(id: string, title: string): Article {
  return { id, title, body: `${title}.`, tags: [], language: 'en', audience: 'everyone', url: null };
}

const ARTICLES = [
  article('printer', 'The printer prints nothing'),
  article('vpn', 'VPN keeps disconnecting'),
  article('mailbox', 'The mailbox is full'),
];

async function sampleIndex(): Promise<KnowledgeIndex> {
  const index = createKnowledgeIndex();
  await index.load(ARTICLES);
  return index;
}

/** An index whose answers are written in the question: `a b` gives the articles a and b, below the threshold with `?`. */
const scripted: KnowledgeIndex = {
  audiences: () => [],
  load: () => Promise.resolve(),
  learn: () => Promise.resolve(),
  showFrom: () => undefined,
  explain: () => ({ language: null, words: [], articles: [], clear: false, shownFrom: 0 }),
  suggest(question: string, { all = false, limit = 3 }: SuggestOptions = {}): Suggestion[] {
    const ids = question.split(' ').filter((id) => id !== '' && (all || !id.endsWith('?')));
    return ids.slice(0, limit).map((id) => ({ article: article(id.replace('?', ''), id), score: 0.5, passage: '' }));
  },
};

describe('the evaluation', () => {
  const answerable = (text: string) => ({ id: text, text, relevant: ['x', 'y'] });
  const unanswerable = (text: string) => ({ id: text, text, relevant: [] });

  test('counts the first place, the first three and one over the place of the first answer', () => {
    const { hit1, hit3, mrr10, questions } = evaluate(scripted, [
      answerable('x a'),
      answerable('a y x'),
      answerable('a b c x'),
      answerable('a b c d e f g h i j x'),
    ]);
    expect({ questions, hit1, hit3, mrr10 }).toEqual({
      questions: 4,
      hit1: 0.25,
      hit3: 0.5,
      mrr10: (1 + 0.5 + 0.25) / 4,
    });
  });

  test('ranks answerable questions without the threshold and asks the others as a person would', () => {
    const { hit1, wronglyAnswered } = evaluate(scripted, [
      answerable('x?'),
      unanswerable('a?'),
      unanswerable(''),
      unanswerable('b? c'),
      unanswerable('d?'),
    ]);
    expect({ hit1, wronglyAnswered }).toEqual({ hit1: 1, wronglyAnswered: 0.25 });
  });

  test('a figure with no question to measure it on is not a number, null in JSON', () => {
    expect(JSON.parse(JSON.stringify(evaluate(scripted, [])))).toEqual({
      questions: 0,
      hit1: null,
      hit3: null,
      mrr10: null,
      wronglyAnswered: null,
      p50Ms: null,
      p95Ms: null,
    });
    expect(evaluate(scripted, [unanswerable('a')])).toMatchObject({ hit1: Number.NaN, wronglyAnswered: 1 });
  });

  test('the times are those of the questions', async () => {
    const { p50Ms, p95Ms } = evaluate(await sampleIndex(), [answerable('printer'), unanswerable('lunch')]);
    expect(p50Ms).toBeGreaterThan(0);
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
  });
});

describe('the search over JSON lines', () => {
  async function answers(lines: readonly string[], options?: SuggestOptions): Promise<Record<string, unknown>[]> {
    async function* input(): AsyncGenerator<string> {
      for (const line of lines) yield await Promise.resolve(line);
    }
    const output: string[] = [];
    for await (const line of searchLines(await sampleIndex(), input(), options)) output.push(line);
    return output.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  test('answers each line in order, with ids and scores', async () => {
    const found = await answers(['{"id":"q1","text":"vpn keeps disconnecting"}', '{"id":2,"text":"lunch menu"}']);
    expect(found).toEqual([
      { id: 'q1', results: [{ id: 'vpn', score: expect.any(Number) }] },
      { id: 2, results: [] },
    ]);
  });

  test('a line that cannot be read is told by its number and the next is answered', async () => {
    const found = await answers([
      '',
      '{"id":"q1",',
      '[]',
      'null',
      '{"id":"q2"}',
      '{"id":"q3","text":"mailbox is full"}',
    ]);
    expect(found).toEqual([
      { id: null, error: expect.stringMatching(/^line 2 is not JSON/), results: [] },
      { id: null, error: expect.stringMatching(/^line 3 needs "id" and "text"/), results: [] },
      { id: null, error: expect.stringMatching(/^line 4 needs/), results: [] },
      { id: 'q2', error: expect.stringMatching(/^line 5 needs/), results: [] },
      { id: 'q3', results: [{ id: 'mailbox', score: expect.any(Number) }] },
    ]);
  });

  test('ranks without the threshold when all is asked for, ten unless told otherwise', async () => {
    const line = '{"id":"q","text":"the printer, the vpn and something entirely different about the mailbox"}';
    const [all] = await answers([line], { all: true });
    expect(all?.['results']).toHaveLength(3);
    const [two] = await answers([line], { all: true, limit: 2 });
    expect(two?.['results']).toHaveLength(2);
  });

  test('an answer comes before the next question is read', async () => {
    const read: number[] = [];
    async function* input(): AsyncGenerator<string> {
      for (const n of [1, 2]) {
        read.push(n);
        yield await Promise.resolve(`{"id":${n},"text":"vpn"}`);
      }
    }
    const output = searchLines(await sampleIndex(), input());
    await output.next();
    expect(read).toEqual([1]);
  });
});
