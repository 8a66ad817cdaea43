/** A card as plain text: for e-mail and a terminal. */
import type { Card, FactValue, Part } from './card';

export function cardText(card: Card): string {
  return [card.title, ...card.parts.map(partText)].filter((text) => text !== '').join('\n\n');
}

function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
    case 'heading':
    case 'note':
      return part.text;
    case 'quote':
      return part.text.replace(/^/gm, '> ');
    case 'facts': {
      const width = Math.max(...part.facts.map(({ label }) => label.length));
      return part.facts.map(({ label, value }) => `${`${label}:`.padEnd(width + 2)}${valueText(value)}`).join('\n');
    }
    case 'list':
      return part.items
        .map((item, index) => (part.ordered ? `${(part.start ?? 1) + index}. ${item}` : `• ${item}`))
        .join('\n');
    case 'item':
      return `${part.title}\n${part.text}`;
    case 'buttons':
      return '';
    case 'divider':
      return '―'.repeat(20);
  }
}

function valueText(value: FactValue): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? `${value.toISOString().slice(0, 16).replace('T', ' ')} UTC` : value.name;
}
