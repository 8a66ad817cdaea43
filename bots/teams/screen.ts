/**
 * Messages of the bot that are not announcements: what one person is told at once, and seen by nobody else. In a channel
 * or group chat that is a targeted message; where Teams refuses it, the person's own chat; and only what anybody may read
 * is ever said in front of everybody.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Card } from '../../src/chat/card';
import { plainCard } from '../../src/chat/reply-card';
import type { Say } from '../../src/chat/words';
import type { Log } from '../../src/log';
import type { Activity } from './activity';
import { messageOf } from './adaptive-card';
import type { Connector } from './connector';
import type { Shown } from './forms';
import type { TeamsUser } from './interaction';
import { channelAddress, idOf, threadRootOf } from './place';
import { toDeliveryError } from './teams-errors';
import type { TeamsSurface } from './teams-surface';

/** Where somebody acted. */
export interface Spot {
  readonly activity: Activity;
  readonly user: TeamsUser;
  /** Whether everybody there may read the answer unless its card says otherwise, such as one from the knowledge base. */
  readonly isForAll: boolean;
}

/** https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages */
export class Screen {
  constructor(
    private readonly connector: Connector,
    private readonly surface: TeamsSurface,
    private readonly log: Log,
  ) {}

  /** To this person alone, here if Teams lets us. @throws when there is no way to tell them */
  async tell(spot: Spot, shown: Shown, say: Say): Promise<void> {
    if (spot.activity.conversation.kind === 'personal') return this.#send(spot, shown);
    try {
      await this.#send(spot, shown, spot.user.userId);
    } catch (error) {
      this.log.info({ err: error }, 'Answering in the personal chat instead');
      await this.#tellElsewhere(spot, shown, say);
    }
  }

  /** Best effort: takes the place of a message to one person. @returns whether it did */
  async replace({ activity }: Spot, card: Card): Promise<boolean> {
    const { serviceUrl, conversation, replyToId } = activity;
    if (conversation.kind !== 'personal' || replyToId === null) return false;
    try {
      await this.connector.update(serviceUrl, conversation.id, replyToId, messageOf(card));
      return true;
    } catch (error) {
      this.log.info({ err: error }, 'A private message could not be replaced');
      return false;
    }
  }

  /** To everybody in a conversation. */
  async post({ serviceUrl, conversation }: Activity, card: Card): Promise<void> {
    await this.connector.send(serviceUrl, conversation.id, messageOf(card));
  }

  async #tellElsewhere(spot: Spot, shown: Shown, say: Say): Promise<void> {
    const { user, activity } = spot;
    const key = `reply:${activity.conversation.id}:${activity.id}`;
    const isTold = await this.surface.post(user.id, shown.card, { key, attemptedSince: null, thread: null }).then(
      () => true,
      (error: unknown) => {
        this.log.info({ err: error }, 'The personal chat could not be reached');
        return false;
      },
    );
    // Nobody saw a slash command, so nobody else has to know where its answer is, nor what was asked.
    const isHidden = activity.recipient.isTargeted;
    if (isTold && isHidden) return;
    const isForAll = spot.isForAll && !isHidden && shown.card.forSome !== true;
    if (!isTold && isForAll) return this.#send(spot, { card: shown.card });
    const { name } = user;
    await this.#send(spot, { card: plainCard('', say(isTold ? 'private.sent' : 'private.unreachable', { name })) });
  }

  async #send({ activity }: Spot, shown: Shown, targetedAt?: string): Promise<void> {
    const how = targetedAt === undefined ? {} : { targetedAt };
    const message = messageOf(shown.card, shown.drawn);
    const send = () => this.connector.send(activity.serviceUrl, whereTo(activity), message, how);
    // Nobody else tries again: this is in no outbox.
    await send().catch(async (error: unknown) => {
      await pause(waitAfter(error));
      return send();
    });
  }
}

/** Somebody looks at an empty chat meanwhile, and Teams waits for 15 seconds. */
const LONGEST_WAIT_MS = 5_000;
const USUAL_WAIT_MS = 1_000;

/** How long until Teams may take what it refused for now. @throws the error when it may not, or when it may have been shown */
function waitAfter(error: unknown): number {
  const { problem, outcome, retryAfterMs } = toDeliveryError(error, 'post', 'person');
  const waitMs = retryAfterMs ?? USUAL_WAIT_MS;
  if (problem !== 'later' || outcome === 'unknown' || waitMs > LONGEST_WAIT_MS) throw error;
  return waitMs;
}

/** Its conversation; the channel itself for a slash command that began a thread, which nobody sees and so cannot be answered in. */
function whereTo({ conversation, recipient, id }: Activity): string {
  const isHidden = recipient.isTargeted && threadRootOf(conversation.id) === id;
  return (isHidden ? idOf(channelAddress(conversation.id)) : null) ?? conversation.id;
}
