/**
 * The few parts of Adaptive Cards 1.5 that we use, and how words and buttons become such parts. Pure. What people typed goes
 * into text runs, in which Teams reads no markdown; a TextBlock, where it does, holds only dates and titles that contain
 * nothing to read. It knows neither cards nor forms.
 */
import type { Button, LinkButton, MenuItem } from '../../src/chat/card';
import { piecesOf } from '../../src/chat/fitting';
import type { Intent } from '../../src/chat/interaction';
import { encodeIntent, opensForm } from '../../src/chat/interaction';
import { cut } from '../../src/domain/text';

/**
 * How much we put into a card. Lengths in UTF-16 code units. Teams limits only the whole message: 100 KB as UTF-16, of which
 * Microsoft recommends to use 80 KB (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages).
 * The others are ours, so that a card stays quick and legible on a telephone.
 */
export const LIMITS = {
  /** The whole card as JSON: 50 KB as UTF-16. */
  cardChars: 25_000,
  /** Teams draws 6 buttons of one set, the official library by default 5 and warns of more, even behind "…". */
  buttonsInSet: 5,
  title: 500,
  text: 3000,
  problem: 300,
  factLabel: 150,
  factValue: 1000,
  itemTitle: 500,
  buttonText: 60,
  /** Of all labels in a row of buttons, with what is around each: as much as the narrowest desktop card shows. */
  rowChars: 68,
  choiceText: 100,
  choices: 300,
  inputText: 3000,
  notification: 1000,
  /** Clickable addresses of one text; the others are plain. */
  addressesInText: 20,
} as const;

/** The verb of a pressed button. */
export const VERB = 'helpdesk';
/** The verb of a form that is filled in within the chat. */
export const FORM_VERB = 'helpdesk-form';

/** What a button or form brings back; the inputs of a form beside it, their names prefixed. */
export interface CardData {
  /** An encoded intent. */
  readonly helpdesk?: string;
  /** Which opened form this is: the same for every delivery of one submission. */
  readonly nonce?: string;
  readonly [key: string]: unknown;
}

export interface AdaptiveCard {
  readonly $schema: string;
  readonly type: 'AdaptiveCard';
  readonly version: '1.5';
  /** For clients that cannot draw the card; they may read markdown in it. */
  readonly fallbackText: string;
  readonly body: readonly Element[];
  readonly actions?: readonly Action[];
}

/** How a message carries a card. */
export interface Attachment {
  readonly contentType: 'application/vnd.microsoft.card.adaptive';
  readonly content: AdaptiveCard;
}

export interface Look {
  readonly size?: 'Small' | 'Medium' | 'Large';
  readonly weight?: 'Bolder';
  readonly color?: 'Attention';
  readonly isSubtle?: true;
}

interface Placed {
  readonly spacing?: 'None' | 'Small' | 'Medium';
  readonly separator?: true;
}

interface TextRun extends Look {
  readonly type: 'TextRun';
  readonly text: string;
  readonly selectAction?: OpenUrl;
}

interface RichTextBlock extends Placed {
  readonly type: 'RichTextBlock';
  readonly inlines: readonly TextRun[];
}

interface TextBlock extends Placed, Look {
  readonly type: 'TextBlock';
  readonly text: string;
  readonly wrap: true;
  readonly style?: 'heading';
}

export interface Container extends Placed {
  readonly type: 'Container';
  readonly style: 'emphasis' | 'good' | 'attention' | 'warning' | 'accent';
  readonly bleed?: true;
  readonly items: readonly Element[];
}

export interface Column {
  readonly type: 'Column';
  /** "stretch", "auto", or "24px". */
  readonly width: string;
  readonly verticalContentAlignment?: 'Center';
  readonly items: readonly Element[];
}

export interface ColumnSet extends Placed {
  readonly type: 'ColumnSet';
  readonly columns: readonly Column[];
}

interface ActionSet extends Placed {
  readonly type: 'ActionSet';
  readonly actions: readonly Action[];
}

interface InputBase extends Placed {
  readonly id: string;
  readonly label: string;
  readonly isRequired?: true;
  readonly errorMessage?: string;
  readonly value?: string;
  readonly placeholder?: string;
}

