/**
 * Takes words and names out of one ticket, question or draft, and announces that every message which showed them is drawn anew.
 * Each is one transaction of its own; done again, there is nothing left to take out.
 */
import type { Posting } from './domain/announcement';
import { isChatAddress } from './domain/announcement';
import type { Draft } from './domain/authoring';
import type { ErasureReason } from './domain/erasure';
import { erasedDraft, erasedTicket } from './domain/erasure';
import type { PersonId } from './domain/person';
import type { Ticket } from './domain/ticket';
import type { PostedMessage } from './store/rows';
import type { Session } from './store/store';

/** Who or what is to be forgotten, and what is kept in place of a name. */
export interface Scope {
  readonly why: ErasureReason;
  readonly ids: ReadonlySet<PersonId>;
  readonly pseudonym: PersonId;
  readonly cause: string;
}

/** What was taken out of one record. */
export interface Done {
  readonly events: number;
  readonly messages: number;
  readonly beyondReach: number;
}

export const NOTHING: Done = { events: 0, messages: 0, beyondReach: 0 };
const DAY_MS = 86_400_000;
const SUMMARIES_EVERY_MS = 10 * 60_000;

/** @returns null when there was nothing to take out */
export async function eraseTicket(
  session: Session,
  id: number,
  scope: Scope,
  at: Date,
  dryRun: boolean,
): Promise<Done | null> {
  const ticket = await session.tickets.find(id);
  if (ticket === null) return null;
  const { ids, why } = scope;
  const whole = goesWhole(ticket, scope);
  const nameOf = (person: PersonId): PersonId => (ids.has(person) ? scope.pseudonym : person);
  const { events, resolver } = await eraseEvents(session, id, { nameOf, whole, ids }, dryRun);
  const resolution = whole || ids.has(resolver);
  const { ticket: next, event } = erasedTicket(ticket, { why, nameOf, whole, resolution }, at);
  if (events === 0 && sameButVersion(ticket, next)) {
    if (!dryRun && whole) await session.erasures.markErased(id, at);
    return null;
  }
  const shown = (await session.tickets.messages(id)).filter(({ place }) => isChatAddress(place));
  const posted = await postedFor(session, ticket, whole, at);
  const reached = posted.filter(({ place }) => isChatAddress(place));
  const ofDraft = whole ? await eraseDraftOf(id, session, scope, dryRun, at) : NOTHING;
  if (!dryRun) {
    await session.erasures.saveTicket(next, whole ? at : null);
    await session.history.add(event, await session.history.hashBefore(event));
    if (whole && ticket.inquiryId !== null) await session.erasures.eraseInquiry(ticket.inquiryId, null, at);
    const cards = shown.map(({ place, view }): Posting => {
      return { to: place, what: { kind: 'show-ticket', ticketId: id, version: next.version, view } };
    });
    await session.outbox.add([...cards, ...(await elsewhereTold(session, id, at))], scope.cause, at);
    await announceRedrawing(session, reached, scope, at);
  }
  const messages = shown.length + reached.length + ofDraft.messages;
  return { events, messages, beyondReach: posted.length - reached.length };
}

export async function eraseQuestion(
  session: Session,
  id: number,
  scope: Scope,
  at: Date,
  dryRun: boolean,
): Promise<Done> {
  const posted = await session.posted.answersTo(id);
  if (!dryRun) {
    await session.erasures.eraseInquiry(id, scope.why === 'request' ? scope.pseudonym : null, at);
    await announceRedrawing(session, posted, scope, at);
  }
  return { ...NOTHING, messages: posted.length };
}

/** @returns null when there was nothing to take out */
export async function eraseDraft(
  session: Session,
  id: number,
  scope: Scope,
  at: Date,
  dryRun: boolean,
): Promise<Done | null> {
  const draft = await session.drafts.find(id);
  return draft === null ? null : takeOutOf(draft, session, scope, { whole: false, dryRun }, at);
}

/** What was made from a ticket has its words. */
async function eraseDraftOf(
  ticketId: number,
  session: Session,
  scope: Scope,
  dryRun: boolean,
  at: Date,
): Promise<Done> {
  const draft = await session.drafts.ofOrigin(`ticket:${ticketId}`);
  if (draft === null) return NOTHING;
  return (await takeOutOf(draft, session, scope, { whole: true, dryRun }, at)) ?? NOTHING;
}

