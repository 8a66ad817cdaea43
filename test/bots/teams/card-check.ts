/**
 * Says what is wrong with an Adaptive Card: by the official library `adaptivecards`, whose own property tables also tell which
 * keys version 1.5 knows, and by the limits of Teams.
 *
 * One key is checked apart: `choices.data`, the people picker, which Teams documents for cards of version 1.5
 * (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker) though no schema before
 * 1.6 has it. It must be exactly as documented; the rest of the card is checked as if a list of choices stood there.
 */
import { createRequire } from 'node:module';
import type * as Library from 'adaptivecards';
import { marked } from 'marked';
import { LIMITS } from '../../../bots/teams/adaptive-card';

/** The built library: what is in `lib` are modules that Node cannot load. */
const AC = createRequire(__filename)('adaptivecards/dist/adaptivecards.js') as typeof Library;

type Json = Readonly<Record<string, unknown>>;
export type Node = Json & { readonly type: string };

/** @returns one sentence for each fault; empty when all is well. */
export function problemsOf(card: unknown): string[] {
  const plain = withoutPeoplePicker(card);
  const nodes = nodesIn(card);
  return [
    ...libraryProblems(plain),
    // What stands in for an action on older clients is drawn by nobody else.
    ...nodes.flatMap(({ fallback }) => (fallback === undefined ? [] : libraryProblems(framed(fallback)))),
    ...nodesIn(plain).flatMap(unknownKeys),
    ...pickerProblems(nodes),
    ...sizeProblems(card, nodes),
    ...nodes.flatMap(textProblems),
  ];
}

/** Everything that has a type: elements, inlines, columns, actions; each before what is inside it. */
export function nodesIn(value: unknown, nodes: Node[] = []): Node[] {
  if (typeof value !== 'object' || value === null) return nodes;
  if (typeof (value as Json).type === 'string') nodes.push(value as Node);
  for (const [key, inside] of Object.entries(value))
    if (key !== 'data' && key !== 'choices.data') nodesIn(inside, nodes);
  return nodes;
}

/** All that a card shows, as a person reads it, each text on a line. */
export function shownBy(card: unknown): string {
  return nodesIn(card)
    .flatMap((node) => {
      if (node.type === 'RichTextBlock') return [(node.inlines as { text: string }[]).map(({ text }) => text).join('')];
      const choices = (node.choices as { title: string }[] | undefined) ?? [];
      const own = [node.type === 'TextRun' ? undefined : node.text, node.title, node.label, node.value];
      return [...own.filter((text) => typeof text === 'string'), ...choices.map(({ title }) => title)];
    })
    .join('\n')
    .replace(/\u200b/g, '');
}

function withoutPeoplePicker(card: unknown): unknown {
  return JSON.parse(JSON.stringify(card), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('choices.data' in value)) return value;
    const { 'choices.data': _query, ...others } = value;
    return { ...others, choices: [{ title: 'Somebody', value: 'somebody' }] };
  });
}

function pickerProblems(nodes: readonly Node[]): string[] {
  const documented = JSON.stringify({ type: 'Data.Query', dataset: 'graph.microsoft.com/users' });
  return nodes
    .filter((node) => 'choices.data' in node)
    .filter((node) => JSON.stringify(node['choices.data']) !== documented || node.type !== 'Input.ChoiceSet')
    .map((node) => `a people picker of another shape: ${JSON.stringify(node)}`);
}

function libraryProblems(card: unknown): string[] {
  const context = new AC.SerializationContext(AC.Versions.v1_5);
  const parsed = new AC.AdaptiveCard();
  parsed.parse(card, context);
  const events = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
  return [...events, ...parsed.validateProperties().validationEvents.map(({ message }) => message)];
}

const framed = (action: unknown): unknown => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body: [{ type: 'TextBlock', text: 'x' }],
  actions: [action],
});

interface Property {
  readonly name: string;
  readonly targetVersion: Library.Version;
}

