/** The check that every card and every call of the bot is held to: each limit just inside and just outside, in both directions. */
import { LIMITS } from '../../bots/slack/block-kit';
import { checkBlocks, checkView } from '../../sandbox/slack/block-kit-check';

type Json = Record<string, unknown>;

const plain = (text: string): Json => ({ type: 'plain_text', text });
const mrkdwn = (text: string): Json => ({ type: 'mrkdwn', text });
const x = (length: number): string => 'x'.repeat(length);
const list = <T>(length: number, make: (at: number) => T): T[] => Array.from({ length }, (_, at) => make(at));

const button = (more: Json = {}): Json => ({ type: 'button', text: plain('Claim'), action_id: 'claim-1', ...more });
const option = (more: Json = {}): Json => ({ text: plain('One'), value: '1', ...more });
const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
const section = (more: Json): Json => ({ type: 'section', text: plain('Text'), ...more });
const input = (element: Json, more: Json = {}): Json => ({ type: 'input', label: plain('Label'), element, ...more });
const typed = (more: Json = {}): Json => ({ type: 'plain_text_input', action_id: 'value', ...more });
const select = (more: Json = {}): Json => ({
  type: 'static_select',
  action_id: 'value',
  options: [option()],
  ...more,
});
const grouped = (groups: Json[]): Json => ({ type: 'static_select', action_id: 'value', option_groups: groups });
const group = (more: Json = {}): Json => ({ label: plain('Group'), options: [option()], ...more });
const overflow = (count: number): Json => ({
  type: 'overflow',
  action_id: 'menu-1',
  options: list(count, (at) => option({ value: `${at}` })),
});
const rich = (...elements: Json[]): Json => ({ type: 'rich_text', elements });
const richSection = (...elements: Json[]): Json => ({ type: 'rich_text_section', elements });
const confirm = (more: Json): Json => ({
  title: plain('Sure?'),
  text: plain('It is gone then.'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...more,
});
const view = (more: Json = {}): Json => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Send'),
  close: plain('Cancel'),
  blocks: [input(typed())],
  ...more,
});

const message = (...blocks: Json[]): string[] => checkBlocks(blocks, 'message');
const modal = (...blocks: Json[]): string[] => checkBlocks(blocks, 'modal');

