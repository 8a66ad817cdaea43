/** How tickets like this one were resolved: on an agents' card, one by itself, and for a requester. Never who it was. */
import { cut } from '../../domain/text';
import type { SimilarTicket } from '../../similar-tickets';
import type { Card, Part } from '../card';
import type { Say } from '../words';
import { button } from './reader';
import { dotOf } from './ticket-card';

/** Enough to see whether it is worth opening. */
const SUBJECT_SHOWN = 120;
const RESOLUTION_SHOWN = 240;
const SOLUTION_SHOWN = 400;

/** Below an agents' card; nothing when there are none. */
export function similarParts(similar: readonly SimilarTicket[], say: Say): Part[] {
  if (similar.length === 0) return [];
  const items = similar.map(({ ticket, resolvedWith }): Part => {
    const how = cut(ticket.resolution ?? '', RESOLUTION_SHOWN);
    const article = resolvedWith === null ? [] : [say('card.resolved-with', { title: resolvedWith.title })];
    return {
      kind: 'item',
      title: say('ticket.title', { id: ticket.id, subject: cut(ticket.subject, SUBJECT_SHOWN) }),
      text: [how, ...article].join('\n'),
      button: button(say('button.show'), { kind: 'show', ticketId: ticket.id }),
    };
  });
  return [{ kind: 'divider' }, { kind: 'note', text: say('card.similar') }, ...items];
}

/** A resolved ticket for agents of another line: what was asked and what helped. */
export function exampleCard({ ticket, resolvedWith }: SimilarTicket, say: Say): Card {
  const details: Part[] = ticket.details === '' ? [] : [{ kind: 'quote', text: ticket.details }];
  const article: Part[] =
    resolvedWith === null ? [] : [{ kind: 'note', text: say('card.resolved-with', { title: resolvedWith.title }) }];
  return {
    title: `${dotOf(ticket)} ${say('ticket.title', { id: ticket.id, subject: ticket.subject })}`,
    summary: say('ticket.title', { id: ticket.id, subject: ticket.subject }),
    tone: 'done',
    parts: [
      ...details,
      { kind: 'note', text: say('card.similar.how') },
      { kind: 'quote', text: ticket.resolution ?? '' },
      ...article,
    ],
    actions: [],
  };
}

/** What helped others, for a requester: the resolutions and nothing else. */
export function solutionParts(solutions: readonly string[], say: Say): Part[] {
  if (solutions.length === 0) return [];
  const quotes = solutions.map((text): Part => ({ kind: 'quote', text: cut(text, SOLUTION_SHOWN) }));
  return [{ kind: 'note', text: say('answer.similar') }, ...quotes];
}
