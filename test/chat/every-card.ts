/** Every card and every form of the product, made of given words for one reader. */
import type { DraftFile, DraftLists } from '../../src/draft-file';
import { NEW_ARTICLE } from '../../src/chat/article-intents';
import type { Card, Form } from '../../src/chat/card';
import {
  draftCard,
  draftsCard,
  foundCard,
  retireCard,
  retiredCard,
  reviewCard,
  reviewedCard,
} from '../../src/chat/cards/article-cards';
import { articleForm, returnForm } from '../../src/chat/cards/article-form';
import { historyCard, reportCard } from '../../src/chat/cards/article-lists';
import { answerCard, articleCard, thanksCard, thanksWithTicketCard } from '../../src/chat/cards/answer-card';
import { changeForm, openForm } from '../../src/chat/cards/forms';
import { helpCard, mineCard, noticeCard, queueCard, refusalCard } from '../../src/chat/cards/list-cards';
import type { DeskNames, Reader } from '../../src/chat/cards/reader';
import { samePersonCard, samePersonThanksCard } from '../../src/chat/cards/same-person-card';
import { exampleCard, similarParts } from '../../src/chat/cards/similar-tickets';
import { statusCard } from '../../src/chat/cards/status-card';
import { summaryCard } from '../../src/chat/cards/summary-card';
import { threadCard, withoutThread } from '../../src/chat/cards/thread-card';
import { ticketCard } from '../../src/chat/cards/ticket-card';
import { channelWelcomeCard, welcomeCard } from '../../src/chat/cards/welcome-card';
import { TICKET_INTENTS } from '../../src/chat/interaction';
import { lostFormCard } from '../../src/chat/reply-card';
import type { ArticleVersion, Draft, KeptArticle } from '../../src/domain/authoring';
import { whyWithdrawn } from '../../src/domain/authoring';
import { DEFAULT_CATEGORIES } from '../../src/domain/category';
import { summarise } from '../../src/domain/daily-summary';
import type { OpenGroup, SummaryRows } from '../../src/domain/daily-summary';
import type { RefusalReason } from '../../src/domain/refusal';
import type { Ticket } from '../../src/domain/ticket';
import { isActive, TICKET_STATUSES } from '../../src/domain/ticket-status';
import { LINES } from '../support/desk';
import type { Typed } from './every-ticket';
import {
  ANNA,
  NORA,
  NOW,
  article,
  articles,
  at,
  file,
  happenings,
  inquiry,
  people,
  similar,
  states,
  suggestions,
} from './every-ticket';

/** What the desk of these cards has of its own. */
export const NAMES: DeskNames = {
  categories: DEFAULT_CATEGORIES,
  lines: LINES,
  groups: [
    { kind: 'department', key: 'finance', name: 'Finance' },
    { kind: 'organisation', key: 'acme', name: 'Acme Inc.' },
  ],
};

const day = (date: number): string => `2026-11-${String(date).padStart(2, '0')}`;
const FRIDAY = { from: at('19T23:00'), to: at('22T23:00'), firstDay: day(20), lastDay: day(22) };
const THURSDAY = { from: at('18T23:00'), to: at('19T23:00'), firstDay: day(19), lastDay: day(19) };
const OPEN: readonly OpenGroup[] = [
  { priority: 'P1', age: 'day', unclaimed: true, count: 1 },
  { priority: 'P2', age: 'days', unclaimed: false, count: 22 },
  { priority: 'P3', age: 'week', unclaimed: false, count: 333 },
  { priority: 'P4', age: 'older', unclaimed: true, count: 4444 },
];

function summaryRows(typed: Typed): SummaryRows {
  const days = Array.from({ length: 14 }, (_, n) => day(9 + n));
  const counted = {
    opened: 12_345,
    resolutionTimesMs: [1, 90_000_000, 900_000_000],
    firstResponseTimesMs: [60_000],
    stillOpen: 4800,
    questions: { asked: 1000, solved: 700, unanswered: 3 },
  };
  return {
    line: 'it',
    lineName: typed.line,
    timezone: 'Europe/Warsaw',
    soFar: false,
    articles: { failing: 1, stale: 22, missing: 5 },
    current: { ...counted, period: FRIDAY },
    before: { ...counted, opened: 1, resolutionTimesMs: [], period: THURSDAY },
    open: OPEN,
    oldest: [1, 2, 3].map((id) => ({ id, subject: typed.subject, openedAt: at('01T08:00') })),
    days: { days, opened: days.map((_, n) => n * 7), resolved: days.map((_, n) => n * 5) },
  };
}

