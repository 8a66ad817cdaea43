/**
 * Says what Slack would refuse about blocks or a view, in the manner of Slack's `response_metadata.messages`. Pure; used by
 * the stand-in, and by tests of whatever makes blocks.
 */
import type { z } from 'zod';
import { messageBlocks, viewBlocks, viewFrame } from './block-kit-schema';
import { isObject, objectsIn } from './json';

export type Surface = 'message' | 'modal' | 'home';

/** Observed, not documented: https://github.com/slackapi/bolt-js/issues/2509 */
const MESSAGE_BLOCKS_LIMIT_CHARS = 13_200;

/** @returns one sentence for each thing Slack would refuse; empty when all is well. */
export function checkBlocks(blocks: unknown, surface: Surface): string[] {
  const schema = surface === 'message' ? messageBlocks : viewBlocks;
  return [
    ...broken(schema, blocks, '/blocks'),
    ...duplicates(blocks),
    ...(surface === 'message' && areTooLong(blocks)
      ? [`[ERROR] the blocks have more than ${MESSAGE_BLOCKS_LIMIT_CHARS} characters [json-pointer:/blocks]`]
      : []),
  ];
}

/** Whether a message with these blocks is `msg_blocks_too_long`. */
export function areTooLong(blocks: unknown): boolean {
  return JSON.stringify(blocks ?? null).length > MESSAGE_BLOCKS_LIMIT_CHARS;
}

/** The same for a whole modal or home view, as given to `views.open`. */
export function checkView(view: unknown): string[] {
  if (!isObject(view)) return ['[ERROR] must be an object [json-pointer:/view]'];
  const { blocks, ...frame } = view;
  const isModal = frame['type'] === 'modal';
  const needsSubmit = isModal && objectsIn(blocks).some((block) => block['type'] === 'input') && !frame['submit'];
  return [
    ...broken(viewFrame, frame, '/view'),
    ...checkBlocks(blocks, isModal ? 'modal' : 'home'),
    ...(needsSubmit ? ['[ERROR] missing required field: submit, as there is an input [json-pointer:/view]'] : []),
  ];
}

function broken(schema: z.ZodType, value: unknown, root: string): string[] {
  const result = schema.safeParse(value);
  return (result.error?.issues ?? []).map(({ message, path }) => {
    const pointer = [root, ...path.map(String)].join('/');
    return `[ERROR] ${message} [json-pointer:${pointer}]`;
  });
}

function duplicates(blocks: unknown): string[] {
  const list = objectsIn(blocks);
  return [
    ...repeated(list.map((block) => block['block_id'])).map(
      (id) => `[ERROR] block_id "${id}" already exists [json-pointer:/blocks]`,
    ),
    ...list.flatMap((block, at) =>
      repeated(actionIds(block)).map(
        (id) => `[ERROR] action_id "${id}" already exists in this block [json-pointer:/blocks/${at}]`,
      ),
    ),
  ];
}

function actionIds(block: Record<string, unknown>): unknown[] {
  const elements = [...objectsIn(block['elements']), block['accessory'], block['element']];
  return elements.filter(isObject).map((element) => element['action_id']);
}

function repeated(ids: readonly unknown[]): string[] {
  const known = ids.filter((id) => typeof id === 'string');
  return [...new Set(known.filter((id, at) => known.indexOf(id) !== at))];
}