async function takeOutOf(
  draft: Draft,
  session: Session,
  scope: Scope,
  { whole, dryRun }: { whole: boolean; dryRun: boolean },
  at: Date,
): Promise<Done | null> {
  const { ids, pseudonym } = scope;
  const nameOf = (person: PersonId): PersonId => (ids.has(person) ? pseudonym : person);
  const next = erasedDraft(draft, { ids, nameOf, whole }, at);
  if (next === null) return null;
  const { id: draftId, version } = next;
  const shown = await session.drafts.messages(draftId);
  const told = (await session.posted.reviewsOf(draftId)).filter(({ place }) => isChatAddress(place));
  if (!dryRun) {
    await session.drafts.save(next);
    const cards = shown.map(({ place }): Posting => ({ to: place, what: { kind: 'review', draftId, version } }));
    await session.outbox.add(cards, scope.cause, at);
    await announceRedrawing(session, told, scope, at);
  }
  return { ...NOTHING, messages: shown.length + told.length };
}

/** Cards of other tickets that told how this one was resolved. */
async function elsewhereTold(session: Session, id: number, at: Date): Promise<Posting[]> {
  const messages = await session.tickets.outdate(id);
  const others = await session.tickets.named(messages.map(({ ticketId }) => ticketId));
  return messages.map(({ ticketId, place, view }): Posting => {
    const version = others.get(ticketId)?.version ?? 1;
    return { to: place, what: { kind: 'show-ticket', ticketId, version, view, again: at.getTime() } };
  });
}

/** What is written on somebody's own ticket is about them, whoever wrote it. */
function goesWhole({ requester, openedBy }: Ticket, { why, ids }: Scope): boolean {
  return why === 'retention' || ids.has(requester) || ids.has(openedBy);
}

/** @returns how many events had something to take out, and who resolved the ticket last; '' for nobody */
async function eraseEvents(
  { history }: Session,
  ticketId: number,
  { nameOf, whole, ids }: Pick<Scope, 'ids'> & { nameOf: (id: PersonId) => PersonId; whole: boolean },
  dryRun: boolean,
): Promise<{ events: number; resolver: PersonId }> {
  // What an older version wrote during an upgrade has no seal yet that could outlast its words.
  if (!dryRun) await history.sealAnew(ticketId);
  let [events, resolver] = [0, ''];
  for (const event of await history.of(ticketId)) {
    const words = whole || ids.has(event.actor);
    if (await history.erase(event, { nameOf, words }, dryRun)) events += 1;
    if (event.what.kind === 'resolved') resolver = event.actor;
  }
  return { events, resolver };
}

/** What was posted with words of this ticket in it besides its cards. */
async function postedFor(session: Session, ticket: Ticket, whole: boolean, now: Date): Promise<PostedMessage[]> {
  const own = await session.posted.ofTicket(ticket.id);
  if (!whole) return own;
  const answers = ticket.inquiryId === null ? [] : await session.posted.answersTo(ticket.inquiryId);
  // A summary names the oldest open tickets; the one after the resolution tells of the day before it.
  const until = new Date((ticket.resolvedAt ?? now).getTime() + 4 * DAY_MS);
  return [...own, ...answers, ...(await session.posted.summaries(ticket.line, ticket.openedAt, until))];
}

/** Announces that messages are to be drawn anew. A summary names many tickets: it is, once, when a window of time is over. */
async function announceRedrawing(
  { outbox }: Session,
  posted: readonly PostedMessage[],
  { cause }: Scope,
  at: Date,
): Promise<void> {
  const end = new Date((Math.floor(at.getTime() / SUMMARIES_EVERY_MS) + 1) * SUMMARIES_EVERY_MS);
  const wishes = posted.filter(({ place }) => isChatAddress(place));
  const of = (again: Date, list: readonly PostedMessage[]): Posting[] =>
    list.map(({ id, place }) => ({ to: place, what: { kind: 'redraw', posted: id, again: again.getTime() } }));
  const isSummary = ({ payload }: PostedMessage): boolean => payload.kind === 'summary';
  await outbox.add(
    of(
      at,
      wishes.filter((each) => !isSummary(each)),
    ),
    cause,
    at,
  );
  await outbox.add(of(end, wishes.filter(isSummary)), cause, at, end);
}

function sameButVersion(a: Ticket, b: Ticket): boolean {
  const facts = ({ subject, details, resolution, requester, openedBy, assignee }: Ticket): string =>
    JSON.stringify([subject, details, resolution, requester, openedBy, assignee]);
  return facts(a) === facts(b);
}
