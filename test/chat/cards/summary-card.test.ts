import { cardText } from '../../../src/chat/card-text';
import { summaryCard } from '../../../src/chat/cards/summary-card';
import { sayIn } from '../../../src/chat/words';
import type { DailySummary, Figures } from '../../../src/domain/daily-summary';
import type { Language } from '../../../src/domain/person';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const WEEKEND = {
  from: new Date('2026-11-19T23:00:00Z'),
  to: new Date('2026-11-22T23:00:00Z'),
  firstDay: '2026-11-20',
  lastDay: '2026-11-22',
};
const THURSDAY = {
  from: new Date('2026-11-18T23:00:00Z'),
  to: new Date('2026-11-19T23:00:00Z'),
  firstDay: '2026-11-19',
  lastDay: '2026-11-19',
};

const CURRENT: Figures = {
  period: WEEKEND,
  opened: 12,
  resolved: 9,
  stillOpen: 31,
  medianFirstResponseMs: 25 * MINUTE_MS,
  medianResolutionMs: 2 * HOUR_MS + 10 * MINUTE_MS,
  questions: { asked: 42, solved: 17, unanswered: 3 },
};
const BEFORE: Figures = {
  period: THURSDAY,
  opened: 9,
  resolved: 11,
  stillOpen: 28,
  medianFirstResponseMs: 40 * MINUTE_MS,
  medianResolutionMs: 1 * HOUR_MS,
  questions: { asked: 42, solved: 15, unanswered: 4 },
};
const SUMMARY: DailySummary = {
  line: 'it',
  lineName: 'IT Service Desk',
  timezone: 'Europe/Warsaw',
  soFar: false,
  articles: { failing: 0, stale: 0, missing: 0 },
  current: CURRENT,
  before: BEFORE,
  open: {
    byPriority: { P1: 1, P2: 0, P3: 22, P4: 8 },
    byAge: { day: 12, days: 11, week: 0, older: 8 },
    unclaimed: 4,
    oldest: [
      { id: 4, subject: 'VPN drops', openedAt: new Date('2026-11-02T08:00:00Z') },
      { id: 1234, subject: 'x'.repeat(200), openedAt: new Date('2026-11-22T19:30:00Z') },
    ],
  },
  trend: Array.from({ length: 14 }, (_, index) => ({
    date: `2026-11-${String(9 + index).padStart(2, '0')}`,
    opened: index === 13 ? 12 : index,
    resolved: 0,
    stillOpen: 18 + index,
  })),
};
const QUIET: DailySummary = {
  ...SUMMARY,
  current: { ...CURRENT, opened: 0, resolved: 0, stillOpen: 0, questions: { asked: 0, solved: 0, unanswered: 0 } },
  open: { ...SUMMARY.open, oldest: [] },
};

function drawn(summary: DailySummary, language: Language): string {
  return cardText(summaryCard(summary, sayIn(language), language));
}

function stillOpen(count: number): DailySummary {
  return { ...QUIET, current: { ...QUIET.current, stillOpen: count }, open: SUMMARY.open };
}

it('says the important first, in English', () => {
  expect(drawn(SUMMARY, 'en')).toBe(
    `IT Service Desk · Friday 20 November – Sunday 22 November

Opened:                        12 (+3)
Resolved:                      9 (-2)
Still open:                    31 (+3)
Not claimed yet:               4
First answer, typically after: 25 min (-15 min)
Resolved, typically after:     2 h 10 min (+1 h 10 min)

Waiting longest

• #4 VPN drops · 20 days
• #1234 ${'x'.repeat(69)}… · 3 h

Still open, by priority: P1: 1 · P3: 22 · P4: 8
Still open, by age:      under a day: 12 · 1–3 days: 11 · over a week: 8

Questions asked:           42 (±0)
Answered without a ticket: 17 (+2)
No article found:          3 (-1)

The last 14 days

▁▂▃▃▄▄▅▆▆▇▇███  Opened: 90
▁▁▁▁▁▁▁▁▁▁▁▁▁▁  Resolved: 0
▆▆▆▆▆▇▇▇▇█████  Still open: 18 → 31

In brackets: the change from Thursday 19 November.`,
  );
});

it('says the same in Polish', () => {
  const text = drawn(SUMMARY, 'pl');

  expect(text).toContain('IT Service Desk · piątek, 20 listopada – niedziela, 22 listopada');
  expect(text).toContain('2 godz. 10 min (+1 godz. 10 min)');
  expect(text).toContain('#4 VPN drops · 20 dni');
  expect(text).toContain('W nawiasach zmiana względem: czwartek, 19 listopada.');
});

it('rings with one line that says it all', () => {
  expect(summaryCard(SUMMARY, sayIn('en'), 'en').summary).toBe(
    'IT Service Desk: 12 tickets opened, 9 resolved, 31 still open',
  );
});

