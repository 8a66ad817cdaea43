/**
 * How a reply is drawn where forms can be: opened anew, shown again with what was typed and what is wrong, or, when the
 * helpdesk failed, as a button that sends the same again, so that nothing typed is lost. It knows nothing of HTTP.
 */
import { randomUUID } from 'node:crypto';
import type { Card, Reply } from '../../src/chat/card';
import type { Fields } from '../../src/chat/interaction';
import { replyCard } from '../../src/chat/reply-card';
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
  if (filled === null) return { card };
  if (reply.kind === 'card')
    return reply.failed ? { card, drawn: sendAgain(card, filled.data, inChat, say) } : { card };
  const opened = await filled.reopen();
  if (opened.kind !== 'form' || reply.kind !== 'invalid') return { card };
  const { nonce, fields: typed } = filled;
  const how = { nonce, fallback: inChat, typed, errors: reply.errors };
  return { card: replyCard(opened) ?? card, drawn: renderForm(opened.form, how) };
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