function summaries(typed: Typed, { say, language }: Reader): Readonly<Record<string, Card>> {
  const rows = summaryRows(typed);
  const nothing = { opened: 0, resolutionTimesMs: [], firstResponseTimesMs: [], stillOpen: 0, questions: null };
  const zeros = rows.days.days.map(() => 0);
  const quiet: SummaryRows = {
    ...rows,
    current: { ...nothing, period: FRIDAY },
    before: { ...nothing, period: THURSDAY },
    open: [],
    oldest: [],
    days: { ...rows.days, opened: zeros, resolved: zeros },
  };
  const cards: Record<string, SummaryRows> = {
    'summary, full': rows,
    'summary, so far': { ...rows, soFar: true },
    'summary, of a line without questions': { ...rows, articles: null, current: { ...rows.current, questions: null } },
    'summary, articles are well': { ...rows, articles: { failing: 0, stale: 0, missing: 0 } },
    'summary, nothing at all': { ...quiet, articles: null },
    'summary, nothing new': { ...quiet, open: OPEN, oldest: rows.oldest, current: { ...quiet.current, stillOpen: 5 } },
  };
  return Object.fromEntries(
    Object.entries(cards).map(([name, each]) => [name, summaryCard(summarise(each), say, language)]),
  );
}

const REFUSALS: readonly RefusalReason[] = [
  { code: 'already-claimed', by: ANNA },
  { code: 'already-yours' },
  { code: 'not-an-agent', line: 'IT' },
  { code: 'not-a-manager' },
  { code: 'assignee-not-an-agent', person: ANNA },
  { code: 'not-your-ticket' },
  ...TICKET_STATUSES.map((status) => ({ code: 'wrong-status', status }) as const),
  { code: 'no-next-line' },
  { code: 'no-such-ticket' },
  { code: 'no-such-question' },
  { code: 'has-a-ticket', ticketId: 1_234_567, status: 'closed' },
  { code: 'has-a-ticket', ticketId: 1_234_567, status: 'open' },
  { code: 'no-such-article' },
  { code: 'no-such-draft' },
  { code: 'draft-done' },
  { code: 'draft-moved' },
  { code: 'draft-in-review' },
  { code: 'draft-not-in-review' },
  { code: 'needs-review' },
  { code: 'own-draft' },
  { code: 'article-moved' },
  { code: 'article-retired' },
  { code: 'article-too-long', limit: 9000 },
  { code: 'words-too-long', limit: 9000 },
  { code: 'unchanged' },
  { code: 'roster-unavailable' },
  { code: 'not-the-same-person' },
  { code: 'too-fast' },
  { code: 'stale-button' },
];

export function answers(typed: Typed, { say }: Reader): Readonly<Record<string, Card>> {
  const asked = inquiry(typed);
  const block = `## ${typed.title}\n\n${typed.details}\n\n1. ${typed.words.replace(/\n/g, ' ')}\n2. Two\n\n> quoted\n\n\`\`\`\n${typed.words}\n\`\`\`\n\n`;
  const answer = (articles: number, similar = 0, inquiry = asked): Card =>
    answerCard(
      {
        inquiry,
        suggestions: suggestions(typed, articles),
        solutions: Array.from({ length: similar }, () => typed.details),
      },
      typed.line,
      say,
    );
  return {
    'no answer': answer(0),
    'no answer to nothing': answer(0, 0, { ...asked, text: '' }),
    'a clear answer': answerCard(
      { inquiry: asked, suggestions: suggestions(typed, 1).map((each) => ({ ...each, clear: true })), solutions: [] },
      typed.line,
      say,
    ),
    'one answer': answer(1),
    'three answers': answer(3),
    'an answer, and what helped others': answer(1, 2),
    'nothing but what helped others': answer(0, 3),
    thanks: thanksCard(asked, [], true, say),
    'thanks, which one': thanksCard(asked, articles(typed, 3), true, say),
    'thanks, nothing is learned': thanksCard(asked, [], false, say),
    'thanks, which one, nothing is learned': thanksCard(asked, articles(typed, 3), false, say),
    'thanks, after a ticket was opened': thanksWithTicketCard(Object.values(states(typed))[0]!.ticket, say),
    'thanks, after the ticket was resolved': thanksWithTicketCard(null, say),
    'an article': articleCard(article('a', typed, block), null, say),
    'an article for a question': articleCard(article('a', typed, block), asked, say),
    'a very long article': articleCard(article('a', typed, block.repeat(60)), asked, say),
    'an article without words': articleCard(article('a', typed, ''), asked, say),
  };
}

