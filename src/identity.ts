/**
 * One person in several chats. The only place that knows when two ids are one: everything else asks for all ids of somebody,
 * or by which of them a ticket knows them. Ids are never rewritten: each chat reaches a person by its own.
 */
import { isChatAddress } from './domain/announcement';
import type { Person, PersonId } from './domain/person';
import { platformOf } from './domain/person';
import { Refusal } from './domain/refusal';
import type { SupportLine } from './domain/support-line';
import type { Actor, Change, Ticket } from './domain/ticket';
import type { Session } from './store/store';

/** Whom a form offers to choose from besides the chat's own list. */
const LATELY_MS = 30 * 86_400_000;
/** Slack's limit for a select. https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const LATELY_PEOPLE = 100;

/**
 * Asks somebody who acts, once ever, whether they are also whoever has their e-mail address in another chat. Both may act
 * at the same moment: the announcement's key is the same for both, so one of the two is asked.
 * @param others whoever that may be, of whom they were not asked; see Identities.unasked
 */
export async function askWhetherOne(
  session: Session,
  person: Person,
  others: readonly Person[],
  cause: string,
  at: Date,
): Promise<void> {
  if (!isChatAddress(person.address)) return;
  for (const { id: other } of others) {
    const what = { kind: 'same-person', person: person.id, other } as const;
    const added = await session.outbox.addNew([{ to: person.address, what }], cause, at);
    if (added === 1) await session.identities.ask(person.id, other, at);
  }
}

/** Whom somebody is still to be asked about; null when they have answered. */
export async function askedAbout(session: Session, person: PersonId, other: PersonId): Promise<Person | null> {
  const link = await session.identities.link(person, other);
  return link?.state === 'asked' ? session.people.find(other) : null;
}

/**
 * Keeps what somebody said about another id.
 * @param pair who answers, and whom they were asked about
 * @param fresh what the chats say of both now, as far as they can say it; without it the helpdesk's own notes count
 * @throws Refusal stale-button when they were not asked; not-the-same-person when both no longer have one e-mail address
 */
export async function answerWhetherOne(
  session: Session,
  pair: readonly [PersonId, PersonId],
  yes: boolean,
  fresh: readonly (Person | null)[],
  at: Date,
): Promise<number> {
  const link = await session.identities.link(...pair);
  if (link === null) throw new Refusal({ code: 'stale-button' });
  if (yes) {
    // Addresses are given to somebody else in time, and people become guests.
    const people = await Promise.all(pair.map(async (id, index) => fresh[index] ?? session.people.find(id)));
    const [mine, theirs] = people.map((person) => person?.email?.toLowerCase());
    if (mine === undefined || mine !== theirs) throw new Refusal({ code: 'not-the-same-person' });
  }
  await session.identities.answer(link, yes ? 'same' : 'different', at);
  return link.id;
}

/** Whoever acts: the id they act with, then their others. */
export interface Acting {
  readonly ids: readonly [PersonId, ...PersonId[]];
  readonly isAgent: boolean;
}

/**
 * Who acts, by the id the ticket knows them by, so that a decision compares only one; by the one they act with when it does
 * not know them. Whoever works on their own request is its requester, except when they claim it.
 */
export function actorOf(ticket: Ticket, change: Change, { ids, isAgent }: Acting): Actor {
  const known = change.kind === 'claim' ? [ticket.assignee] : [ticket.requester, ticket.assignee];
  return { id: known.find((id) => id !== null && ids.includes(id)) ?? ids[0], isAgent };
}

/** Assigning somebody who has the ticket already, by another of their ids, is the same as assigning them by this one. */
export async function changeOf(session: Session, { assignee }: Ticket, change: Change): Promise<Change> {
  if (change.kind !== 'assign' || assignee === null) return change;
  return (await session.identities.idsOf(change.to)).includes(assignee) ? { ...change, to: assignee } : change;
}

/** Who had a part in a line's tickets lately and cannot be picked in this person's chat, by name. */
export async function elsewhere(
  session: Session,
  part: 'assignee' | 'requester',
  { key, agents }: SupportLine,
  person: PersonId,
  now: Date,
): Promise<Person[]> {
  const platform = platformOf(person);
  const since = new Date(now.getTime() - LATELY_MS);
  const lately = await session.tickets.lately(part, key, since, platform, LATELY_PEOPLE);
  const listed = part === 'assignee' && agents !== 'channel-members' ? agents : [];
  const others = [...listed.filter((id) => platformOf(id) !== platform), ...lately];
  const people = await session.people.named(others);
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name)).slice(0, LATELY_PEOPLE);
}
