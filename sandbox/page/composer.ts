/** Where a person writes: Enter sends, Shift+Enter breaks the line, a slash offers the commands. */
import { h, uniqueId } from './dom.ts';
import { openMenu } from './menu.ts';
import type { CommandState } from './state.ts';
import { readTyped, withMentions } from './typed.ts';
import type { Named } from './typed.ts';
import type { Viewer } from './viewer.ts';

export interface ComposerPlace {
  readonly channel: string;
  /** Of the thread written in; null for the channel itself. */
  readonly threadTs: string | null;
  /** "Message #general". */
  readonly label: string;
}

export class Composer {
  readonly element: HTMLElement;
  readonly #box: HTMLTextAreaElement;
  readonly #list: HTMLElement;
  readonly #usage: HTMLElement;

  /** @param notify shows this person a problem; null takes the last one away */
  constructor(
    private readonly place: ComposerPlace,
    private readonly viewer: Viewer,
    private readonly notify: (problem: string | null) => void,
  ) {
    const listId = uniqueId('commands');
    this.#list = h('ul', { class: 'commands', role: 'listbox', id: listId, 'aria-label': 'Commands', hidden: true });
    this.#usage = h('p', { class: 'usage', hidden: true });
    this.#box = h('textarea', {
      rows: 1,
      placeholder: place.label,
      'aria-label': place.label,
      'aria-autocomplete': 'list',
      'aria-controls': listId,
      'data-composer': place.threadTs === null,
      onkeydown: (event: KeyboardEvent) => this.#onKey(event),
      oninput: () => this.#offer(),
      onblur: () => (this.#list.hidden = true),
    });
    const send = { 'aria-label': 'Send', title: 'Send (Enter)', onclick: () => void this.#send() };
    this.element = h(
      'div',
      { class: place.threadTs === null ? 'composer' : 'composer composer-reply' },
      this.#list,
      this.#usage,
      h(
        'div',
        { class: 'composer-box' },
        place.threadTs === null && shortcutsButton(viewer),
        this.#box,
        h('button', { type: 'button', class: 'icon-button send', ...send }, '➤'),
      ),
    );
  }

  /** Puts text in, with the cursor at its end. */
  prefill(text: string): void {
    this.#box.value = text;
    this.#box.focus();
    this.#box.setSelectionRange(text.length, text.length);
    this.#offer();
  }

  focus(): void {
    this.#box.focus();
  }

  /** The commands that what is typed may become. */
  get #offered(): readonly CommandState[] {
    const typed = this.#box.value;
    if (this.place.threadTs !== null || !/^\/\S*$/.test(typed)) return [];
    return this.viewer.page.commands.filter(({ command }) => command.startsWith(typed) && command !== typed);
  }

  #offer(): void {
    const typed = this.#box.value;
    const offered = this.#offered;
    this.#list.hidden = offered.length === 0;
    this.#list.replaceChildren(...offered.map((command) => option(command, () => this.prefill(`${command.command} `))));
    const known = this.viewer.page.commands.find(({ command }) => typed === command || typed === `${command} `);
    this.#usage.hidden = known === undefined || this.place.threadTs !== null;
    this.#usage.textContent = known === undefined ? '' : `${known.command} ${known.usageHint}`;
  }

  #onKey(event: KeyboardEvent): void {
    const first = this.#list.hidden ? undefined : this.#offered[0];
    if (event.key === 'Escape') this.#list.hidden = true;
    if (event.isComposing || event.shiftKey) return;
    if (first !== undefined && (event.key === 'Tab' || event.key === 'Enter')) {
      event.preventDefault();
      this.prefill(`${first.command} `);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      void this.#send();
    }
  }

  async #send(): Promise<void> {
    const text = this.#box.value;
    const problem = refusalOf(text, this.place, this.viewer.page.commands);
    if (problem !== null) return this.notify(problem);
    const typed = readTyped(text);
    if (typed.kind === 'nothing') return;
    this.notify(null);
    this.#box.value = '';
    this.#offer();
    const { channel, threadTs } = this.place;
    const outcome =
      typed.kind === 'command'
        ? await this.viewer.act({ do: 'command', channel, command: typed.command, text: typed.text })
        : await this.viewer.act({
            do: 'say',
            channel,
            text: withMentions(typed.text, namesIn(this.viewer)),
            ...(threadTs === null ? {} : { threadTs }),
          });
    // What did not arrive is not lost.
    if (outcome === null && this.#box.value === '') this.#box.value = text;
  }
}

/** Slack's client says these itself. */
function refusalOf(text: string, place: ComposerPlace, commands: readonly CommandState[]): string | null {
  const typed = readTyped(text);
  if (typed.kind !== 'command') return null;
  if (!commands.some(({ command }) => command === typed.command)) {
    return `${typed.command} is not a command here. To send it as a message, begin with a space.`;
  }
  return place.threadTs === null ? null : `Slack does not take ${typed.command} in threads. Type it below instead.`;
}

function option({ command, description, usageHint }: CommandState, choose: () => void): HTMLElement {
  // On mousedown, before the text box loses the focus and the list goes.
  const onmousedown = (event: MouseEvent) => {
    event.preventDefault();
    choose();
  };
  return h(
    'li',
    { role: 'option', 'aria-selected': 'true', onmousedown },
    h('span', { class: 'command-name' }, h('strong', null, command), ` ${usageHint}`),
    h('small', null, description),
  );
}

function shortcutsButton(viewer: Viewer): HTMLElement {
  const entries = () =>
    viewer.page.globalShortcuts.map(({ callbackId, name }) => ({
      label: name,
      description: viewer.page.bot.name,
      choose: () => void viewer.act({ do: 'shortcut', callbackId }),
    }));
  const button: HTMLElement = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': 'Shortcuts',
      title: 'Shortcuts',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      onclick: () => openMenu(button, 'Shortcuts', entries(), 'list'),
    },
    '⚡',
  );
  return button;
}

function namesIn({ page }: Viewer): Named[] {
  const people = page.users.map(({ id, name, realName }) => ({ id, names: [name, realName.split(' ', 1)[0] ?? name] }));
  return [{ id: page.bot.id, names: [page.bot.name] }, ...people];
}
