/** Choosing a person in a form: from the list that the chat has, or from those of other chats, whom it cannot list. */
import type { Person, PersonId } from '../../domain/person';
import type { Field, Option, PersonField } from '../card';
import type { Fields } from '../interaction';
import type { Say } from '../words';

/** @param others of other chats; without them there is only the chat's own list */
export function personFields(field: PersonField, others: readonly Person[], say: Say): Field[] {
  if (others.length === 0) return [field];
  const options = others.map(optionOf);
  return [
    { ...field, optional: true },
    {
      kind: 'choice',
      name: elsewhere(field.name),
      label: say('form.elsewhere'),
      optional: true,
      groups: [{ label: null, options }],
    },
  ];
}

function optionOf({ id, name, email }: Person): Option {
  return { value: id, label: name, ...(email === null ? {} : { description: email }) };
}

/** Who was chosen in either of the two; null when nobody was. */
export function personIn(name: string, fields: Fields): PersonId | null {
  return fields[name] || fields[elsewhere(name)] || null;
}

/** What is wrong with the choice, by field. */
export function personProblem(name: string, fields: Fields, say: Say): Readonly<Record<string, string>> {
  const both = fields[name] && fields[elsewhere(name)];
  return both ? { [elsewhere(name)]: say('form.elsewhere.both') } : {};
}

function elsewhere(name: string): string {
  return `${name}Elsewhere`;
}
