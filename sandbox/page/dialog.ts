/**
 * Dialogs over one person's pane only: the other two people go on. What is below cannot be reached, Tab stays inside, Escape
 * closes, and the focus returns to where it was.
 */
import { focusable, h } from './dom.ts';

export interface Dialog {
  readonly element: HTMLElement;
  close(): void;
}

/**
 * @param pane what it covers; everything already in it becomes inert
 * @param content its heading has the id `labelledBy`
 * @param dismiss what Escape does
 */
export function openDialog(
  pane: HTMLElement,
  content: HTMLElement,
  labelledBy: string,
  dismiss: () => void,
  role: 'dialog' | 'alertdialog' = 'dialog',
): Dialog {
  const before = document.activeElement;
  const below = [...pane.children].filter(
    (child): child is HTMLElement => child instanceof HTMLElement && !child.inert,
  );
  const element = h(
    'div',
    { class: 'overlay' },
    h('div', { class: 'dialog', role, 'aria-modal': 'true', 'aria-labelledby': labelledBy, tabindex: -1 }, content),
  );
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Tab') keepInside(element, event);
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    dismiss();
  });
  for (const child of below) child.inert = true;
  pane.append(element);
  return {
    element,
    close() {
      const hadFocus = element.contains(document.activeElement) || document.activeElement === document.body;
      element.remove();
      for (const child of below) child.inert = false;
      if (!hadFocus) return;
      const back = before instanceof HTMLElement && pane.contains(before) && before.isConnected ? before : null;
      (back ?? pane.querySelector<HTMLElement>('[data-composer]:not([hidden] *)'))?.focus();
    },
  };
}

/** Puts the focus on the first field or, without one, on the dialog; but not when the reader is busy in another pane. */
export function focusFirst(pane: HTMLElement, dialog: HTMLElement): void {
  const current = document.activeElement;
  if (current !== null && current !== document.body && !pane.contains(current)) return;
  const first = dialog.querySelector<HTMLElement>('input, textarea, select');
  (first ?? dialog.querySelector<HTMLElement>('.modal-foot .button:last-child'))?.focus();
}

function keepInside(root: HTMLElement, event: KeyboardEvent): void {
  const reached = focusable(root);
  const first = reached[0];
  const last = reached.at(-1);
  if (first === undefined || last === undefined) return event.preventDefault();
  const current = document.activeElement;
  const outside = !(current instanceof HTMLElement) || !reached.includes(current);
  if (event.shiftKey ? current === first || outside : current === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
