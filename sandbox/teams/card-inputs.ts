/** The inputs of a card as a person fills them in, and what a button sends of them. Pure. */
import { isObject, objectsIn, stringAt } from '../slack/json';
import { everyAction, everyInput } from './card-check';
import type { State } from './state';
import type { InputValues, Json, SentCard } from './teams-world';

/** What is in the inputs, by input id. */
export type Typed = Readonly<Record<string, string>>;

/** What the inputs hold before anybody types. */
export function untouched(card: SentCard | null): Typed {
  return Object.fromEntries(
    everyInput(card).map((input) => {
      const unticked = input['type'] === 'Input.Toggle' ? stringAt(input, 'valueOff') || 'false' : '';
      return [stringAt(input, 'id'), stringAt(input, 'value') || unticked];
    }),
  );
}

/** @param values by label @throws Error for a label or choice that is not there */
export function filledIn(card: SentCard | null, before: Typed, values: InputValues, state: State): Typed {
  const inputs = everyInput(card);
  const after: Record<string, string> = { ...before };
  for (const [label, value] of Object.entries(values)) {
    const input = inputs.find((each) => labelOf(each) === label);
    if (input === undefined)
      throw new Error(`there is no input "${label}", but: ${inputs.map(labelOf).join(', ') || 'none'}`);
    after[stringAt(input, 'id')] = rawValue(input, value, state);
  }
  return after;
}

/** What the inputs hold, by label. */
export function byLabel(card: SentCard | null, typed: Typed): InputValues {
  return Object.fromEntries(everyInput(card).map((input) => [labelOf(input), typed[stringAt(input, 'id')] ?? '']));
}

/** What a client refuses to send, by label. */
export function heldBack(card: SentCard | null, action: Json, typed: Typed): Record<string, string> {
  if (action['associatedInputs'] === 'none') return {};
  const wrong = everyInput(card).filter((input) => {
    const value = typed[stringAt(input, 'id')] ?? '';
    const { isRequired, maxLength, regex } = input;
    if (value === '') return isRequired === true;
    if (typeof maxLength === 'number' && value.length > maxLength) return true;
    return typeof regex === 'string' && !new RegExp(regex).test(value);
  });
  return Object.fromEntries(wrong.map((input) => [labelOf(input), stringAt(input, 'errorMessage')]));
}

/** The data of a pressed button: its own, and what the inputs hold; those left empty are not there. */
export function dataOf(action: Json, typed: Typed): Json {
  const own = isObject(action['data']) ? action['data'] : {};
  if (action['associatedInputs'] === 'none') return own;
  return { ...own, ...Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== '')) };
}

/** @throws Error when there is no such button */
export function actionLabelled(card: SentCard | null, label: string, nth: number): Json {
  const actions = everyAction(card).filter((action) => action['type'] !== 'Action.ShowCard');
  const found = actions.filter((action) => action['title'] === label)[nth];
  if (found !== undefined) return found;
  throw new Error(
    `there is no button "${label}", but: ${actions.map(({ title }) => String(title)).join(', ') || 'none'}`,
  );
}

/** Whether an action opens a dialog. */
export function opensDialog({ data }: Json): boolean {
  const msteams = isObject(data) ? data['msteams'] : undefined;
  return isObject(msteams) && msteams['type'] === 'task/fetch';
}

function labelOf(input: Json): string {
  return stringAt(input, 'label') || stringAt(input, 'title') || stringAt(input, 'id');
}

function rawValue(input: Json, value: string, state: State): string {
  if (input['type'] !== 'Input.ChoiceSet' || value === '') return value;
  // The people picker: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker
  const source = input['choices.data'];
  if (isObject(source) && stringAt(source, 'dataset').startsWith('graph.microsoft.com/users'))
    return state.somebody(value).aadObjectId;
  const choice = objectsIn(input['choices']).find(({ title }) => title === value);
  if (choice === undefined) throw new Error(`there is no choice "${value}" of "${labelOf(input)}"`);
  return stringAt(choice, 'value');
}