it.each([
  [1, '1 nowe zgłoszenie'],
  [2, '2 nowe zgłoszenia'],
  [4, '4 nowe zgłoszenia'],
  [5, '5 nowych zgłoszeń'],
  [12, '12 nowych zgłoszeń'],
  [22, '22 nowe zgłoszenia'],
  [25, '25 nowych zgłoszeń'],
  [112, '112 nowych zgłoszeń'],
])('counts %i new tickets in Polish: %s', (opened, words) => {
  const card = summaryCard({ ...SUMMARY, current: { ...CURRENT, opened } }, sayIn('pl'), 'pl');

  expect(card.summary).toBe(`IT Service Desk: ${words}, rozwiązane: 9, nadal otwarte: 31`);
});

describe('an empty day', () => {
  it.each([
    [QUIET, 'en', 'All quiet: nothing came in, and nothing is waiting. Enjoy it!'],
    [QUIET, 'pl', 'Cisza i spokój: nic nowego i nic nie czeka. Miłego dnia!'],
    [stillOpen(1), 'en', 'All quiet: nothing new came in. 1 ticket is still open, the oldest is #4.'],
    [stillOpen(5), 'en', 'All quiet: nothing new came in. 5 tickets are still open, the oldest is #4.'],
    [stillOpen(1), 'pl', 'Cisza i spokój: nic nowego. Nadal otwarte jest 1 zgłoszenie, najstarsze to #4.'],
    [stillOpen(3), 'pl', 'Cisza i spokój: nic nowego. Nadal otwarte są 3 zgłoszenia, najstarsze to #4.'],
    [stillOpen(5), 'pl', 'Cisza i spokój: nic nowego. Nadal otwartych jest 5 zgłoszeń, najstarsze to #4.'],
  ] as const)('is one friendly line (%#)', (summary, language, text) => {
    expect(summaryCard(summary, sayIn(language), language).parts).toEqual([{ kind: 'text', text }]);
  });

  it('is not one on which people asked questions', () => {
    const asked = { ...QUIET, current: { ...QUIET.current, questions: { asked: 1, solved: 1, unanswered: 0 } } };

    expect(drawn(asked, 'en')).toContain('Questions asked:');
  });
});

describe('articles that need somebody', () => {
  const needs = (failing: number, stale: number, missing: number): DailySummary => ({
    ...SUMMARY,
    articles: { failing, stale, missing },
  });

  it.each([
    [
      needs(1, 0, 0),
      'en',
      'Knowledge base: 1 article often does not help. Send “articles” to the helpdesk for the list.',
    ],
    [
      needs(2, 1, 3),
      'en',
      '2 articles often do not help, 1 article was not looked at for long, 3 articles are missing.',
    ],
    [needs(0, 2, 1), 'pl', 'Baza wiedzy: 2 artykuły dawno nie były sprawdzane, brakuje 1 artykułu.'],
    [
      needs(5, 5, 5),
      'pl',
      '5 artykułów często nie pomaga, 5 artykułów dawno nie było sprawdzanych, brakuje 5 artykułów.',
    ],
  ] as const)('are one line with a way to the list (%#)', (summary, language, text) => {
    expect(drawn(summary, language)).toContain(text);
    const [show] = summaryCard(summary, sayIn(language), language).actions;
    expect(show).toMatchObject({ intent: { kind: 'articles' } });
  });

  it('are named on a quiet day too', () => {
    expect(drawn({ ...QUIET, articles: needs(0, 0, 2).articles }, 'en')).toContain('2 articles are missing.');
  });

  it.each([[needs(0, 0, 0)], [{ ...SUMMARY, articles: null }]])(
    'are not spoken of when there are none (%#)',
    (summary) => {
      expect(drawn(summary, 'en')).not.toContain('Knowledge base');
      expect(summaryCard(summary, sayIn('en'), 'en').actions).toEqual([]);
    },
  );
});

it('leaves out times and questions that there were none of', () => {
  const text = drawn(
    { ...SUMMARY, current: { ...CURRENT, medianFirstResponseMs: null, medianResolutionMs: null, questions: null } },
    'en',
  );

  expect(text).not.toMatch(/typically|Questions/);
});

it('compares no times with a day that had none', () => {
  const text = drawn({ ...SUMMARY, before: { ...BEFORE, medianFirstResponseMs: null } }, 'en');

  expect(text).toContain('First answer, typically after: 25 min\n');
});

it.each([
  [0, 'under 1 min'],
  [29_000, 'under 1 min'],
  [31_000, '1 min'],
  [HOUR_MS, '1 h'],
  [47 * HOUR_MS, '47 h'],
  [48 * HOUR_MS, '2 days'],
  [100 * HOUR_MS + 59 * MINUTE_MS, '4 days 4 h'],
])('writes %i ms as %s', (medianResolutionMs, words) => {
  const before = { ...BEFORE, medianResolutionMs: null };

  expect(drawn({ ...SUMMARY, before, current: { ...CURRENT, medianResolutionMs } }, 'en')).toContain(
    `Resolved, typically after:     ${words}\n`,
  );
});

it('says of an unfinished day that it is unfinished', () => {
  const today = { ...SUMMARY, soFar: true, current: { ...CURRENT, period: THURSDAY } };

  expect(drawn(today, 'en')).toContain('IT Service Desk · Thursday 19 November, so far');
  expect(drawn(today, 'en')).toContain('by the same time');
});