export interface TextInput extends InputBase {
  readonly type: 'Input.Text';
  readonly isMultiline: boolean;
  readonly maxLength: number;
}

export interface ChoiceInput extends InputBase {
  readonly type: 'Input.ChoiceSet';
  readonly style?: 'compact';
  readonly choices: readonly { readonly title: string; readonly value: string }[];
  /** Teams fills in the people of the organisation. https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker */
  readonly 'choices.data'?: { readonly type: 'Data.Query'; readonly dataset: 'graph.microsoft.com/users' };
}

export type Element = TextBlock | RichTextBlock | Container | ColumnSet | ActionSet | TextInput | ChoiceInput;

interface ActionBase {
  readonly title: string;
  readonly style?: 'positive' | 'destructive';
  /** Behind "…". */
  readonly mode?: 'secondary';
  /** The whole label, where the button had to cut it. */
  readonly tooltip?: string;
}

interface Submit extends ActionBase {
  readonly type: 'Action.Submit';
  readonly data: CardData;
}

interface Execute extends ActionBase {
  readonly type: 'Action.Execute';
  readonly verb: string;
  readonly data: CardData;
  readonly fallback: Submit;
}

interface OpenUrl {
  readonly type: 'Action.OpenUrl';
  readonly title?: string;
  readonly url: string;
}

export type Action = Submit | Execute | OpenUrl;

const SCHEMA = 'http://adaptivecards.io/schemas/adaptive-card.json';

/** @param summary one line, of anybody's words */
export function adaptiveCard(summary: string, body: readonly Element[], actions: readonly Action[]): AdaptiveCard {
  return {
    $schema: SCHEMA,
    type: 'AdaptiveCard',
    version: '1.5',
    fallbackText: cut(withoutMarkdown(summary), LIMITS.notification),
    body,
    ...(actions.length === 0 ? {} : { actions }),
  };
}

/** Anybody's words, exactly, with their addresses clickable. @param found words that stand out */
export function prose(text: string, look: Look = {}, place: Placed = {}, found: readonly string[] = []): RichTextBlock {
  const inlines = piecesOf(cut(text, LIMITS.text), LIMITS.addressesInText, found).map((piece): TextRun => ({
    type: 'TextRun',
    text: inert(piece.text),
    ...look,
    ...(piece.kind === 'found' ? { weight: 'Bolder' } : {}),
    ...(piece.kind === 'address' ? { selectAction: { type: 'Action.OpenUrl', url: piece.text } } : {}),
  }));
  return { type: 'RichTextBlock', inlines, ...place };
}

/** Anybody's words, as they are: for what is too short to have addresses in it, or too often on a card. */
export function line(text: string, look: Look = {}, place: Placed = {}): RichTextBlock {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: inert(text), ...look }], ...place };
}

/** A heading that screen readers know as one, unless its words would be read as markdown: then it only looks like one. */
export function heading(text: string, size: 'Medium' | 'Large', place: Placed = {}): TextBlock | RichTextBlock {
  const words = cut(text.replace(/\s+/g, ' ').trim(), LIMITS.title);
  if (!isHarmless(words)) return line(words, { size, weight: 'Bolder' }, place);
  return { type: 'TextBlock', text: words, wrap: true, style: 'heading', size, weight: 'Bolder', ...place };
}

export function note(text: string, place: Placed = { spacing: 'Small' }): RichTextBlock {
  return prose(text, { size: 'Small', isSubtle: true }, place);
}

/** In the reader's own time zone and manner. https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features */
export function dateText(date: Date): TextBlock {
  const iso = date.toISOString().replace(/\.\d+Z$/, 'Z');
  return { type: 'TextBlock', text: `{{DATE(${iso},SHORT)}} {{TIME(${iso})}}`, wrap: true, spacing: 'None' };
}