function lists(typed: Typed, { say }: Reader): Readonly<Record<string, Card>> {
  const tickets = (count: number): Ticket[] =>
    Object.values(states(typed))
      .flatMap(({ ticket }) => [ticket, { ...ticket, openedAt: at('01T08:00') }])
      .slice(0, count);
  const cards = [0, 1, 20].flatMap((count): [string, Card][] => [
    [`mine, ${count}`, mineCard(tickets(count), count, NOW, say)],
    [`queue, ${count}`, queueCard(tickets(count), count, people(typed), NOW, say)],
  ]);
  return Object.fromEntries(cards);
}

export function notices(typed: Typed, { say }: Reader): Readonly<Record<string, Card>> {
  const refusals = REFUSALS.map((reason): [string, Card] => [
    `no: ${reason.code} ${'status' in reason ? reason.status : ''}`,
    refusalCard('line' in reason ? { ...reason, line: typed.line } : reason, () => typed.name, say),
  ]);
  return {
    ...Object.fromEntries(refusals),
    help: helpCard(say, false),
    'help, typed': helpCard(say, true),
    'the same person?': samePersonCard(
      { id: NORA, name: typed.name, email: 'nora.lewis@example.com', language: null, address: NORA },
      say,
    ),
    'the same person': samePersonThanksCard(true, say),
    'another person': samePersonThanksCard(false, say),
    'ticket is open': noticeCard(say('form.open.done', { id: 1_234_567 }), say('form.open.done.text')),
    'ticket is open for somebody': noticeCard(
      say('form.open.done', { id: 1_234_567 }),
      say('form.open.done.other', { name: typed.name }),
    ),
    'a thank-you': noticeCard(say('welcome.thanks.title'), say('welcome.thanks.text')),
    'it broke': noticeCard(say('trouble.title'), say('trouble.broke', { ref: 'a1b2c3' })),
    'not saved': noticeCard(say('trouble.title'), say('trouble.not-saved')),
    'still working': noticeCard('', say('trouble.still-working')),
    'a form that can be opened no more': lostFormCard(
      say('no.wrong-status.closed'),
      { subject: typed.subject, details: typed.details },
      say,
    ),
  };
}

/** A draft of a text in every state, as it is kept. */
function draftFile(typed: Typed, changes: Partial<Draft> = {}, article: KeptArticle | null = null): DraftFile {
  const draft: Draft = {
    ...{ id: 7, articleId: null, baseVersion: 0, title: typed.title, body: typed.words, tags: [typed.line] },
    ...{ language: null, audience: 'everyone', url: null, state: 'writing', line: 'it', author: ANNA, authors: [ANNA] },
    ...{ reviewer: null, remark: null, origin: null, version: 3, createdAt: NOW, updatedAt: NOW },
    ...changes,
  };
  const moved = (article?.version ?? 0) !== draft.baseVersion;
  const withdrawn = whyWithdrawn(draft, article);
  const line = { ...LINES[0]!, name: typed.line };
  return { draft, article, moved, withdrawn, line, reviewed: true, people: people(typed) };
}

const keptArticle = (typed: Typed, version = 1): KeptArticle => ({
  ...article('article-0', typed),
  ...{ version, source: 'chat', fileHash: null, retiredAt: null, confirmedAt: null, changedAt: at('01T08:00') },
});

const version = (typed: Typed, number: number): ArticleVersion => ({
  ...{ articleId: 'article-0', title: typed.title, body: String(number), tags: [], language: null, url: null },
  ...{ audience: 'everyone', version: number, author: number === 1 ? 'system' : ANNA, approvedBy: NORA, at: NOW },
  kind: number === 1 ? 'imported' : number === 3 ? 'retired' : 'written',
});

