/** Draws what can be clicked in a message or modal: buttons, link buttons, overflow menus and selects. */
import { h } from './dom.ts';
import { openMenu } from './menu.ts';
import { safeUrl } from './mrkdwn.ts';
import type { TextObject } from './rich-text.ts';
import { drawText } from './rich-text.ts';
import type { ElementState } from './state.ts';
import type { Viewer } from './viewer.ts';
import { withEmoji } from './emoji.ts';

/** Where blocks are drawn: who looks, and where a click goes. */
export interface Surface {
  readonly viewer: Viewer;
  /** @param option value or text of the entry chosen in a menu */
  press(element: ElementState, option?: string): Promise<void>;
}

export interface BlockOption {
  readonly text: TextObject;
  readonly value?: string;
  readonly description?: TextObject;
  readonly url?: string;
}

/** The fields of Block Kit elements that we draw. https://docs.slack.dev/reference/block-kit/block-elements */
export interface BlockElement {
  readonly type: string;
  readonly action_id?: string;
  readonly text?: TextObject | string;
  readonly url?: string;
  readonly style?: string;
  readonly accessibility_label?: string;
  readonly placeholder?: TextObject;
  readonly options?: readonly BlockOption[];
  readonly option_groups?: readonly { readonly label: TextObject; readonly options: readonly BlockOption[] }[];
  readonly initial_option?: BlockOption;
  readonly initial_options?: readonly BlockOption[];
  readonly initial_user?: string;
  readonly initial_value?: string;
  readonly multiline?: boolean;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly focus_on_load?: boolean;
  readonly image_url?: string;
  readonly alt_text?: string;
  readonly confirm?: {
    readonly title: TextObject;
    readonly text: TextObject;
    readonly confirm: TextObject;
    readonly deny: TextObject;
    readonly style?: string;
  };
}

/** @param blockId of the block it stands in, if that has one */
export function drawElement(element: BlockElement, blockId: string | undefined, surface: Surface): HTMLElement {
  switch (element.type) {
    case 'button':
      return element.url === undefined ? button(element, blockId, surface) : linkButton(element, surface);
    case 'overflow':
      return overflow(element, blockId, surface);
    case 'static_select':
    case 'users_select':
      return messageSelect(element, blockId, surface);
    default:
      return unknown(element.type);
  }
}

/** Said plainly, so that a new kind of element in the bot is not silently missing here. */
export function unknown(type: string): HTMLElement {
  return h('span', { class: 'unknown' }, `This page does not draw “${type}”.`);
}

export function labelOf(text: TextObject | string | undefined): string {
  return text === undefined ? '' : withEmoji(typeof text === 'string' ? text : text.text);
}

function button(element: BlockElement, blockId: string | undefined, surface: Surface): HTMLElement {
  const look = element.style === 'primary' || element.style === 'danger' ? `button-${element.style}` : '';
  const drawn: HTMLElement = h(
    'button',
    {
      type: 'button',
      class: `button ${look}`,
      'aria-label': element.accessibility_label,
      'data-focus': focusKey(element),
      onclick: () => void press(drawn, element, blockId, surface),
    },
    labelOf(element.text),
  );
  return drawn;
}

function linkButton(element: BlockElement, surface: Surface): HTMLElement {
  const href = safeUrl(element.url ?? '');
  const look = element.style === 'primary' ? 'button button-primary' : 'button';
  return h(
    'a',
    { class: look, href, target: '_blank', rel: 'noopener noreferrer', 'data-focus': focusKey(element) },
    typeof element.text === 'object' ? drawText(element.text, surface.viewer) : '',
    h('span', { class: 'away', 'aria-label': ' (opens in a new tab)' }, '↗'),
  );
}

function overflow(element: BlockElement, blockId: string | undefined, surface: Surface): HTMLElement {
  const name = element.accessibility_label ?? 'More';
  const drawn: HTMLElement = h(
    'button',
    {
      type: 'button',
      class: 'button button-more',
      'aria-label': name,
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'data-focus': focusKey(element),
      onclick: () => openMenu(drawn, name, entries(), 'list'),
    },
    '⋯',
  );
  const entries = () =>
    (element.options ?? []).map((option) => ({
      label: labelOf(option.text),
      description: option.description === undefined ? undefined : labelOf(option.description),
      choose: () => void press(drawn, element, blockId, surface, option.value ?? option.text.text),
    }));
  return drawn;
}

function messageSelect(element: BlockElement, blockId: string | undefined, surface: Surface): HTMLElement {
  const name = labelOf(element.placeholder) || 'Choose';
  const drawn = drawSelect(element, surface.viewer);
  drawn.setAttribute('aria-label', name);
  drawn.dataset['focus'] = focusKey(element);
  drawn.addEventListener('change', () => {
    if (drawn.value !== '') void press(drawn, element, blockId, surface, drawn.value);
  });
  return drawn;
}

/** A `<select>` of the element's options, or of the workspace's people. Its values are what the bot is told. */
export function drawSelect(element: BlockElement, viewer: Viewer): HTMLSelectElement {
  const initial = element.initial_option?.value ?? element.initial_user ?? '';
  const choice = ({ text, value, description }: BlockOption) =>
    h(
      'option',
      { value: value ?? text.text, selected: (value ?? text.text) === initial, title: labelOf(description) || null },
      labelOf(text),
    );
  const people = (): BlockOption[] =>
    viewer.page.users.map(({ id, realName }) => ({ value: id, text: { type: 'plain_text', text: realName } }));
  const options = element.type === 'users_select' ? people() : (element.options ?? []);
  return h(
    'select',
    { class: 'select' },
    h(
      'option',
      { value: '' },
      labelOf(element.placeholder) || (element.type === 'users_select' ? 'Choose a person' : 'Choose'),
    ),
    options.map(choice),
    (element.option_groups ?? []).map(({ label, options: grouped }) =>
      h('optgroup', { label: labelOf(label) }, grouped.map(choice)),
    ),
  );
}

async function press(
  drawn: HTMLElement,
  element: BlockElement,
  blockId: string | undefined,
  surface: Surface,
  option?: string,
): Promise<void> {
  if (drawn.getAttribute('aria-busy') === 'true') return;
  if (!(await isConfirmed(element, surface.viewer))) return;
  drawn.setAttribute('aria-busy', 'true');
  try {
    await surface.press(refOf(element, blockId), option);
  } finally {
    drawn.removeAttribute('aria-busy');
  }
}

async function isConfirmed({ confirm }: BlockElement, viewer: Viewer): Promise<boolean> {
  if (confirm === undefined) return true;
  return viewer.confirm({
    title: labelOf(confirm.title),
    text: drawText(confirm.text, viewer),
    yes: labelOf(confirm.confirm),
    no: labelOf(confirm.deny),
    danger: confirm.style === 'danger',
  });
}

function refOf(element: BlockElement, blockId: string | undefined): ElementState {
  if (element.action_id === undefined)
    return { label: typeof element.text === 'string' ? element.text : (element.text?.text ?? '') };
  return blockId === undefined ? { actionId: element.action_id } : { actionId: element.action_id, blockId };
}

/** Finds the same element again in a message that was drawn anew, where the ids of blocks may have changed. */
function focusKey(element: BlockElement): string {
  return `${element.action_id ?? ''}/${labelOf(element.text)}`;
}
