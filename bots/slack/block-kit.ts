/**
 * Card → Block Kit message. Pure. What people typed goes into plain_text and rich_text elements, where Slack reads no
 * markup at all; mrkdwn is left to bold labels, dates and mentions, and falls back to plain_text when it would reformat
 * what it is given. So `<!channel>` is shown as typed and rings nobody.
 */
import type {
  ActionsBlockElement,
  Button as SlackButton,
  ContextBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  PlainTextOption,
  RichTextBlock,
  RichTextElement,
  SectionBlock,
} from '@slack/types';
import type { Button, Card, Fact, LinkButton, MenuItem, Part } from '../../src/chat/card';
import { fitMiddle, piecesOf } from '../../src/chat/fitting';
import { encodeIntent } from '../../src/chat/interaction';

/**
 * Slack's limits, in UTF-16 code units where they are lengths. Sources: the doc comments of `@slack/types` 3.2.0 and
 * https://docs.slack.dev/reference/block-kit; `messageChars` is an observation below 13,200, which no document states
 * (https://github.com/slackapi/bolt-js/issues/2509).
 */
export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  messageChars: 13_000,
  /** The top-level `text` is only what notifications show. */
  messageText: 3000,
  header: 150,
  text: 3000,
  field: 2000,
  fieldsInSection: 10,
  actionsInBlock: 25,
  buttonText: 75,
  buttonUrl: 3000,
  optionText: 75,
  optionValue: 75,
  overflowOptions: 5,
  selectOptions: 100,
  optionGroups: 100,
  inputLabel: 2000,
  inputHint: 2000,
  placeholder: 150,
  inputText: 3000,
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3000,
} as const;

/** Clickable addresses of one text; the others are plain. */
const LINKS_IN_TEXT = 20;
/** The title of an item and its text share one section. */
const BOLD_CHARS = LIMITS.field / 2;

export interface SlackMessage {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A card as a message: `text` for notifications and old clients, `blocks` for everybody else. */
export function renderCard(card: Card): SlackMessage {
  const blocks = fit(cardBlocks(card), LIMITS.messageBlocks, LIMITS.messageChars);
  const text = [card.summary, card.title].find((line) => line.trim() !== '') ?? '…';
  return { text: escapeAndCut(text, LIMITS.messageText), blocks };
}

/** The blocks of a card, not yet held to the limits of a message or modal; at least one. */
export function cardBlocks(card: Card, withTitle = true): KnownBlock[] {
  const ids = new ActionIds();
  const blocks = [
    ...(withTitle && card.title.trim() !== '' ? [header(card.title)] : []),
    ...card.parts.flatMap((part) => partBlocks(part, ids)),
    ...actionBlocks(card.actions, card.menu ?? [], ids),
  ];
  return blocks.length > 0 ? blocks : [richText(card.summary.trim() === '' ? '…' : card.summary)];
}

/**
 * Cuts from the middle until the blocks fit.
 * @param maxChars of the blocks as JSON
 */
export function fit(blocks: KnownBlock[], maxBlocks: number, maxChars?: number): KnownBlock[] {
  const most = maxChars === undefined ? { parts: maxBlocks } : { parts: maxBlocks, chars: maxChars };
  return fitMiddle<KnownBlock>(blocks, note('…'), most);
}

/** Plain text, never empty, cut to its limit. */
export function plain(text: string, limit: number): PlainTextElement {
  return { type: 'plain_text', text: cutTo(shown(text), limit), emoji: true };
}

/** Cuts at a character boundary and marks the cut. */
export function cutTo(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '') + '…';
}

/** What a person typed, exactly, with its addresses clickable. */
export function richText(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: inline(text) }] };
}

function partBlocks(part: Part, ids: ActionIds): KnownBlock[] {
  switch (part.kind) {
    case 'text':
    case 'heading':
    case 'quote':
    case 'note':
      return isBlank(part.text) ? [] : [PROSE[part.kind](part.text)];
    case 'facts':
      return chunks(part.facts, LIMITS.fieldsInSection).map((facts) => ({ type: 'section', fields: facts.map(field) }));
    case 'list':
      return list(part);
    case 'item':
      return [item(part, ids)];
    case 'buttons':
      return actionBlocks(part.buttons, [], ids);
    case 'divider':
      return [{ type: 'divider' }];
  }
}

