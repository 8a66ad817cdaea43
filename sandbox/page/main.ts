/** The whole page: the bar on top with its hints, the three panes, and their tabs on a narrow screen. */
import { fetchState, onNews, sendAct, sendTomorrow } from './backend.ts';
import { showCount } from './client.ts';
import { h } from './dom.ts';
import { PaneView } from './pane.ts';
import type { PageState, Role } from './state.ts';
import { firstNameOf } from './viewer.ts';

/** What to try, in the order in which it tells the story. */
const HINTS: readonly { readonly role: Role; readonly text: string }[] = [
  { role: 'employee', text: '/helpdesk my vpn drops every ten minutes' },
  { role: 'agent', text: '/helpdesk queue' },
  { role: 'employee', text: '/helpdesk mine' },
  { role: 'manager', text: '/helpdesk summary' },
];

const ROLES: readonly Role[] = ['employee', 'agent', 'manager'];

class Page {
  #state: PageState;
  readonly #panes: readonly PaneView[];
  readonly #tabs: readonly HTMLElement[];
  readonly #main = required('panes');
  readonly #live = required('live');
  readonly #alert = required('alert');

  constructor(state: PageState) {
    this.#state = state;
    const hooks = {
      page: () => this.#state,
      send: sendAct,
      announce: (text: string) => this.#announce(text),
      changed: () => this.#mark(),
    };
    const playing = ROLES.filter((role) => state.people.some((person) => person.role === role));
    this.#panes = playing.map((role) => new PaneView(role, clientsOf(state, role), hooks));
    this.#tabs = this.#panes.map((pane, index) =>
      h(
        'button',
        { type: 'button', class: 'pane-tab', onclick: () => this.#choose(index) },
        pane.name,
        h('span', { class: 'badge', hidden: true }),
      ),
    );
    this.#main.replaceChildren(...this.#panes.map((pane) => pane.element));
    required('pane-tabs').replaceChildren(...this.#tabs);
    // Only what is in the document can be scrolled to its end.
    for (const pane of this.#panes) pane.switchTo(0);
    this.#drawBar();
    this.#choose(0);
  }

  update(state: PageState): void {
    this.#state = state;
    for (const pane of this.#panes) pane.update(clientsOf(state, pane.role));
    this.#mark();
  }

  /** On a narrow screen one pane is shown; on a wide one all of them, and this changes nothing to see. */
  #choose(index: number): void {
    for (const [position, pane] of this.#panes.entries()) pane.element.classList.toggle('chosen', position === index);
    for (const [position, tab] of this.#tabs.entries()) tab.setAttribute('aria-current', String(position === index));
    this.#mark();
  }

  #mark(): void {
    for (const [index, tab] of this.#tabs.entries()) {
      const pane = this.#panes[index];
      tab.firstChild?.replaceWith(pane?.name ?? '');
      showCount(tab.querySelector<HTMLElement>('.badge'), pane?.unread ?? 0);
    }
  }

  #drawBar(): void {
    const { people, setUpUrl } = this.#state;
    const hints = HINTS.flatMap(({ role, text }) => {
      const person = people.find((one) => one.role === role);
      return person === undefined ? [] : [{ role, text, userId: person.userId }];
    });
    required('hints').replaceChildren(
      ...hints.map(({ role, text, userId }) =>
        h(
          'li',
          null,
          h(
            'button',
            { type: 'button', class: `hint hint-${role}`, onclick: () => this.#prefill(role, userId, text) },
            h('span', { class: 'hint-who' }, firstNameOf(this.#state, userId)),
            h('code', null, text),
          ),
        ),
      ),
    );
    const tomorrow = required('tomorrow');
    tomorrow.addEventListener('click', () => void this.#tomorrow(tomorrow));
    const link = required('set-up');
    link.hidden = setUpUrl === null;
    if (setUpUrl !== null) link.setAttribute('href', setUpUrl);
  }

  #prefill(role: Role, userId: string, text: string): void {
    const index = this.#panes.findIndex((pane) => pane.role === role);
    this.#choose(index);
    this.#panes[index]?.prefill(userId, text, null);
  }

  async #tomorrow(button: HTMLElement): Promise<void> {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    try {
      await sendTomorrow();
      this.#alert.textContent = '';
    } catch (error) {
      this.#alert.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      button.removeAttribute('aria-busy');
    }
  }

  /** Each line is its own node, so that a screen reader reads the new one only. */
  #announce(text: string): void {
    this.#live.append(h('p', null, text));
    while (this.#live.childElementCount > 5) this.#live.firstElementChild?.remove();
  }
}

function clientsOf(state: PageState, role: Role) {
  return state.people.filter((person) => person.role === role);
}

function required(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}`);
  return element;
}

function start(): void {
  let page: Page | null = null;
  let running = false;
  let again = false;
  const alert = required('alert');
  const refresh = async () => {
    // News that comes while the state is on its way may be newer than it: ask once more.
    again = running;
    if (running) return;
    running = true;
    try {
      const state = await fetchState();
      if (page === null) page = new Page(state);
      else page.update(state);
    } catch (error) {
      alert.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      running = false;
      if (again) void refresh();
    }
  };
  onNews(
    () => void refresh(),
    (connected) =>
      (alert.textContent = connected
        ? ''
        : 'The connection to the sandbox is lost. Is it still running? Trying again…'),
  );
}

start();
