/** The inputs of a modal: what a person chose or typed, by the label they see, becomes the state Slack sends. */
import type { View } from '@slack/types';
import type { ModalValues } from './slack-world';

type Json = Record<string, unknown>;

interface Option extends Json {
  readonly text: { readonly text: string };
  readonly value: string;
}

interface Input {
  readonly blockId: string;
  readonly actionId: string;
  readonly label: string;
  readonly optional: boolean;
  readonly element: Json;
}

export function inputsOf(view: View): Input[] {
  return (view.blocks as unknown as Json[])
    .filter((block) => block.type === 'input')
    .map((block) => {
      const element = block.element as Json;
      return {
        blockId: String(block.block_id),
        actionId: String(element.action_id),
        label: (block.label as { text: string }).text,
        optional: block.optional === true,
        element,
      };
    });
}

/** @throws Error when a label or choice is not there to be used */
export function statesOf(
  inputs: readonly Input[],
  values: ModalValues,
): { states: Json; missing: Record<string, string> } {
  const unknown = Object.keys(values).find((label) => !inputs.some((input) => input.label === label));
  if (unknown !== undefined)
    throw new Error(`there is no field "${unknown}"; there are: ${inputs.map(({ label }) => label).join(', ')}`);
  const states: Record<string, Json> = {};
  const missing: Record<string, string> = {};
  for (const input of inputs) {
    const state = stateOf(input, values[input.label]);
    states[input.blockId] = { [input.actionId]: state };
    const given = state.value ?? state.selected_option ?? state.selected_user ?? null;
    if (given === null && !input.optional) missing[input.blockId] = 'Please complete this required field.';
  }
  return { states, missing };
}

function stateOf({ element }: Input, given: string | undefined): Json {
  const { type } = element;
  switch (type) {
    case 'plain_text_input': {
      const text = given ?? (element.initial_value as string | undefined) ?? '';
      // Slack's client takes no more than max_length and sends null for an empty field.
      const kept = text.slice(0, Number(element.max_length ?? 3000));
      return { type, value: kept === '' ? null : kept };
    }
    case 'users_select':
      return { type, selected_user: given === undefined ? (element.initial_user ?? null) : given || null };
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: given === undefined ? (element.initial_option ?? null) : choose(element, given) };
    default:
      throw new Error(`the stand-in cannot fill in a ${String(type)}`);
  }
}

/** The empty text takes the choice back. */
function choose(element: Json, given: string): Option | null {
  if (given === '') return null;
  const groups = (element.option_groups as { options: Option[] }[] | undefined)?.flatMap(({ options }) => options);
  const options = (element.options as Option[] | undefined) ?? groups ?? [];
  const option = options.find(({ text, value }) => text.text === given || value === given);
  if (option === undefined)
    throw new Error(`there is no choice "${given}"; there are: ${options.map(({ text }) => text.text).join(', ')}`);
  return option;
}
