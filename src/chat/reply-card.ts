/** A reply where only a card can be shown, and the few cards that adapters show of themselves. Pure. */
import type { Card, Reply } from './card';
import type { Say } from './words';

/** The reply as a card; null when there is nothing to say. A form becomes the button that opens it. */
export function replyCard(reply: Reply): Card | null {
  switch (reply.kind) {
    case 'card':
      return reply.card;
    case 'form': {
      const { title, intro, intent } = reply.form;
      const parts = intro === undefined ? [] : [{ kind: 'text' as const, text: intro }];
      return { title, summary: title, parts, actions: [{ label: title, intent, style: 'primary' }] };
    }
    case 'invalid':
      return plainCard('', Object.values(reply.errors).join('\n'));
    case 'none':
      return null;
  }
}

export function plainCard(title: string, text: string): Card {
  return { title, summary: text, parts: [{ kind: 'text', text }], actions: [] };
}

/** Keeps a person company while a slow desk works. */
export function stillWorkingCard(say: Say): Card {
  return plainCard('', say('trouble.still-working'));
}
