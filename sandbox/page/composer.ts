/** Where a person writes: Enter sends, Shift+Enter breaks the line, a slash offers the commands. */
import { h, uniqueId } from './dom.ts';
import { openMenu } from './menu.ts';
import type { CommandState } from './state.ts';
import { encodeTyped, readTyped } from './typed.ts';
import type { Directory } from './typed.ts';
import type { Viewer } from './viewer.ts';

export interface ComposerPlace {
  readonly channel: string;
  /** Of the thread written in; null for the channel itself. */
  readonly threadTs: string | null;
  /** "Message #general". */
  readonly label: string;
}

export interface Composer {
  readonly element: HTMLElement;
  /** Puts text in, with the cursor at its end. */
  prefill(text: string): void;
  focus(): void;
}

export function drawComposer(place: ComposerPlace, viewer: Viewer, notify: (problem: string | null) => void): Composer {
  const listId = uniqueId('commands');
  const list = h('ul', { class: 'commands', role: 'listbox', id: listId, 'aria-label': 'Commands', hidden: true });
  const usage = h('p', { class: 'usage', hidden: true });
  const box = h('textarea', {
    rows: 1,
    placeholder: place.label,
    'aria-label': place.label,
    'aria-autocomplete': 'list',
    'aria-controls': listId,
    'data-composer': place.threadTs === null,
    onkeydown: (event: KeyboardEvent) => onKey(event),
    oninput: () => offer(),
    onblur: () => (list.hidden = true),
  });
  const commands = () => viewer.page.commands;
  const offered = (): readonly CommandState[] => {
    if (place.threadTs !== null || !/^\/\S*$/.test(box.value)) return [];
    return commands().filter(({ command }) => command.startsWith(box.value) && command !== box.value);
  };

  const offer = () => {
    const found = offered();
    list.hidden = found.length === 0;
    list.replaceChildren(...found.map((command) => option(command, () => prefill(`${command.command} `))));
    const known = commands().find(({ command }) => box.value === command || box.value === `${command} `);
    usage.hidden = known === undefined || place.threadTs !== null;
    usage.textContent = known === undefined ? '' : `${known.command} ${known.usageHint}`;
  };
  const prefill = (text: string) => {
    box.value = text;
    box.focus();
    box.setSelectionRange(text.length, text.length);
    offer();
  };
  const send = async () => {
    const text = box.value;
    const problem = refusalOf(text, place, commands());
    if (problem !== null) return notify(problem);
    const typed = readTyped(text);
    if (typed.kind === 'nothing') return;
    notify(null);
    box.value = '';
    offer();
    const { channel, threadTs } = place;
    const outcome =
      typed.kind === 'command'
        ? await viewer.act({ do: 'command', channel, command: typed.command, text: typed.text })
        : await viewer.act({
            do: 'say',
            channel,
            text: encodeTyped(typed.text, directoryOf(viewer)),
            ...(threadTs === null ? {} : { threadTs }),
          });
    // What did not arrive is not lost.
    if (outcome === null && box.value === '') box.value = text;
  };
  const onKey = (event: KeyboardEvent) => {
    const [first] = offered();
    if (!list.hidden && first !== undefined && (event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey) {
      event.preventDefault();
      prefill(`${first.command} `);
    } else if (event.key === 'Escape') {
      list.hidden = true;
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
  };

  const sendButton = h(
    'button',
    {
      type: 'button',
      class: 'icon-button send',
      'aria-label': 'Send',
      title: 'Send (Enter)',
      onclick: () => void send(),
    },
    '➤',
  );
  const element = h(
    'div',
    { class: place.threadTs === null ? 'composer' : 'composer composer-reply' },
    list,
    usage,
    h('div', { class: 'composer-box' }, place.threadTs === null && shortcutsButton(viewer), box, sendButton),
  );
  return { element, prefill, focus: () => box.focus() };
}

/** Slack's client says these itself. */
function refusalOf(text: string, place: ComposerPlace, commands: readonly CommandState[]): string | null {
  const typed = readTyped(text);
  if (typed.kind !== 'command') return null;
  if (!commands.some(({ command }) => command === typed.command)) {
    return `${typed.command} is not a command here. To send it as a message, begin with a space.`;
  }
  return place.threadTs === null
    ? null
    : `Slack does not take ${typed.command} in threads. Type it in the channel below.`;
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
  const entries = () =>
    viewer.page.globalShortcuts.map(({ callbackId, name }) => ({
      label: name,
      description: viewer.page.bot.name,
      choose: () => void viewer.act({ do: 'shortcut', callbackId }),
    }));
  return button;
}

function directoryOf({ page }: Viewer): Directory {
  const people = page.users.map(({ id, name, realName }) => ({ id, names: [name, realName.split(' ', 1)[0] ?? name] }));
  return { users: [{ id: page.bot.id, names: [page.bot.name] }, ...people], channels: page.channels };
}
