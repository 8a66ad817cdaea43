/**
 * Card → Adaptive Card, the same words and buttons as everywhere. Pure; it knows nothing of how a card is sent. Nobody is
 * mentioned: a redrawn card must not ring anybody.
 */
import type { Card, Fact, FactValue, Part, Tone } from '../../src/chat/card';
import { fitMiddle } from '../../src/chat/fitting';
import { cut } from '../../src/domain/text';
import type { Action, AdaptiveCard, Attachment, Column, ColumnSet, Container, Element } from './card-elements';
import { LIMITS, actionsOf, adaptiveCard, dateText, heading, inert, line, note, prose } from './card-elements';

export { FORM_VERB, LIMITS, VERB } from './card-elements';
export type { AdaptiveCard, Attachment } from './card-elements';

/** A card as the content of a message or dialog, never larger than LIMITS.cardChars: what is too much is cut from the middle. */
export function renderCard(card: Card): AdaptiveCard {
  const { shown, rarer } = actionsOf(card.actions, card.menu);
  const isRow = fitsRow(shown);
  const row = isRow ? shown : [];
  const below = isRow ? [] : stacked(shown);
  const summary = renderText(card);
  const around = JSON.stringify(adaptiveCard(summary, below, row)).length;
  const body = [...titleOf(card, rarer), ...bodyOf(card.parts)];
  const whole = body.length > 0 ? body : [prose(isBlank(card.summary) ? '…' : card.summary)];
  const fitting = fitMiddle<Element>(whole, note('…'), { chars: LIMITS.cardChars - around });
  return adaptiveCard(summary, [...fitting, ...below], row);
}

/** What a notification says: one line of plain text, in which nothing may be read as markup. */
export function renderText(card: Card): string {
  const words = [card.summary, card.title].find((text) => !isBlank(text)) ?? '…';
  return inert(cut(words.replace(/\s+/g, ' ').trim(), LIMITS.notification));
}

/** A card as a message. @param drawn what it was drawn as already */
export function messageOf(
  card: Card,
  drawn = renderCard(card),
): { readonly type: 'message'; summary: string; attachments: Attachment[] } {
  return { type: 'message', summary: renderText(card), attachments: [attachmentOf(drawn)] };
}

export function attachmentOf(card: AdaptiveCard): Attachment {
  return { contentType: 'application/vnd.microsoft.card.adaptive', content: card };
}

/** The colour of a ticket's title. */
const TONES: Readonly<Record<Tone, Container['style']>> = {
  alarm: 'attention',
  warning: 'warning',
  calm: 'accent',
  done: 'good',
};

/** The title, and at its right the "…" with the rarer actions: such a set is apart, as what is behind "…" counts as well. */
function titleOf({ title, tone }: Card, rarer: readonly (readonly Action[])[]): Element[] {
  const name = isBlank(title) ? [] : [heading(title, 'Large')];
  const sets = rarer.map((actions): Element => ({ type: 'ActionSet', actions }));
  const items: Element[] = sets.length === 0 ? name : [beside(name, sets)];
  if (items.length === 0 || tone === undefined) return items;
  return [{ type: 'Container', style: TONES[tone], bleed: true, items }];
}

/** Buttons side by side that are too wide for the card are cut off at its edge. */
function fitsRow(actions: readonly Action[]): boolean {
  const width = actions.reduce((sum, { title = '' }) => sum + title.length + BUTTON_EDGES, 0);
  return actions.length < 2 || width <= LIMITS.rowChars;
}

/** The padding of a button, and the gap to the next, in characters. */
const BUTTON_EDGES = 5;

function stacked(actions: readonly Action[]): Element[] {
  return actions.map((action) => ({ type: 'ActionSet', spacing: 'Small', actions: [action] }));
}

/** Something small at the right of something wide. */
function beside(wide: readonly Element[], small: readonly Element[]): ColumnSet {
  return {
    type: 'ColumnSet',
    columns: [stretch(wide), { type: 'Column', width: 'auto', verticalContentAlignment: 'Center', items: small }],
  };
}

function bodyOf(parts: readonly Part[]): Element[] {
  const body: Element[] = [];
  let isDivided = false;
  for (const part of parts) {
    if (part.kind === 'divider') {
      isDivided = true;
      continue;
    }
    const [first, ...others] = partElements(part);
    if (first === undefined) continue;
    body.push(isDivided ? { ...first, separator: true } : first, ...others);
    isDivided = false;
  }
  return body;
}

function partElements(part: Exclude<Part, { kind: 'divider' }>): Element[] {
  switch (part.kind) {
    case 'text':
      return isBlank(part.text) ? [] : [prose(part.text)];
    case 'heading':
      return isBlank(part.text) ? [] : [heading(part.text, 'Medium', { spacing: 'Medium' })];
    case 'quote':
      return isBlank(part.text) ? [] : [{ type: 'Container', style: 'emphasis', items: [prose(part.text)] }];
    case 'note':
      return isBlank(part.text) ? [] : [note(part.text)];
    case 'facts':
      return factRows(part.facts);
    case 'list':
      return list(part);
    case 'item':
      return [item(part)];
    case 'buttons': {
      const { shown, rarer } = actionsOf(part.buttons);
      const sets = fitsRow(shown) ? [shown, ...rarer] : [...shown.map((action) => [action]), ...rarer];
      return sets.filter(({ length }) => length > 0).map((actions) => ({ type: 'ActionSet', actions }));
    }
  }
}

/** Two facts a row, the label above its value. */
function factRows(facts: readonly Fact[]): Element[] {
  return facts.flatMap((fact, at): Element[] => {
    if (at % 2 === 1) return [];
    const next = facts[at + 1];
    const columns = [factColumn(fact), next === undefined ? stretch([]) : factColumn(next)];
    return [{ type: 'ColumnSet', spacing: at === 0 ? 'Medium' : 'Small', columns }];
  });
}

function factColumn({ label, value }: Fact): Column {
  const name = line(cut(isBlank(label) ? '–' : label, LIMITS.factLabel), { size: 'Small', isSubtle: true });
  return stretch([name, factValue(value)]);
}

function factValue(value: FactValue): Element {
  if (value instanceof Date) return dateText(value);
  const text = typeof value === 'string' ? value : value.name;
  return prose(cut(isBlank(text) ? '–' : text, LIMITS.factValue), {}, { spacing: 'None' });
}

function list({ ordered, items, start = 1 }: Extract<Part, { kind: 'list' }>): Element[] {
  return items
    .filter((text) => !isBlank(text))
    .map((text, at) => ({
      type: 'ColumnSet',
      spacing: 'Small',
      columns: [
        { type: 'Column', width: '24px', items: [line(ordered ? `${start + at}.` : '•')] },
        stretch([prose(text)]),
      ],
    }));
}

/** Its button at the right of the row. */
function item({ title, text, found, button }: Extract<Part, { kind: 'item' }>): Element {
  const lines = [
    ...(isBlank(title) ? [] : [line(cut(title, LIMITS.itemTitle), { weight: 'Bolder' })]),
    ...(isBlank(text) ? [] : [prose(text, {}, { spacing: 'None' }, found)]),
  ];
  const { shown: actions } = actionsOf(button === undefined ? [] : [button]);
  const words = lines.length > 0 ? lines : [line('–')];
  const row: ColumnSet =
    actions.length === 0
      ? { type: 'ColumnSet', columns: [stretch(words)] }
      : beside(words, [{ type: 'ActionSet', actions }]);
  return { ...row, spacing: 'Medium', separator: true };
}

function stretch(items: readonly Element[]): Column {
  return { type: 'Column', width: 'stretch', items };
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
