/** What Slack would refuse of blocks and views, held to the limits of its reference. */
import type { KnownBlock } from '@slack/types';
import { checkBlocks, checkView } from '../../sandbox/slack/block-kit-check';

const plain = (text: string) => ({ type: 'plain_text', text });
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), action_id: 'go', ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const options = (count: number) => many(count, (at) => ({ text: plain(`Option ${at}`), value: `${at}` }));
const input = (element: object) => ({ type: 'input', block_id: 'field', label: plain('Field'), element });
const modal = (more: object = {}) => ({ type: 'modal', title: plain('Form'), blocks: [section('Hello')], ...more });

it('a message with every kind of block the helpdesk sends is accepted', () => {
  const blocks = [
    { type: 'header', text: { ...plain('Ticket #1'), emoji: true } },
    { type: 'section', fields: [{ type: 'mrkdwn', text: '*Status*\nopen', verbatim: true }, plain('x')] },
    { ...section('An article'), accessory: button() },
    { type: 'divider' },
    { type: 'context', elements: [plain('small print'), { type: 'mrkdwn', text: '_b_' }] },
    {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'see ', style: { bold: true } },
            { type: 'link', url: 'https://example.com' },
          ],
        },
        {
          type: 'rich_text_list',
          style: 'ordered',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a' }] }],
        },
        { type: 'rich_text_quote', elements: [{ type: 'user', user_id: 'U1' }] },
      ],
    },
    actions(button({ style: 'primary', value: 'x'.repeat(2000) }), {
      type: 'overflow',
      action_id: 'more',
      options: options(5),
    }),
  ];

  expect(checkBlocks(blocks, 'message')).toEqual([]);
});

