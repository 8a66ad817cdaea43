/** Draws the input blocks of a modal and reads what was put in. Values are what a person sees: a choice is named by its text. */
import type { Block } from './block-kit.ts';
import { h, uniqueId } from './dom.ts';
import type { BlockElement, BlockOption } from './elements.ts';
import { drawSelect, labelOf, unknown } from './elements.ts';
import type { Viewer } from './viewer.ts';

export interface Input {
  readonly element: HTMLElement;
  readonly label: string;
  readonly blockId: string;
  /** The action of `element` in `blockId`: what is typed survives when the same input is drawn again. */
  readonly key: string;
  read(): string;
  /** Puts in what was there before. */
  restore(value: string): void;
  /** Shows a fault beside the field; null takes it away. */
  complain(problem: string | null): void;
  /** What Slack's client itself refuses. */
  check(): string | null;
  focus(): void;
}

/** The control alone: what it is and how it is read. */
interface Control {
  readonly element: HTMLElement;
  /** What takes the focus, the label and the fault. */
  readonly target: HTMLElement;
  read(): string;
  restore(value: string): void;
}

export function drawInput(block: Block, viewer: Viewer): Input {
  const spec = block.element ?? { type: 'nothing' };
  const control = drawControl(spec, viewer);
  const { target } = control;
  const problem = h('p', { class: 'problem', id: uniqueId('problem'), role: 'alert', hidden: true });
  const hint = block.hint === undefined ? null : h('p', { class: 'hint', id: uniqueId('hint') }, labelOf(block.hint));
  target.setAttribute('aria-describedby', [problem.id, hint?.id ?? ''].join(' ').trim());
  return {
    element: h('div', { class: 'input' }, caption(block, target), control.element, problem, hint),
    label: block.label?.text ?? '',
    blockId: block.block_id ?? '',
    key: `${block.block_id ?? ''}/${spec.action_id ?? ''}`,
    read: () => control.read(),
    restore: (value) => control.restore(value),
    complain(text) {
      problem.hidden = text === null;
      problem.textContent = text ?? '';
      target.setAttribute('aria-invalid', String(text !== null));
    },
    check: () => problemOf(control.read(), spec, block.optional === true),
    focus: () => (isField(target) ? target : target.querySelector('input'))?.focus(),
  };
}

/** The label of one field, or the name of a group of choices. */
function caption(block: Block, target: HTMLElement): HTMLElement {
  const optional = block.optional === true && h('span', { class: 'optional' }, ' (optional)');
  const id = uniqueId('field');
  if (!isField(target)) {
    target.setAttribute('aria-labelledby', id);
    return h('span', { class: 'label', id }, labelOf(block.label), optional);
  }
  target.id = id;
  target.setAttribute('aria-required', String(block.optional !== true));
  return h('label', { class: 'label', for: id }, labelOf(block.label), optional);
}

function isField(target: HTMLElement): boolean {
  return target.matches('input, textarea, select');
}

function problemOf(value: string, { min_length = 0 }: BlockElement, optional: boolean): string | null {
  if (value.trim() === '') return optional ? null : 'Please complete this required field.';
  return value.length < min_length ? `Please enter at least ${min_length} characters.` : null;
}

function drawControl(spec: BlockElement, viewer: Viewer): Control {
  switch (spec.type) {
    case 'plain_text_input':
      return textControl(spec);
    case 'static_select':
    case 'users_select':
      return selectControl(spec, viewer);
    case 'radio_buttons':
      return choiceControl(spec, 'radio');
    case 'checkboxes':
      return choiceControl(spec, 'checkbox');
    default: {
      const element = unknown(spec.type);
      return { element, target: element, read: () => '', restore: () => undefined };
    }
  }
}

function textControl(spec: BlockElement): Control {
  const attributes = {
    class: 'text-input',
    maxlength: spec.max_length ?? 3000,
    placeholder: labelOf(spec.placeholder) || null,
  };
  const target =
    spec.multiline === true
      ? h('textarea', { ...attributes, rows: 4 })
      : h('input', { ...attributes, type: 'text', autocomplete: 'off' });
  target.value = spec.initial_value ?? '';
  return { element: target, target, read: () => target.value, restore: (value) => (target.value = value) };
}

function selectControl(spec: BlockElement, viewer: Viewer): Control {
  const target = drawSelect(spec, viewer);
  const options = [...(spec.options ?? []), ...(spec.option_groups ?? []).flatMap(({ options: grouped }) => grouped)];
  const textOf = (value: string) => options.find((option) => option.value === value)?.text.text ?? value;
  const valueOf = (text: string) => options.find((option) => option.text.text === text)?.value ?? text;
  return {
    element: target,
    target,
    read: () => textOf(target.value),
    restore: (text) => (target.value = valueOf(text)),
  };
}

/** Several checked boxes are read as one text, each on its line. */
function choiceControl(spec: BlockElement, type: 'radio' | 'checkbox'): Control {
  const name = uniqueId('choice');
  const initial = [
    ...(spec.initial_options ?? []),
    ...(spec.initial_option === undefined ? [] : [spec.initial_option]),
  ];
  const isInitial = (option: BlockOption) => initial.some(({ value }) => value === option.value);
  const choices = (spec.options ?? []).map((option) => {
    const box = h('input', { type, name, checked: isInitial(option) });
    return { box, text: option.text.text, row: row(box, option) };
  });
  const target = h(
    'div',
    { class: 'choices', role: type === 'radio' ? 'radiogroup' : 'group' },
    choices.map((choice) => choice.row),
  );
  return {
    element: target,
    target,
    read: () => choices.flatMap(({ box, text }) => (box.checked ? [text] : [])).join('\n'),
    restore: (value) => choices.forEach(({ box, text }) => (box.checked = value.split('\n').includes(text))),
  };
}

function row(box: HTMLElement, { text, description }: BlockOption): HTMLElement {
  return h(
    'label',
    { class: 'choice' },
    box,
    h('span', null, labelOf(text), description && h('small', null, labelOf(description))),
  );
}
