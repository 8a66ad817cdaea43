/** A ticket with everything its readers are shown, read in one go. */
import type { Article } from './domain/article';
import { agentsOfLine, isFor } from './domain/audience';
import type { Inquiry } from './domain/inquiry';
import type { Person, PersonId } from './domain/person';
import type { LineKey, SupportLine } from './domain/support-line';
import type { Ticket, TicketEvent } from './domain/ticket';
import type { Session } from './store/store';

export interface TicketFile {
  readonly ticket: Ticket;
  readonly events: readonly TicketEvent[];
  readonly line: SupportLine;
  readonly lineNames: ReadonlyMap<LineKey, string>;
  readonly inquiry: Inquiry | null;
  /** Articles the requester was offered before, best first; those that any agent of the line may read. */
  readonly suggested: readonly Article[];
  /** Those the requester opened before they asked for a ticket; of them as well only what any agent may read. */
  readonly read: readonly Article[];
  /** Null as well when not every agent of the line may read it. */
  readonly resolvedWith: Article | null;
  readonly people: ReadonlyMap<PersonId, Person>;
}

/** @param lines every one, for the names of those it came through. @returns null when there is no such ticket */
export async function readTicketFile(
  session: Session,
  ticketId: number,
  lineOf: (key: LineKey) => SupportLine,
  lines: readonly SupportLine[],
): Promise<TicketFile | null> {
  const [ticket, events] = await Promise.all([session.tickets.find(ticketId), session.tickets.events(ticketId)]);
  if (ticket === null) return null;
  const { inquiryId, resolvedWith } = ticket;
  const [inquiry, read] =
    inquiryId === null
      ? [null, []]
      : await Promise.all([session.inquiries.find(inquiryId), session.past.readFor(inquiryId)]);
  const suggested = inquiry?.suggested ?? [];
  const [named, people] = await Promise.all([
    session.articles.named([...suggested, ...read, ...(resolvedWith === null ? [] : [resolvedWith])]),
    session.people.named(namedIn(ticket, events)),
  ]);
  const line = lineOf(ticket.line);
  const reader = agentsOfLine(line);
  const articles = new Map([...named].filter(([, { audience }]) => isFor(audience, reader)));
  return {
    ticket,
    events,
    line,
    lineNames: new Map(lines.map(({ key, name }) => [key, name])),
    inquiry,
    suggested: suggested.flatMap((id) => articles.get(id) ?? []),
    read: read.flatMap((id) => articles.get(id) ?? []),
    resolvedWith: articles.get(resolvedWith ?? '') ?? null,
    people,
  };
}

function namedIn(ticket: Ticket, events: readonly TicketEvent[]): PersonId[] {
  const inEvents = events.flatMap(({ actor, what }) => (what.kind === 'assigned' ? [actor, what.to] : [actor]));
  return [ticket.requester, ticket.openedBy, ...(ticket.assignee === null ? [] : [ticket.assignee]), ...inEvents];
}
