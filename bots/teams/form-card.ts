/**
 * Form → Adaptive Card, in a dialog or, for clients without dialogs, in a chat message; and what a pressed button or a filled
 * in form says when it comes back. Pure; it knows nothing of dialogs' lives.
 */
import type { ChoiceField, Field, Form } from '../../src/chat/card';
import type { Fields, Intent } from '../../src/chat/interaction';
import { decodeIntent, encodeIntent } from '../../src/chat/interaction';
import { cut } from '../../src/domain/text';
import type { Action, AdaptiveCard, CardData, ChoiceInput, Element, TextInput } from './card-elements';
import { FORM_VERB, LIMITS, adaptiveCard, execute, heading, inert, line, note, prose } from './card-elements';

/** Keeps a field's name apart from our own data. */
const PREFIX = 'f_';

export interface FormHow {
  /** Of this opening of the form: comes back with each delivery of its submission. */
  readonly nonce: string;
  /** In a chat message, where it needs its own title, instead of a dialog. */
  readonly fallback: boolean;
  /** What was typed already, by field; the form's own values are for fields without. */
  readonly typed?: Fields;
  /** What is wrong, by field. */
  readonly errors?: Readonly<Record<string, string>>;
}

export function renderForm(form: Form, how: FormHow): AdaptiveCard {
  const { errors = {} } = how;
  const inputs = form.fields.flatMap((field) => {
    const input = inputOf(field, form, how.typed?.[field.name]);
    return input === null ? [] : [{ field, input }];
  });
  const names = new Set(inputs.map(({ field }) => field.name));
  const stray = Object.keys(errors).filter((name) => !names.has(name));
  const body: Element[] = [
    ...(how.fallback ? [heading(form.title, 'Large')] : []),
    ...(form.intro === undefined || form.intro.trim() === '' ? [] : [prose(form.intro)]),
    ...stray.map((name) => problem(errors[name] ?? '')),
    ...inputs.flatMap(({ field, input }): Element[] => [
      input,
      ...(errors[field.name] === undefined ? [] : [problem(errors[field.name] ?? '')]),
      ...(field.hint === undefined ? [] : [note(field.hint)]),
    ]),
  ];
  return adaptiveCard(form.title, body.length > 0 ? body : [prose(form.title)], [submitOf(form, how)]);
}

function problem(text: string): Element {
  return line(
    text.trim() === '' ? '–' : cut(text, LIMITS.problem),
    { color: 'Attention', weight: 'Bolder', size: 'Small' },
    SMALL,
  );
}

const SMALL = { spacing: 'Small' } as const;

function submitOf(form: Form, { nonce, fallback }: FormHow): Action {
  const people = form.fields.filter(({ kind }) => kind === 'person').map(({ name }) => name);
  const data: CardData = {
    helpdesk: encodeIntent(form.intent),
    nonce,
    ...(people.length === 0 ? {} : { people }),
  };
  const base = { title: form.submit, style: 'positive' } as const;
  return fallback ? execute(FORM_VERB, base, data) : { type: 'Action.Submit', ...base, data };
}

/** Null when there is nothing to choose from. */
function inputOf(field: Field, form: Form, typed: string | undefined): TextInput | ChoiceInput | null {
  const value = typed ?? field.value ?? '';
  const base = {
    id: PREFIX + field.name,
    label: inert(field.label),
    ...(field.optional ? {} : { isRequired: true as const, errorMessage: form.missing ?? '!' }),
    ...('placeholder' in field && field.placeholder !== undefined ? { placeholder: inert(field.placeholder) } : {}),
  };
  if (field.kind === 'choice') return choice(field, base, value);
  if (field.kind === 'person') {
    const aadObjectId = /^teams:([0-9a-f-]{36})$/i.exec(value)?.[1];
    return {
      type: 'Input.ChoiceSet',
      ...base,
      ...(aadObjectId === undefined ? {} : { value: aadObjectId }),
      choices: [],
      'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
    };
  }
  const maxLength = Math.min(field.maxLength, LIMITS.inputText);
  return {
    type: 'Input.Text',
    ...base,
    isMultiline: field.multiline,
    maxLength,
    ...(value === '' ? {} : { value: cut(value, maxLength) }),
  };
}

function choice(
  field: ChoiceField,
  base: Pick<ChoiceInput, 'id' | 'label' | 'isRequired' | 'errorMessage'>,
  value: string,
): ChoiceInput | null {
  const choices = field.groups
    .flatMap((group) =>
      group.options.map((option) => ({
        title: inert(cut(inGroup(group.label, option.label), LIMITS.choiceText)),
        value: option.value,
      })),
    )
    .slice(0, LIMITS.choices);
  if (choices.length === 0) return null;
  const isKnown = choices.some((known) => known.value === value);
  return { type: 'Input.ChoiceSet', ...base, style: 'compact', ...(isKnown ? { value } : {}), choices };
}

/** Adaptive Cards have no groups: "Network access › VPN". A label that names its group itself needs it no second time. */
function inGroup(group: string | null, label: string): string {
  return group === null || label.startsWith(group) ? label : `${group} › ${label}`;
}

/**
 * What a button or form of ours means; `unknown` for anything else. A form's intent has its fields; what a people picker says
 * becomes the id of a person.
 * @param data of an action or a submission, as it came: anybody can forge it
 * @returns `nonce` is null for a button
 */
export function readData(data: unknown): { intent: Intent; nonce: string | null } {
  if (typeof data !== 'object' || data === null) return { intent: { kind: 'unknown' }, nonce: null };
  const { helpdesk, nonce, people } = data as CardData;
  if (typeof helpdesk !== 'string') return { intent: { kind: 'unknown' }, nonce: null };
  if (typeof nonce !== 'string' || nonce === '') return { intent: decodeIntent(helpdesk), nonce: null };
  const picked = new Set(Array.isArray(people) ? people : []);
  const fields = Object.entries(data).flatMap(([key, value]): [string, string][] => {
    if (!key.startsWith(PREFIX) || typeof value !== 'string') return [];
    const name = key.slice(PREFIX.length);
    return [[name, picked.has(name) && value !== '' ? `teams:${value.toLowerCase()}` : value]];
  });
  return { intent: decodeIntent(helpdesk, Object.fromEntries(fields)), nonce };
}
