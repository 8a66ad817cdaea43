/** Draws Block Kit blocks the way a Slack client does. What it does not know it names. https://docs.slack.dev/reference/block-kit/blocks */
import { h } from './dom.ts';
import type { BlockElement, Surface } from './elements.ts';
import { drawElement, labelOf, unknown } from './elements.ts';
import { safeUrl } from './mrkdwn.ts';
import type { TextObject } from './rich-text.ts';
import { drawRichText, drawText } from './rich-text.ts';

/** The fields of blocks that we draw. */
export interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly text?: TextObject;
  readonly fields?: readonly TextObject[];
  readonly accessory?: BlockElement;
  readonly elements?: readonly BlockElement[];
  readonly title?: TextObject;
  readonly image_url?: string;
  readonly alt_text?: string;
  /** Of an input block. */
  readonly label?: TextObject;
  readonly hint?: TextObject;
  readonly optional?: boolean;
  readonly element?: BlockElement;
}

/** Every block but inputs, which only a modal has. */
export function drawBlock(block: Block, surface: Surface): HTMLElement {
  switch (block.type) {
    case 'header':
      return h('h3', { class: 'block-header' }, block.text && drawText(block.text, surface.viewer));
    case 'section':
      return section(block, surface);
    case 'divider':
      return h('hr', { class: 'block-divider' });
    case 'context':
      return h(
        'div',
        { class: 'block-context' },
        (block.elements ?? []).map((element) => contextPart(element, surface)),
      );
    case 'actions':
      return h(
        'div',
        { class: 'block-actions' },
        (block.elements ?? []).map((element) => drawElement(element, block.block_id, surface)),
      );
    case 'image':
      return h(
        'figure',
        { class: 'block-image' },
        block.title && h('figcaption', null, labelOf(block.title)),
        picture(block),
      );
    case 'rich_text':
      return drawRichText(block as Parameters<typeof drawRichText>[0], surface.viewer);
    default:
      return h('p', null, unknown(block.type));
  }
}

function section({ text, fields, accessory, block_id }: Block, surface: Surface): HTMLElement {
  const { viewer } = surface;
  return h(
    'div',
    { class: 'block-section' },
    h(
      'div',
      { class: 'section-main' },
      text && h('div', { class: 'section-text' }, drawText(text, viewer)),
      fields &&
        h(
          'div',
          { class: 'fields' },
          fields.map((field) => h('div', { class: 'field' }, drawText(field, viewer))),
        ),
    ),
    accessory &&
      h(
        'div',
        { class: 'accessory' },
        accessory.type === 'image' ? picture(accessory) : drawElement(accessory, block_id, surface),
      ),
  );
}

function contextPart(element: BlockElement, { viewer }: Surface): HTMLElement {
  if (element.type === 'image') return picture(element);
  const text = typeof element.text === 'string' ? element.text : '';
  return h('span', null, drawText({ ...element, text }, viewer));
}

/** Named, not loaded: nothing on this page asks another computer for anything. */
function picture({ image_url, alt_text }: { readonly image_url?: string; readonly alt_text?: string }): HTMLElement {
  const href = safeUrl(image_url ?? '');
  const name = `🖼 ${alt_text ?? 'Image'}`;
  return h(
    'span',
    { class: 'picture' },
    href === null ? name : h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, name),
  );
}
