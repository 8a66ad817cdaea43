/**
 * Taking people and words out of what is kept, while every number stays: after a line's time, or when a person is to be
 * forgotten. Each ticket is one transaction that erases, adds an event to its history, and announces the redrawing of every
 * message that showed it; so a run that was cut short is simply run again.
 */
import type { Clock } from './clock';
import type { Posting } from './domain/announcement';
import { isChatAddress } from './domain/announcement';
import { erasedTicket } from './domain/erasure';
import type { ErasureReason } from './domain/erasure';
import type { Person, PersonId } from './domain/person';
import { SYSTEM } from './domain/person';
import type { SupportLine } from './domain/support-line';
import type { Ticket } from './domain/ticket';
import { pseudonym } from './store/history';
import type { Traces } from './store/erasures';
import type { PostedMessage } from './store/rows';
import type { Session, Store } from './store/store';

export interface ErasureParts {
  readonly store: Store;
  /** The first line is the one that questions belong to. */
  readonly lines: readonly SupportLine[];
  readonly clock: Clock;
  /** Called after something was announced. */
  readonly onAnnounced?: () => void;
}

/** What was erased of a person, or would be. */
export interface PersonErasure {
  readonly ids: readonly PersonId[];
  readonly pseudonym: PersonId | null;
  readonly tickets: number;
  readonly events: number;
  readonly questions: number;
  /** Messages that the running helpdesk redraws without the words. */
  readonly messages: number;
  /** E-mails and messages of earlier versions: they stay as they are. */
  readonly beyondReach: number;
  readonly traces: Traces;
  /** Where others wrote of them by name: for a human to look at. */
  readonly mentions: readonly { readonly ticketId: number; readonly version: number }[];
}

interface Scope {
  readonly why: ErasureReason;
  readonly ids: ReadonlySet<PersonId>;
  readonly pseudonym: PersonId;
  readonly cause: string;
}

interface Done {
  readonly events: number;
  readonly messages: number;
  readonly beyondReach: number;
}

const NOTHING: Done = { events: 0, messages: 0, beyondReach: 0 };
const PAGE = 200;
/** Tickets and questions erased by one run of the chores: people come first. */
const A_RUN = 200;
/** How long the last messages of somebody may take to be redrawn. */
const REDRAWING_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
const SUMMARIES_EVERY_MS = 10 * 60_000;
const MENTIONS = 100;

export class Erasure {
  constructor(private readonly parts: ErasureParts) {}

  /** Every id of the person with this id or e-mail address. @throws Error when nobody here is known by it */
  async idsOf(name: string): Promise<PersonId[]> {
    return this.parts.store.read(async (session) => {
      const found = name.includes(':') ? [name] : (await session.erasures.byEmail(name)).map(({ id }) => id);
      const ids = new Set<PersonId>();
      for (const id of found) for (const each of await session.identities.idsOf(id)) ids.add(each);
      // Teams reaches people by another address than their id.
      for (const { address } of (await session.people.named([...ids])).values()) if (address !== '') ids.add(address);
      const known =
        found.length > 0 &&
        ((await session.erasures.ticketsOf([...ids], 0, 1)).length > 0 ||
          (await session.erasures.inquiriesOf([...ids])).length > 0 ||
          Object.values(await session.erasures.traces([...ids])).some((count) => count > 0));
      if (!known)
        throw new Error(`nobody here is known by ${name}; give an id such as slack:U0123ABCD, or an e-mail address`);
      return [...ids];
    });
  }

  /** Erases a person, or with `dryRun` only says what would be. Safe to run again, and beside the service. */
  async person(ids: readonly PersonId[], dryRun: boolean): Promise<PersonErasure> {
    const { store, clock } = this.parts;
    const at = clock.now();
    const known = await store.read(async (session) => ({
      people: [...(await session.people.named(ids)).values()],
      traces: await session.erasures.traces(ids),
      questions: await session.erasures.inquiriesOf(ids),
    }));
    const name = await this.begin(ids, at, dryRun);
    const scope: Scope = { why: 'request', ids: new Set(ids), pseudonym: name, cause: `erase:${name}` };
    let [tickets, done] = [0, NOTHING];
    for await (const id of this.ticketsOf(ids)) {
      const more = await this.ticket(id, scope, dryRun);
      if (more === null) continue;
      tickets += 1;
      done = sum(done, more);
    }
    for (const question of known.questions) done = sum(done, await this.question(question.id, scope, dryRun));
    const mentions = await store.read((session) => session.erasures.mentions(namesOf(known.people), MENTIONS));
    if (!dryRun) {
      await store.write(async (session) => {
        await session.erasures.forgetPerson(ids, name);
        await session.drafts.rename(ids, name);
        await session.erasures.forgetPlaces(ids, true);
      });
      this.parts.onAnnounced?.();
    }
    const { events, messages, beyondReach } = done;
    const counts = { tickets, events, questions: known.questions.length, messages, beyondReach };
    return { ids, pseudonym: dryRun ? null : name, ...counts, traces: known.traces, mentions };
  }

