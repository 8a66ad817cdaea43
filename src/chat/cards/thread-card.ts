/** One event as a line in the thread of the ticket's message. Null for events that only redraw the card. */
import type { TicketView } from '../../domain/announcement';
import type { TicketEvent } from '../../domain/ticket';
import type { TicketFile } from '../../ticket-file';
import type { Card } from '../card';
import { isActive } from '../../domain/ticket-status';
import { button, nameOf } from './reader';
import type { Reader } from './reader';

export function threadCard(file: TicketFile, event: TicketEvent, view: TicketView, reader: Reader): Card | null {
  const { ticket, people, line } = file;
  const { say } = reader;
  const { what } = event;
  const name = nameOf(people, event.actor);
  switch (what.kind) {
    case 'commented':
      return said(commentTitle(what.visibility, event.actor === ticket.requester, name, reader), what.text);
    case 'waiting':
      return said(say(view === 'requester' ? 'tell.asks-you' : 'tell.asked', { name }), what.text);
    case 'resolved':
      // An agent may resolve what they asked for themselves; whoever only needs it no more does not say how.
      if (event.actor === ticket.requester && what.text === '') return said(say('tell.withdrawn', { name }), '');
      return said(
        say('tell.resolved', { name, id: ticket.id }),
        what.text === '' && view === 'requester' ? say('tell.resolved.text') : what.text,
      );
    case 'assigned':
      return said(say('tell.assigned', { name, to: nameOf(people, what.to) }), '');
    case 'escalated':
      return said(say('tell.escalated', { name, line: line.name }), what.reason);
    case 'reopened':
      return said(say('tell.reopened', { name }), what.reason);
    case 'opened':
    case 'claimed':
    case 'released':
    case 'prioritised':
    case 'categorised':
    case 'closed':
    case 'erased':
      return null;
  }
}

/** The same line where there is no thread to read it in: it says which ticket it is about, and has the button to answer. */
export function withoutThread(card: Card, { ticket: { id, subject, status } }: TicketFile, { say }: Reader): Card {
  const answer = button(say('button.reply'), { kind: 'reply', ticketId: id });
  const reopen = button(say('button.reopen'), { kind: 'reopen', ticketId: id });
  return {
    ...card,
    summary: `#${id} · ${card.summary}`,
    parts: [{ kind: 'note', text: say('ticket.title', { id, subject }) }, ...card.parts],
    actions: status === 'closed' ? [] : isActive(status) ? [answer] : [reopen, answer],
  };
}

function commentTitle(visibility: 'public' | 'internal', byRequester: boolean, name: string, { say }: Reader): string {
  if (visibility === 'internal') return say('tell.noted', { name });
  return say(byRequester ? 'tell.wrote' : 'tell.replied', { name });
}

function said(title: string, text: string): Card {
  return {
    title,
    summary: text === '' ? title : `${title}: ${text}`,
    parts: text === '' ? [] : [{ kind: 'quote', text }],
    actions: [],
  };
}
