/**
 * What the helpdesk shows, in no platform's language. Texts are plain: a renderer escapes every one of them and cuts it to
 * the platform's limits, so what a person typed can neither ring a channel nor disguise a link.
 */
import type { Person } from '../domain/person';
import type { Intent } from './interaction';

export interface Card {
  readonly title: string;
  /** One line for notifications and screen readers. */
  readonly summary: string;
  /** It has something that only some may read: it is shown where nobody else reads along, or not at all. */
  readonly forSome?: true;
  /** How much it presses, for platforms that have colours; the words say it as well. */
  readonly tone?: Tone;
  readonly parts: readonly Part[];
  readonly actions: readonly Button[];
  /** What is behind "…": rarer actions, at most five (Slack's limit for an overflow menu). */
  readonly menu?: readonly MenuItem[];
}

export type Tone = 'alarm' | 'warning' | 'calm' | 'done';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  /** What a person typed. */
  | { readonly kind: 'quote'; readonly text: string }
  /** Small print. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  /** `start`: the number of the first item, when it is not 1. */
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[]; readonly start?: number }
  /** One entry among several: a suggested article, a ticket in a list. */
  | {
      readonly kind: 'item';
      readonly title: string;
      readonly text: string;
      /** Words of the text that were looked for: they stand out. */
      readonly found?: readonly string[];
      readonly button?: Button | LinkButton;
    }
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[] }
  | { readonly kind: 'divider' };

export interface Fact {
  readonly label: string;
  readonly value: FactValue;
}

/** A date is shown in the reader's own time zone where the platform can; a person as a mention where they are on that platform. */
export type FactValue = string | Date | Pick<Person, 'id' | 'name'>;

export interface Button {
  readonly label: string;
  readonly intent: Intent;
  readonly style?: 'primary' | 'danger';
}

export interface LinkButton {
  readonly label: string;
  readonly url: string;
}

export interface MenuItem {
  readonly label: string;
  readonly intent: Intent;
}

/** A dialog. What is typed comes back as the same intent with `fields`, keyed by field name. */
export interface Form {
  readonly title: string;
  readonly submit: string;
  readonly cancel: string;
  /** What a platform that checks by itself says of an empty field that is not optional. */
  readonly missing?: string;
  readonly intent: Intent;
  readonly intro?: string;
  readonly fields: readonly Field[];
}

export type Field = TextField | ChoiceField | PersonField;

interface FieldBase {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly optional: boolean;
}

export interface TextField extends FieldBase {
  readonly kind: 'text';
  readonly multiline: boolean;
  /** In characters; at most 3000 (Slack's limit for a text input). */
  readonly maxLength: number;
  readonly value?: string;
  readonly placeholder?: string;
}

export interface ChoiceField extends FieldBase {
  readonly kind: 'choice';
  /** One group without a label, or several with one. */
  readonly groups: readonly { readonly label: string | null; readonly options: readonly Option[] }[];
  readonly value?: string;
  readonly placeholder?: string;
}

/** Picks a person of the chat; the value that comes back is a PersonId. */
export interface PersonField extends FieldBase {
  readonly kind: 'person';
  readonly value?: string;
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

/** The answer to whoever acted, and to nobody else. */
export type Reply =
  | {
      readonly kind: 'card';
      readonly card: Card;
      /** Whether it takes the place of the card that was clicked. */
      readonly replaces: boolean;
      /** Nothing was stored, through no fault of the person: a later delivery of the same interaction may succeed. */
      readonly failed?: true;
    }
  | { readonly kind: 'form'; readonly form: Form }
  /** The form stays open, each message beside its field. */
  | { readonly kind: 'invalid'; readonly errors: Readonly<Record<string, string>> }
  /** Nothing to say: what changed is seen where it is shown. */
  | { readonly kind: 'none' };