  /** Erases the words that a line has kept long enough. @returns how many tickets and questions. */
  async retention(): Promise<number> {
    const { store, lines, clock } = this.parts;
    const now = clock.now();
    const keys = lines.map(({ key }) => key);
    let count = 0;
    for (const [index, { key, keepWordsDays = null }] of lines.entries()) {
      if (keepWordsDays === null) continue;
      const before = new Date(now.getTime() - keepWordsDays * DAY_MS);
      const scope: Scope = { why: 'retention', ids: new Set(), pseudonym: SYSTEM, cause: `retention:${key}` };
      const due = await store.read((session) =>
        session.erasures.dueTickets(key, index === 0 ? keys : null, before, A_RUN),
      );
      for (const id of due) await this.ticket(id, scope, false);
      const questions = index > 0 ? [] : await store.read((session) => session.erasures.dueInquiries(before, A_RUN));
      for (const { id } of questions) await this.question(id, scope, false);
      count += due.length + questions.length;
    }
    if (count > 0) this.parts.onAnnounced?.();
    return count;
  }

  /** Forgets the places of people once the last message to them is redrawn. */
  async finish(): Promise<void> {
    const { store, clock } = this.parts;
    const now = clock.now();
    for (const row of await store.read((session) => session.erasures.unfinished())) {
      await store.write(async (session) => {
        const waiting = await session.erasures.waitingFor(row.ids);
        if (waiting > 0 && now.getTime() - row.startedAt.getTime() < REDRAWING_MS) return;
        await session.erasures.forgetPlaces(row.ids, false);
        await session.erasures.finish(row, now);
      });
    }
  }

  /** The name they get; of an erasure that was cut short, the one it began with. */
  private async begin(ids: readonly PersonId[], at: Date, dryRun: boolean): Promise<PersonId> {
    return this.parts.store.write(async ({ erasures }) => {
      const earlier = (await erasures.unfinished()).find((row) => row.ids.some((id) => ids.includes(id)));
      const name = earlier?.pseudonym ?? pseudonym();
      if (earlier === undefined && !dryRun)
        await erasures.begin({ pseudonym: name, ids, startedAt: at, finishedAt: null });
      return name;
    });
  }

  private async *ticketsOf(ids: readonly PersonId[]): AsyncGenerator<number> {
    for (let from = 0; ;) {
      const page = await this.parts.store.read((session) => session.erasures.ticketsOf(ids, from, PAGE));
      yield* page;
      if (page.length < PAGE) return;
      from = (page.at(-1) ?? 0) + 1;
    }
  }

  /** @returns null when there was nothing to take out */
  private ticket(id: number, scope: Scope, dryRun: boolean): Promise<Done | null> {
    const work = (session: Session): Promise<Done | null> =>
      eraseTicket(session, id, scope, this.parts.clock.now(), dryRun);
    return dryRun ? this.parts.store.read(work) : this.parts.store.write(work);
  }

  private async question(id: number, scope: Scope, dryRun: boolean): Promise<Done> {
    const at = this.parts.clock.now();
    const work = async (session: Session): Promise<Done> => {
      const posted = await session.posted.answersTo(id);
      if (!dryRun) {
        await session.erasures.eraseInquiry(id, scope.why === 'request' ? scope.pseudonym : null, at);
        await announceRedrawing(session, posted, scope, at);
      }
      return { ...NOTHING, messages: posted.length };
    };
    return dryRun ? this.parts.store.read(work) : this.parts.store.write(work);
  }
}

async function eraseTicket(
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
  if (!dryRun) {
    await session.erasures.saveTicket(next, whole ? at : null);
    await session.history.add(event);
    if (whole) await session.drafts.eraseOfTicket(id);
    if (whole && ticket.inquiryId !== null) await session.erasures.eraseInquiry(ticket.inquiryId, null, at);
    const cards = shown.map(({ place, view }): Posting => {
      return { to: place, what: { kind: 'show-ticket', ticketId: id, version: next.version, view } };
    });
    await session.outbox.add([...cards, ...(await elsewhereTold(session, id, at))], scope.cause, at);
    await announceRedrawing(session, reached, scope, at);
  }
  return { events, messages: shown.length + reached.length, beyondReach: posted.length - reached.length };
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

function sum(a: Done, b: Done): Done {
  return {
    events: a.events + b.events,
    messages: a.messages + b.messages,
    beyondReach: a.beyondReach + b.beyondReach,
  };
}

/** Names that point to somebody: a first name alone is everybody's. */
function namesOf(people: readonly Person[]): string[] {
  const names = people.flatMap(({ name, email }) => [
    ...(/\S\s+\S/.test(name) ? [name] : []),
    ...(email === null ? [] : [email]),
  ]);
  return [...new Set(names)];
}
