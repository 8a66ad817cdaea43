/** Who a card is drawn for: their language, and how people, dates and choices are named in it. */
import type { Group } from '../../domain/audience';
import type { Category } from '../../domain/category';
import type { Language, Person, PersonId } from '../../domain/person';
import { SYSTEM } from '../../domain/person';
import type { SupportLine } from '../../domain/support-line';
import type { Button } from '../card';
import type { Intent } from '../interaction';
import type { Say } from '../words';
import { sayIn } from '../words';

/** What a desk has of its own, and names in the words of its configuration. */
export interface DeskNames {
  readonly categories: readonly Category[];
  readonly lines: readonly Pick<SupportLine, 'key' | 'name'>[];
  /** Departments and organisations that articles can be for. */
  readonly groups: readonly Pick<Group, 'kind' | 'key' | 'name'>[];
}

export interface Reader extends DeskNames {
  readonly language: Language;
  readonly say: Say;
}

export function readerOf(language: Language, { categories, lines, groups }: DeskNames): Reader {
  return { language, say: sayIn(language), categories, lines, groups };
}

/** The name of somebody; their id when the helpdesk has not met them. */
export function nameOf(people: ReadonlyMap<PersonId, Person>, id: PersonId | null): string {
  if (id === null || id === SYSTEM) return 'Helpdesk';
  return people.get(id)?.name ?? id;
}

/** A person for a fact: a mention where the platform knows them. */
export function personOf(people: ReadonlyMap<PersonId, Person>, id: PersonId): Pick<Person, 'id' | 'name'> {
  return { id, name: nameOf(people, id) };
}

/** How long ago, in the largest fitting unit. */
export function ageOf(say: Say, since: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 60_000));
  if (minutes < 60) return say('age.minutes', { count: minutes });
  if (minutes < 48 * 60) return say('age.hours', { count: Math.floor(minutes / 60) });
  return say('age.days', { count: Math.floor(minutes / 1440) });
}

export function button(label: string, intent: Intent, style?: 'primary' | 'danger'): Button {
  return style === undefined ? { label, intent } : { label, intent, style };
}
