/** What takes the place of a message whose words were erased, and the note on a card that some were. */
import type { TicketFile } from '../../ticket-file';
import type { Card, Part } from '../card';
import type { Say } from '../words';

export function erasedCard(say: Say): Card {
  const text = say('erased.text');
  return { title: say('erased.title'), summary: text, parts: [{ kind: 'text', text }], actions: [] };
}

/** Why a card says less than it did. */
export function erasedNote({ events }: TicketFile, say: Say): Part[] {
  return events.some(({ what }) => what.kind === 'erased') ? [{ kind: 'note', text: say('erased.note') }] : [];
}
