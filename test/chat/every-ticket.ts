/** Words people may type, and tickets in every state that are made of them by the domain's own decisions. */
import type { Article, Suggestion } from '../../src/domain/article';
import type { Inquiry } from '../../src/domain/inquiry';
import type { Person, PersonId } from '../../src/domain/person';
import { DETAILS_LIMIT, QUESTION_LIMIT, SUBJECT_LIMIT } from '../../src/domain/text';
import type { Change, NewTicket, Ticket, TicketEvent } from '../../src/domain/ticket';
import { decide, open, opened } from '../../src/domain/ticket';
import type { SimilarTicket } from '../../src/similar-tickets';
import type { TicketFile } from '../../src/ticket-file';
import { LINES } from '../support/desk';

/** What people may type, by how much of it fits where. */
export interface Typed {
  readonly subject: string;
  readonly details: string;
  readonly question: string;
  readonly words: string;
  readonly name: string;
  readonly title: string;
  readonly line: string;
}

/** As much of a text as a field takes, as it stands after cleaning. */
const of = (text: string, limit: number): string =>
  text
    .repeat(Math.ceil(limit / text.length))
    .slice(0, limit)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();

const filled = (text: string): Typed => ({
  subject: of(text.replace(/\s+/g, ' '), SUBJECT_LIMIT),
  details: of(text, DETAILS_LIMIT),
  question: of(text, QUESTION_LIMIT),
  words: of(text, 2000),
  name: of(text, 80),
  title: of(text, 500),
  line: of(text, 60),
});
const same = (text: string): Typed => {
  const line = text.replace(/\s+/g, ' ');
  return { subject: line, details: text, question: text, words: text, name: line, title: line, line };
};

const NASTY =
  '<!channel> <@U0BEN> &lt;b&gt; <https://evil.example|bank> https://kb.example/vpn *b* _i_ ~s~ `c` {x} "q" #1 @here';
/** What Teams reads: markdown, its macros for dates, mentions, HTML. */
const MARKED = [
  '<at>Ewa</at> {{DATE(2026-11-23T09:00:00Z,SHORT)}} {{{TIME(2026-11-23T09:00:00Z)}} [bank](javascript:alert(1))',
  '# **b** _i_ ~~s~~ `c` ![p](https://evil.example/p.png) <https://a.example> ${x} &nbsp;&lt;',
  '- one\n1. two\n> three\n***\n<b onclick="x">b</b> \\* | a | b |',
].join('\n');
export const PLAIN: Typed = {
  subject: 'VPN drops',
  details: 'Since Monday',
  question: 'my vpn drops',
  words: 'Switched to TCP',
  name: 'Nora Lewis',
  title: 'VPN keeps disconnecting',
  line: 'IT Service Desk',
};
export const WORDS: Readonly<Record<string, Typed>> = {
  plain: PLAIN,
  hostile: same(NASTY),
  'marked up': same(MARKED),
  'right-to-left': same('‏لا تعمل الطابعة‎ והמדפסת תקועה'),
  emoji: same('😀👩‍💻🔥'),
  'long plain': filled('The tunnel is lost after ten minutes. '),
  'long hostile': filled(`${NASTY}\n> quoted\n`),
  'long marked up': filled(`${MARKED}\n`),
  'long escapes': filled('<&>"\\'),
  'long emoji': filled('👩‍💻'),
  'long lines': filled('a\n'),
  'long addresses': filled('https://a.example '),
};

export const at = (iso: string): Date => new Date(`2026-11-${iso}:00Z`);
export const NOW = at('23T09:00');

export const NORA = 'slack:U0NORA';
export const ANNA = 'slack:U0ANNA';
const BEN = 'teams:29:1ben';

export function people(typed: Typed): ReadonlyMap<PersonId, Person> {
  const person = (id: PersonId): [PersonId, Person] => [
    id,
    { id, name: typed.name, email: null, language: null, address: id },
  ];
  return new Map([NORA, ANNA, BEN].map(person));
}

export const article = (id: string, typed: Typed, body = typed.details): Article => ({
  id,
  title: typed.title,
  body,
  tags: [],
  language: null,
  audience: 'everyone',
  url: null,
});
export const articles = (typed: Typed, count: number): Article[] =>
  Array.from({ length: count }, (_, n) => article(`article-${n}`, typed));
export const suggestions = (typed: Typed, count: number): Suggestion[] =>
  articles(typed, count).map((each, n) => {
    const passage = of(typed.details, Math.min(300, typed.details.length));
    const found = passage.match(/[\p{L}\p{N}]{2,}/gu) ?? [];
    const linked = n === 0 ? each : { ...each, url: `https://kb.example/${n}` };
    return { article: linked, score: 0.9, passage, found: found.slice(1, 9) };
  });

export const inquiry = (typed: Typed): Inquiry => ({
  id: 7,
  person: NORA,
  text: typed.question,
  language: 'en',
  intake: 'command',
  askedAt: NOW,
  suggested: ['article-0'],
  outcome: 'open',
  solvedBy: null,
  settledAt: null,
});

