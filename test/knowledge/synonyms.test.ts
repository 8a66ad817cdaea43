/** Words that mean the same, as a desk writes them down. */
import type { Article } from '../../src/domain/article';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import { parseSynonyms } from '../../src/knowledge/synonyms';

const ARTICLES: readonly Article[] = [
  ['vault', 'The Kluczyk vault does not open'],
  ['printer', 'The printer prints nothing'],
  ['monitor', 'The monitor stays black'],
].map(([id = '', title = '']) => ({
  id,
  title,
  body: `${title}.`,
  tags: [],
  language: 'en',
  audience: 'everyone',
  url: null,
}));

async function firstFor(question: string, synonyms: string): Promise<string | undefined> {
  const index = createKnowledgeIndex(parseSynonyms(synonyms));
  await index.load(ARTICLES);
  return index.suggest(question, { all: true })[0]?.article.id;
}

describe('a synonyms file', () => {
  test('makes words of one line find each other, in any form', async () => {
    const synonyms = 'same:\n  - [vault, treasury, skarbce]';
    expect(await firstFor('treasuries', '')).toBeUndefined();
    expect(await firstFor('treasuries', synonyms)).toBe('vault');
    expect(await firstFor('nasze skarbce', synonyms)).toBe('vault');
  });

  test('makes two words one word', async () => {
    const synonyms = 'same:\n  - [vault, strong box]';
    expect(await firstFor('my strong box', synonyms)).toBe('vault');
    expect(await firstFor('my strong arm', synonyms)).toBeUndefined();
  });

  test('leads from a kind to what it is a kind of, and not back', async () => {
    expect(await firstFor('the laserjet', 'kind:\n  laserjet: [printer]')).toBe('printer');
    expect(await firstFor('the laserjet', 'kind:\n  printer: [laserjet]')).toBeUndefined();
  });

  test('that is empty means no synonyms', async () => {
    expect(await firstFor('monitor', '')).toBe('monitor');
    expect(await firstFor('the laserjet', 'same:\nkind:\n')).toBeUndefined();
  });
});