/** What is limited, how much of it is still taken, and what makes so much of it. */
const LENGTHS: readonly (readonly [what: string, most: number, check: (length: number) => string[]])[] = [
  ['blocks of a message', LIMITS.messageBlocks, (n) => message(...list(n, () => ({ type: 'divider' })))],
  ['blocks of a modal', LIMITS.viewBlocks, (n) => modal(...list(n, () => ({ type: 'divider' })))],
  ['block_id', 255, (n) => message({ type: 'divider', block_id: x(n) })],
  ['header', LIMITS.header, (n) => message({ type: 'header', text: plain(x(n)) })],
  ['section text', LIMITS.text, (n) => message(section({ text: mrkdwn(x(n)) }))],
  [
    'section fields',
    LIMITS.fieldsInSection,
    (n) => message({ type: 'section', fields: list(n, () => mrkdwn('field')) }),
  ],
  ['a section field', LIMITS.field, (n) => message({ type: 'section', fields: [mrkdwn(x(n))] })],
  ['context elements', 10, (n) => message({ type: 'context', elements: list(n, () => plain('note')) })],
  ['a context element', LIMITS.text, (n) => message({ type: 'context', elements: [plain(x(n))] })],
  [
    'elements of actions',
    LIMITS.actionsInBlock,
    (n) => message(actions(...list(n, (at) => button({ action_id: `claim-${at}` })))),
  ],
  ['action_id', 255, (n) => message(actions(button({ action_id: x(n) })))],
  ['button text', LIMITS.buttonText, (n) => message(actions(button({ text: plain(x(n)) })))],
  ['button value', 2000, (n) => message(actions(button({ value: x(n) })))],
  ['button url', LIMITS.buttonUrl, (n) => message(actions(button({ url: `https://kb/${x(n - 11)}` })))],
  ['button accessibility_label', 75, (n) => message(actions(button({ accessibility_label: x(n) })))],
  ['overflow options', LIMITS.overflowOptions, (n) => message(actions(overflow(n)))],
  [
    'select options',
    LIMITS.selectOptions,
    (n) => modal(input(select({ options: list(n, (at) => option({ value: `${at}` })) }))),
  ],
  ['option groups', LIMITS.optionGroups, (n) => modal(input(grouped(list(n, () => group()))))],
  [
    'options of a group',
    LIMITS.selectOptions,
    (n) => modal(input(grouped([group({ options: list(n, (at) => option({ value: `${at}` })) })]))),
  ],
  ['group label', LIMITS.optionText, (n) => modal(input(grouped([group({ label: plain(x(n)) })])))],
  ['option text', LIMITS.optionText, (n) => modal(input(select({ options: [option({ text: plain(x(n)) })] })))],
  ['option value', LIMITS.optionValue, (n) => modal(input(select({ options: [option({ value: x(n) })] })))],
  [
    'option description',
    LIMITS.optionText,
    (n) => modal(input(select({ options: [option({ description: plain(x(n)) })] }))),
  ],
  ['input label', LIMITS.inputLabel, (n) => modal(input(typed(), { label: plain(x(n)) }))],
  ['input hint', LIMITS.inputHint, (n) => modal(input(typed(), { hint: plain(x(n)) }))],
  ['placeholder', LIMITS.placeholder, (n) => modal(input(typed({ placeholder: plain(x(n)) })))],
  ['max_length', LIMITS.inputText, (n) => modal(input(typed({ max_length: n })))],
  ['min_length', 10, (n) => modal(input(typed({ min_length: n, max_length: 10 })))],
  ['initial_value', 10, (n) => modal(input(typed({ initial_value: x(n), max_length: 10 })))],
  ['initial_value without max_length', 3000, (n) => modal(input(typed({ initial_value: x(n) })))],
  ['confirm title', 100, (n) => message(actions(button({ confirm: confirm({ title: plain(x(n)) }) })))],
  ['confirm text', 300, (n) => message(actions(button({ confirm: confirm({ text: plain(x(n)) }) })))],
  ['confirm button', 30, (n) => message(actions(button({ confirm: confirm({ confirm: plain(x(n)) }) })))],
  ['deny button', 30, (n) => message(actions(button({ confirm: confirm({ deny: plain(x(n)) }) })))],
  ['view title', LIMITS.viewTitle, (n) => checkView(view({ title: plain(x(n)) }))],
  ['view submit', LIMITS.viewButton, (n) => checkView(view({ submit: plain(x(n)) }))],
  ['view close', LIMITS.viewButton, (n) => checkView(view({ close: plain(x(n)) }))],
  ['private_metadata', LIMITS.privateMetadata, (n) => checkView(view({ private_metadata: x(n) }))],
  ['callback_id', 255, (n) => checkView(view({ callback_id: x(n) }))],
  ['external_id', 255, (n) => checkView(view({ external_id: x(n) }))],
];

describe.each(LENGTHS)('%s: at most %i', (_what, most, check) => {
  it('is taken at its limit', () => {
    expect(check(most)).toEqual([]);
  });

  it('is refused one above it', () => {
    expect(check(most + 1)).not.toEqual([]);
  });
});

const EMPTY: readonly (readonly [what: string, check: () => string[]])[] = [
  ['a header', () => message({ type: 'header', text: plain('') })],
  ['a text of spaces', () => message(section({ text: plain(' \n ') }))],
  ['a field', () => message({ type: 'section', fields: [mrkdwn('')] })],
  ['fields', () => message({ type: 'section', fields: [] })],
  ['a section', () => message({ type: 'section' })],
  ['a context', () => message({ type: 'context', elements: [] })],
  ['actions', () => message(actions())],
  ['a button', () => message(actions(button({ text: plain('') })))],
  ['a menu', () => message(actions(overflow(0)))],
  ['a select', () => modal(input(select({ options: [] })))],
  ['option groups', () => modal(input(grouped([])))],
  ['a group', () => modal(input(grouped([group({ options: [] })])))],
  ['the value of an option', () => modal(input(select({ options: [option({ value: '' })] })))],
  ['an input', () => modal({ type: 'input', label: plain('Label') })],
  ['an input label', () => modal(input(typed(), { label: plain('') }))],
  ['max_length', () => modal(input(typed({ max_length: 0 })))],
  ['a rich text', () => message(rich())],
  ['a text in rich text', () => message(rich(richSection({ type: 'text', text: '' })))],
  ['a rich text list', () => message(rich({ type: 'rich_text_list', style: 'bullet', elements: [] }))],
  ['a view title', () => checkView(view({ title: plain('') }))],
  ['the title of a view', () => checkView(view({ title: undefined }))],
];

