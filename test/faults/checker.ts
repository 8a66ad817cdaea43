/**
 * What must be true after every fault is healed (docs/RELIABILITY.md, I1–I9): what people did and were told, against the
 * database and what the chats really show. Pure, and it shares no code with what it checks: it plays the events of a ticket
 * with rules of its own.
 */
import type { Inquiry } from '../../src/domain/inquiry';
import type { Ticket, TicketEvent } from '../../src/domain/ticket';
import type { HandledInteraction, OutboxRow } from '../../src/store/rows';
import type { Entry, Outcome } from './history';
import { outcomesOf } from './history';
import { foldOf } from './fold';

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9';

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

/** A message of the bot that everybody of a place sees. */
export interface Post {
  /** The address of the place: `slack:C1`, of a direct message its person. */
  readonly place: string;
  /** Unique in the place. */
  readonly id: string;
  /** The outbox key it carries; null where the chat keeps none. */
  readonly key: string | null;
  /** The number of the ticket it shows; 0 for none. */
  readonly ticket: number;
  readonly words: string;
  readonly inThread: boolean;
}

export interface Facts {
  readonly history: readonly Entry[];
  readonly tickets: readonly Ticket[];
  readonly events: readonly TicketEvent[];
  readonly outbox: readonly OutboxRow[];
  readonly interactions: readonly HandledInteraction[];
  readonly inquiries: readonly Pick<Inquiry, 'id' | 'person' | 'text'>[];
  readonly posts: readonly Post[];
  /** The addresses of the channels that show every ticket. */
  readonly channels: readonly string[];
}

/** A person waits this long for an answer at most. */
const ANSWER_MS = 2500;
/** What the answer's way and a busy machine may add to what the service itself took. */
const WAY_MS = 250;

export function check(facts: Facts): Violation[] {
  const deeds = outcomesOf(facts.history);
  const byTicket = new Map(facts.tickets.map(({ id }) => [id, [] as TicketEvent[]]));
  for (const event of facts.events) byTicket.get(event.ticketId)?.push(event);
  return [
    ...openings(deeds, facts),
    ...words(deeds, facts),
    ...claims(deeds, facts),
    ...orphans(facts),
    ...facts.tickets.flatMap((ticket) => [
      ...whole(ticket, facts),
      ...played(ticket, byTicket.get(ticket.id) ?? []),
      ...shown(ticket, facts),
    ]),
    ...announcements(facts),
    ...posted(facts),
    ...conserved(deeds, facts),
    ...answers(facts.history),
  ];
}

const broken = (invariant: Invariant, what: string): Violation => ({ invariant, what });

/** Who was told a number has that ticket; who was told that nothing was done has none; nobody has two. */
function openings(deeds: readonly Outcome[], { tickets }: Facts): Violation[] {
  const bySubject = new Map<string, Ticket[]>();
  for (const ticket of tickets) bySubject.set(ticket.subject, [...(bySubject.get(ticket.subject) ?? []), ticket]);
  return deeds
    .filter(({ deed }) => deed === 'open')
    .flatMap(({ key, phase, ticket }) => {
      const found = bySubject.get(key) ?? [];
      if (found.length > 1) return [broken('I2', `"${key}" became ${found.length} tickets`)];
      if (phase === 'ok' && found[0]?.id !== ticket)
        return [broken('I1', `"${key}" was told to be #${ticket}, and is ${found[0]?.id ?? 'nowhere'}`)];
      if (phase === 'fail' && found.length > 0)
        return [broken('I1', `"${key}" was told not to be saved, and is #${found[0]?.id}`)];
      return [];
    });
}

/** What was written on a ticket is on it once, and is shown once wherever it should be. */
function words(deeds: readonly Outcome[], facts: Facts): Violation[] {
  return deeds
    .filter(({ deed }) => deed === 'reply' || deed === 'say')
    .flatMap(({ deed, key, phase, who }) => {
      const found = facts.events.filter(({ what }) => what.kind === 'commented' && what.text === key);
      if (found.length > 1) return [broken('I2', `"${key}" (${deed}) is ${found.length} times on a ticket`)];
      // An event is repeated by the chat until it is taken; only whoever was told of trouble cannot know.
      if (
        found.length === 0 &&
        (phase === 'ok' || (deed === 'say' && phase === 'invoke')) &&
        !wasAsked(key, who, facts)
      )
        return [broken('I1', `"${key}" (${deed}, ${phase}) is on no ticket`)];
      if (phase === 'fail' && found.length > 0)
        return [broken('I1', `"${key}" (${deed}) was told not to be saved, and is on #${found[0]?.ticketId}`)];
      return told(deed, key, found[0], facts);
    });
}

/**
 * Words below a message that Teams took without saying so: nobody can know which ticket it shows, so they were taken as a
 * question, and answered as one.
 */
function wasAsked(key: string, who: string, { inquiries, outbox }: Facts): boolean {
  const person = `teams:${who}`;
  return (
    outbox.some((row) => row.place === person && row.payload.kind === 'show-ticket' && mayBePosted(row)) &&
    inquiries.some((inquiry) => inquiry.person === person && inquiry.text === key)
  );
}

