/** A reply where only a card can be shown, and the few cards that adapters show of themselves. Pure. */
import type { Card, Reply } from './card';
import type { Fields } from './interaction';
import type { Say } from './words';

/** The fields of all forms into which words are typed; the others hold a choice. */
export const WORD_FIELDS: readonly string[] = ['subject', 'details', 'text', 'title', 'body', 'body2', 'body3', 'tags'];

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

/** What stands against a form that can be opened no more, and the words that were typed into it, to be taken along. */
export function lostFormCard(problem: string, fields: Fields, say: Say): Card {
  const words = WORD_FIELDS.flatMap((name) => fields[name] || []);
  const typed = words.map((text) => ({ kind: 'quote', text }) as const);
  const parts: Card['parts'] = typed.length === 0 ? [] : [{ kind: 'note', text: say('form.typed') }, ...typed];
  const told = plainCard(say('no.title'), problem);
  return { ...told, parts: [...told.parts, ...parts] };
}

/** Keeps a person company while a slow desk works. */
export function stillWorkingCard(say: Say): Card {
  return plainCard('', say('trouble.still-working'));
}