/** What the library reads of an object besides its table of properties. */
const NESTED: Readonly<Record<string, readonly string[]>> = {
  AdaptiveCard: ['body', 'actions', 'fallbackText'],
  Container: ['items'],
  Column: ['items'],
  ColumnSet: ['columns'],
  RichTextBlock: ['inlines'],
  ActionSet: ['actions'],
};

const known = new Map<string, ReadonlySet<string> | null>();

/** The keys that version 1.5 has for this type; null for a type it does not have. */
function keysOf(type: string): ReadonlySet<string> | null {
  let keys = known.get(type);
  if (keys === undefined) {
    const made = madeOf(type) as { getSchema(): { getCount(): number; getItemAt(at: number): Property } } | null;
    const schema = made?.getSchema();
    const properties = Array.from({ length: schema?.getCount() ?? 0 }, (_, at) => schema!.getItemAt(at))
      .filter(({ targetVersion }) => targetVersion.compareTo(AC.Versions.v1_5) <= 0)
      .map(({ name }) => name);
    keys = schema === undefined ? null : new Set([...properties, ...(NESTED[type] ?? []), 'fallback']);
    known.set(type, keys);
  }
  return keys;
}

function madeOf(type: string): object | null {
  if (type === 'AdaptiveCard') return new AC.AdaptiveCard();
  if (type === 'Column') return new AC.Column();
  const found = AC.GlobalRegistry.defaultElements.findByName(type) ?? AC.GlobalRegistry.defaultActions.findByName(type);
  return found === undefined || found.schemaVersion.compareTo(AC.Versions.v1_5) > 0 ? null : new found.objectType();
}

function unknownKeys(node: Node): string[] {
  const keys = keysOf(node.type);
  if (keys === null) return [`version 1.5 has no ${node.type}`];
  return Object.keys(node)
    .filter((key) => !keys.has(key))
    .map((key) => `version 1.5 has no "${key}" in ${node.type}`);
}

function sizeProblems(card: unknown, nodes: readonly Node[]): string[] {
  const json = JSON.stringify(card);
  const ids = nodes.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  const sets = nodes.flatMap(({ actions }) => (Array.isArray(actions) ? [actions as Json[]] : []));
  return [
    ...(json.length > LIMITS.cardChars ? [`the card has ${json.length} characters`] : []),
    ...(Buffer.byteLength(json, 'utf16le') > 80 * 1024 ? ['the card is larger than Microsoft recommends'] : []),
    ...(new Set(ids).size < ids.length ? [`an id is there twice: ${ids.join()}`] : []),
    ...sets
      .filter((actions) => actions.filter(({ mode }) => mode !== 'secondary').length > LIMITS.buttonsInSet)
      .map((actions) => `${actions.length} buttons in one set`),
  ];
}

/** Our only macro. */
const DATE = /^\{\{DATE\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ),SHORT\)\}\} \{\{TIME\(\1\)\}\}$/;

/** Nothing empty; nothing that would be read as markdown, as a macro or as a link that is none. */
function textProblems(node: Node): string[] {
  const { type, text = '', title = 'x', url = 'https://x', fallbackText = 'x' } = node as Record<string, string>;
  const isBlank = (type === 'RichTextBlock' && shownBy(node).trim() === '') || title.trim() === '';
  const isDate = type === 'TextBlock' && DATE.test(text);
  const read = type === 'TextBlock' && !isDate ? [text, fallbackText] : [fallbackText];
  return [
    ...(isBlank ? ['a text of spaces'] : []),
    ...read.filter((words) => !isPlain(words)).map((words) => `markdown: ${words}`),
    ...[text, title].filter((words) => words.includes('{{') && !isDate).map((words) => `a macro: ${words}`),
    ...[url].filter((address) => !/^(https?:\/\/|mailto:)\S+$/.test(address)).map((address) => `to ${address}`),
  ];
}

/** Whether markdown makes of it one paragraph of the same words. */
function isPlain(text: string): boolean {
  const html = marked.parse(text, { async: false, gfm: false });
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const quoted = escaped.replace(/"/g, '&quot;').replace(/'/g, '&#39;');
  return text.trim() !== '' && !text.includes('{{') && html === `<p>${quoted}</p>\n`;
}
