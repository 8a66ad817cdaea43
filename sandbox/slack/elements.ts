/** What can be clicked in a message or modal, and what Slack says was clicked. */
import type { KnownBlock } from '@slack/types';
import type { ElementRef } from './slack-world';

type Json = Record<string, unknown>;

/** An element of a message or modal, with the block it is in. */
export interface Found {
  readonly element: Json;
  readonly blockId: string;
  /** The chosen entry, when the label named one. */
  readonly option?: Json;
}

/** The element that a person means. @throws Error naming what is there instead */
export function find(blocks: readonly KnownBlock[], ref: ElementRef, option?: string): Found {
  const all = blocks.flatMap((block): Found[] => {
    const inside = block as unknown as { elements?: Json[]; accessory?: Json; block_id?: string };
    const elements =
      block.type === 'actions' ? (inside.elements ?? []) : inside.accessory === undefined ? [] : [inside.accessory];
    return elements.map((element) => ({ element, blockId: inside.block_id ?? '' }));
  });
  const found = all.find(({ element, blockId }) =>
    'actionId' in ref
      ? element.action_id === ref.actionId && (ref.blockId ?? blockId) === blockId
      : labelOf(element) === ref.label,
  );
  if (found !== undefined) return found;
  // A menu's entry can be named by itself.
  const wanted = 'label' in ref ? ref.label : option;
  for (const each of all) {
    const entry = entriesOf(each.element).find((candidate) => textIn(candidate.text) === wanted);
    if (entry !== undefined) return { ...each, option: entry };
  }
  const there = all.flatMap(({ element }) => [
    labelOf(element),
    ...entriesOf(element).map((entry) => textIn(entry.text)),
  ]);
  throw new Error(`there is no ${JSON.stringify(ref)} to click on; there is: ${there.join(', ')}`);
}

function labelOf(element: Json): string {
  return textIn(element.text) ?? textIn(element.placeholder) ?? '';
}

function entriesOf(element: Json): Json[] {
  const groups = (element.option_groups as { options: Json[] }[] | undefined)?.flatMap(({ options }) => options);
  return (element.options as Json[] | undefined) ?? groups ?? [];
}

function textIn(value: unknown): string | undefined {
  return (value as { text?: string } | undefined)?.text;
}

/** The entry of `actions` that Slack sends for a click on it. */
export function actionOf({ element, blockId, option }: Found, wanted?: string): Json {
  const base = { type: element.type, action_id: element.action_id, block_id: blockId, action_ts: now() };
  if (element.type === 'button')
    return { ...base, text: element.text, ...(element.value === undefined ? {} : { value: element.value }) };
  if (element.type === 'users_select') return { ...base, selected_user: wanted };
  const chosen = option ?? entriesOf(element).find((entry) => entry.value === wanted || textIn(entry.text) === wanted);
  if (chosen === undefined) throw new Error(`there is no entry "${wanted}" in that menu`);
  return { ...base, selected_option: chosen };
}

/** Seconds with six decimals, as Slack stamps what happens. */
export function now(): string {
  return (Date.now() / 1000).toFixed(6);
}
