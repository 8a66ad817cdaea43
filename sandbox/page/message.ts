/** Draws one message: who, when, what, the reactions under it, and the tools a pointer or the Tab key brings up. */
import { drawAvatarOf } from './avatar.ts';
import type { Block } from './block-kit.ts';
import { drawBlock } from './block-kit.ts';
import { clockOf, fullTimeOf } from './dates.ts';
import { h } from './dom.ts';
import { PICKED, emojiOf } from './emoji.ts';
import { unknown } from './elements.ts';
import type { Surface } from './elements.ts';
import { openMenu } from './menu.ts';
import { plainOf } from './mrkdwn.ts';
import { drawMrkdwn } from './rich-text.ts';
import type { MessageState } from './state.ts';
import type { Viewer } from './viewer.ts';
import { nameOf } from './viewer.ts';

export interface MessageHooks {
  readonly viewer: Viewer;
  /** Opens the thread and its reply box; absent where a thread cannot begin. */
  readonly reply?: (() => void) | undefined;
}

/** What tells one message from another in a list. */
export function keyOf({ ts, ephemeral }: MessageState): string {
  return `${ephemeral ? 'e' : 'm'}${ts}`;
}

/** One line for a screen reader. */
export function spokenLine(message: MessageState, viewer: Viewer): string {
  const text = plainOf(message.text).replace(/\s+/g, ' ').slice(0, 200);
  return `${nameOf(viewer.page, message.user)}: ${text}`;
}

/** An `article` that can be brought up to date by `updateMessage`. */
export function drawMessage(message: MessageState, hooks: MessageHooks): HTMLElement {
  const article = h('article', { class: 'message', tabindex: -1 });
  fill(article, message, hooks);
  return article;
}

/** Draws it anew when it changed, with the focus kept on the same button; what it says differently is highlighted. */
export function updateMessage(article: HTMLElement, message: MessageState, hooks: MessageHooks): void {
  if (article.dataset['drawn'] === JSON.stringify(message)) return;
  const before = article.dataset['content'];
  const focused =
    document.activeElement instanceof HTMLElement && article.contains(document.activeElement)
      ? document.activeElement
      : null;
  const focusKey = focused?.dataset['focus'];
  fill(article, message, hooks);
  if (article.dataset['content'] !== before) highlight(article);
  if (focused === null) return;
  const same = [...article.querySelectorAll<HTMLElement>('[data-focus]')].find(
    (one) => one.dataset['focus'] === focusKey,
  );
  (same ?? article).focus({ preventScroll: true });
}

export function highlight(article: HTMLElement): void {
  article.classList.remove('fresh');
  // Reading a size makes the browser notice the removal, so that the animation starts again.
  void article.offsetWidth;
  article.classList.add('fresh');
}

function fill(article: HTMLElement, message: MessageState, hooks: MessageHooks): void {
  const { viewer } = hooks;
  article.dataset['drawn'] = JSON.stringify(message);
  article.dataset['content'] = JSON.stringify([message.text, message.blocks]);
  article.classList.toggle('ephemeral', message.ephemeral);
  article.setAttribute(
    'aria-label',
    `${nameOf(viewer.page, message.user)}, ${clockOf(Number(message.ts), viewer.locale)}`,
  );
  article.replaceChildren(
    drawAvatarOf(viewer.page, message.user),
    h(
      'div',
      { class: 'message-main' },
      message.ephemeral && onlyYou(),
      head(message, viewer),
      body(message, viewer),
      reactions(message, viewer),
    ),
    ...(message.ephemeral ? [] : [tools(message, hooks)]),
  );
}

function onlyYou(): HTMLElement {
  return h('div', { class: 'only-you' }, 'Only visible to you');
}

function head(message: MessageState, { page, locale }: Viewer): HTMLElement {
  const seconds = Number(message.ts);
  return h(
    'div',
    { class: 'message-head' },
    h('span', { class: 'author' }, nameOf(page, message.user)),
    message.fromBot && h('span', { class: 'app' }, 'APP'),
    h('time', { title: fullTimeOf(seconds, locale) }, clockOf(seconds, locale)),
  );
}

function body(message: MessageState, viewer: Viewer): HTMLElement {
  const { channel, ts } = message;
  const surface: Surface = {
    viewer,
    press: async (element, option) =>
      void (await viewer.act({ do: 'click', channel, ts, element, ...(option === undefined ? {} : { option }) })),
  };
  const edited = message.edited && !message.fromBot && h('span', { class: 'edited' }, ' (edited)');
  if (message.blocks.length === 0) return h('div', { class: 'message-body' }, drawMrkdwn(message.text, viewer), edited);
  const blocks = message.blocks.map((block) => {
    const drawn = block as Block;
    return drawn.type === 'input' ? h('p', null, unknown('input')) : drawBlock(drawn, surface);
  });
  return h('div', { class: 'message-body blocks' }, blocks, edited);
}

function reactions(message: MessageState, viewer: Viewer): HTMLElement | null {
  if (message.reactions.length === 0) return null;
  const { channel, ts } = message;
  return h(
    'div',
    { class: 'reactions' },
    message.reactions.map(({ name, users }) => {
      const mine = users.includes(viewer.userId);
      const who = users.map((user) => nameOf(viewer.page, user)).join(', ');
      return h(
        'button',
        {
          type: 'button',
          class: 'reaction',
          title: who,
          'aria-pressed': String(mine),
          'aria-label': `${name.replace(/_/g, ' ')}, ${users.length}: ${who}`,
          'data-focus': `reaction-${name}`,
          onclick: () => void viewer.act({ do: mine ? 'unreact' : 'react', channel, ts, emoji: name }),
        },
        `${emojiOf(name)} ${users.length}`,
      );
    }),
  );
}

function tools(message: MessageState, { viewer, reply }: MessageHooks): HTMLElement {
  const tool = (name: string, picture: string, popup: boolean, run: (button: HTMLElement) => void) => {
    const button: HTMLElement = h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': name,
        title: name,
        'aria-haspopup': popup ? 'menu' : null,
        'data-focus': name,
        onclick: () => run(button),
      },
      picture,
    );
    return button;
  };
  return h(
    'div',
    { class: 'tools', role: 'group', 'aria-label': 'Message' },
    tool('Add a reaction', '☺', true, (button) =>
      openMenu(button, 'Reactions', reactionEntries(message, viewer), 'grid'),
    ),
    reply && tool('Reply in thread', '↩', false, reply),
    tool('More actions', '⋯', true, (button) =>
      openMenu(button, 'More actions', shortcutEntries(message, viewer), 'list'),
    ),
  );
}

function reactionEntries({ channel, ts, reactions: given }: MessageState, viewer: Viewer) {
  return PICKED.map((emoji) => {
    const mine = given.some(({ name, users }) => name === emoji && users.includes(viewer.userId));
    return {
      label: emojiOf(emoji),
      spoken: emoji.replace(/_/g, ' '),
      choose: () => void viewer.act({ do: mine ? 'unreact' : 'react', channel, ts, emoji }),
    };
  });
}

function shortcutEntries({ channel, ts }: MessageState, viewer: Viewer) {
  return viewer.page.messageShortcuts.map(({ callbackId, name }) => ({
    label: name,
    description: viewer.page.bot.name,
    choose: () => void viewer.act({ do: 'messageShortcut', callbackId, channel, ts }),
  }));
}
