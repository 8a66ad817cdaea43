/** A round picture made of a letter; the bot has our own mark. */
import { h } from './dom.ts';
import type { PageState } from './state.ts';
import { nameOf } from './viewer.ts';

const TONES = 6;

export function drawAvatarOf(page: PageState, userId: string): HTMLElement {
  if (userId === page.bot.id) {
    return h(
      'span',
      { class: 'avatar avatar-bot', 'aria-hidden': 'true' },
      h('img', { src: '/sandbox/mark.svg', alt: '' }),
    );
  }
  const tone =
    Math.max(
      0,
      page.users.findIndex(({ id }) => id === userId),
    ) % TONES;
  return h('span', { class: `avatar tone-${tone}`, 'aria-hidden': 'true' }, nameOf(page, userId).slice(0, 1));
}
