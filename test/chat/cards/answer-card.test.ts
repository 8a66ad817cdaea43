/** The three answers as people feel them: a clear one, some possibilities, and nothing that fits. */
import type { Card } from '../../../src/chat/card';
import type { Suggestion } from '../../../src/domain/article';
import type { Inquiry } from '../../../src/domain/inquiry';
import { LANGUAGES } from '../../../src/domain/person';
import { answerCard, articleCard } from '../../../src/chat/cards/answer-card';
import type { Say } from '../../../src/chat/words';
import { readerOf } from '../../../src/chat/cards/reader';

const ASKED: Inquiry = {
  id: 7,
  person: 'slack:U0NORA',
  text: 'my vpn drops',
  language: 'en',
  intake: 'command',
  askedAt: new Date('2026-11-24T12:00:00Z'),
  suggested: [],
  outcome: 'open',
  solvedBy: null,
  settledAt: null,
};

const suggestion = (id: string, clear = false): Suggestion => ({
  article: { id, title: `About ${id}`, body: id, tags: [], language: 'en', audience: 'everyone', url: null },
  score: 0.8,
  passage: `The passage of ${id}.`,
  clear,
});

const SOME = [suggestion('a'), suggestion('b'), suggestion('c')];

const answers = (suggestions: readonly Suggestion[], line: string, say: Say): Card =>
  answerCard({ inquiry: ASKED, suggestions, solutions: [] }, line, say);

const titles = (card: Card): string[] => card.parts.flatMap((part) => (part.kind === 'item' ? [part.title] : []));
const texts = (card: Card): string => card.parts.map((part) => ('text' in part ? part.text : '')).join('\n');
const buttons = (card: Card) => card.actions.map(({ label, style }) => [label, style]);

describe('in English', () => {
  const { say } = readerOf('en', { categories: [], lines: [], groups: [] });

  it('a clear answer stands alone, and says so', () => {
    const card = answers([suggestion('a', true)], 'IT', say);

    expect(card.title).toBe('This should help');
    expect(titles(card)).toEqual(['About a']);
    expect(texts(card)).not.toContain('Not it?');
    expect(buttons(card)).toEqual([
      ['That solved it', 'primary'],
      ['Open a ticket', undefined],
    ]);
  });

  it('lets the words that were found stand out in the passage', () => {
    const card = answers([{ ...suggestion('a'), found: ['passage'] }], 'IT', say);

    expect(card.parts).toContainEqual(expect.objectContaining({ text: 'The passage of a.', found: ['passage'] }));
  });

  it('some possibilities are named as such, with the way on when it is none of them', () => {
    const card = answers(SOME, 'IT', say);

    expect(card.title).toBe('One of these may help');
    expect(titles(card)).toEqual(['About a', 'About b', 'About c']);
    expect(texts(card)).toContain('None of these? Open a ticket and IT will take it from here.');
  });

  it('a single one that is not clear promises no more than it may hold', () => {
    const card = answers([suggestion('a')], 'IT', say);

    expect(card.title).toBe('This may help');
    expect(texts(card)).toContain('Not it?');
  });

  it('nothing that fits is said, and the ticket comes first', () => {
    const card = answers([], 'IT', say);

    expect(card.title).toBe('I found nothing that fits');
    expect(buttons(card)).toEqual([['Open a ticket', 'primary']]);
  });
});

it.each(LANGUAGES)('every one of them leads to a ticket with the question, in %s', (language) => {
  const { say } = readerOf(language, { categories: [], lines: [], groups: [] });
  for (const found of [[suggestion('a', true)], SOME, []]) {
    const card = answers(found, 'IT', say);
    const open = card.actions.find(({ intent }) => intent.kind === 'open');

    expect(open?.intent).toMatchObject({ inquiryId: 7, text: 'my vpn drops' });
    expect(texts(card)).toContain('my vpn drops');
  }
});

it.each(LANGUAGES)(
  'an article with nothing to show is no empty card, and says where it can be read, in %s',
  (language) => {
    const { say } = readerOf(language, { categories: [], lines: [], groups: [] });
    const { article } = suggestion('a');
    const shown = (url: string | null): string =>
      texts(articleCard({ ...article, body: '![](panel.png)', url }, ASKED, say));

    expect(shown(null)).toBe({ en: 'This article has no text.', pl: 'Ten artykuł nie ma treści.' }[language]);
    expect(shown('https://wiki.example/a')).toContain('https://wiki.example/a');
  },
);
