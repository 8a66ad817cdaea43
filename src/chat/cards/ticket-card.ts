/** A ticket as the agents of a line see it, with the buttons that fit its state. */
import { categoryName } from '../../domain/category';
import type { Priority } from '../../domain/priority';
import type { Happening, Ticket, TicketEvent } from '../../domain/ticket';
import { isActive } from '../../domain/ticket-status';
import type { TicketFile } from '../../ticket-file';
import type { Button, Card, Fact, MenuItem, Part, Tone } from '../card';
import type { Say } from '../words';
import { erasedNote } from './erased-card';
import { button, nameOf, personOf } from './reader';
import type { Reader } from './reader';

/** A colour says at a glance what matters most in a long channel. */
const DOTS: Readonly<Record<Priority, string>> = { P1: '🔴', P2: '🟠', P3: '🟡', P4: '⚪' };

export function dotOf(ticket: Ticket): string {
  return isActive(ticket.status) ? DOTS[ticket.priority] : '✅';
}

const TONES: Readonly<Record<Priority, Tone>> = { P1: 'alarm', P2: 'warning', P3: 'calm', P4: 'calm' };

/** The same as the dot, in colour. */
export function toneOf(ticket: Ticket): Tone {
  return isActive(ticket.status) ? TONES[ticket.priority] : 'done';
}

/**
 * @param moved whether it is drawn in the channel of a line that handed it on: told, but with no buttons
 * @param similar parts that say how similar tickets were resolved
 */
export function ticketCard(file: TicketFile, moved: boolean, reader: Reader, similar: readonly Part[] = []): Card {
  const { ticket, line } = file;
  const { say } = reader;
  const title = `${dotOf(ticket)} ${say('ticket.title', { id: ticket.id, subject: ticket.subject })}`;
  const summary = say(ticket.status === 'open' ? 'card.summary.open' : 'card.summary.other', {
    id: ticket.id,
    subject: ticket.subject,
  });
  const details: Part[] = ticket.details === '' ? [] : [{ kind: 'quote', text: ticket.details }];
  const movedKey = isActive(ticket.status) ? 'card.moved' : 'card.moved.done';
  const notes = moved ? [say(movedKey, { line: line.name })] : notesOf(file, reader);
  return {
    title,
    summary,
    tone: toneOf(ticket),
    parts: [
      ...details,
      { kind: 'facts', facts: factsOf(file, reader) },
      ...resolutionOf(file),
      ...notes.map(note),
      ...erasedNote(file, say),
      ...similar,
    ],
    actions: moved ? [] : actionsOf(file, reader),
    ...(moved || !isActive(ticket.status) ? {} : { menu: menuOf(ticket, reader) }),
  };
}

function factsOf({ ticket, people }: TicketFile, { say, categories, language }: Reader): Fact[] {
  const facts: Fact[] = [
    { label: say('fact.status'), value: say(`ticket.status.${ticket.status}`) },
    { label: say('fact.priority'), value: say(`priority.${ticket.priority}`) },
    { label: say('fact.requester'), value: personOf(people, ticket.requester) },
    {
      label: say('fact.assignee'),
      value: ticket.assignee === null ? say('fact.nobody') : personOf(people, ticket.assignee),
    },
    { label: say('fact.category'), value: categoryName(categories, ticket.category, language) },
    { label: say('fact.opened'), value: ticket.openedAt },
  ];
  if (ticket.openedBy === ticket.requester) return facts;
  return [
    ...facts,
    { label: say('fact.opened-by'), value: personOf(people, ticket.openedBy) },
    { label: say('fact.intake'), value: say(`intake.${ticket.intake}`) },
  ];
}

function resolutionOf({ ticket }: TicketFile): Part[] {
  return ticket.resolution === null ? [] : [{ kind: 'quote', text: ticket.resolution }];
}

