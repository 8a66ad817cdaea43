/** What use teaches the search, and how little that can be. */
import fc from 'fast-check';
import type { Article } from '../../src/domain/article';
import type { Experience, PastQuestion } from '../../src/domain/experience';
import { experienceOf } from '../../src/knowledge/experience';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import type { KnowledgeIndex } from '../../src/knowledge/knowledge-index';
import { MOST_LEARNED, MOST_UNLEARNED } from '../../src/knowledge/lessons';

const NOW = new Date('2026-11-24T12:00:00Z');
const DAY_MS = 86_400_000;

const article = (id: string, title: string, body: string): Article => ({
  id,
  title,
  body,
  tags: [],
  language: 'en',
  audience: 'everyone',
  url: null,
});

const ARTICLES = [
  article('vpn', 'The VPN keeps disconnecting', 'Switch the VPN client to TCP and connect again.'),
  article('printer', 'The printer does not print', 'Clear the queue of the printer and print again.'),
  article('mail', 'A mailbox is full', 'Empty the deleted items; the quota is two gigabytes.'),
  article('badge', 'A new badge for the door', 'Reception makes a new one within a day.'),
];

let lastId = 0;
function past(text: string, more: Partial<PastQuestion> = {}): PastQuestion {
  lastId += 1;
  return {
    id: lastId,
    person: `slack:U${lastId}`,
    text,
    language: 'en',
    askedAt: NOW,
    suggested: [],
    outcome: 'open',
    solvedBy: null,
    read: [],
    ticket: null,
    ...more,
  };
}

const solved = (text: string, by: string, more: Partial<PastQuestion> = {}): PastQuestion =>
  past(text, { outcome: 'solved', solvedBy: by, suggested: [by], ...more });

const ticket = (resolvedWith: string | null): PastQuestion['ticket'] => ({
  status: 'resolved',
  resolvedWith,
  assignee: 'slack:UANNA',
});

async function taught(...newestFirst: PastQuestion[]): Promise<KnowledgeIndex> {
  const index = createKnowledgeIndex();
  await index.load(ARTICLES);
  await index.learn(await experienceOf(newestFirst, NOW));
  return index;
}

const ids = (index: KnowledgeIndex, question: string): string[] =>
  index.suggest(question, { all: true, limit: 10 }).map((each) => each.article.id);

/** What use added to the article's fit for a question. */
const change = (index: KnowledgeIndex, id: string, question: string): number =>
  index.explain(question, { limit: 10 }).articles.find((each) => each.article.id === id)?.learned?.change ?? 0;

describe('the search learns', () => {
  const SLANG = 'the gizmo of the boss goes bananas';

  it('words that no article knows from those whom an article helped', async () => {
    const before = await taught();
    const after = await taught(solved(SLANG, 'vpn'), solved('gizmo bananas again', 'vpn'));

    expect(ids(before, 'gizmo is bananas')).toEqual([]);
    expect(after.suggest('gizmo is bananas').map((each) => each.article.id)).toEqual(['vpn']);
  });

  it('from the article an agent resolved the ticket with', async () => {
    const index = await taught(past(SLANG, { outcome: 'ticket', ticket: ticket('badge') }));

    expect(ids(index, 'boss has gizmo bananas')[0]).toBe('badge');
  });

  it('a little from those who read an article and said no more, more when it was solved after that', async () => {
    const read = change(await taught(past(SLANG, { read: ['vpn'] })), 'vpn', SLANG);
    const readAndSolved = change(await taught(past(SLANG, { read: ['vpn'], outcome: 'solved' })), 'vpn', SLANG);
    const saidSo = change(await taught(solved(SLANG, 'vpn')), 'vpn', SLANG);

    expect(read).toBeGreaterThan(0);
    expect(readAndSolved).toBeGreaterThan(read);
    expect(saidSo).toBeGreaterThan(readAndSolved);
  });

  it('a little against what was suggested to those who opened a ticket all the same, more when they had read it', async () => {
    const question = 'the printer does not print';
    const inVain = (read: string[]): PastQuestion =>
      past(question, { outcome: 'ticket', suggested: ['printer'], read, ticket: ticket(null) });

    const suggested = change(await taught(inVain([])), 'printer', question);
    const read = change(await taught(inVain(['printer'])), 'printer', question);

    expect(suggested).toBeLessThan(0);
    expect(read).toBeLessThan(suggested);
    expect(read).toBeGreaterThan(-change(await taught(solved(question, 'printer')), 'printer', question));
  });

  it('nothing of questions about something else', async () => {
    const index = await taught(solved('gizmo bananas', 'vpn'), solved('quota of the mailbox', 'mail'));

    expect(change(index, 'vpn', 'the printer does not print')).toBe(0);
    expect(ids(index, 'the printer does not print')[0]).toBe('printer');
  });

  it('less from what is long ago, and nothing from what is more than a year ago', async () => {
    const ago = async (days: number): Promise<number> =>
      change(await taught(solved(SLANG, 'vpn', { askedAt: new Date(NOW.getTime() - days * DAY_MS) })), 'vpn', SLANG);

    expect(await ago(90)).toBeLessThan(await ago(0));
    expect(await ago(90)).toBeGreaterThan(0);
    expect(await ago(366)).toBe(0);
  });

  it('nothing of an article for whoever may not see it', async () => {
    const index = createKnowledgeIndex();
    await index.load([...ARTICLES, { ...article('secret', 'Rotate the keys', 'Ask the vault.'), audience: 'agents' }]);
    await index.learn(await experienceOf([solved(SLANG, 'secret')], NOW));

    expect(ids(index, SLANG)).toEqual([]);
    expect(index.suggest(SLANG, { audience: ['everyone', 'agents'] })[0]?.article.id).toBe('secret');
  });

  it('again what words tell when the articles change, and forgets an article that is gone', async () => {
    const index = await taught(solved(SLANG, 'vpn'), solved(SLANG, 'mail'));

    await index.load(ARTICLES.filter(({ id }) => id !== 'mail'));

    expect(ids(index, SLANG)).toEqual(['vpn']);
  });

  it('nothing from the same words when it is to answer as if they were new', async () => {
    const index = await taught(solved(SLANG, 'vpn'), solved('bananas, says the gizmo', 'badge'));

    const first = index.suggest('The gizmo of the boss goes bananas!', { all: true, asNew: true })[0];

    expect(first?.article.id).toBe('badge');
  });
});

