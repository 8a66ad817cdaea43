/** The buttons and menus of a message or modal: finding the one a person means, and what Slack says of their choice. */
import type { Json } from './json';
import { isObject, objectAt, objectsIn, stringAt } from './json';
import type { ElementRef } from './slack-world';

export interface Found {
  readonly element: Json;
  readonly blockId: string;
  /** The chosen entry of a menu. */
  readonly option: string | undefined;
}

/** @throws Error when there is no such element, naming those there are */
export function findElement(blocks: unknown, ref: ElementRef, option?: string): Found {
  const all = objectsIn(blocks).flatMap((block) => {
    if (block['type'] === 'input') return [];
    return interactiveIn(block).map((element) => ({ element, blockId: stringAt(block, 'block_id') }));
  });
  const found = all.find(({ element, blockId }) =>
    'actionId' in ref
      ? element['action_id'] === ref.actionId && (ref.blockId ?? blockId) === blockId
      : labelOf(element) === ref.label,
  );
  if (found !== undefined) return { ...found, option };
  // A menu's entry can be named by itself.
  const menu =
    'label' in ref && option === undefined
      ? all.find(({ element }) => entryOf(element, ref.label) !== undefined)
      : undefined;
  if (menu !== undefined && 'label' in ref) return { ...menu, option: ref.label };
  const there = all.flatMap(({ element }) => [labelOf(element), ...entriesOf(element).map(textOf)]);
  throw new Error(
    `there is no ${JSON.stringify(ref)} to click on; there is: ${there.filter((label) => label !== '').join(', ')}`,
  );
}

/** Anything with an action id, however deep: in `elements`, as an accessory, in a card's actions. */
function interactiveIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(interactiveIn);
  if (!isObject(value)) return [];
  return typeof value['action_id'] === 'string' ? [value] : Object.values(value).flatMap(interactiveIn);
}

/** The entry of `actions` in a `block_actions` payload. @throws Error when the client offers no such choice */
export function actionOf({ element, blockId, option }: Found, actionTs: string): Json {
  if (element['url'] !== undefined) throw new Error('a link button opens a page; there is nothing to click here');
  const base = { type: element['type'], action_id: element['action_id'], block_id: blockId, action_ts: actionTs };
  if (element['type'] === 'button') {
    const { text, value, style } = element;
    return { ...base, text, ...(value === undefined ? {} : { value }), ...(style === undefined ? {} : { style }) };
  }
  if (option === undefined) throw new Error(`say which entry of "${labelOf(element)}" to choose`);
  return { ...base, ...choiceOf(element, option) };
}

/** What a choice is called in a payload, by the type of its element; `ids` are taken as they are. */
const CHOICES: Readonly<Record<string, { readonly name: string; readonly takes: 'entry' | 'entries' | 'id' | 'ids' }>> =
  {
    overflow: { name: 'selected_option', takes: 'entry' },
    static_select: { name: 'selected_option', takes: 'entry' },
    radio_buttons: { name: 'selected_option', takes: 'entry' },
    checkboxes: { name: 'selected_options', takes: 'entries' },
    multi_static_select: { name: 'selected_options', takes: 'entries' },
    users_select: { name: 'selected_user', takes: 'id' },
    multi_users_select: { name: 'selected_users', takes: 'ids' },
    channels_select: { name: 'selected_channel', takes: 'id' },
    conversations_select: { name: 'selected_conversation', takes: 'id' },
    datepicker: { name: 'selected_date', takes: 'id' },
    timepicker: { name: 'selected_time', takes: 'id' },
    plain_text_input: { name: 'value', takes: 'id' },
    email_text_input: { name: 'value', takes: 'id' },
    url_text_input: { name: 'value', takes: 'id' },
    number_input: { name: 'value', takes: 'id' },
  };

/**
 * What a payload says of a choice or of typed text.
 * @param given an entry's text or value, a user id, a date, words; several, separated by commas, where several can be
 *   chosen; '' for nothing
 * @throws Error when there is no such entry
 */
export function choiceOf(element: Json, given: string): Json {
  const kind = CHOICES[stringAt(element, 'type')];
  if (kind === undefined) throw new Error(`the stand-in cannot use a ${stringAt(element, 'type')}`);
  const several = given.split(',').map((each) => each.trim());
  switch (kind.takes) {
    case 'id':
      return { [kind.name]: given === '' ? null : given };
    case 'ids':
      return { [kind.name]: given === '' ? [] : several };
    case 'entry':
      return { [kind.name]: given === '' ? null : knownEntry(element, given) };
    case 'entries':
      return { [kind.name]: given === '' ? [] : several.map((each) => knownEntry(element, each)) };
  }
}

/** What an input says before anybody touched it. */
export function initialChoice(element: Json): Json {
  const { name } = CHOICES[stringAt(element, 'type')] ?? { name: 'value' };
  const initial = element[`initial_${name.replace('selected_', '')}`];
  return initial === undefined ? choiceOf(element, '') : { [name]: initial };
}

function knownEntry(element: Json, given: string): Json {
  const entry = entryOf(element, given);
  if (entry !== undefined) return entry;
  throw new Error(`there is no choice "${given}"; there are: ${entriesOf(element).map(textOf).join(', ')}`);
}

function entryOf(element: Json, given: string): Json | undefined {
  const entries = entriesOf(element);
  return entries.find((entry) => textOf(entry) === given) ?? entries.find((entry) => entry['value'] === given);
}

function entriesOf(element: Json): Json[] {
  return [...objectsIn(element['options']), ...objectsIn(element['option_groups']).flatMap(entriesOf)];
}

function labelOf(element: Json): string {
  return textOf(element) || stringAt(objectAt(element, 'placeholder'), 'text');
}

function textOf(value: Json): string {
  return stringAt(objectAt(value, 'text'), 'text');
}
