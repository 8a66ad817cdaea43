/** Making elements. Text becomes text nodes: nothing here, or anywhere on the page, reads a string as HTML. */
export type Child = Node | string | null | undefined | false;

/** Attributes by name, and listeners as `onclick`, `onkeydown` and so on. `true` sets an empty attribute, `false` none. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | null | undefined | ((event: never) => void)>
>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes | null,
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.flat().filter((child): child is Node | string => isThere(child)));
  return element;
}

function isThere(child: Child): child is Node | string {
  return child !== null && child !== undefined && child !== false && child !== '';
}

let lastId = 0;

/** An id no other element has. */
export function uniqueId(prefix: string): string {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Everything inside that the Tab key reaches, in order. */
export function focusable(root: HTMLElement): HTMLElement[] {
  const found = root.querySelectorAll<HTMLElement>(
    'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]',
  );
  return [...found].filter((element) => element.offsetParent !== null && element.closest('[inert]') === null);
}

/**
 * Brings a list to what is wanted, keeping the elements of unchanged items: focus, scroll and typed text survive.
 * @param by how an item is told from others, drawn, and brought up to date
 */
export function reconcile<T>(
  list: HTMLElement,
  items: readonly T[],
  by: {
    readonly key: (item: T) => string;
    readonly create: (item: T) => HTMLElement;
    readonly update: (element: HTMLElement, item: T) => void;
  },
): void {
  const children = [...list.children] as HTMLElement[];
  const known = new Map(children.map((child) => [child.dataset['key'] ?? '', child]));
  const wanted = new Set(items.map((item) => by.key(item)));
  for (const child of children) if (!wanted.has(child.dataset['key'] ?? '')) child.remove();
  let cursor = list.firstElementChild;
  for (const item of items) {
    const key = by.key(item);
    const element = known.get(key) ?? by.create(item);
    if (known.has(key)) by.update(element, item);
    element.dataset['key'] = key;
    if (element === cursor) cursor = cursor.nextElementSibling;
    else list.insertBefore(element, cursor);
  }
}