/** @param said undefined when nothing was stored: then nothing is shown */
function told(
  deed: Outcome['deed'],
  key: string,
  said: TicketEvent | undefined,
  { posts, channels, outbox }: Facts,
): Violation[] {
  const times = posts.filter((post) => post.inThread && post.words.includes(`"${key}"`)).length;
  // A reply of an agent is read by the requester and by the other agents; a requester has seen their own words.
  const wanted = said === undefined ? 0 : channels.length + (deed === 'reply' ? 1 : 0);
  const doubtful = outbox.filter((row) => said !== undefined && mayBePosted(row) && tells(row, said)).length;
  if (times <= wanted && times >= wanted - doubtful) return [];
  return [broken(times > wanted ? 'I6' : 'I5', `"${key}" (${deed}) is shown ${times} times, not ${wanted}`)];
}

/** Nobody was told that a claim was heard which was not decided. */
function claims(deeds: readonly Outcome[], { events, posts }: Facts): Violation[] {
  const heard = deeds.filter(({ deed, phase }) => deed === 'claim' && phase === 'ok');
  return heard.flatMap(({ key, who }) => {
    const ticket = posts.find(({ id }) => id === key)?.ticket ?? 0;
    const count = events.filter(({ ticketId, what }) => ticketId === ticket && what.kind === 'claimed').length;
    if (count === 1) return [];
    return [broken('I4', `the claim of #${ticket} by ${who} was heard, and it is claimed ${count} times`)];
  });
}

/** A ticket, the event that opened it and what it announces are there together or not at all. */
function whole(ticket: Ticket, { events, outbox, channels }: Facts): Violation[] {
  const missing: string[] = [];
  const opening = events.find(({ ticketId, version }) => ticketId === ticket.id && version === 1);
  if (opening?.what.kind !== 'opened') missing.push('the event that opened it');
  const keys = new Set(outbox.map(({ key }) => key));
  for (const place of [...channels, ticket.requester]) {
    const key = `show-ticket:${ticket.id}:v1:${place}`;
    if (!keys.has(key)) missing.push(`the announcement ${key}`);
  }
  return missing.map((what) => broken('I3', `#${ticket.id} is there without ${what}`));
}

function orphans({ events, outbox, tickets }: Facts): Violation[] {
  const known = new Set(tickets.map(({ id }) => id));
  const versions = new Set(events.map(({ ticketId, version }) => `${ticketId} ${version}`));
  return [
    ...events
      .filter(({ ticketId }) => !known.has(ticketId))
      .map(({ ticketId, version }) => broken('I3', `event ${version} of #${ticketId} is there without its ticket`)),
    ...outbox
      .filter(({ payload }) => 'ticketId' in payload && !versions.has(`${payload.ticketId} ${payload.version}`))
      .map(({ key }) => broken('I3', `${key} announces what did not happen`)),
  ];
}

/** The versions have no gap, and the events played from the start give the row. */
function played(ticket: Ticket, events: readonly TicketEvent[]): Violation[] {
  const list = [...events].sort((one, other) => one.version - other.version);
  const versions = list.map(({ version }) => version);
  if (new Set(versions).size < versions.length)
    return [broken('I4', `#${ticket.id} has two events of one version: ${versions.join()}`)];
  if (versions.some((version, at) => version !== at + 1) || versions.length !== ticket.version)
    return [broken('I7', `#${ticket.id} has version ${ticket.version} and the events ${versions.join()}`)];
  const { state, impossible } = foldOf(ticket, list);
  const wrong = Object.entries(state).filter(([field, value]) => !same(value, ticket[field as keyof Ticket]));
  return [
    ...impossible.map((what) => broken('I4', `#${ticket.id} ${what}`)),
    ...wrong.map(([field, value]) =>
      broken('I7', `#${ticket.id} has ${field} ${text(ticket[field as keyof Ticket])}, its events give ${text(value)}`),
    ),
  ];
}

const same = (one: unknown, other: unknown): boolean => text(one) === text(other);
const text = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** One card in each channel, one message to its requester, and all show the ticket as it is. */
function shown(ticket: Ticket, { posts, channels, outbox }: Facts): Violation[] {
  const own = posts.filter((post) => !post.inThread && post.ticket === ticket.id);
  const places = [...channels, ticket.requester];
  const elsewhere = own.filter(({ place }) => !places.includes(place));
  const claimed = ticket.status === 'claimed';
  return [
    ...elsewhere.map(({ place }) => broken('I6', `#${ticket.id} is shown in ${place}`)),
    ...places.flatMap((place) => {
      const here = own.filter((post) => post.place === place);
      const rows = outbox.filter((row) => row.place === place && isOf(row.lane, ticket));
      // A post that Teams may have taken is given up; the card is posted with the ticket's next change (decision 0012).
      const doubtful = rows.filter((row) => mayBePosted(row) && row.payload.kind === 'show-ticket').length;
      if (here.length > 1 + doubtful) return [broken('I6', `#${ticket.id} is ${here.length} times in ${place}`)];
      const given = rows.some(({ failure }) => failure !== null);
      const last = here.at(-1);
      if (last === undefined)
        return given ? [] : [broken('I5', `#${ticket.id} is not in ${place}, and nobody gave up on it`)];
      const says = channels.includes(place) ? '"Release"' : 'is working on it';
      if (last.words.includes(says) === claimed) return [];
      // The one that was given up may be there, and knows nothing of what came after it.
      if (doubtful > 0 && !rows.some(({ payload, failure }) => payload.kind === 'show-ticket' && failure === null))
        return [];
      return [broken('I5', `#${ticket.id} is ${ticket.status}, and its message in ${place} does not say so`)];
    }),
  ];
}

