/**
 * Says what a Teams client would not show of an Adaptive Card. Pure; used by the stand-in, and by tests of whatever makes
 * cards. Elements and their required properties: https://adaptivecards.io/schemas/adaptive-card.json (1.5), what Teams makes
 * of them: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
 */
import { isObject, objectsIn, stringAt } from '../slack/json';
import type { Json } from './teams-world';

/** The newest that Teams shows of what a bot sends. */
const VERSIONS = ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'];
/** https://learn.microsoft.com/javascript/api/teams-sdk-typescript/@microsoft/teams.cards/irefreshdefinition */
const REFRESHED_USERS = 60;

type Kind = 'text' | 'object' | 'list' | 'url' | 'number' | 'actions' | 'elements';
type Shape = Readonly<Record<string, Kind | `${Kind}?`>>;

const ELEMENTS: Readonly<Record<string, Shape>> = {
  TextBlock: { text: 'text' },
  RichTextBlock: { inlines: 'list' },
  Image: { url: 'url', altText: 'text?' },
  Media: { sources: 'list' },
  Container: { items: 'elements' },
  ColumnSet: { columns: 'elements?' },
  Column: { items: 'elements?' },
  FactSet: { facts: 'list' },
  ImageSet: { images: 'elements' },
  ActionSet: { actions: 'actions' },
  Table: { columns: 'list', rows: 'elements' },
  TableRow: { cells: 'elements' },
  TableCell: { items: 'elements' },
  'Input.Text': { id: 'text', maxLength: 'number?', value: 'text?', placeholder: 'text?', label: 'text?' },
  'Input.ChoiceSet': { id: 'text', choices: 'list', value: 'text?', label: 'text?' },
  'Input.Number': { id: 'text', label: 'text?' },
  'Input.Date': { id: 'text', value: 'text?', label: 'text?' },
  'Input.Time': { id: 'text', value: 'text?', label: 'text?' },
  'Input.Toggle': { id: 'text', title: 'text', label: 'text?' },
};

const ACTIONS: Readonly<Record<string, Shape>> = {
  'Action.OpenUrl': { url: 'url', title: 'text' },
  // Teams wants an object where Adaptive Cards allow a text as well.
  'Action.Submit': { data: 'object?', title: 'text' },
  'Action.Execute': { data: 'object?', verb: 'text?', title: 'text' },
  'Action.ShowCard': { card: 'object', title: 'text' },
  'Action.ToggleVisibility': { targetElements: 'list', title: 'text' },
};

/** A row, cell or column may leave its type to where it stands. */
const IMPLIED: Readonly<Record<string, string>> = {
  Table: 'TableRow',
  TableRow: 'TableCell',
  ColumnSet: 'Column',
  ImageSet: 'Image',
};

/** What stands only there. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  Column: ['ColumnSet'],
  TableRow: ['Table'],
  TableCell: ['TableRow'],
};

/** The values that a client knows of; others it ignores, which is never meant. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  size: ['default', 'small', 'medium', 'large', 'extralarge', 'auto', 'stretch'],
  weight: ['default', 'lighter', 'bolder'],
  color: ['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention'],
  spacing: ['none', 'small', 'default', 'medium', 'large', 'extralarge', 'padding'],
  horizontalAlignment: ['left', 'center', 'right'],
  associatedInputs: ['auto', 'none'],
  mode: ['primary', 'secondary'],
};
const STYLES: Readonly<Record<string, readonly string[]>> = {
  Action: ['default', 'positive', 'destructive'],
  TextBlock: ['default', 'heading', 'columnheader'],
  Container: ['default', 'emphasis', 'good', 'attention', 'warning', 'accent'],
  'Input.Text': ['text', 'tel', 'url', 'email', 'password'],
  'Input.ChoiceSet': ['compact', 'expanded', 'filtered'],
  Image: ['default', 'person'],
};

/** @returns one sentence for each thing a client would not show, with the place in the card; empty when all is well */
export function checkCard(card: unknown): string[] {
  if (!isObject(card)) return ['the card is no object'];
  const problems: string[] = [];
  if (card['type'] !== 'AdaptiveCard') problems.push('type is not AdaptiveCard');
  if (!VERSIONS.includes(String(card['version'])))
    problems.push(`version ${String(card['version'])} is not one of ${VERSIONS.join(', ')}`);
  checkInside(card, '', problems);
  const ids = everyInput(card).map(({ id }) => String(id));
  for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at)))
    problems.push(`the input id "${id}" is there twice`);
  return problems;
}

/** Every input of a card, those of its sub-cards too, in order. */
export function everyInput(card: unknown): Json[] {
  return walk(card).filter(({ type }) => typeof type === 'string' && type.startsWith('Input.'));
}

/** Every action of a card, in order. */
export function everyAction(card: unknown): Json[] {
  return walk(card).filter(({ type }) => typeof type === 'string' && type.startsWith('Action.'));
}

/** What an action carries is the bot's own, and what older clients would show in its place, this one does not. */
const UNSEEN = ['data', 'msteams', 'fallback'];

function walk(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(walk);
  if (!isObject(value)) return [];
  const inside = Object.entries(value).filter(([key]) => !UNSEEN.includes(key));
  return [value, ...inside.flatMap(([, each]) => walk(each))];
}

