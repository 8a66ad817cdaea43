/**
 * What Slack would refuse of a message or a view: the limits of the Block Kit reference
 * (https://docs.slack.dev/reference/block-kit) and of `@slack/types`' comments. It checks what the helpdesk uses.
 */

export type Surface = 'message' | 'modal';

type Json = Readonly<Record<string, unknown>>;

/** Messages larger than this are refused with msg_blocks_too_long (https://github.com/slackapi/bolt-js/issues/2509). */
const MESSAGE_CHARACTERS = 13_200;
const BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100 };

/** Everything wrong with these blocks; nothing when Slack would take them. */
export function checkBlocks(blocks: unknown, surface: Surface): string[] {
  const problems: string[] = [];
  const list = asList(blocks);
  if (list === null) return ['blocks must be a list'];
  if (list.length > BLOCKS[surface]) problems.push(`more than ${BLOCKS[surface]} blocks: ${list.length}`);
  if (surface === 'message' && JSON.stringify(list).length > MESSAGE_CHARACTERS) problems.push('msg_blocks_too_long');
  const ids = list.map((block) => block.block_id).filter((id) => id !== undefined);
  if (new Set(ids).size !== ids.length) problems.push('block_id is not unique');
  list.forEach((block, index) => {
    for (const problem of checkBlock(block)) problems.push(`blocks[${index}] (${String(block.type)}): ${problem}`);
  });
  return problems;
}

/** Everything wrong with a view. */
export function checkView(view: Json): string[] {
  const problems = [...checkBlocks(view.blocks, 'modal')];
  if (view.type !== 'modal') problems.push('type must be modal');
  problems.push(...text(view.title, 'title', 24, true));
  for (const name of ['submit', 'close'])
    if (view[name] !== undefined) problems.push(...text(view[name], name, 24, true));
  if (lengthOf(view.private_metadata) > 3000) problems.push('private_metadata is longer than 3000');
  if (lengthOf(view.callback_id) > 255) problems.push('callback_id is longer than 255');
  const inputs = asList(view.blocks)?.some((block) => block.type === 'input') ?? false;
  if (inputs && view.submit === undefined) problems.push('an input needs a submit button');
  return problems;
}

type Check = (block: Json) => string[];

const CHECKS: Readonly<Record<string, Check>> = {
  section: checkSection,
  header: (block) => text(block.text, 'text', 150, true),
  divider: () => [],
  context: (block) => [
    ...count(block.elements, 'elements', 1, 10),
    ...each(block.elements, (element) => (element.type === 'image' ? [] : text(element, 'element', 3000))),
  ],
  actions: (block) => [
    ...count(block.elements, 'elements', 1, 25),
    ...uniqueActions(block.elements),
    ...each(block.elements, checkElement),
  ],
  input: checkInput,
  rich_text: (block) => [...count(block.elements, 'elements', 1, 1000), ...each(block.elements, checkRichText)],
  image: (block) =>
    lengthOf(block.alt_text) === 0 || lengthOf(block.alt_text) > 2000 ? ['alt_text must be 1..2000'] : [],
};

function checkBlock(block: Json): string[] {
  const check = CHECKS[String(block.type)];
  if (check === undefined) return ['unknown block type'];
  const id = lengthOf(block.block_id) > 255 ? ['block_id is longer than 255'] : [];
  return [...id, ...check(block)];
}

function checkSection(block: Json): string[] {
  const problems: string[] = [];
  if (block.text === undefined && block.fields === undefined) problems.push('needs text or fields');
  if (block.text !== undefined) problems.push(...text(block.text, 'text', 3000));
  if (block.fields !== undefined)
    problems.push(
      ...count(block.fields, 'fields', 1, 10),
      ...each(block.fields, (field) => text(field, 'field', 2000)),
    );
  if (block.accessory !== undefined) problems.push(...checkElement(block.accessory as Json));
  return problems;
}

function checkInput(block: Json): string[] {
  const problems = text(block.label, 'label', 2000, true);
  if (block.hint !== undefined) problems.push(...text(block.hint, 'hint', 2000, true));
  return [...problems, ...checkElement((block.element ?? {}) as Json)];
}

const ELEMENTS: Readonly<Record<string, (element: Json) => string[]>> = {
  button: checkButton,
  overflow: (element) => [...count(element.options, 'options', 1, 5), ...options(element.options)],
  static_select: checkSelect,
  users_select: () => [],
  radio_buttons: (element) => [...count(element.options, 'options', 1, 10), ...options(element.options)],
  checkboxes: (element) => [...count(element.options, 'options', 1, 10), ...options(element.options)],
  plain_text_input: checkTextInput,
  image: () => [],
};