/** The buttons of a card: those below it, and the sets that are all behind "…". Addresses that nobody should open are left out. */
export function actionsOf(
  buttons: readonly (Button | LinkButton)[],
  menu: readonly MenuItem[] = [],
): { shown: readonly Action[]; rarer: readonly (readonly Action[])[] } {
  const size = LIMITS.buttonsInSet;
  const drawn = (each: readonly (Button | LinkButton | MenuItem)[], rarer: boolean): Action[] =>
    each.flatMap((button) => ('url' in button ? link(button) : [press(button, rarer)]));
  const others = drawn([...buttons.slice(size), ...menu], true);
  const sets = Array.from({ length: Math.ceil(others.length / size) }, (_, at) =>
    others.slice(at * size, (at + 1) * size),
  );
  return { shown: drawn(buttons.slice(0, size), false), rarer: sets };
}

function press(button: Button | MenuItem, rarer: boolean): Action {
  const { label, intent } = button;
  const style = 'style' in button ? STYLES[button.style ?? 'default'] : {};
  const base = { ...titled(label), ...style, ...(rarer ? ({ mode: 'secondary' } as const) : {}) };
  const data = { helpdesk: encodeIntent(intent) };
  if (opensDialog(intent))
    return { type: 'Action.Submit', ...base, data: { ...data, msteams: { type: 'task/fetch' } } };
  return execute(VERB, base, data);
}

const STYLES = { primary: { style: 'positive' }, danger: { style: 'destructive' }, default: {} } as const;

/** Teams opens a dialog only for the older kind of button. */
function opensDialog(intent: Intent): boolean {
  return opensForm(intent) || intent.kind === 'read';
}

/**
 * Anything with cards in it, for a client that knows no dialogs, such as the Agents Playground: what would open one is
 * answered in the chat instead.
 */
export function withoutDialogs<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutDialogs) as T;
  const { msteams: _msteams, ...data } = (value as Partial<Submit>).data ?? {};
  if ('type' in value && value.type === 'Action.Submit' && _msteams !== undefined) {
    const { type: _type, data: _data, ...base } = value as unknown as Submit;
    return execute(VERB, base, data) as T;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutDialogs(each)])) as T;
}

/** Old clients know only the fallback. */
export function execute(verb: string, base: ActionBase, data: CardData): Action {
  return { type: 'Action.Execute', ...base, verb, data, fallback: { type: 'Action.Submit', ...base, data } };
}

function link({ label, url }: LinkButton): OpenUrl[] {
  return URL.canParse(url) && /^(https?|mailto):$/.test(new URL(url).protocol)
    ? [{ type: 'Action.OpenUrl', ...titled(label), url }]
    : [];
}

function titled(label: string): { title: string; tooltip?: string } {
  const title = inert(cut(label.trim() === '' ? '–' : label, LIMITS.buttonText));
  return label.length > LIMITS.buttonText ? { title, tooltip: inert(cut(label, LIMITS.itemTitle)) } : { title };
}

/** Clients replace `{{DATE(…)}}` wherever they draw text; with something invisible inside it is no such thing any more. */
export function inert(text: string): string {
  return text.replace(/\{(?=\{)/g, '{\u200b');
}

/** Between the parts of one emoji. */
const EMOJI_JOINERS = /\u200d|\ufe0f/g;

/** Whether markdown, and the macros of cards, find nothing in it. Rather too strict: what is not known to be harmless is not. */
function isHarmless(text: string): boolean {
  return (
    /^[\p{L}\p{M}\p{N}\p{Extended_Pictographic} .,;:!?'"“”„’()%&+=–—·›…/#-]+$/u.test(text.replace(EMOJI_JOINERS, '')) &&
    !/^(?:\d+[.)]|[-+=#]+)(?: |$)|^[-+=#]|:\/\/|www\.|&#?\w+;/i.test(text)
  );
}

/** The words, without what markdown would read; not exactly what was typed, but safe where markdown cannot be avoided. */
function withoutMarkdown(text: string): string {
  const words = text.replace(/[\\`*_~[\]<>{}|]+/g, ' ').replace(/&(?=#?\w+;)/g, '& ');
  return (
    words
      .trim()
      .replace(/\s+/g, ' ')
      .replace(/^(?:[-+=#]+|\d+[.)]|\s)+/, '') || '…'
  );
}
