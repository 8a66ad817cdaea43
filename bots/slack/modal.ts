/**
 * Form and Card → modal view, and the private data a modal carries between being opened and being answered. Pure.
 */
import type {
  InputBlock,
  KnownBlock,
  ModalView,
  PlainTextInput,
  PlainTextOption,
  StaticSelect,
  UsersSelect,
} from '@slack/types';
import type { Card, ChoiceField, Field, Form, Option } from '../../src/chat/card';
import { encodeIntent } from '../../src/chat/interaction';
import type { Say } from '../../src/chat/words';
import { LIMITS, cardBlocks, cutTo, fit, plain, richText } from './block-kit';

/** Every input has it; the block's id is the field's name. */
export const INPUT_ACTION_ID = 'value';

/** The form, its inputs named by field. `respondTo`: the ephemeral message it was opened from, to be replaced when it is done. */
export function renderForm(form: Form, respondTo: string | null): ModalView {
  const intro: KnownBlock[] = form.intro === undefined || form.intro.trim() === '' ? [] : [richText(form.intro)];
  return {
    type: 'modal',
    callback_id: form.intent.kind,
    title: plain(form.title, LIMITS.viewTitle),
    submit: plain(form.submit, LIMITS.viewButton),
    close: plain(form.cancel, LIMITS.viewButton),
    private_metadata: packMetadata(encodeIntent(form.intent), respondTo),
    blocks: fit([...intro, ...form.fields.flatMap(inputBlock)], LIMITS.viewBlocks),
  };
}

/** A card to look at, with its buttons but nothing to submit. */
export function renderCardModal(card: Card, respondTo: string | null): ModalView {
  const blocks = cardBlocks(card, card.title.length > LIMITS.viewTitle);
  return {
    type: 'modal',
    callback_id: 'card',
    title: plain(card.title, LIMITS.viewTitle),
    private_metadata: packMetadata('', respondTo),
    blocks: fit(blocks, LIMITS.viewBlocks),
  };
}

/** Keeps a place for the answer: Slack lets a modal be opened only in the first three seconds after a click. */
export function renderWaiting(say: Say, text: string): ModalView {
  return {
    type: 'modal',
    callback_id: 'waiting',
    title: plain(say('wait.title'), LIMITS.viewTitle),
    blocks: [richText(text)],
  };
}

/** A view as Slack hands it back when it is submitted. */
export interface SubmittedView {
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly title: ModalView['title'];
  readonly submit?: ModalView['title'] | null;
  readonly close?: ModalView['title'] | null;
  readonly blocks: readonly { readonly type: string; readonly block_id?: string }[];
  readonly state: { readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

/** The same form again with what was typed, and above it what is wrong: for an answer that came too late to stand beside its field. */
export function renderAgain(view: SubmittedView, errors: Readonly<Record<string, string>>): ModalView {
  const inputs = view.blocks.flatMap((block) => (block.type === 'input' ? [refill(block as InputBlock, view)] : []));
  return {
    type: 'modal',
    callback_id: view.callback_id,
    title: view.title,
    ...(view.submit ? { submit: view.submit } : {}),
    ...(view.close ? { close: view.close } : {}),
    private_metadata: view.private_metadata,
    blocks: [...[...new Set(Object.values(errors))].map(richText), ...inputs],
  };
}

/** `value` is an encoded intent, which has no line breaks. A response URL that does not fit is left out: it is a courtesy. */
function packMetadata(value: string, respondTo: string | null): string {
  const both = respondTo === null ? value : `${value}\n${respondTo}`;
  return both.length <= LIMITS.privateMetadata ? both : value;
}

/** What `private_metadata` of one of our modals says; empty for anything else. */
export function unpackMetadata(metadata: string | undefined): { value: string; respondTo: string | null } {
  const [value = '', respondTo] = (metadata ?? '').split('\n');
  return { value, respondTo: respondTo?.startsWith('http') ? respondTo : null };
}

function inputBlock(field: Field): InputBlock[] {
  const element = inputElement(field);
  if (element === null) return [];
  return [
    {
      type: 'input',
      block_id: field.name,
      label: plain(field.label, LIMITS.inputLabel),
      optional: field.optional,
      dispatch_action: false,
      element,
      ...(field.hint === undefined ? {} : { hint: plain(field.hint, LIMITS.inputHint) }),
    },
  ];
}

function inputElement(field: Field): PlainTextInput | StaticSelect | UsersSelect | null {
  if (field.kind === 'choice') return choice(field);
  if (field.kind === 'person') {
    const user = /^slack:([UW][A-Z0-9]+)$/.exec(field.value ?? '')?.[1];
    return { type: 'users_select', action_id: INPUT_ACTION_ID, ...(user === undefined ? {} : { initial_user: user }) };
  }
  const max_length = Math.min(field.maxLength, LIMITS.inputText);
  return {
    type: 'plain_text_input',
    action_id: INPUT_ACTION_ID,
    multiline: field.multiline,
    max_length,
    ...(field.value ? { initial_value: cutTo(field.value, max_length) } : {}),
    ...placeholder(field.placeholder),
  };
}

/** Null when there is nothing to choose from: Slack refuses an empty select. */
function choice(field: ChoiceField): StaticSelect | null {
  // Slack refuses the whole form for one value that is too long.
  const groups = field.groups
    .map(({ label, options }) => ({
      label,
      options: options.filter(({ value }) => value.length <= LIMITS.optionValue),
    }))
    .filter(({ options }) => options.length > 0)
    .slice(0, LIMITS.optionGroups)
    .map(({ label, options }) => ({ label, options: options.slice(0, LIMITS.selectOptions).map(option) }));
  const [first] = groups;
  if (first === undefined) return null;
  const initial = groups.flatMap((group) => group.options).find((known) => known.value === field.value);
  const base = {
    type: 'static_select' as const,
    action_id: INPUT_ACTION_ID,
    ...(initial === undefined ? {} : { initial_option: initial }),
    ...placeholder(field.placeholder),
  };
  if (groups.length === 1 && first.label === null) return { ...base, options: first.options };
  return {
    ...base,
    option_groups: groups.map(({ label, options }) => ({ label: plain(label ?? '', LIMITS.optionText), options })),
  };
}

function option({ value, label, description }: Option): PlainTextOption {
  return {
    text: plain(label, LIMITS.optionText),
    value,
    ...(description === undefined ? {} : { description: plain(description, LIMITS.optionText) }),
  };
}

function placeholder(text: string | undefined): { placeholder?: ReturnType<typeof plain> } {
  return text === undefined || text.trim() === '' ? {} : { placeholder: plain(text, LIMITS.placeholder) };
}

interface Typed {
  readonly value?: string | null;
  readonly selected_option?: PlainTextOption | null;
  readonly selected_user?: string | null;
}

function refill(block: InputBlock, view: SubmittedView): InputBlock {
  const typed = (view.state.values[block.block_id ?? '']?.[INPUT_ACTION_ID] ?? {}) as Typed;
  const initial = {
    ...(typed.value ? { initial_value: typed.value } : {}),
    ...(typed.selected_option ? { initial_option: typed.selected_option } : {}),
    ...(typed.selected_user ? { initial_user: typed.selected_user } : {}),
  };
  const bare = Object.entries(block.element).filter(([key]) => !key.startsWith('initial_'));
  return { ...block, element: { ...Object.fromEntries(bare), ...initial } as InputBlock['element'] };
}
