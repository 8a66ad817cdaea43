/** Asking somebody whether they are the same person in another chat, and thanking them for the answer. */
import type { Person } from '../../domain/person';
import { platformOf } from '../../domain/person';
import type { Card } from '../card';
import type { Say } from '../words';
import { button } from './reader';

/** @param other somebody of another chat with the same e-mail address as the one who is asked */
export function samePersonCard(other: Person, say: Say): Card {
  const text = say('same.text', { name: other.name, chat: platformOf(other.id), email: other.email ?? '' });
  return {
    title: say('same.title'),
    summary: text,
    parts: [
      { kind: 'text', text },
      { kind: 'note', text: say('same.note') },
    ],
    actions: [
      button(say('same.yes'), { kind: 'same-person', other: other.id, yes: true }, 'primary'),
      button(say('same.no'), { kind: 'same-person', other: other.id, yes: false }),
    ],
  };
}

/** Takes the place of the question. */
export function samePersonThanksCard(yes: boolean, say: Say): Card {
  const text = say(yes ? 'same.thanks.yes' : 'same.thanks.no');
  return { title: say('same.thanks'), summary: text, parts: [{ kind: 'text', text }], actions: [] };
}