describe('one person', () => {
  const QUESTION = 'the printer does not print';

  it('counts once for an article and a question, however often they ask it', async () => {
    const often = Array.from({ length: 2000 }, () => solved(QUESTION, 'badge', { person: 'slack:U1' }));

    const once = await experienceOf([solved(QUESTION, 'badge', { person: 'slack:U1' })], NOW);
    const always = await experienceOf(often, NOW);

    expect(always).toEqual([expect.objectContaining({ article: 'badge', helped: once[0]?.helped, failed: 0 })]);
  });

  it('counts once in other forms, another order and with other common words, and by the last time', async () => {
    const experience = await experienceOf(
      [
        past('Printers do not print', {
          person: 'slack:U1',
          outcome: 'ticket',
          suggested: ['printer'],
          ticket: ticket(null),
        }),
        solved('why is it not printing, my printer?', 'printer', { person: 'slack:U1' }),
      ],
      NOW,
    );

    expect(experience).toEqual([expect.objectContaining({ article: 'printer', helped: 0, failed: 0.25 })]);
  });
});

describe('what use can do is bounded', () => {
  it('thousands of votes do not bring a wrong article before one that clearly fits better', async () => {
    const question = 'the printer does not print';
    const crowd = Array.from({ length: 3000 }, () => solved(question, 'badge'));
    const against = Array.from({ length: 3000 }, () =>
      past(question, { outcome: 'ticket', suggested: ['printer'], read: ['printer'], ticket: ticket(null) }),
    );

    const index = await taught(...crowd, ...against);

    expect(ids(index, question)[0]).toBe('printer');
    expect(change(index, 'badge', question)).toBeLessThanOrEqual(MOST_LEARNED);
    expect(change(index, 'printer', question)).toBeGreaterThanOrEqual(-MOST_UNLEARNED);
  });

  it('a loop of votes for what is shown first comes to rest, and the better article stays first', async () => {
    const question = 'the mailbox is full';
    let votes: PastQuestion[] = [solved(question, 'badge')];
    let index = await taught(...votes);
    for (let round = 0; round < 20; round += 1) {
      const shown = index.suggest(question, { all: true, limit: 4 }).map((each) => each.article.id);
      // Whatever is shown beside the best is clicked, by a hundred new people a round.
      votes = [...shown.slice(1).flatMap((id) => Array.from({ length: 100 }, () => solved(question, id))), ...votes];
      index = await taught(...votes);
    }

    expect(ids(index, question)[0]).toBe('mail');
  });

  const WORDS = [
    'printer',
    'print',
    'vpn',
    'tcp',
    'mailbox',
    'full',
    'quota',
    'badge',
    'door',
    'gizmo',
    'bananas',
    'boss',
  ];
  const questions = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
  const experiences: fc.Arbitrary<Experience[]> = fc.array(
    fc.record({
      article: fc.constantFrom('vpn', 'printer', 'mail', 'badge', 'gone'),
      question: questions,
      language: fc.constantFrom('en' as const, null),
      helped: fc.double({ min: 0, max: 1e6, noNaN: true }),
      failed: fc.double({ min: 0, max: 1e6, noNaN: true }),
    }),
    { maxLength: 60 },
  );

  it('whatever happened, no fit changes by more than is allowed, and a clearly better one stays before', async () => {
    const plain = await taught();
    await fc.assert(
      fc.asyncProperty(experiences, questions, async (experience, question) => {
        const index = createKnowledgeIndex();
        await index.load(ARTICLES);
        await index.learn(experience);

        const before = plain.suggest(question, { all: true, limit: 10 });
        const after = index.explain(question, { limit: 10 });
        const fitOf = new Map(
          plain.explain(question, { limit: 10 }).articles.map((each) => [each.article.id, each.fit]),
        );
        for (const { article: each, fit, score, learned } of after.articles) {
          const own = fitOf.get(each.id) ?? 0;
          expect(fit - own).toBeLessThanOrEqual(MOST_LEARNED + 1e-9);
          expect(own - fit).toBeLessThanOrEqual(MOST_UNLEARNED + 1e-9);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(Number.isFinite(learned?.change ?? 0)).toBe(true);
        }
        const order = after.articles.map((each) => each.article.id);
        for (const [at, { article: better }] of before.entries())
          for (const { article: worse } of before.slice(at + 1))
            if (fitOf.get(better.id)! - fitOf.get(worse.id)! > MOST_LEARNED + MOST_UNLEARNED)
              expect(order.indexOf(better.id)).toBeLessThan(order.indexOf(worse.id));
      }),
      { numRuns: 200 },
    );
  });
});