const PROSE = { text: richText, heading, quote, note } as const;

function header(title: string): KnownBlock {
  return { type: 'header', text: plain(title, LIMITS.header) };
}

function heading(text: string): RichTextBlock {
  const bold: RichTextElement = { type: 'text', text: cutTo(text, LIMITS.text), style: { bold: true } };
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [bold] }] };
}

function quote(text: string): RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: inline(text) }] };
}

function note(text: string): ContextBlock {
  return { type: 'context', elements: [plain(text, LIMITS.text)] };
}

function list({ ordered, items, start = 1 }: Extract<Part, { kind: 'list' }>): RichTextBlock[] {
  const elements = items
    .filter((text) => !isBlank(text))
    .map((text) => ({ type: 'rich_text_section' as const, elements: inline(text) }));
  if (elements.length === 0) return [];
  const style = ordered ? 'ordered' : 'bullet';
  // Slack documents it, its types do not have it. https://docs.slack.dev/reference/block-kit/block-elements/rich-text-list-element
  const offset = ordered && start > 1 ? { offset: start - 1 } : {};
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_list', style, elements, ...offset }] }];
}

function item({ title, text, found = [], button }: Extract<Part, { kind: 'item' }>, ids: ActionIds): SectionBlock {
  const lines = [title, text].filter((line) => !isBlank(line));
  const formatted = lines.some(reformatted) || lines.length === 0 || isBlank(title);
  const section: SectionBlock = {
    type: 'section',
    text: formatted ? plain(lines.join('\n'), LIMITS.text) : boldFirst(title, text, LIMITS.text, found),
  };
  if (button !== undefined) section.accessory = 'url' in button ? link(button, ids) : press(button, ids);
  return section;
}

function field({ label, value }: Fact): PlainTextElement | MrkdwnElement {
  if (value instanceof Date) return mrkdwn(`${bold(label)}\n${dateMarkup(value)}`);
  if (typeof value !== 'string') {
    const user = /^slack:([UW][A-Z0-9]+)$/.exec(value.id)?.[1];
    if (user !== undefined) return mrkdwn(`${bold(label)}\n<@${user}>`);
    return field({ label, value: value.name });
  }
  const text = shown(value);
  if (reformatted(text) || reformatted(label)) return plain(`${label}\n${text}`, LIMITS.field);
  return boldFirst(label, text, LIMITS.field);
}

/** In the reader's own time zone; old clients show the UTC time. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
function dateMarkup(date: Date): string {
  const fallback = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(date.getTime() / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}

function actionBlocks(buttons: readonly Button[], menu: readonly MenuItem[], ids: ActionIds): KnownBlock[] {
  const short = (entry: MenuItem) => encodeIntent(entry.intent).length <= LIMITS.optionValue;
  const entries = menu.filter(short).slice(0, LIMITS.overflowOptions);
  // What a menu cannot hold becomes a button: nothing a person may do is lost.
  const others = menu.filter((entry) => !entries.includes(entry));
  const elements: ActionsBlockElement[] = [...buttons, ...others].map((button) => press(button, ids));
  if (entries.length > 0) {
    elements.push({ type: 'overflow', action_id: ids.next('menu'), options: entries.map(menuOption) });
  }
  return chunks(elements, LIMITS.actionsInBlock).map((row) => ({ type: 'actions', elements: row }));
}

function menuOption({ label, intent }: MenuItem): PlainTextOption {
  return { text: plain(label, LIMITS.optionText), value: encodeIntent(intent) };
}

function press(button: Button, ids: ActionIds): SlackButton {
  return {
    type: 'button',
    text: plain(button.label, LIMITS.buttonText),
    action_id: ids.next(button.intent.kind),
    value: encodeIntent(button.intent),
    ...(button.style === undefined ? {} : { style: button.style }),
  };
}

function link(button: LinkButton, ids: ActionIds): SlackButton {
  const text = plain(button.label, LIMITS.buttonText);
  const action_id = ids.next('link');
  // Slack refuses the whole message for an address that is too long or none; a button that does nothing is the lesser evil.
  const opens =
    button.url.length <= LIMITS.buttonUrl &&
    URL.canParse(button.url) &&
    /^(https?|mailto):$/.test(new URL(button.url).protocol);
  return { type: 'button', text, action_id, ...(opens ? { url: button.url } : {}) };
}

/** `claim-1`, `claim-2`: unique on a card, and the same whenever the same card is drawn. */
class ActionIds {
  readonly #counts = new Map<string, number>();