it.each(EMPTY)('refuses %s that is empty or missing', (_what, check) => {
  expect(check()).not.toEqual([]);
});

const WRONG: readonly (readonly [what: string, check: () => string[]])[] = [
  ['a text input beside buttons', () => message(actions(typed()))],
  ['a text input beside a section', () => message(section({ accessory: typed() }))],
  ['a button in an input', () => modal(input(button()))],
  ['mrkdwn on a button', () => message(actions(button({ text: mrkdwn('x') })))],
  ['mrkdwn in an option', () => modal(input(select({ options: [option({ text: mrkdwn('x') })] })))],
  ['emoji on mrkdwn', () => message(section({ text: { ...mrkdwn('x'), emoji: true } }))],
  ['verbatim on plain text', () => message(section({ text: { ...plain('x'), verbatim: true } }))],
  ['an address that is none', () => message(actions(button({ url: 'see the wiki' })))],
  [
    'an initial option with another text',
    () => modal(input({ ...grouped([group()]), initial_option: option({ text: plain('Uno') }) })),
  ],
  ['options beside groups', () => modal(input(select({ option_groups: [group()] })))],
  [
    'an initial user that cannot be',
    () => modal(input({ type: 'users_select', action_id: 'value', initial_user: 'nora' })),
  ],
  ['a link without an address', () => message(rich(richSection({ type: 'link', url: 'x' })))],
  ['rich text in the open', () => message(rich({ type: 'text', text: 'x' }))],
  [
    'a list of bare texts',
    () => message(rich({ type: 'rich_text_list', style: 'bullet', elements: [{ type: 'text', text: 'x' }] })),
  ],
  ['a least length above the greatest', () => modal(input(typed({ min_length: 11, max_length: 10 })))],
];

it.each(WRONG)('refuses %s', (_what, check) => {
  expect(check()).not.toEqual([]);
});

it('refuses a message of more than 13,200 characters, but not a modal', () => {
  const frame = JSON.stringify(list(5, () => section({ text: plain('') }))).length;
  const blocks = (length: number): Json[] =>
    list(5, (at) => section({ text: plain(x(at < 4 ? 3000 : length - frame - 12_000)) }));

  expect(checkBlocks(blocks(13_200), 'message')).toEqual([]);
  expect(checkBlocks(blocks(13_201), 'message')).toEqual([expect.stringContaining('13200 characters')]);
  expect(checkBlocks(blocks(13_201), 'modal')).toEqual([]);
});

it('takes everything the helpdesk draws with', () => {
  const link = { type: 'link', url: 'https://kb.example/vpn' };
  const words = richSection({ type: 'text', text: 'See ', style: { bold: true } }, link);
  const blocks = [
    { type: 'header', text: { ...plain('Title'), emoji: true } },
    section({ text: { ...mrkdwn('*Bold*'), verbatim: true }, accessory: button({ url: 'https://kb.example/vpn' }) }),
    rich(words),
    rich({ type: 'rich_text_quote', elements: [link] }),
    rich({ type: 'rich_text_list', style: 'ordered', elements: [words] }),
    actions(button({ style: 'primary', value: '{}' }), overflow(5)),
  ];

  expect(checkBlocks(blocks, 'message')).toEqual([]);
  expect(
    checkView(
      view({ blocks: [...blocks, input({ type: 'users_select', action_id: 'value', initial_user: 'U0NORA' })] }),
    ),
  ).toEqual([]);
});
