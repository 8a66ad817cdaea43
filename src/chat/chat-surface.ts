/** What the helpdesk needs of a chat platform to show things there. One implementation for each platform, in `bots/`. */
import type { Address } from '../domain/person';
import type { Card } from './card';

/** One posted message; made and read by the surface that posted it. */
export type MessageRef = string;

export interface Delivery {
  /** The outbox key: written into the message's metadata, so that a post whose outcome is unknown can be found again. */
  readonly key: string;
  /**
   * Set when an earlier attempt may have succeeded unnoticed (it was cut off, or its process died), null when none or every
   * one was refused. Look for the message, posted no earlier than this, before posting it. One that is found is redrawn, for
   * the card may have changed since.
   */
  readonly attemptedSince: Date | null;
  /** The message in whose thread this one belongs. */
  readonly thread: MessageRef | null;
  /**
   * To be called right before the post itself, after whatever had to be asked first: that may have taken so long that the
   * message is somebody else's to post by now. Absent where nobody else can be. @throws DeliveryError
   */
  readonly requireTurn?: () => void;
}

export interface ChatSurface {
  /** The part of an address before the colon, for example `slack`. */
  readonly platform: string;
  /** Whether messages in this place have threads, where people can answer. */
  hasThreads(place: Address): boolean;
  /** Posts the card, exactly once for each key where the platform lets us look. @throws DeliveryError */
  post(to: Address, card: Card, delivery: Delivery): Promise<MessageRef>;
  /** Redraws a posted card; safe to repeat. @throws DeliveryError */
  update(message: MessageRef, card: Card): Promise<void>;
}

/**
 * Why a message did not arrive, by what must happen next:
 * `later` (rate limit, outage: try again), `unreachable` (the channel is missing or the bot is not in it: an operator must
 * mend it, try again now and then), `gone` (the message to update was deleted: post it anew), `never` (give up).
 */
export type DeliveryProblem = 'later' | 'unreachable' | 'gone' | 'never';

export class DeliveryError extends Error {
  constructor(
    readonly problem: DeliveryProblem,
    message: string,
    /** What the platform asked us to wait. */
    readonly retryAfterMs: number | null = null,
    /** What the wait holds for: this place, or every call to the platform. */
    readonly scope: 'place' | 'platform' = 'place',
    /** Whether what was posted may have arrived all the same: the connection was cut, or the answer was no answer. */
    readonly outcome: 'refused' | 'unknown' = 'refused',
  ) {
    super(message);
    this.name = 'DeliveryError';
  }
}
