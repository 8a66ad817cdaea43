/** One of the three panes: a role, the people who can play it, and the client of the one who does. */
import type { ClientHooks } from './client.ts';
import { ClientView, showCount } from './client.ts';
import { h } from './dom.ts';
import type { ClientState, PageState, Role } from './state.ts';
import { firstNameOf, nameOf } from './viewer.ts';
import { drawAvatarOf } from './avatar.ts';

const ROLES: Readonly<Record<Role, string>> = { employee: 'Employee', agent: 'IT support', manager: 'Manager' };

export class PaneView {
  readonly element: HTMLElement;
  readonly role: Role;
  readonly #clients: readonly ClientView[];
  readonly #head: HTMLElement;
  #shown = 0;

  constructor(
    role: Role,
    states: readonly ClientState[],
    private readonly hooks: ClientHooks,
  ) {
    this.role = role;
    this.#clients = states.map((state) => new ClientView(state, hooks));
    this.#head = h('header', { class: 'pane-head' });
    this.element = h(
      'section',
      { class: `pane pane-${role}`, id: `pane-${role}`, 'aria-label': this.#title },
      this.#head,
      h(
        'div',
        { class: 'client-stack' },
        this.#clients.map((client) => client.element),
      ),
    );
  }

  get unread(): number {
    return this.#clients.reduce((sum, client) => sum + client.unread, 0);
  }

  /** Who plays the role, for a tab: "Anna". */
  get name(): string {
    return firstNameOf(this.hooks.page(), this.#current?.userId ?? '');
  }

  update(states: readonly ClientState[]): void {
    for (const client of this.#clients) {
      const state = states.find(({ userId }) => userId === client.userId);
      if (state !== undefined) client.update(state);
    }
    this.#markHead();
  }

  switchTo(index: number): void {
    this.#shown = index;
    for (const [position, client] of this.#clients.entries()) client.show(position === index);
    this.#drawHead(this.hooks.page());
  }

  prefill(userId: string, text: string, placeId: string | null): void {
    const index = this.#clients.findIndex((client) => client.userId === userId);
    if (index >= 0 && index !== this.#shown) this.switchTo(index);
    this.#current?.prefill(text, placeId);
  }

  get #current(): ClientView | undefined {
    return this.#clients[this.#shown];
  }

  get #title(): string {
    return `${this.#clients.map(({ userId }) => firstNameOf(this.hooks.page(), userId)).join(' or ')}, ${ROLES[this.role]}`;
  }

  #drawHead(page: PageState): void {
    const userId = this.#current?.userId ?? '';
    this.#head.replaceChildren(
      drawAvatarOf(page, userId),
      h('div', { class: 'who' }, h('h2', null, nameOf(page, userId)), h('p', null, ROLES[this.role])),
      ...(this.#clients.length > 1 ? [this.#switch(page)] : []),
    );
    this.#markHead();
  }

  #switch(page: PageState): HTMLElement {
    const button = (userId: string, index: number) =>
      h(
        'button',
        {
          type: 'button',
          'aria-pressed': String(index === this.#shown),
          onclick: () => {
            this.switchTo(index);
            (this.#head.querySelectorAll('.switch button')[index] as HTMLElement | undefined)?.focus();
            this.hooks.changed();
          },
        },
        firstNameOf(page, userId),
        h('span', { class: 'badge', hidden: true }),
      );
    return h(
      'div',
      { class: 'switch', role: 'group', 'aria-label': 'Be' },
      this.#clients.map(({ userId }, index) => button(userId, index)),
    );
  }

  #markHead(): void {
    for (const [index, badge] of [...this.#head.querySelectorAll<HTMLElement>('.switch .badge')].entries()) {
      showCount(badge, index === this.#shown ? 0 : (this.#clients[index]?.unread ?? 0));
    }
  }
}