const isOf = (lane: string, { id }: Ticket): boolean => lane.startsWith(`ticket:${id}@`);
const tells = ({ payload }: OutboxRow, { ticketId, version }: TicketEvent): boolean =>
  payload.kind === 'tell' && payload.ticketId === ticketId && payload.version === version;

/** Teams cannot be asked, so a post that may be there is not repeated: it is there, or it is missing. */
const mayBePosted = ({ place, failure }: OutboxRow): boolean =>
  place.startsWith('teams:') && failure?.includes('may have been posted') === true;

/** Everything announced was delivered or given up for a reason; nothing is stuck with a courier. */
function announcements({ outbox }: Facts): Violation[] {
  return outbox.flatMap((row) => {
    const { key, settledAt, leasedUntil, failure } = row;
    if (settledAt === null) return [broken('I5', `${key} still waits${leasedUntil === null ? '' : ', on a lease'}`)];
    return failure === null || mayBePosted(row) ? [] : [broken('I5', `${key} was given up: ${failure}`)];
  });
}

/** Nothing was posted twice, and nothing that was not announced. */
function posted({ outbox, posts }: Facts): Violation[] {
  const counts = new Map<string, number>();
  for (const { key } of posts) if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  const announced = new Set(outbox.map(({ key }) => key));
  const keeps = (place: string): boolean => place.startsWith('slack:');
  return [
    ...posts
      .filter(({ place, key }) => keeps(place) && key === null)
      .map(({ words: said }) => broken('I6', `a message without a key: ${said.slice(0, 80)}`)),
    ...[...counts].flatMap(([key, count]) => [
      ...(count > 1 ? [broken('I6', `${key} was posted ${count} times`)] : []),
      ...(announced.has(key) ? [] : [broken('I6', `${key} was posted without being announced`)]),
    ]),
    ...outbox
      .filter(({ payload, place }) => payload.kind === 'tell' && keeps(place))
      .filter(({ key, settledAt, failure }) => settledAt !== null && failure === null && !counts.has(key))
      .map(({ key }) => broken('I5', `${key} was told nobody`)),
  ];
}

/** Each ticket was asked for, by an interaction that was handled; each that was handled has left what it says. */
function conserved(deeds: readonly Outcome[], facts: Facts): Violation[] {
  const { tickets, interactions, inquiries, events } = facts;
  const asked = new Set(deeds.filter(({ deed }) => deed === 'open').map(({ key }) => key));
  const results = new Set(interactions.map(({ result }) => result));
  const known = new Set([...tickets.map(({ id }) => id), ...inquiries.map(({ id }) => id), 0]);
  const handled = interactions.length >= events.length;
  return [
    ...tickets
      .filter(({ subject }) => !asked.has(subject))
      .map(({ id, subject }) => broken('I8', `#${id} "${subject}" was asked for by nobody`)),
    ...tickets
      .filter(({ id }) => !results.has(id))
      .map(({ id }) => broken('I8', `#${id} is the result of no interaction`)),
    ...interactions
      .filter(({ result }) => !known.has(result))
      .map(({ key, result }) => broken('I8', `${key} resulted in ${result}, which is nothing`)),
    ...(handled
      ? []
      : [broken('I8', `${interactions.length} interactions were handled, and made ${events.length} events`)]),
  ];
}

/** Every delivery was answered in time; one that got no answer met a fault that leaves nobody to answer. */
function answers(history: readonly Entry[]): Violation[] {
  const silences = silencesOf(history);
  return history.flatMap(({ op, key, who, at, status, elapsedMs = 0 }) => {
    if (op !== 'answer' || elapsedMs <= ANSWER_MS + WAY_MS) return [];
    const excused = silences.some(({ from, to }) => from <= at && at - elapsedMs <= to);
    const said = status === 0 ? 'got no answer' : 'was answered';
    return excused ? [] : [broken('I9', `"${key}" of ${who} ${said} within ${elapsedMs} ms`)];
  });
}

/** When a process stood still, as a stopped one does: whoever asked it then could not be answered by it. */
function silencesOf(history: readonly Entry[]): { from: number; to: number }[] {
  const faults = history.filter(({ op, key }) => op === 'fault' && key.startsWith('stopped'));
  return faults
    .filter(({ phase }) => phase === 'invoke')
    .map(({ key, at }) => {
      const end = faults.find((each) => each.phase === 'ok' && each.key === key && each.at >= at);
      return { from: at, to: end?.at ?? Infinity };
    });
}
