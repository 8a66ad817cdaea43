/** One conversation: its messages with their threads, and the composer below. Scroll, focus and half-typed replies survive updates. */
import { Composer } from './composer.ts';
import { dayOf } from './dates.ts';
import { h, reconcile } from './dom.ts';
import { drawMessage, highlight, keyOf, spokenLine, updateMessage } from './message.ts';
import type { MessageState, PlaceState } from './state.ts';
import type { Viewer } from './viewer.ts';

/** A message with its replies, or the name of a day. */
type Row =
  | { readonly kind: 'day'; readonly key: string; readonly name: string }
  | {
      readonly kind: 'thread';
      readonly key: string;
      readonly message: MessageState;
      readonly replies: readonly MessageState[];
    };

export interface PlaceHooks {
  readonly viewer: Viewer;
  /** Says something to screen readers. */
  readonly announce: (text: string) => void;
  /** Shows this person a problem; null takes the last one away. */
  readonly notify: (problem: string | null) => void;
}

/** Closer to the end than this counts as "at the end": the reader follows the conversation. */
const AT_END_PX = 80;

export class PlaceView {
  readonly element: HTMLElement;
  readonly composer: Composer;
  readonly #list: HTMLElement;
  readonly #newer: HTMLElement;
  readonly #threads = new WeakMap<HTMLElement, ThreadView>();
  /** The messages drawn so far; null before the first time, when nothing is new. */
  #known: ReadonlySet<string> | null = null;
  #unread = 0;
  /** Whether the reader is at the end, and so follows the conversation. */
  #follows = true;

  constructor(
    private readonly place: PlaceState,
    private readonly hooks: PlaceHooks,
  ) {
    const name = place.kind === 'channel' ? `#${place.name}` : place.name;
    this.composer = new Composer(
      { channel: place.id, threadTs: null, label: `Message ${name}` },
      hooks.viewer,
      hooks.notify,
    );
    this.#list = h('div', { class: 'messages', role: 'list' });
    this.#newer = h(
      'button',
      { type: 'button', class: 'newer', hidden: true, onclick: () => this.#scrollToEnd() },
      '↓ New messages',
    );
    const scroller = h(
      'div',
      { class: 'scroller', onscroll: () => this.#onScroll() },
      intro(place, hooks.viewer),
      this.#list,
    );
    this.element = h(
      'section',
      { class: 'place', 'aria-label': name, hidden: true },
      scroller,
      this.#newer,
      this.composer.element,
    );
    // Whatever grows (a reply box, a font that comes late, the window), a reader at the end stays there.
    const sizes = new ResizeObserver(() => {
      if (this.#follows) this.#scrollToEnd();
    });
    sizes.observe(scroller);
    sizes.observe(this.#list);
  }

  /** Messages that came while this place was not shown. */
  get unread(): number {
    return this.#unread;
  }

  show(shown: boolean): void {
    this.element.hidden = !shown;
    if (!shown) return;
    this.#unread = 0;
    this.#scrollToEnd();
  }

  /** @param messages oldest first */
  update(messages: readonly MessageState[]): void {
    const known = this.#known;
    const fresh = messages.filter((message) => known !== null && !known.has(keyOf(message)));
    const freshKeys = new Set(fresh.map(keyOf));
    if (fresh.some(({ user, threadTs }) => user === this.hooks.viewer.userId && threadTs === null))
      this.#follows = true;
    reconcile(this.#list, rowsOf(messages, this.hooks.viewer.locale), {
      key: (row) => row.key,
      create: (row) => this.#create(row, freshKeys),
      update: (element, row) => {
        if (row.kind === 'thread') this.#threads.get(element)?.update(row.message, row.replies, freshKeys);
      },
    });
    this.#known = new Set(messages.map(keyOf));
    this.#tell(fresh);
  }

  #create(row: Row, fresh: ReadonlySet<string>): HTMLElement {
    if (row.kind === 'day') return h('div', { class: 'day', role: 'listitem' }, h('span', null, row.name));
    const thread = new ThreadView(row.message, this.hooks);
    thread.update(row.message, row.replies, fresh);
    if (fresh.has(row.key)) thread.highlight();
    this.#threads.set(thread.element, thread);
    return thread.element;
  }

  #tell(fresh: readonly MessageState[]): void {
    const others = fresh.filter((message) => message.user !== this.hooks.viewer.userId);
    if (this.element.hidden) this.#unread += others.length;
    else if (this.#follows) this.#scrollToEnd();
    else if (others.length > 0) this.#newer.hidden = false;
    for (const message of others) this.hooks.announce(spokenLine(message, this.hooks.viewer));
  }

  get #scroller(): HTMLElement {
    return this.#list.parentElement ?? this.#list;
  }