/** What an agent should know before they start: what was suggested, who handed it on and why, how it ended. */
function notesOf(file: TicketFile, reader: Reader): string[] {
  const { say } = reader;
  const notes: string[] = [];
  if (file.inquiry !== null) {
    const titles = file.suggested.map(({ title }) => title).join(' · ');
    notes.push(titles === '' ? say('card.suggested.none') : say('card.suggested', { titles }));
    const read = file.read.map(({ title }) => title).join(' · ');
    if (read !== '') notes.push(say('card.read', { titles: read }));
  }
  const escalation = last(file.events, 'escalated');
  if (escalation !== null) notes.push(escalationNote(file, escalation, reader));
  notes.push(...endingOf(file, reader));
  if (isActive(file.ticket.status)) notes.push(say('card.thread'));
  return notes;
}

function escalationNote(
  { people, events, lineNames }: TicketFile,
  escalation: Extract<Happening, { kind: 'escalated' }>,
  { say }: Reader,
): string {
  const by = events.find((event) => event.what === escalation)?.actor ?? null;
  return say('card.escalated', {
    line: lineNames.get(escalation.from) ?? escalation.from,
    name: nameOf(people, by),
    reason: escalation.reason,
  });
}

function endingOf({ ticket, events, people, resolvedWith }: TicketFile, { say }: Reader): string[] {
  const event = [...events].reverse().find(({ what }) => what.kind === 'resolved' || what.kind === 'reopened');
  if (event === undefined) return [];
  const name = nameOf(people, event.actor);
  if (event.what.kind === 'reopened' && isActive(ticket.status)) {
    const { reason } = event.what;
    return [reason === '' ? say('card.reopened.silent', { name }) : say('card.reopened', { name, reason })];
  }
  if (isActive(ticket.status)) return [];
  const notes = [say('card.resolved', { name })];
  return resolvedWith === null ? notes : [...notes, say('card.resolved-with', { title: resolvedWith.title })];
}

function last<K extends Happening['kind']>(
  events: readonly TicketEvent[],
  kind: K,
): Extract<Happening, { kind: K }> | null {
  const event = [...events].reverse().find(({ what }) => what.kind === kind);
  return event === undefined ? null : (event.what as Extract<Happening, { kind: K }>);
}

function actionsOf({ ticket, line }: TicketFile, { say }: Reader): Button[] {
  const { id: ticketId } = ticket;
  const reply = button(say('button.reply'), { kind: 'reply', ticketId });
  const escalate = line.escalatesTo === null ? [] : [button(say('button.escalate'), { kind: 'escalate', ticketId })];
  const resolve = { label: say('button.resolve'), intent: { kind: 'resolve', ticketId } } as const;
  switch (ticket.status) {
    case 'open':
      return [button(say('button.claim'), { kind: 'claim', ticketId }, 'primary'), reply, ...escalate, resolve];
    case 'claimed':
    case 'waiting':
      return [
        { ...resolve, style: 'primary' },
        reply,
        ...escalate,
        button(say('button.release'), { kind: 'release', ticketId }),
      ];
    case 'resolved':
      return [button(say('button.reopen'), { kind: 'reopen', ticketId }), ...toArticle(ticket, say)];
    case 'closed':
      return toArticle(ticket, say);
  }
}

/** What was solved in words of its own may help others; what an article solved is written already. */
function toArticle({ id: ticketId, resolution, resolvedWith }: Ticket, say: Say): Button[] {
  if (resolvedWith !== null || resolution === null || resolution === '') return [];
  return [button(say('article.button.from-ticket'), { kind: 'article-from', ticketId, event: null })];
}

function menuOf({ id: ticketId }: Ticket, { say }: Reader): MenuItem[] {
  return [
    { label: say('menu.assign'), intent: { kind: 'assign', ticketId } },
    { label: say('menu.prioritise'), intent: { kind: 'prioritise', ticketId } },
    { label: say('menu.categorise'), intent: { kind: 'categorise', ticketId } },
    { label: say('menu.wait'), intent: { kind: 'wait', ticketId } },
    { label: say('menu.note'), intent: { kind: 'note', ticketId } },
  ];
}

function note(text: string): Part {
  return { kind: 'note', text };
}