/** A ticket with its history, made by the decisions themselves. */
export function file(typed: Typed, changes: readonly [Change, PersonId][], more: Partial<NewTicket> = {}): TicketFile {
  const lines = LINES.map((line) => ({ ...line, name: typed.line }));
  const lineOf = (key: string) => lines.find((line) => line.key === key)!;
  const request: NewTicket = {
    subject: typed.subject,
    details: typed.details,
    line: 'it',
    priority: 'P1',
    impact: 'company',
    urgency: 'blocked',
    category: 'access/staff',
    requester: NORA,
    openedBy: NORA,
    intake: 'direct-message',
    inquiryId: 7,
    ...more,
  };
  let ticket: Ticket = { ...open(request, NOW), id: 1_234_567 };
  const events: TicketEvent[] = [opened(ticket, request)];
  for (const [change, id] of changes) {
    const decision = decide(ticket, change, { id, isAgent: id === ANNA || id === BEN }, lineOf(ticket.line), NOW);
    ticket = decision.ticket;
    events.push(decision.event);
  }
  return {
    ticket,
    events,
    line: lineOf(ticket.line),
    lineNames: new Map(lines.map(({ key, name }) => [key, name])),
    inquiry: request.inquiryId === null ? null : inquiry(typed),
    suggested: request.inquiryId === null ? [] : articles(typed, 3),
    read: request.inquiryId === null ? [] : articles(typed, 1),
    resolvedWith: ticket.resolvedWith === null ? null : article(ticket.resolvedWith, typed),
    people: people(typed),
  };
}

/** Every state a ticket can be in, by what was done to it. */
export function states(typed: Typed): Readonly<Record<string, TicketFile>> {
  const { words: text } = typed;
  const claim: [Change, PersonId] = [{ kind: 'claim' }, ANNA];
  const resolve: [Change, PersonId] = [{ kind: 'resolve', text, article: null }, ANNA];
  const resolveWith: [Change, PersonId] = [{ kind: 'resolve', text, article: 'article-0' }, BEN];
  const withdraw: [Change, PersonId] = [{ kind: 'resolve', text: '', article: null }, NORA];
  const close: [Change, PersonId] = [{ kind: 'close' }, 'system'];
  const escalate: [Change, PersonId] = [{ kind: 'escalate', reason: text }, ANNA];
  const reopen = (reason: string): [Change, PersonId] => [{ kind: 'reopen', reason }, NORA];
  return {
    open: file(typed, []),
    'open, without a question': file(typed, [], { inquiryId: null, details: '' }),
    'open, on behalf of somebody': file(typed, [], { openedBy: ANNA, intake: 'walk-in' }),
    'open, of somebody unknown': file(typed, [], { requester: 'slack:U0GONE', openedBy: 'slack:U0GONE' }),
    'open, of somebody elsewhere': file(typed, [], { requester: BEN, openedBy: BEN }),
    'open, high': file(typed, [], { priority: 'P2', impact: 'team', urgency: 'blocked' }),
    'open, normal': file(typed, [], { priority: 'P3', impact: 'person', urgency: 'hindered' }),
    'open, low': file(typed, [], { priority: 'P4', impact: 'person', urgency: 'can-wait' }),
    'open, of a category that is gone': file(typed, [], { category: 'fax' }),
    claimed: file(typed, [claim]),
    waiting: file(typed, [[{ kind: 'wait', text }, ANNA]]),
    'answered while waiting': file(typed, [
      [{ kind: 'wait', text }, ANNA],
      [{ kind: 'comment', visibility: 'public', text }, NORA],
    ]),
    escalated: file(typed, [escalate]),
    'escalated and claimed': file(typed, [escalate, [{ kind: 'claim' }, BEN]]),
    resolved: file(typed, [claim, resolve]),
    'resolved with an article': file(typed, [escalate, resolveWith]),
    'resolved without words': file(typed, [[{ kind: 'resolve', text: '', article: null }, ANNA]]),
    withdrawn: file(typed, [withdraw]),
    reopened: file(typed, [escalate, resolve, reopen(text)]),
    'reopened without words': file(typed, [resolve, reopen('')]),
    'resolved again': file(typed, [escalate, resolve, reopen(text), resolveWith]),
    closed: file(typed, [resolveWith, close]),
  };
}

/** Every event that can stand in a thread. */
export function happenings(typed: Typed): Readonly<Record<string, readonly [Change, PersonId][]>> {
  const { words: text } = typed;
  const resolve = (words: string): [Change, PersonId] => [{ kind: 'resolve', text: words, article: null }, ANNA];
  return {
    opened: [],
    claimed: [[{ kind: 'claim' }, ANNA]],
    'a reply': [[{ kind: 'comment', visibility: 'public', text }, ANNA]],
    'words of the requester': [[{ kind: 'comment', visibility: 'public', text }, NORA]],
    'a note': [[{ kind: 'comment', visibility: 'internal', text }, ANNA]],
    'a question': [[{ kind: 'wait', text }, ANNA]],
    assigned: [[{ kind: 'assign', to: BEN, toIsAgent: true }, ANNA]],
    escalated: [[{ kind: 'escalate', reason: text }, ANNA]],
    resolved: [resolve(text)],
    'resolved without words': [resolve('')],
    withdrawn: [[{ kind: 'resolve', text: '', article: null }, NORA]],
    reopened: [resolve(''), [{ kind: 'reopen', reason: text }, NORA]],
    'reopened without words': [resolve(''), [{ kind: 'reopen', reason: '' }, NORA]],
  };
}

/** Three tickets that say how they were resolved, the first with an article. */
export function similar(typed: Typed): SimilarTicket[] {
  const changes: [Change, PersonId][] = [[{ kind: 'resolve', text: typed.words, article: null }, ANNA]];
  const { ticket } = file(typed, changes);
  return [0, 1, 2].map((n) => ({
    ticket: { ...ticket, id: ticket.id + n + 1 },
    resolvedWith: n === 0 ? article('a', typed) : null,
  }));
}
