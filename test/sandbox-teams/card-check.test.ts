/** What the stand-in lets through as an Adaptive Card, and what not. */
import { checkCard } from '../../sandbox/teams/card-check';
import { buttons, card, form, text } from './tiny-bot';

const table = {
  type: 'Table',
  columns: [{ width: 1 }, { width: 2 }],
  rows: [{ type: 'TableRow', cells: [{ items: [text('a')] }, { type: 'TableCell', items: [text('b')] }] }],
};
const rich = card(
  [
    table,
    { type: 'ColumnSet', columns: [{ type: 'Column', width: 'auto', items: [text('x')] }] },
    { type: 'FactSet', facts: [{ title: 'Priority', value: 'P2' }] },
    { type: 'RichTextBlock', inlines: ['plain', { type: 'TextRun', text: 'bold', weight: 'Bolder' }] },
    { type: 'Container', style: 'emphasis', items: [text('in')], selectAction: { type: 'Action.Submit', data: {} } },
    { type: 'ActionSet', actions: [{ type: 'Action.OpenUrl', title: 'Web', url: 'https://example.com' }] },
    { type: 'ImageSet', images: [{ type: 'Image', url: 'https://example.com/a.png' }] },
  ],
  [{ type: 'Action.ShowCard', title: 'More', card: card([{ type: 'Input.Toggle', id: 't', title: 'Yes' }]) }],
);

it.each([
  ['buttons', buttons],
  ['a form', form('x')],
  ['everything else', rich],
])('%s pass', (_name, good) => {
  expect(checkCard(good)).toEqual([]);
});

const input = { type: 'Input.Text', id: 'a' };
const submit = { type: 'Action.Submit', title: 'x' };

it.each([
  ['no object', 'the card is no object'],
  [{ ...card([]), version: '1.6' }, 'version 1.6'],
  [{ ...card([]), type: 'Card' }, 'type is not AdaptiveCard'],
  [{ ...card([]), body: {} }, '/body is no list'],
  [card([{ type: 'Blink' }]), '/body/0 is of the unknown type Blink'],
  [card([{ type: 'TextBlock' }]), '/body/0/text is no text'],
  [card([{ type: 'Container', items: [{ type: 'Image', url: 'javascript:1' }] }]), '/body/0/items/0/url is no url'],
  [card([{ type: 'TableRow', cells: [] }]), '/body/0: no TableRow goes there'],
  [card([{ ...table, rows: [{ cells: [{ items: [{}] }] }] }]), '/body/0/rows/0/cells/0/items/0 is of the unknown type'],
  [card([{ type: 'FactSet', facts: [{ title: 'x', value: 1 }] }]), '/body/0/facts/0/value is no text'],
  [card([{ type: 'Input.ChoiceSet', id: 'c', choices: [{ title: 'x' }] }]), '/body/0/choices/0/value is no text'],
  [card([input, { type: 'Container', items: [input] }]), 'the input id "a" is there twice'],
  [card([{ ...input, isRequired: true }]), '/body/0 is required without an errorMessage'],
  [card([{ ...text('x'), size: 'Huge' }]), '/body/0/size: no "Huge"'],
  [card([], [{ ...submit, data: 'words' }]), '/actions/0/data is no object'],
  [card([], [{ type: 'Action.Submit' }]), '/actions/0/title is no text'],
  [card([], [{ ...submit, style: 'red' }]), '/actions/0/style: no "red"'],
  [card([], [{ type: 'Action.Http', title: 'x' }]), '/actions/0 is of the unknown type Action.Http'],
  [{ ...card([]), refresh: { action: submit } }, '/refresh/action is no Action.Execute'],
  [
    {
      ...card([]),
      refresh: { action: { type: 'Action.Execute' }, userIds: Array.from({ length: 61 }, (_, at) => `${at}`) },
    },
    '/refresh/userIds are more than 60',
  ],
])('%j is refused', (bad, problem) => {
  expect(checkCard(bad).join('\n')).toContain(problem);
});