function articleCards(typed: Typed, reader: Reader): Readonly<Record<string, Card>> {
  const retired = { ...keptArticle(typed), retiredAt: NOW };
  const states: Readonly<Record<string, DraftFile>> = {
    writing: draftFile(typed),
    'of a ticket': draftFile(typed, { origin: 'ticket:1234567' }),
    'a change': draftFile(
      typed,
      { articleId: 'article-0', baseVersion: 1, url: 'https://a.example' },
      keptArticle(typed),
    ),
    overtaken: draftFile(typed, { articleId: 'article-0', baseVersion: 1 }, keptArticle(typed, 2)),
    'sent back': draftFile(typed, { remark: typed.words, reviewer: NORA }),
    'edited by another': draftFile(typed, { author: ANNA, authors: [NORA, ANNA] }),
    'for some only': draftFile(typed, { audience: 'department:finance,line:it,line:gone,organisation:acme' }),
    review: draftFile(typed, { state: 'review' }),
    published: draftFile(typed, { state: 'published', reviewer: NORA }),
    dropped: draftFile(typed, { state: 'dropped' }),
    'of a retired article': draftFile(typed, { articleId: 'article-0', baseVersion: 1 }, retired),
    'of an article whose file is gone': draftFile(typed, { articleId: 'article-0', baseVersion: 1 }),
    'published, retired since': draftFile(
      typed,
      { articleId: 'article-0', state: 'published', baseVersion: 1 },
      retired,
    ),
  };
  const drafts = Object.values(states).map(({ draft }) => draft);
  const many = [...drafts, ...drafts];
  const listsOf = (all: readonly Draft[]): DraftLists => {
    return { own: all, waiting: all, counts: { own: all.length, waiting: all.length }, people: people(typed) };
  };
  const history = { article: keptArticle(typed, 14), people: people(typed) };
  const stale = Array.from({ length: 7 }, () => ({ article: keptArticle(typed), lookedAt: at('01T08:00') }));
  const failing = stale.map((each) => ({ ...each, suggested: 1234, tickets: 1000, solved: 1 }));
  const missing = stale.map(() => ({ questions: 22, example: typed.question }));
  const cards: [string, Card | null][] = [
    ...Object.entries(states).flatMap(([state, each]): [string, Card | null][] => [
      [`draft, ${state}`, draftCard(each, true, reader)],
      [`draft of somebody else, ${state}`, draftCard(each, false, reader)],
      [`review, ${state}`, reviewCard(each, false, reader)],
      [`reviewed, ${state}`, reviewedCard(each, reader)],
    ]),
    ['review, moved', reviewCard(draftFile(typed, { state: 'review' }), true, reader)],
    ['draft, kept apart', draftCard(draftFile(typed), true, reader, true)],
    ['drafts, none', draftsCard(listsOf([]), NOW, reader)],
    ['drafts, many', draftsCard(listsOf(many), NOW, reader)],
    ['which article', foundCard('edit', null, reader)],
    ['no such article', foundCard('retire', [], reader)],
    ['articles found', foundCard('history', articles(typed, 5), reader)],
    ['retire?', retireCard(keptArticle(typed), reader)],
    ['retired', retiredCard(keptArticle(typed), reader)],
    ['history, one', historyCard({ ...history, versions: [version(typed, 1)] }, NOW, reader)],
    [
      'history, long',
      historyCard({ ...history, versions: Array.from({ length: 14 }, (_, n) => version(typed, 14 - n)) }, NOW, reader),
    ],
    ['report, all is well', reportCard({ days: 90, failing: [], stale: [], missing: [] }, true, NOW, reader)],
    ['report, long', reportCard({ days: 90, failing, stale, missing }, true, NOW, reader)],
    ['still right', noticeCard(reader.say('article.confirmed', { title: typed.title }), '')],
    ['approved', noticeCard(reader.say('article.approved'), typed.title)],
  ];
  return Object.fromEntries(
    cards.flatMap(([name, card]): [string, Card][] => (card === null ? [] : [[`article: ${name}`, card]])),
  );
}

function articleForms(typed: Typed, reader: Reader): [string, Form | null][] {
  const text = { ...draftFile(typed).draft, body: `${typed.details}\n\n${typed.words}` };
  const paragraph = 'Said at length. '.repeat(150).trim();
  const back = { kind: 'article-return', draftId: 7, version: 3 } as const;
  return [
    ['article, new', articleForm(NEW_ARTICLE, { ...text, title: '', body: '', tags: [] }, reader)],
    ['article, edit', articleForm({ ...NEW_ARTICLE, articleId: 'article-0', baseVersion: 2 }, text, reader)],
    [
      'article, long',
      articleForm(NEW_ARTICLE, { ...text, body: [paragraph, paragraph, paragraph].join('\n\n') }, reader),
    ],
    [
      'article, for some only',
      articleForm(NEW_ARTICLE, { ...text, audience: 'department:finance,line:it,line:gone' }, reader),
    ],
    ['article, send back', returnForm(back, typed.title, reader.say)],
  ];
}

