/**
 * Shows cards in Slack channels and direct messages. A post carries its outbox key as message metadata, so that one whose
 * answer was lost is found again instead of repeated: `chat.postMessage` has no idempotency key.
 */
import type { WebClient } from '@slack/web-api';
import type { Card } from '../../src/chat/card';
import type { ChatSurface, Delivery, MessageRef } from '../../src/chat/chat-surface';
import { DeliveryError } from '../../src/chat/chat-surface';
import type { Address } from '../../src/domain/person';
import { renderCard } from './block-kit';
import { messageRef } from './interaction';
import { toDeliveryError } from './slack-errors';

const DELIVERY_EVENT = 'helpdesk_delivery';
/** Slack stamps a message with its own clock, the attempt was noted with ours. */
const CLOCK_SKEW_MS = 2 * 60_000;
/** Looks at up to 2,000 messages, far more than a channel sees between two attempts. */
const SEARCH = { pageSize: 200, pages: 10 };

interface Message {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: Record<string, unknown> };
}

export class SlackSurface implements ChatSurface {
  readonly platform = 'slack';
  readonly #directMessages = new Map<string, string>();

  constructor(private readonly client: WebClient) {}

  hasThreads(): boolean {
    return true;
  }

  async post(to: Address, card: Card, delivery: Delivery): Promise<MessageRef> {
    const channel = await this.channelOf(to);
    const thread = delivery.thread === null ? null : parseRef(delivery.thread);
    if (delivery.attemptedSince !== null) {
      const found = await this.#find(channel, thread?.ts ?? null, delivery.key, delivery.attemptedSince);
      if (found !== null) {
        // What it shows was drawn at the earlier attempt.
        await this.update(messageRef(channel, found), card);
        return messageRef(channel, found);
      }
    }
    delivery.requireTurn?.();
    const { ts } = await calling('chat.postMessage', () =>
      this.client.chat.postMessage({
        channel,
        ...renderCard(card),
        ...(thread === null ? {} : { thread_ts: thread.ts }),
        metadata: { event_type: DELIVERY_EVENT, event_payload: { key: delivery.key } },
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    if (ts === undefined) throw new DeliveryError('later', 'chat.postMessage: no timestamp in the answer');
    return messageRef(channel, ts);
  }

  async update(message: MessageRef, card: Card): Promise<void> {
    const { channel, ts } = parseRef(message);
    await calling('chat.update', () => this.client.chat.update({ channel, ts, ...renderCard(card) }));
  }

  /**
   * The conversation of an address: a channel as it is, a person's direct message with the bot.
   * @throws DeliveryError
   */
  async channelOf(to: Address): Promise<string> {
    const place = /^slack:([A-Z0-9]+)$/.exec(to)?.[1];
    if (place === undefined) throw new DeliveryError('never', `not a place in Slack: ${to}`);
    if (!/^[UW]/.test(place)) return place;
    const known = this.#directMessages.get(place);
    if (known !== undefined) return known;
    const { channel } = await calling('conversations.open', () => this.client.conversations.open({ users: place }));
    if (channel?.id === undefined) throw new DeliveryError('never', `conversations.open: no direct message for ${to}`);
    this.#directMessages.set(place, channel.id);
    return channel.id;
  }

  async #find(channel: string, thread: string | null, key: string, since: Date): Promise<string | null> {
    const oldest = String((since.getTime() - CLOCK_SKEW_MS) / 1000);
    const query = { channel, oldest, include_all_metadata: true, limit: SEARCH.pageSize };
    let cursor: string | undefined;
    for (let page = 0; page < SEARCH.pages; page++) {
      const paged = cursor === undefined ? query : { ...query, cursor };
      const answer =
        thread === null
          ? await calling('conversations.history', () => this.client.conversations.history(paged))
          : await calling('conversations.replies', () => this.client.conversations.replies({ ...paged, ts: thread }));
      const found = (answer.messages as Message[] | undefined)?.find((message) => isDelivery(message, key));
      if (found?.ts !== undefined) return found.ts;
      cursor = answer.response_metadata?.next_cursor || undefined;
      if (cursor === undefined) return null;
    }
    return null;
  }
}

function isDelivery({ metadata }: Message, key: string): boolean {
  return metadata?.event_type === DELIVERY_EVENT && metadata.event_payload?.['key'] === key;
}

function parseRef(message: MessageRef): { channel: string; ts: string } {
  const [platform, channel, ts] = message.split(':');
  if (platform !== 'slack' || !channel || !ts) throw new DeliveryError('never', `not a Slack message: ${message}`);
  return { channel, ts };
}

async function calling<T>(method: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toDeliveryError(error, method);
  }
}