it.each<[string, unknown]>([
  ['an unknown block', [{ type: 'sparkle' }]],
  ['an unknown element', [actions({ type: 'lever', action_id: 'a' })]],
  ['an unknown property', [{ ...section('x'), colour: 'red' }]],
  ['an empty text', [section('')]],
  ['a section of 3001 characters', [section('x'.repeat(3001))]],
  ['a section with neither text nor fields', [{ type: 'section' }]],
  ['eleven fields', [{ type: 'section', fields: many(11, () => plain('x')) }]],
  ['a field of 2001 characters', [{ type: 'section', fields: [plain('x'.repeat(2001))] }]],
  ['a header of 151 characters', [{ type: 'header', text: plain('x'.repeat(151)) }]],
  ['a header in mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]],
  ['a button text of 76 characters', [actions(button({ text: plain('x'.repeat(76)) }))]],
  ['a button value of 2001 characters', [actions(button({ value: 'x'.repeat(2001) }))]],
  ['a button url of 3001 characters', [actions(button({ url: `https://${'x'.repeat(2993)}` }))]],
  ['a button in a style of our own', [actions(button({ style: 'success' }))]],
  ['no actions', [actions()]],
  ['26 actions', [actions(...many(26, (at) => button({ action_id: `go-${at}` })))]],
  ['one action id twice in a block', [actions(button(), button())]],
  ['one block id twice', many(2, () => ({ ...section('x'), block_id: 'same' }))],
  ['a block id of 256 characters', [{ ...section('x'), block_id: 'x'.repeat(256) }]],
  ['51 blocks', many(51, () => section('x'))],
  ['eleven context elements', [{ type: 'context', elements: many(11, () => plain('x')) }]],
  ['six overflow entries', [actions({ type: 'overflow', options: options(6) })]],
  ['101 options', [actions({ type: 'static_select', options: options(101) })]],
  [
    'an option value of 76 characters',
    [actions({ type: 'overflow', options: [{ text: plain('x'), value: 'x'.repeat(76) }] })],
  ],
  ['a select without options', [actions({ type: 'static_select' })]],
  [
    'a confirmation title of 101 characters',
    [
      actions(
        button({ confirm: { title: plain('x'.repeat(101)), text: plain('x'), confirm: plain('y'), deny: plain('n') } }),
      ),
    ],
  ],
  ['more than 13,200 characters', many(5, () => section('x'.repeat(2700)))],
  ['no list', { type: 'section' }],
])('a message with %s is refused', (_what, blocks) => {
  expect(checkBlocks(blocks, 'message')).not.toEqual([]);
});

it('the refusal points at what is wrong', () => {
  expect(checkBlocks([section('fine'), actions(button({ text: plain('x'.repeat(76)) }))], 'message')).toEqual([
    expect.stringContaining('[json-pointer:/blocks/1/elements/0/text/text]'),
  ]);
});

it('a form with inputs of every kind the helpdesk asks with is accepted', () => {
  const blocks = [
    input({ type: 'plain_text_input', action_id: 'value', multiline: true, max_length: 3000, placeholder: plain('…') }),
    {
      ...input({ type: 'users_select', action_id: 'value', initial_user: 'U1' }),
      block_id: 'person',
      hint: plain('who'),
    },
    {
      ...input({
        type: 'static_select',
        action_id: 'value',
        option_groups: [{ label: plain('A'), options: options(2) }],
      }),
      block_id: 'choice',
      optional: true,
      dispatch_action: false,
    },
  ];

  expect(checkView(modal({ blocks, submit: plain('Send'), close: plain('Cancel'), private_metadata: 'x' }))).toEqual(
    [],
  );
});

it.each<[string, object]>([
  ['a title of 25 characters', modal({ title: plain('x'.repeat(25)) })],
  ['no title', { type: 'modal', blocks: [section('x')] }],
  ['a submit button of 25 characters', modal({ submit: plain('x'.repeat(25)) })],
  ['private metadata of 3001 characters', modal({ private_metadata: 'x'.repeat(3001) })],
  ['an input but no submit button', modal({ blocks: [input({ type: 'plain_text_input' })] })],
  [
    'an input for 3001 characters',
    modal({ submit: plain('Go'), blocks: [input({ type: 'plain_text_input', max_length: 3001 })] }),
  ],
  [
    'a first text longer than allowed',
    modal({
      submit: plain('Go'),
      blocks: [input({ type: 'plain_text_input', max_length: 3, initial_value: 'long' })],
    }),
  ],
  [
    'a first choice that is not on offer',
    modal({
      submit: plain('Go'),
      blocks: [
        input({ type: 'static_select', options: options(2), initial_option: { text: plain('Other'), value: '9' } }),
      ],
    }),
  ],
  ['101 blocks', modal({ blocks: many(101, () => section('x')) })],
  ['a markdown block', modal({ blocks: [{ type: 'markdown', text: 'x' }] })],
  ['no blocks at all', { type: 'modal', title: plain('x') }],
])('a modal with %s is refused', (_what, view) => {
  expect(checkView(view)).not.toEqual([]);
});

it('a modal may hold more text than a message', () => {
  expect(
    checkBlocks(
      many(90, () => section('x'.repeat(1000))),
      'modal',
    ),
  ).toEqual([]);
});

/** A list that does not compile when Slack's own types have a kind of block that is not in it. */
const KINDS: Readonly<Record<Exclude<KnownBlock['type'], 'file'>, true>> = {
  actions: true,
  alert: true,
  card: true,
  carousel: true,
  container: true,
  context: true,
  context_actions: true,
  data_table: true,
  divider: true,
  header: true,
  image: true,
  input: true,
  markdown: true,
  plan: true,
  rich_text: true,
  section: true,
  table: true,
  task_card: true,
  video: true,
};

it.each(Object.keys(KINDS))('a block of the kind %s, which Slack’s types have, is known', (type) => {
  expect(checkBlocks([{ type }], 'message').filter((problem) => problem.includes('/blocks/0/type'))).toEqual([]);
});

it('a block of a kind that Slack’s types have not is refused', () => {
  expect(checkBlocks([{ type: 'banner' }], 'message')).toEqual([expect.stringContaining('/blocks/0/type')]);
});
