/** The inputs of a modal: what a person chose or typed, by the label they see, becomes the state Slack sends. */
import { choiceOf, initialChoice } from './elements';
import type { Json } from './json';
import { objectAt, objectsIn, stringAt } from './json';
import type { ModalValues } from './slack-world';
import type { StoredView } from './state';

interface Input {
  readonly blockId: string;
  readonly actionId: string;
  readonly label: string;
  readonly optional: boolean;
  readonly element: Json;
}

/** Slack's longest text input, when the bot names no other. */
const MAX_LENGTH = 3000;

/** Keeps what the person fills in. @throws Error when a label or choice is not there to be used */
export function fillIn(stored: StoredView, values: ModalValues): void {
  const inputs = inputsOf(stored);
  for (const [label, given] of Object.entries(values)) {
    const input = inputs.find((each) => each.label === label);
    if (input === undefined)
      throw new Error(`there is no field "${label}"; there are: ${inputs.map((each) => each.label).join(', ')}`);
    stored.typed[input.blockId] = { [input.actionId]: valueOf(input, given) };
  }
}

/** The state of every input, as a payload has it. */
export function stateOf(stored: StoredView): Record<string, Record<string, Json>> {
  return Object.fromEntries(
    inputsOf(stored).map((input) => {
      const { blockId, actionId, element } = input;
      const untouched = { type: element['type'], ...initialChoice(element) };
      return [blockId, { [actionId]: stored.typed[blockId]?.[actionId] ?? untouched }];
    }),
  );
}

/** What Slack's client says itself of inputs that must not be empty, by block id; it sends no such form. */
export function missingIn(stored: StoredView): Record<string, string> {
  const state = stateOf(stored);
  const empty = inputsOf(stored).filter(({ blockId, actionId, optional }) => {
    const { type: _type, ...choice } = state[blockId]?.[actionId] ?? {};
    return !optional && Object.values(choice).every((value) => value === null || (value as unknown[]).length === 0);
  });
  return Object.fromEntries(empty.map(({ blockId }) => [blockId, 'Please complete this required field.']));
}

function inputsOf({ view }: StoredView): Input[] {
  return objectsIn(view.blocks)
    .filter((block) => block['type'] === 'input')
    .map((block) => {
      const element = objectAt(block, 'element');
      return {
        blockId: stringAt(block, 'block_id'),
        actionId: stringAt(element, 'action_id'),
        label: stringAt(objectAt(block, 'label'), 'text'),
        optional: block['optional'] === true,
        element,
      };
    });
}

/** Slack's client takes no more than `max_length`. */
function valueOf({ element }: Input, given: string): Json {
  const isText = element['type'] === 'plain_text_input';
  const kept = isText ? given.slice(0, Number(element['max_length'] ?? MAX_LENGTH)) : given;
  return { type: element['type'], ...choiceOf(element, kept) };
}