  next(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return `${kind}-${count}`;
  }
}

function inline(text: string): RichTextElement[] {
  return piecesOf(cutTo(text, LIMITS.text), LINKS_IN_TEXT).map((piece) =>
    piece.kind === 'address' ? { type: 'link', url: piece.text } : { type: 'text', text: piece.text },
  );
}

function boldFirst(first: string, rest: string, limit: number, found: readonly string[] = []): MrkdwnElement {
  const head = bold(first);
  if (isBlank(rest)) return mrkdwn(head);
  const room = limit - head.length - 1;
  if (room <= 0) return mrkdwn(head);
  const marked = withBold(rest, found);
  return mrkdwn(`${head}\n${marked.length <= room ? marked : escapeAndCut(rest, room)}`);
}

/**
 * The text, escaped, with the found words bold where Slack surely reads the marks as such: between spaces and the
 * punctuation around words. One asterisk of the text's own could pair with ours; then nothing is bold.
 */
function withBold(text: string, found: readonly string[]): string {
  const pieces = piecesOf(text, LINKS_IN_TEXT, text.includes('*') ? [] : found);
  return pieces
    .map((piece, at) => {
      const stands =
        /(?:^|[\s(])$/.test(pieces[at - 1]?.text ?? '') && /^(?:$|[\s.,;:!?)])/.test(pieces[at + 1]?.text ?? '');
      return piece.kind === 'found' && stands ? bold(piece.text) : escaped(piece.text).join('');
    })
    .join('');
}

/** Bold ends at a line break in mrkdwn, so there is none inside. */
function bold(text: string): string {
  return `*${escapeAndCut(text.replace(/\s+/g, ' ').trim(), BOLD_CHARS)}*`;
}

/** `verbatim`: Slack adds no links or mentions of its own. */
function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Whether mrkdwn would show this text otherwise than typed: a pair of formatting marks, or a quoted line. There is no escape for these. */
function reformatted(text: string): boolean {
  return /```|^[^\S\n]*>/mu.test(text) || text.split('\n').some((line) => MARKS.some((mark) => isPaired(mark, line)));
}

/** One pattern for an opening and a closing mark would try each with each: on a line of nothing else that takes seconds. */
const MARKS = ['*', '_', '~', '`'].map((mark) => ({
  opens: new RegExp(`(?<![\\p{L}\\p{N}])[${mark}]`, 'u'),
  closes: new RegExp(`[${mark}](?![\\p{L}\\p{N}])`, 'gu'),
}));

function isPaired({ opens, closes }: (typeof MARKS)[number], line: string): boolean {
  const first = line.search(opens);
  return first >= 0 && ([...line.matchAll(closes)].at(-1)?.index ?? -1) > first;
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escapeAndCut(text: string, limit: number): string {
  const pieces = escaped(text);
  const whole = pieces.join('');
  if (whole.length <= limit) return whole;
  let cut = '';
  for (const piece of pieces) {
    if (cut.length + piece.length > limit - 1) break;
    cut += piece;
  }
  return `${cut}…`;
}

/** Character by character. */
function escaped(text: string): string[] {
  return Array.from(text, (character) => ESCAPES.get(character) ?? character);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** Slack refuses empty texts. */
function shown(text: string): string {
  return isBlank(text) ? '–' : text;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const rows: T[][] = [];
  for (let start = 0; start < items.length; start += size) rows.push(items.slice(start, start + size));
  return rows;
}
