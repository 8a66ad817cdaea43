/** One person at their Slack client: their conversations, what they are told, the modal over them. */
import { h } from './dom.ts';
import { ModalLayer, ask } from './modal.ts';
import { PlaceView } from './place.ts';
import type { ActOutcome, ClientState, PageState } from './state.ts';
import type { Viewer, Wanted } from './viewer.ts';
import { firstNameOf, userOf } from './viewer.ts';

export interface ClientHooks {
  /** The page as it is now. */
  readonly page: () => PageState;
  /** @throws Error in words for the visitor */
  readonly send: (as: string, act: Wanted) => Promise<ActOutcome>;
  readonly announce: (text: string) => void;
  /** Unread counts changed. */
  readonly changed: () => void;
}

export class ClientView {
  readonly element: HTMLElement;
  readonly userId: string;
  readonly #viewer: Viewer;
  readonly #places = new Map<string, PlaceView>();
  readonly #nav: HTMLElement;
  readonly #body: HTMLElement;
  readonly #notice: HTMLElement;
  readonly #modal: ModalLayer;
  #selected: string;
  #isShown = false;

  constructor(
    state: ClientState,
    private readonly hooks: ClientHooks,
  ) {
    this.userId = state.userId;
    this.#selected = state.opensIn;
    this.#nav = h('nav', {
      class: 'places',
      'aria-label': `Conversations of ${firstNameOf(hooks.page(), state.userId)}`,
    });
    this.#body = h('div', { class: 'place-stack' });
    this.#notice = h('div', { class: 'notice', role: 'status' });
    const skip = { type: 'button', class: 'skip', onclick: () => this.#places.get(this.#selected)?.composer.focus() };
    const content = h(
      'div',
      { class: 'client-content' },
      h('button', skip, 'Skip to writing'),
      this.#nav,
      this.#body,
      this.#notice,
    );
    this.element = h('div', { class: 'client', hidden: true }, content);
    this.#viewer = {
      userId: state.userId,
      locale: userOf(hooks.page(), state.userId)?.locale ?? 'en',
      get page() {
        return hooks.page();
      },
      act: (act) => this.#act(act),
      confirm: (question) => ask(this.element, question),
    };
    this.#modal = new ModalLayer(this.element, () => this.#viewer);
    this.update(state);
  }

  get unread(): number {
    return [...this.#places.values()].reduce((sum, place) => sum + place.unread, 0);
  }

  update(state: ClientState): void {
    for (const place of state.places) {
      let view = this.#places.get(place.id);
      if (view === undefined) {
        view = new PlaceView(place, {
          viewer: this.#viewer,
          announce: (text) => this.hooks.announce(text),
          notify: (problem) => this.#notify(problem),
        });
        this.#places.set(place.id, view);
        this.#body.append(view.element);
      }
      view.update(place.messages);
    }
    if (!this.#places.has(this.#selected)) this.#selected = state.places[0]?.id ?? '';
    this.#drawNav(state);
    this.#modal.update(state.modal);
  }

  show(shown: boolean): void {
    this.#isShown = shown;
    this.element.hidden = !shown;
    for (const [id, place] of this.#places) place.show(shown && id === this.#selected);
    this.#markNav();
  }

  /** Writes for the person, in the place they look at. */
  prefill(text: string, placeId: string | null): void {
    if (placeId !== null) this.#select(placeId);
    this.#places.get(this.#selected)?.composer.prefill(text);
  }

  #select(id: string): void {
    if (!this.#places.has(id)) return;
    this.#selected = id;
    this.#notify(null);
    this.show(this.#isShown);
    this.hooks.changed();
  }

  #drawNav({ places }: ClientState): void {
    if (this.#nav.childElementCount !== places.length) {
      this.#nav.replaceChildren(
        ...places.map(({ id, kind, name }) =>
          h(
            'button',
            { type: 'button', class: 'place-tab', 'data-place': id, onclick: () => this.#select(id) },
            h('span', { class: 'place-sign', 'aria-hidden': 'true' }, kind === 'channel' ? '#' : '●'),
            name,
            h('span', { class: 'badge', hidden: true }),
          ),
        ),
      );
    }
    this.#markNav();
  }

  #markNav(): void {
    for (const tab of this.#nav.querySelectorAll<HTMLElement>('.place-tab')) {
      const id = tab.dataset['place'] ?? '';
      const unread = this.#places.get(id)?.unread ?? 0;
      tab.setAttribute('aria-current', String(id === this.#selected));
      showCount(tab.querySelector<HTMLElement>('.badge'), unread);
    }
  }

  async #act(act: Wanted): Promise<ActOutcome | null> {
    try {
      const outcome = await this.hooks.send(this.userId, act);
      if (outcome.ok || act.do === 'submit' || act.do === 'clickInModal') this.#notify(null);
      else this.#notify(troubleOf(act, outcome));
      return outcome;
    } catch (error) {
      this.#notify(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #notify(problem: string | null): void {
    this.#notice.textContent = problem ?? '';
  }
}

/** A count that can be seen and heard; nothing when it is 0. */
export function showCount(badge: HTMLElement | null, count: number): void {
  if (badge === null) return;
  badge.hidden = count === 0;
  badge.replaceChildren(count === 0 ? '' : String(count), h('span', { class: 'sr-only' }, ' new'));
}

/** What Slack's client says when an app does not answer as it should. */
function troubleOf(act: Wanted, { status }: ActOutcome): string {
  const what = act.do === 'command' ? `“${act.command}”` : 'this';
  return status === 0
    ? `The helpdesk did not answer ${what} within 3 seconds.`
    : `The helpdesk answered ${what} with an error (HTTP ${status}).`;
}
