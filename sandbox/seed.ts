/**
 * What a visitor of the sandbox finds: a fortnight of history, so that the summary has a trend, and a few open tickets.
 * The history is made by the real helpdesk with a clock in the past and no channel to announce it in.
 */
import { priorityOf } from '../src/domain/priority';
import type { Impact, Urgency } from '../src/domain/priority';
import type { Person } from '../src/domain/person';
import type { Roster } from '../src/domain/support-line';
import { Helpdesk } from '../src/helpdesk';
import type { Parts } from '../src/helpdesk';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import { SimilarTickets } from '../src/similar-tickets';
import { AGENTS, NORA, OTHERS, personOf } from './people';

interface Request {
  readonly subject: string;
  readonly details: string;
  readonly category: string;
  readonly impact: Impact;
  readonly urgency: Urgency;
}

const request = (subject: string, category: string, impact: Impact, urgency: Urgency, details = ''): Request => ({
  subject,
  details,
  category,
  impact,
  urgency,
});

const PAST: readonly Request[] = [
  request('Cannot open the shared drive from home', 'network', 'person', 'hindered'),
  request('Laptop does not wake up', 'hardware', 'person', 'blocked'),
  request('Excel closes by itself', 'software', 'person', 'hindered'),
  request('Access to the sales folder', 'access', 'person', 'can-wait'),
  request('Printer on the second floor is jammed', 'hardware', 'team', 'hindered'),
  request('Password expired while on leave', 'access', 'person', 'blocked'),
  request('No sound in meetings', 'hardware', 'person', 'hindered'),
  request('New phone, authenticator is gone', 'access', 'person', 'blocked'),
  request('Wi-Fi is slow in the meeting room', 'network', 'team', 'can-wait'),
];

const QUESTIONS = [
  'my vpn drops every ten minutes',
  'how do I set an out of office reply',
  'printer prints nothing',
  'mailbox is full',
  'teams has no sound',
  'where do I park my bicycle',
];

const OPEN: readonly Request[] = [
  request(
    'Second monitor stays black',
    'hardware',
    'person',
    'hindered',
    'Since the update this morning. I tried both cables and another port of the dock.',
  ),
  request(
    'Invoice system says "session expired"',
    'application',
    'team',
    'blocked',
    'All four of us in accounting get it right after signing in.',
  ),
  request('Please install Figma', 'software', 'person', 'can-wait'),
];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A repeatable sequence: every sandbox looks the same (a linear congruential generator, Numerical Recipes' constants). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Writes the fortnight before now. */
export async function seedHistory(parts: Pick<Parts, 'store' | 'knowledge' | 'clock' | 'desk'>): Promise<void> {
  // Somebody was here before: their tickets are history enough.
  if ((await parts.store.read((session) => session.tickets.list({}, 1))).length > 0) return;
  const now = parts.clock.now().getTime();
  const roll = dice(7);
  const clock = { at: new Date(now), now: () => clock.at };
  const lines = parts.desk.lines.map((line) => ({
    ...line,
    channels: [],
    agents: AGENTS.map(({ id }) => `slack:${id}`),
  }));
  const { store } = parts;
  const silent = new Helpdesk({
    ...parts,
    similar: new SimilarTickets({ store, createIndex: createKnowledgeIndex, lines, clock }),
    clock,
    desk: { ...parts.desk, lines },
    roster: NOBODY,
    wake: () => undefined,
  });
  let count = 0;
  for (let daysAgo = 14; daysAgo >= 1; daysAgo -= 1) {
    const morning = startOfDay(now - daysAgo * DAY_MS) + 8 * HOUR_MS;
    if ([0, 6].includes(new Date(morning).getUTCDay())) continue;
    for (let n = 2 + roll(5); n > 0; n -= 1) {
      count += 1;
      await pastTicket(silent, clock, { at: morning + roll(8 * 60) * 60_000, now }, count, roll);
    }
    for (let n = 1 + roll(4); n > 0; n -= 1) {
      count += 1;
      await pastQuestion(silent, clock, morning + roll(8 * 60) * 60_000, count, roll);
    }
  }
}

async function pastTicket(
  desk: Helpdesk,
  clock: { at: Date },
  { at, now }: { at: number; now: number },
  n: number,
  roll: (sides: number) => number,
): Promise<void> {
  const what = PAST[roll(PAST.length)] as Request;
  const by = (person: Person, step: string) => ({ person, cause: `sandbox:${n}:${step}` });
  clock.at = new Date(at);
  const ticket = await desk.open(newTicket(what), by(quiet(OTHERS[roll(OTHERS.length)] ?? NORA), 'open'));
  const agent = quiet(AGENTS[roll(AGENTS.length)] ?? NORA);
  clock.at = new Date(at + (5 + roll(90)) * 60_000);
  await desk.act(ticket.id, { kind: 'claim' }, by(agent, 'claim'));
  const resolvedAt = at + (2 + roll(5)) * HOUR_MS + (roll(3) === 0 ? nightsAfter(at) * DAY_MS : 0);
  // One that is not done by now stays claimed.
  if (resolvedAt > now) return;
  clock.at = new Date(resolvedAt);
  await desk.act(
    ticket.id,
    { kind: 'resolve', text: 'Done, and tried together.', article: null },
    by(agent, 'resolve'),
  );
}

async function pastQuestion(
  desk: Helpdesk,
  clock: { at: Date },
  at: number,
  n: number,
  roll: (sides: number) => number,
): Promise<void> {
  clock.at = new Date(at);
  const person = quiet(OTHERS[roll(OTHERS.length)] ?? NORA);
  const text = QUESTIONS[roll(QUESTIONS.length)] ?? '';
  const { inquiry, suggestions } = await desk.ask(
    text,
    { intake: 'command', language: 'en' },
    { person, cause: `sandbox:${n}:ask` },
  );
  if (suggestions.length > 0)
    await desk.markSolved(inquiry.id, suggestions[0]?.article.id ?? null, { person, cause: `sandbox:${n}:solved` });
}

/** Opens the tickets that wait when a visitor comes. */
export async function seedOpenTickets(desk: Helpdesk): Promise<void> {
  for (const [index, what] of OPEN.entries()) {
    const person = personOf(OTHERS[index % OTHERS.length] ?? NORA);
    await desk.open(newTicket(what), { person, cause: `sandbox:open:${index}` });
  }
}

function newTicket(what: Request): Parameters<Helpdesk['open']>[0] {
  return {
    ...what,
    priority: priorityOf(what.impact, what.urgency),
    inquiryId: null,
    intake: 'command',
    requester: null,
  };
}

/** The same person, out of reach: history rings nobody. */
function quiet(user: Parameters<typeof personOf>[0]): Person {
  return { ...personOf(user), address: 'nowhere' };
}

/** Days until the next working day. */
function nightsAfter(ms: number): number {
  const day = new Date(ms).getUTCDay();
  return day === 5 ? 3 : day === 6 ? 2 : 1;
}

function startOfDay(ms: number): number {
  return ms - (ms % DAY_MS);
}

const NOBODY: Roster = {
  isChannel: () => false,
  homesOf: () => Promise.resolve([]),
  isMember: () => Promise.resolve(false),
  person: () => Promise.reject(new Error('nobody is asked')),
};