function checkElement(element: Json): string[] {
  const check = ELEMENTS[String(element.type)];
  if (check === undefined) return [`unknown element ${String(element.type)}`];
  const problems = lengthOf(element.action_id) > 255 ? ['action_id is longer than 255'] : [];
  if (element.placeholder !== undefined) problems.push(...text(element.placeholder, 'placeholder', 150, true));
  if (element.confirm !== undefined) problems.push(...checkConfirm(element.confirm as Json));
  return [...problems, ...check(element)];
}

function checkButton(element: Json): string[] {
  const problems = text(element.text, 'button text', 75, true);
  if (lengthOf(element.value) > 2000) problems.push('button value is longer than 2000');
  if (lengthOf(element.url) > 3000) problems.push('button url is longer than 3000');
  if (element.style !== undefined && element.style !== 'primary' && element.style !== 'danger')
    problems.push('unknown button style');
  return problems;
}

function checkSelect(element: Json): string[] {
  if (element.option_groups === undefined)
    return [...count(element.options, 'options', 1, 100), ...options(element.options), ...initial(element)];
  const groups = [...count(element.option_groups, 'option_groups', 1, 100)];
  const inside = each(element.option_groups, (group) => [
    ...text(group.label, 'group label', 75, true),
    ...count(group.options, 'options', 1, 100),
    ...options(group.options),
  ]);
  return [...groups, ...inside, ...initial(element)];
}

/** Slack refuses an initial option that is not, to the letter, one of the options. */
function initial(element: Json): string[] {
  if (element.initial_option === undefined) return [];
  const all =
    element.option_groups === undefined
      ? asList(element.options)
      : asList(element.option_groups)?.flatMap((group) => asList(group.options) ?? []);
  const wanted = JSON.stringify(element.initial_option);
  return all?.some((option) => JSON.stringify(option) === wanted) === true
    ? []
    : ['initial_option is not among the options'];
}

function checkTextInput(element: Json): string[] {
  const limit = element.max_length === undefined ? 3000 : Number(element.max_length);
  const problems = limit < 1 || limit > 3000 ? ['max_length must be 1..3000'] : [];
  if (lengthOf(element.initial_value) > limit) problems.push('initial_value is longer than max_length');
  return problems;
}

function checkConfirm(confirm: Json): string[] {
  return [
    ...text(confirm.title, 'confirm title', 100, true),
    ...text(confirm.text, 'confirm text', 300),
    ...text(confirm.confirm, 'confirm button', 30, true),
    ...text(confirm.deny, 'deny button', 30, true),
  ];
}

function checkRichText(element: Json): string[] {
  const kinds = ['rich_text_section', 'rich_text_list', 'rich_text_quote', 'rich_text_preformatted'];
  if (!kinds.includes(String(element.type))) return [`unknown rich text ${String(element.type)}`];
  if (element.type === 'rich_text_list')
    return [...count(element.elements, 'list items', 1, 1000), ...each(element.elements, checkRichText)];
  return each(element.elements, (part) =>
    part.type === 'text' && lengthOf(part.text) === 0 ? ['empty text in rich text'] : [],
  );
}

function options(value: unknown): string[] {
  return each(value, (option) => {
    const problems = text(option.text, 'option text', 75);
    if (lengthOf(option.value) === 0) problems.push('an option needs a value');
    // @slack/types says 75, the web reference has said 150; overflow menus carry intents, so the larger one is held.
    if (lengthOf(option.value) > 150) problems.push('option value is longer than 150');
    if (option.description !== undefined) problems.push(...text(option.description, 'option description', 75, true));
    return problems;
  });
}

function text(value: unknown, what: string, limit: number, plain = false): string[] {
  const object = value as Json | undefined;
  if (typeof object !== 'object' || object === null) return [`${what} is missing`];
  if (plain ? object.type !== 'plain_text' : object.type !== 'plain_text' && object.type !== 'mrkdwn')
    return [`${what} has type ${String(object.type)}`];
  const length = lengthOf(object.text);
  return length < 1 || length > limit ? [`${what} must have 1..${limit} characters, has ${length}`] : [];
}

function uniqueActions(value: unknown): string[] {
  const ids = (asList(value) ?? []).map((element) => element.action_id).filter((id) => id !== undefined);
  return new Set(ids).size === ids.length ? [] : ['action_id is not unique in its block'];
}

function count(value: unknown, what: string, least: number, most: number): string[] {
  const length = asList(value)?.length ?? 0;
  return length < least || length > most ? [`${what} must be ${least}..${most}, are ${length}`] : [];
}

function each(value: unknown, check: (item: Json) => string[]): string[] {
  return (asList(value) ?? []).flatMap(check);
}

function asList(value: unknown): Json[] | null {
  return Array.isArray(value) ? (value as Json[]) : null;
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}
