/** A ticket as its requester sees it: one message that lives as long as the ticket, and the lines that ring for them. */
import type { Ticket, TicketEvent } from '../../domain/ticket';
import { isActive } from '../../domain/ticket-status';
import type { TicketFile } from '../../ticket-file';
import type { Button, Card, Part } from '../card';
import { erasedNote } from './erased-card';
import { button, nameOf } from './reader';
import type { Reader } from './reader';
import { dotOf, toneOf } from './ticket-card';

/** @param threaded whether people can answer in a thread below it */
export function statusCard(file: TicketFile, reader: Reader, threaded: boolean): Card {
  const { ticket } = file;
  const { say } = reader;
  const status = say(`ticket.status.${ticket.status}`);
  const resolution: Part[] = ticket.resolution === null ? [] : [{ kind: 'quote', text: ticket.resolution }];
  const hint: Part[] =
    ticket.status === 'closed' ? [] : [{ kind: 'note', text: say(threaded ? 'status.hint' : 'status.hint.reply') }];
  return {
    title: `${dotOf(ticket)} ${say('ticket.title', { id: ticket.id, subject: ticket.subject })}`,
    summary: say('status.summary', { id: ticket.id, status }),
    tone: toneOf(ticket),
    parts: [
      { kind: 'text', text: sentenceOf(file, reader, threaded) },
      ...resolution,
      {
        kind: 'facts',
        facts: [
          { label: say('fact.status'), value: status },
          { label: say('fact.priority'), value: say(`priority.${ticket.priority}`) },
          { label: say('fact.line'), value: file.line.name },
          { label: say('fact.opened'), value: ticket.openedAt },
        ],
      },
      ...erasedNote(file, say),
      ...hint,
    ],
    actions: actionsOf(ticket, reader),
  };
}

function sentenceOf({ ticket, line, people, events }: TicketFile, { say }: Reader, threaded: boolean): string {
  const name = nameOf(people, ticket.assignee);
  switch (ticket.status) {
    case 'open':
      return ticket.openedBy === ticket.requester
        ? say('status.open', { line: line.name })
        : say('status.open.filed', { name: nameOf(people, ticket.openedBy), line: line.name });
    case 'claimed':
      return say('status.claimed', { name });
    case 'waiting':
      return say(threaded ? 'status.waiting' : 'status.waiting.reply', { name });
    case 'resolved': {
      const by = resolverOf(events);
      return by === ticket.requester && ticket.resolution === null
        ? say('status.resolved.self')
        : say('status.resolved', { name: nameOf(people, by) });
    }
    case 'closed':
      return say('status.closed');
  }
}

function resolverOf(events: readonly TicketEvent[]): string | null {
  return [...events].reverse().find(({ what }) => what.kind === 'resolved')?.actor ?? null;
}

function actionsOf({ id: ticketId, status }: Ticket, { say }: Reader): Button[] {
  if (status === 'closed') return [];
  const reply = button(say('button.reply'), { kind: 'reply', ticketId });
  if (!isActive(status)) return [button(say('button.reopen'), { kind: 'reopen', ticketId }), reply];
  return [reply, button(say('button.no-longer-needed'), { kind: 'withdraw', ticketId })];
}
