/** The modal of one person: drawn from the view the bot opened, kept up with its updates, submitted as one form. */
import type { Block } from './block-kit.ts';
import { drawBlock } from './block-kit.ts';
import type { Dialog } from './dialog.ts';
import { focusFirst, openDialog } from './dialog.ts';
import { h, uniqueId } from './dom.ts';
import type { Surface } from './elements.ts';
import { labelOf } from './elements.ts';
import type { Input } from './inputs.ts';
import { drawInput } from './inputs.ts';
import type { TextObject } from './rich-text.ts';
import type { ModalState } from './state.ts';
import type { Question, Viewer } from './viewer.ts';

interface View {
  readonly title?: TextObject;
  readonly submit?: TextObject;
  readonly close?: TextObject;
  readonly blocks?: readonly Block[];
}

interface Drawn {
  readonly state: ModalState;
  readonly dialog: Dialog;
  readonly inputs: readonly Input[];
  /** A fault that belongs to no field. */
  readonly fault: HTMLElement;
  readonly submit: HTMLElement | null;
}

export class ModalLayer {
  #drawn: Drawn | null = null;
  /** Closed here, not yet there. */
  #dismissed: string | null = null;

  constructor(
    private readonly pane: HTMLElement,
    private readonly viewer: () => Viewer,
  ) {}

  update(state: ModalState | null): void {
    if (state?.viewId !== this.#dismissed) this.#dismissed = null;
    const wanted = this.#dismissed === null ? state : null;
    const drawn = this.#drawn;
    if (wanted === null) {
      drawn?.dialog.close();
      this.#drawn = null;
    } else if (drawn !== null && isSameView(wanted, drawn.state)) {
      this.#keep(drawn, wanted);
    } else {
      this.#replace(drawn, wanted);
    }
  }

  /** Only what is wrong with the fields may have changed. */
  #keep(drawn: Drawn, wanted: ModalState): void {
    this.#drawn = { ...drawn, state: wanted };
    if (JSON.stringify(wanted.errors) !== JSON.stringify(drawn.state.errors)) this.#complain(wanted.errors);
  }

  #replace(drawn: Drawn | null, wanted: ModalState): void {
    const isUpdate = drawn?.state.viewId === wanted.viewId;
    const typed = new Map(isUpdate ? drawn?.inputs.map((input) => [input.key, input.read()]) : []);
    drawn?.dialog.close();
    this.#draw(wanted);
    for (const input of this.#drawn?.inputs ?? []) {
      const value = typed.get(input.key);
      if (value !== undefined) input.restore(value);
    }
  }

  #draw(state: ModalState): void {
    const view = state.view as View;
    const viewer = this.viewer();
    const titleId = uniqueId('title');
    const surface: Surface = {
      viewer,
      press: async (element) => this.#tellOf(await viewer.act({ do: 'clickInModal', element })),
    };
    const inputs: Input[] = [];
    const body = (view.blocks ?? []).map((block) => {
      if (block.type !== 'input') return drawBlock(block, surface);
      const input = drawInput(block, viewer);
      inputs.push(input);
      return input.element;
    });
    const fault = h('p', { class: 'problem modal-fault', role: 'alert', hidden: true });
    const submit =
      view.submit === undefined
        ? null
        : h('button', { type: 'submit', class: 'button button-primary' }, labelOf(view.submit));
    const form = h(
      'form',
      { class: 'modal', novalidate: true, onsubmit: (event: SubmitEvent) => void this.#submit(event) },
      h(
        'div',
        { class: 'modal-head' },
        h('h2', { id: titleId }, labelOf(view.title)),
        h(
          'button',
          { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => this.#dismiss() },
          '✕',
        ),
      ),
      h('div', { class: 'modal-body' }, body, fault),
      h(
        'div',
        { class: 'modal-foot' },
        h(
          'button',
          { type: 'button', class: 'button', onclick: () => this.#dismiss() },
          labelOf(view.close) || (submit === null ? 'Close' : 'Cancel'),
        ),
        submit,
      ),
    );
    const dialog = openDialog(this.pane, form, titleId, () => this.#dismiss());
    this.#drawn = { state, dialog, inputs, fault, submit };
    if (Object.keys(state.errors).length > 0) this.#complain(state.errors);
    focusFirst(this.pane, dialog.element);
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const drawn = this.#drawn;
    if (drawn?.submit == null || drawn.submit.getAttribute('aria-busy') === 'true') return;
    const problems = drawn.inputs.map((input) => ({ input, problem: input.check() }));
    for (const { input, problem } of problems) input.complain(problem);
    const first = problems.find(({ problem }) => problem !== null);
    if (first !== undefined) return first.input.focus();
    drawn.submit.setAttribute('aria-busy', 'true');
    const values = Object.fromEntries(drawn.inputs.map((input) => [input.label, input.read()]));
    const outcome = await this.viewer().act({ do: 'submit', values });
    drawn.submit.removeAttribute('aria-busy');
    this.#tellOf(outcome);
  }

  #complain(errors: Readonly<Record<string, string>>): void {
    const inputs = this.#drawn?.inputs ?? [];
    for (const input of inputs) input.complain(errors[input.blockId] ?? null);
    inputs.find((input) => errors[input.blockId] !== undefined)?.focus();
  }

  /** Slack's client says this in the modal, which stays open. */
  #tellOf(outcome: { readonly ok: boolean } | null): void {
    const fault = this.#drawn?.fault;
    if (fault === undefined) return;
    fault.hidden = outcome?.ok === true;
    fault.textContent = fault.hidden ? '' : 'We had some trouble connecting to the helpdesk. Try again?';
  }

  #dismiss(): void {
    const drawn = this.#drawn;
    if (drawn === null) return;
    this.#dismissed = drawn.state.viewId;
    this.#drawn = null;
    drawn.dialog.close();
    void this.viewer().act({ do: 'close' });
  }
}

function isSameView(one: ModalState, other: ModalState): boolean {
  return one.viewId === other.viewId && JSON.stringify(one.view) === JSON.stringify(other.view);
}

/** "Are you sure?" over one pane. */
export function ask(pane: HTMLElement, { title, text, yes, no, danger }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const titleId = uniqueId('title');
    const answer = (value: boolean) => {
      dialog.close();
      resolve(value);
    };
    const content = h(
      'div',
      { class: 'modal' },
      h('div', { class: 'modal-head' }, h('h2', { id: titleId }, title)),
      h('div', { class: 'modal-body' }, h('div', null, text)),
      h(
        'div',
        { class: 'modal-foot' },
        h('button', { type: 'button', class: 'button', onclick: () => answer(false) }, no),
        h(
          'button',
          {
            type: 'button',
            class: `button ${danger ? 'button-danger' : 'button-primary'}`,
            onclick: () => answer(true),
          },
          yes,
        ),
      ),
    );
    const dialog = openDialog(pane, content, titleId, () => answer(false), 'alertdialog');
    content.querySelector<HTMLElement>('.modal-foot .button')?.focus();
  });
}
