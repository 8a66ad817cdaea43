/**
 * How a reply is drawn where forms can be: opened anew, shown again with what was typed and what is wrong, or, when the
 * helpdesk failed, as a button that sends the same again, so that nothing typed is lost. It knows nothing of HTTP.
 */
import { randomUUID } from 'node:crypto';
import type { Card, Reply } from '../../src/chat/card';
import type { Fields } from '../../src/chat/interaction';
import { lostFormCard, replyCard } from '../../src/chat/reply-card';
import type { Say } from '../../src/chat/words';
import type { Json } from './activity';
import { renderCard } from './adaptive-card';
import type { AdaptiveCard } from './adaptive-card';
import { FORM_VERB, execute } from './card-elements';
import { renderForm } from './form-card';

/** A form that was sent. */
export interface Filled {
  readonly nonce: string;
  readonly fields: Fields;
  /** As it came. */
  readonly data: Json;
  /** Asks the desk for the form anew. */
  reopen(): Promise<Reply>;
}

/** A card, and how it is drawn when not as usual. */
export interface Shown {
  readonly card: Card;
  readonly drawn?: AdaptiveCard;
}

export interface DrawHow {
  /** What was sent, when it was a form. */
  readonly filled: Filled | null;
  /** In a chat message instead of a dialog. */
  readonly inChat: boolean;
}

/** @returns null when there is nothing to say */
export async function draw(reply: Reply, { filled, inChat }: DrawHow, say: Say): Promise<Shown | null> {
  const card = replyCard(reply);
  if (card === null) return null;
  if (reply.kind === 'form') return { card, drawn: renderForm(reply.form, { nonce: randomUUID(), fallback: inChat }) };
  if (filled !== null && reply.kind === 'invalid') return again(reply.errors, card, filled, inChat, say);
  const isLost = filled !== null && reply.kind === 'card' && reply.failed === true;
  return isLost ? { card, drawn: sendAgain(card, filled.data, inChat, say) } : { card };
}

/** The form with what was typed, and what is wrong with it. */
async function again(
  errors: Readonly<Record<string, string>>,
  card: Card,
  filled: Filled,
  inChat: boolean,
  say: Say,
): Promise<Shown> {
  const { nonce, fields: typed } = filled;
  const opened = await filled.reopen();
  if (opened.kind !== 'form') return { card: lostFormCard(card.summary, typed, say) };
  const drawn = renderForm(opened.form, { nonce, fallback: inChat, typed, errors });
  return { card: replyCard(opened) ?? card, drawn };
}

function sendAgain(card: Card, data: Json, inChat: boolean, say: Say): AdaptiveCard {
  const base = { title: say('trouble.again'), style: 'positive' } as const;
  const button = inChat ? execute(FORM_VERB, base, data) : ({ type: 'Action.Submit', ...base, data } as const);
  return { ...renderCard(card), actions: [button] };
}

/** The same card in a dialog, where Teams knows only the older kind of button, and opens no dialog from a dialog. */
export function forDialog(card: AdaptiveCard): AdaptiveCard {
  return asSubmits(card) as AdaptiveCard;
}

function asSubmits(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSubmits);
  if (typeof value !== 'object' || value === null) return value;
  const { type, verb: _verb, fallback: _fallback, data, ...rest } = value as Json;
  if (type !== 'Action.Execute' && type !== 'Action.Submit')
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, asSubmits(each)]));
  const { msteams: _msteams, ...kept } = (data ?? {}) as Json;
  return { ...rest, type: 'Action.Submit', data: kept };
}
