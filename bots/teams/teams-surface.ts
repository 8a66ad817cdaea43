/**
 * Shows cards in Teams: in personal chats and channels. Teams has no way to ask for a message and shows a repeated post
 * twice, so a post whose outcome is unknown is not repeated (docs/decisions/0012-never-post-twice-in-teams.md); updates are
 * repeated freely. A place that refuses the app for good is marked in the place book and called no more.
 */
import type { Activity } from 'botbuilder';
import type { Card } from '../../src/chat/card';
import type { ChatSurface, Delivery, MessageRef } from '../../src/chat/chat-surface';
import { DeliveryError } from '../../src/chat/chat-surface';
import type { Address } from '../../src/domain/person';
import { messageOf } from './adaptive-card';
import type { Connector } from './connector';
import type { ChannelReference, PersonReference } from './place';
import {
  PLATFORM,
  addressKind,
  channelAddress,
  idOf,
  messageRef,
  parseRef,
  personId,
  threadOf,
  threadRootOf,
} from './place';
import type { Places } from './places';
import type { Call } from './teams-errors';
import { closedBy, toDeliveryError } from './teams-errors';

/** A person with the chat that was found or opened for them. */
interface Chat {
  readonly reference: PersonReference;
  readonly conversationId: string;
}

export class TeamsSurface implements ChatSurface {
  readonly platform = PLATFORM;

  constructor(
    private readonly connector: Connector,
    private readonly places: Places,
  ) {}

  hasThreads(place: Address): boolean {
    return addressKind(place) === 'channel';
  }

  async post(to: Address, card: Card, delivery: Delivery): Promise<MessageRef> {
    if (delivery.attemptedSince !== null) {
      throw new DeliveryError(
        'never',
        'it may have been posted already; Teams cannot be asked, so it is not posted again',
      );
    }
    return addressKind(to) === 'channel'
      ? this.#postToChannel(to, card, delivery)
      : this.#postToPerson(to, card, delivery);
  }

  async update(message: MessageRef, card: Card): Promise<void> {
    const { conversation, activityId } = parseRef(message);
    const id = idOf(conversation) ?? '';
    const activity = messageOf(card);
    if (this.hasThreads(channelAddress(id))) {
      const channel = await this.places.channel(channelAddress(id));
      const { serviceUrl } = channel;
      return this.#inChannel(channel, 'update', () => this.connector.update(serviceUrl, id, activityId, activity));
    }
    const { reference, conversationId } = await this.#chatWith(conversation);
    await this.#withPerson(reference, 'update', () =>
      this.connector.update(reference.serviceUrl, conversationId, activityId, activity),
    );
  }

  async #postToPerson(to: Address, card: Card, delivery: Delivery): Promise<MessageRef> {
    const { reference, conversationId } = await this.#chatWith(to);
    delivery.requireTurn?.();
    const activityId = await this.#withPerson(reference, 'post', () =>
      this.connector.send(reference.serviceUrl, conversationId, messageOf(card)),
    );
    const { aadObjectId, userId } = reference;
    return messageRef(aadObjectId === '' ? `${PLATFORM}:${userId}` : personId(aadObjectId), activityId);
  }

  async #postToChannel(to: Address, card: Card, { thread, requireTurn }: Delivery): Promise<MessageRef> {
    const channel = await this.places.channel(to);
    requireTurn?.();
    if (thread !== null) {
      const conversation = idOf(parseRef(thread).conversation) ?? '';
      const activityId = await this.#inChannel(channel, 'post', () =>
        this.connector.send(channel.serviceUrl, conversation, messageOf(card)),
      );
      return messageRef(`${PLATFORM}:${conversation}`, activityId);
    }
    const created = await this.#inChannel(channel, 'post', () =>
      this.connector.create(channel.serviceUrl, {
        isGroup: true,
        bot: { id: channel.botId, name: '' },
        tenantId: channel.tenantId,
        activity: messageOf(card) as Activity,
        channelData: { channel: { id: channel.conversationId }, tenant: { id: channel.tenantId } },
      }),
    );
    const root = created.activityId ?? threadRootOf(created.conversationId);
    if (root === null) throw new DeliveryError('later', 'create: no message in the answer', null, 'place', 'unknown');
    return messageRef(`${PLATFORM}:${threadOf(channel.conversationId, root)}`, root);
  }

  /** Their personal chat, opened when there is none yet: Teams answers with the same one each time. */
  async #chatWith(person: Address): Promise<Chat> {
    const reference = await this.places.personal(person);
    const { serviceUrl, tenantId, botId, userId, conversationId } = reference;
    if (conversationId !== null) return { reference, conversationId };
    const opened = await this.#withPerson(reference, 'open', () =>
      this.connector.create(serviceUrl, {
        isGroup: false,
        bot: { id: botId, name: '' },
        members: [{ id: userId, name: '' }],
        tenantId,
        channelData: { tenant: { id: tenantId } },
      }),
    );
    const found = { ...reference, conversationId: opened.conversationId };
    if (await this.places.person(person)) await this.places.heard(found);
    return { reference: found, conversationId: opened.conversationId };
  }

  async #withPerson<T>(reference: PersonReference, call: Call, asked: () => Promise<T>): Promise<T> {
    try {
      return await asked();
    } catch (error) {
      const closed = closedBy(error, call, 'person');
      if (closed !== null) await this.places.markBlocked(reference, closed);
      throw toDeliveryError(error, call, 'person');
    }
  }

  async #inChannel<T>(channel: ChannelReference, call: Call, asked: () => Promise<T>): Promise<T> {
    try {
      return await asked();
    } catch (error) {
      if (closedBy(error, call, 'channel') !== null) await this.places.markRemoved(channel);
      throw toDeliveryError(error, call, 'channel');
    }
  }
}