  #onScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#follows = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    if (this.#follows) this.#newer.hidden = true;
  }

  #scrollToEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#follows = true;
    this.#newer.hidden = true;
  }
}

/** A message, the replies under it, and the box to reply in. */
class ThreadView {
  readonly element: HTMLElement;
  readonly #article: HTMLElement;
  readonly #thread: HTMLElement;
  readonly #toggle: HTMLElement;
  readonly #inside: HTMLElement;
  readonly #replies: HTMLElement;
  #composer: Composer | null = null;
  #isOpen = true;
  #count = 0;

  constructor(
    private readonly message: MessageState,
    private readonly hooks: PlaceHooks,
  ) {
    this.#article = drawMessage(message, this.#messageHooks);
    this.#replies = h('div', { class: 'replies', role: 'list' });
    this.#toggle = h('button', { type: 'button', class: 'toggle', onclick: () => this.#open(!this.#isOpen) });
    this.#inside = h('div', { class: 'thread-inside' }, this.#replies);
    this.#thread = h('div', { class: 'thread', hidden: true }, this.#toggle, this.#inside);
    this.element = h('div', { class: 'row', role: 'listitem' }, this.#article, this.#thread);
  }

  get #messageHooks() {
    const { viewer } = this.hooks;
    return { viewer, reply: this.message.ephemeral ? undefined : () => this.#reply() };
  }

  update(message: MessageState, replies: readonly MessageState[], fresh: ReadonlySet<string>): void {
    updateMessage(this.#article, message, this.#messageHooks);
    this.#count = replies.length;
    reconcile(this.#replies, replies, {
      key: keyOf,
      create: (reply) => {
        const article = drawMessage(reply, { viewer: this.hooks.viewer });
        if (fresh.has(keyOf(reply))) highlight(article);
        return h('div', { role: 'listitem' }, article);
      },
      update: (item, reply) =>
        updateMessage(item.firstElementChild as HTMLElement, reply, { viewer: this.hooks.viewer }),
    });
    if (replies.length > 0 && this.#composer === null) this.#addComposer();
    this.#open(this.#isOpen);
  }

  highlight(): void {
    highlight(this.#article);
  }

  #open(open: boolean): void {
    this.#isOpen = open;
    this.#thread.hidden = this.#count === 0 && this.#composer === null;
    this.#toggle.hidden = this.#count === 0;
    this.#toggle.setAttribute('aria-expanded', String(open));
    this.#toggle.textContent = `${open ? '▾' : '▸'} ${this.#count} ${this.#count === 1 ? 'reply' : 'replies'}`;
    this.#inside.hidden = !open;
  }

  #reply(): void {
    const composer = this.#composer ?? this.#addComposer();
    this.#open(true);
    composer.focus();
    composer.element.scrollIntoView({ block: 'nearest' });
  }

  #addComposer(): Composer {
    const { viewer, notify } = this.hooks;
    const { channel, ts } = this.message;
    this.#composer = new Composer({ channel, threadTs: ts, label: 'Reply…' }, viewer, notify);
    this.#inside.append(this.#composer.element);
    return this.#composer;
  }
}

function intro({ kind, name }: PlaceState, { page }: Viewer): HTMLElement {
  if (kind === 'channel') return h('p', { class: 'place-intro' }, `This is the beginning of #${name}.`);
  const command = page.commands[0]?.command ?? '/';
  return h(
    'p',
    { class: 'place-intro' },
    `This is your conversation with ${name}; only you two see it. Type `,
    h('code', null, command),
    ' and a question, or just write.',
  );
}

/** A reply to a message that is not here (deleted, say) stands alone. */
function rowsOf(messages: readonly MessageState[], locale: string): Row[] {
  const replies = new Map<string, MessageState[]>();
  for (const { ts, threadTs, ephemeral } of messages) if (!ephemeral && (threadTs ?? ts) === ts) replies.set(ts, []);
  const tops = messages.filter((message) => {
    const thread = message.threadTs === message.ts ? undefined : replies.get(message.threadTs ?? '');
    thread?.push(message);
    return thread === undefined;
  });
  let day = '';
  return tops.flatMap((message): Row[] => {
    const own = message.ephemeral ? [] : (replies.get(message.ts) ?? []);
    const thread: Row = { kind: 'thread', key: keyOf(message), message, replies: own };
    const name = dayOf(Number(message.ts), locale);
    if (name === day) return [thread];
    day = name;
    return [{ kind: 'day', key: `day-${name}`, name }, thread];
  });
}