export function cardsOf(typed: Typed, reader: Reader): Readonly<Record<string, Card>> {
  const cards: [string, Card][] = [];
  for (const [state, each] of Object.entries(states(typed))) {
    cards.push(
      [`ticket ${state}`, ticketCard(each, false, reader)],

      [`status ${state}`, statusCard(each, reader, true)],
    );
    cards.push([`status ${state}, without threads`, statusCard(each, reader, false)]);
    cards.push([`ticket ${state}, moved`, ticketCard(each, true, reader)]);
    if (!isActive(each.ticket.status)) continue;
    const parts = similarParts(similar(typed), reader.say);
    cards.push([`ticket ${state}, with similar ones`, ticketCard(each, false, reader, parts)]);
  }
  for (const [what, changes] of Object.entries(happenings(typed))) {
    const each = file(typed, changes);
    for (const view of ['line', 'requester'] as const) {
      const card = threadCard(each, each.events.at(-1)!, view, reader);
      if (card === null) continue;
      cards.push([`thread of the ${view}: ${what}`, card]);
      if (view === 'requester') cards.push([`told without threads: ${what}`, withoutThread(card, each, reader)]);
    }
  }
  return {
    ...Object.fromEntries(cards),
    ...answers(typed, reader),
    ...lists(typed, reader),
    ...notices(typed, reader),
    ...articleCards(typed, reader),
    'a similar ticket': exampleCard(similar(typed)[0]!, reader.say),
    welcome: welcomeCard(reader.say),
    'welcome in a channel': channelWelcomeCard(
      'teams:19:0f1e2d3c4b5a69788796a5b4c3d2e1f0@thread.tacv2',
      null,
      reader.say,
    ),
    'welcome in a channel of a line': channelWelcomeCard('teams:19:0@thread.tacv2', typed.line, reader.say),
    ...summaries(typed, reader),
  };
}

export function formsOf(typed: Typed, reader: Reader): Readonly<Record<string, Form>> {
  const asked = { kind: 'open', inquiryId: 7, intake: 'command' } as const;
  const { ticket } = file(typed, []);
  const others = [...people(typed).values()];
  const forms: [string, Form | null][] = [
    ['open', openForm(asked, null, reader)],
    ['open from a question', openForm({ ...asked, text: typed.question }, null, reader)],
    ['open for somebody', openForm({ ...asked, text: typed.question, requester: NORA }, [], reader)],
    ['open for somebody of two chats', openForm(asked, others, reader)],
    ...TICKET_INTENTS.flatMap((kind) =>
      [0, 3].flatMap((count) =>
        [true, false].map((byRequester): [string, Form | null] => [
          `${kind}, ${count} articles${byRequester ? ', by the requester' : ''}`,
          changeForm(
            { kind, ticketId: ticket.id },
            {
              ticket,
              nextLine: typed.line,
              articles: articles(typed, count),
              byRequester,
              others: count === 0 ? [] : others,
            },
            reader,
          ),
        ]),
      ),
    ),
  ];
  forms.push(...articleForms(typed, reader));
  return Object.fromEntries(forms.flatMap(([name, form]) => (form === null ? [] : [[name, form]])));
}

/** The words of people that a card of this name must show. */
export function expectedOn(name: string, typed: Typed): string[] {
  if (name.startsWith('ticket is open for') || name.startsWith('no: already-claimed')) return [typed.name];
  if (name.startsWith('ticket is')) return [];
  if (/^ticket (escalated|reopened|waiting|claimed|resolved|closed)/.test(name)) return [typed.subject, typed.details];
  if (/^(ticket|status) /.test(name)) return [typed.subject];
  if (/^thread .*: (a |words|escalated|resolved$|reopened$)/.test(name)) {
    // What one says of a ticket, the other is told in the same words.
    return [typed.words, typed.name];
  }
  if (name === 'a clear answer' || name.startsWith('one answer') || name.startsWith('three'))
    return [typed.question, typed.title];
  if (name.startsWith('an article') || name.startsWith('article: draft,')) return [typed.title];
  return [];
}