function checkInside(card: Json, at: string, problems: string[]): void {
  if (card['body'] !== undefined && !Array.isArray(card['body'])) problems.push(`${at}/body is no list`);
  if (card['actions'] !== undefined && !Array.isArray(card['actions'])) problems.push(`${at}/actions is no list`);
  list(card['body']).forEach((each, index) => checkElement(each, 'body', `${at}/body/${index}`, problems));
  list(card['actions']).forEach((each, index) => checkAction(each, `${at}/actions/${index}`, problems));
  if (isObject(card['refresh'])) checkRefresh(card['refresh'], `${at}/refresh`, problems);
  if (card['fallbackText'] !== undefined) checkKind(card['fallbackText'], 'text', `${at}/fallbackText`, problems);
}

function checkRefresh(refresh: Json, at: string, problems: string[]): void {
  const { action, userIds } = refresh;
  if (!isObject(action) || action['type'] !== 'Action.Execute') problems.push(`${at}/action is no Action.Execute`);
  if (Array.isArray(userIds) && userIds.length > REFRESHED_USERS)
    problems.push(`${at}/userIds are more than ${REFRESHED_USERS}`);
}

function checkElement(value: unknown, parent: string, at: string, problems: string[]): void {
  const type = stringAt(value, 'type') || (IMPLIED[parent] ?? '');
  const shape = ELEMENTS[type];
  if (!isObject(value) || shape === undefined) {
    problems.push(`${at} is of the unknown type ${type}`);
    return;
  }
  const homes = HOMES[type];
  if (homes !== undefined && !homes.includes(parent)) problems.push(`${at}: no ${type} goes there`);
  checkShape(value, type, shape, at, problems);
  checkWords(value, type, at, problems);
  checkLists(value, type, at, problems);
  for (const key of ['selectAction', 'inlineAction'])
    if (value[key] !== undefined) checkAction(value[key], `${at}/${key}`, problems, key === 'selectAction');
}

function checkAction(value: unknown, at: string, problems: string[], titleless = false): void {
  const type = stringAt(value, 'type');
  const shape = ACTIONS[type];
  if (!isObject(value) || shape === undefined) {
    problems.push(`${at} is of the unknown type ${type}`);
    return;
  }
  if (value['title'] === '') problems.push(`${at}/title is empty`);
  checkShape(value, type, titleless ? { ...shape, title: 'text?' } : shape, at, problems);
  checkWords(value, 'Action', at, problems);
  if (isObject(value['card'])) checkInside(value['card'], `${at}/card`, problems);
}

function checkShape(value: Json, type: string, shape: Shape, at: string, problems: string[]): void {
  for (const [key, wanted] of Object.entries(shape)) {
    const kind = wanted.replace('?', '') as Kind;
    const found = value[key];
    if (found === undefined && wanted.endsWith('?')) continue;
    if (kind === 'elements')
      list(found).forEach((each, index) => checkElement(each, type, `${at}/${key}/${index}`, problems));
    if (kind === 'actions') list(found).forEach((each, index) => checkAction(each, `${at}/${key}/${index}`, problems));
    checkKind(found, kind, `${at}/${key}`, problems);
  }
}

function checkKind(value: unknown, kind: Kind, at: string, problems: string[]): void {
  const fits = {
    text: typeof value === 'string',
    number: typeof value === 'number',
    object: isObject(value),
    url: typeof value === 'string' && /^(https?:\/\/|data:image\/|mailto:|tel:)/.test(value),
    list: Array.isArray(value),
    elements: Array.isArray(value),
    actions: Array.isArray(value),
  }[kind];
  if (!fits) problems.push(`${at} is no ${kind === 'elements' || kind === 'actions' ? 'list' : kind}`);
}

function checkWords(value: Json, type: string, at: string, problems: string[]): void {
  const known = { ...WORDS, ...(STYLES[type] === undefined ? {} : { style: STYLES[type] }) };
  for (const [key, words] of Object.entries(known)) {
    const word = value[key];
    if (typeof word === 'string' && !words.includes(word.toLowerCase())) problems.push(`${at}/${key}: no "${word}"`);
  }
}

/** The lists whose entries are no elements. */
function checkLists(value: Json, type: string, at: string, problems: string[]): void {
  const texts = (key: string, names: readonly string[]): void =>
    list(value[key]).forEach((each, index) => {
      for (const name of names)
        checkKind(isObject(each) ? each[name] : undefined, 'text', `${at}/${key}/${index}/${name}`, problems);
    });
  if (type === 'FactSet') texts('facts', ['title', 'value']);
  if (type === 'Input.ChoiceSet') texts('choices', ['title', 'value']);
  if (type === 'RichTextBlock')
    list(value['inlines']).forEach((each, index) => {
      if (typeof each !== 'string')
        checkKind(isObject(each) ? each['text'] : 0, 'text', `${at}/inlines/${index}`, problems);
    });
  if (type === 'Input.Text' && value['id'] === '') problems.push(`${at}/id is empty`);
  const errors = value['isRequired'] === true && typeof value['errorMessage'] !== 'string';
  if (errors) problems.push(`${at} is required without an errorMessage: the person is not told`);
  const values = objectsIn(value['choices']).map((choice) => choice['value']);
  if (new Set(values).size !== values.length) problems.push(`${at}/choices have a value twice`);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
