/** A small menu beside the button that opened it: arrow keys, Escape, a click elsewhere. The browser's popover does the rest. */
import { h, uniqueId } from './dom.ts';

export interface MenuEntry {
  readonly label: string;
  readonly description?: string | undefined;
  /** What a screen reader says when the label is only a picture. */
  readonly spoken?: string;
  readonly choose: () => void;
}

const GAP_PX = 6;

export function openMenu(
  anchor: HTMLElement,
  name: string,
  entries: readonly MenuEntry[],
  look: 'list' | 'grid',
): void {
  const menu = h('div', {
    class: `menu menu-${look}`,
    role: 'menu',
    popover: 'auto',
    id: uniqueId('menu'),
    'aria-label': name,
  });
  const close = () => menu.hidePopover();
  menu.append(...entries.map((entry) => item(entry, close)));
  menu.addEventListener('keydown', (event) => move(menu, event));
  menu.addEventListener('toggle', (event) => {
    if (event.newState === 'open') return;
    anchor.setAttribute('aria-expanded', 'false');
    // Only when the choice has not already led elsewhere, such as into a dialog.
    if (menu.contains(document.activeElement) || document.activeElement === document.body) anchor.focus();
    menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  place(menu, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  (menu.firstElementChild as HTMLElement | null)?.focus();
}

function item({ label, description, spoken, choose }: MenuEntry, close: () => void): HTMLElement {
  const onclick = () => {
    close();
    choose();
  };
  return h(
    'button',
    {
      type: 'button',
      role: 'menuitem',
      class: 'menu-item',
      tabindex: -1,
      'aria-label': spoken,
      title: spoken,
      onclick,
    },
    h('span', null, label),
    description !== undefined && h('small', null, description),
  );
}

function place(menu: HTMLElement, anchor: HTMLElement): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = from.bottom + GAP_PX + height <= window.innerHeight;
  const left = Math.max(GAP_PX, Math.min(from.right - width, window.innerWidth - width - GAP_PX));
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? from.bottom + GAP_PX : Math.max(GAP_PX, from.top - GAP_PX - height)}px`;
}

function move(menu: HTMLElement, event: KeyboardEvent): void {
  const items = [...menu.children] as HTMLElement[];
  const current = items.indexOf(document.activeElement as HTMLElement);
  const last = items.length - 1;
  const next = nextIndex(event.key, current, last);
  if (event.key === 'Tab') menu.hidePopover();
  if (next === null) return;
  event.preventDefault();
  items[next]?.focus();
}

function nextIndex(key: string, current: number, last: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return current >= last ? 0 : current + 1;
    case 'ArrowUp':
    case 'ArrowLeft':
      return current <= 0 ? last : current - 1;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
