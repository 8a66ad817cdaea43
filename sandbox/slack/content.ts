/** What the bot wants shown, as Slack takes or refuses it; every refusal is kept. */
import type { KnownBlock, View } from '@slack/types';
import { areTooLong, checkBlocks, checkView } from './block-kit-check';
import type { Json } from './json';
import type { State } from './state';
import { SlackError } from './state';

/** Slack cuts longer texts. https://docs.slack.dev/reference/methods/chat.postMessage */
const TEXT_LIMIT_CHARS = 40_000;

/** The text and blocks of a message. @throws SlackError invalid_blocks, msg_blocks_too_long, no_text */
export function contentOf(state: State, body: Readonly<Json>): { text: string; blocks: KnownBlock[] } {
  const blocks = body['blocks'] ?? [];
  const problems = checkBlocks(blocks, 'message');
  if (problems.length > 0) {
    const code = areTooLong(blocks) ? 'msg_blocks_too_long' : 'invalid_blocks';
    throw refusal(state, Array.isArray(blocks) ? code : 'invalid_blocks_format', problems);
  }
  const text = typeof body['text'] === 'string' ? body['text'].slice(0, TEXT_LIMIT_CHARS) : '';
  if (text === '' && (blocks as unknown[]).length === 0) throw new SlackError('no_text');
  return { text, blocks: blocks as KnownBlock[] };
}

/** @throws SlackError invalid_arguments */
export function validView(state: State, view: unknown): View {
  const problems = checkView(view);
  if (problems.length > 0) throw refusal(state, 'invalid_arguments', problems);
  return view as View;
}

/** Keeps what Slack would refuse. */
export function refusal(state: State, code: string, problems: readonly string[]): SlackError {
  state.refusals.push(...problems.map((problem) => `${code}: ${problem}`));
  return new SlackError(code, problems);
}
