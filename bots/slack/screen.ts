/** The Slack calls that show something to one person: modals, response addresses, private messages. */
import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../src/log';
import type { SlackMessage } from './block-kit';
import { slackErrorName } from './slack-errors';
import type { SlackSurface } from './slack-surface';

const RESPONSE_TIMEOUT_MS = 8_000;

export class Screen {
  constructor(
    private readonly client: WebClient,
    private readonly surface: SlackSurface,
    private readonly log: Log,
  ) {}

  /** A modal over whatever the person sees. A trigger id works once, within three seconds. */
  modal(triggerId: string): ModalSlot {
    const open = async (view: ModalView) => idOf(await this.client.views.open({ trigger_id: triggerId, view }));
    return new ModalSlot(open, (id, view) => this.updateModal(id, view), this.log);
  }

  /** A modal over the one that was clicked in; in its place when Slack's stack of three is full. */
  modalOnTop(triggerId: string, below: string): ModalSlot {
    const open = async (view: ModalView) => {
      try {
        return idOf(await this.client.views.push({ trigger_id: triggerId, view }));
      } catch (error) {
        if (slackErrorName(error) !== 'push_limit_reached') throw error;
        await this.updateModal(below, view);
        return below;
      }
    };
    return new ModalSlot(open, (id, view) => this.updateModal(id, view), this.log);
  }

  async updateModal(id: string, view: ModalView): Promise<void> {
    await this.client.views.update({ view_id: id, view });
  }

  /** Five times within 30 minutes, also where the bot is no member. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
  async respond(url: string, body: object): Promise<void> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`response_url answered ${response.status}`);
  }

  /** Best effort: what is replaced is only an old message to one person, and its address may have expired. */
  async replace(url: string, message: SlackMessage): Promise<void> {
    try {
      await this.respond(url, { replace_original: true, ...message });
    } catch (error) {
      this.log.info({ err: error }, 'A private message could not be replaced');
    }
  }

  async post(place: { channel: string; thread: string | null }, message: SlackMessage): Promise<void> {
    const thread = place.thread === null ? {} : { thread_ts: place.thread };
    await this.client.chat.postMessage({ channel: place.channel, ...thread, ...message, unfurl_links: false });
  }

  /** Seen by one person in a channel; by direct message when they or the bot are not in it. */
  async whisper(place: { channel: string; thread: string | null; user: string }, message: SlackMessage): Promise<void> {
    const thread = place.thread === null ? {} : { thread_ts: place.thread };
    try {
      await this.client.chat.postEphemeral({ channel: place.channel, user: place.user, ...thread, ...message });
    } catch (error) {
      this.log.info({ err: error }, 'Answering by direct message instead');
      await this.tellDirectly(place.user, message);
    }
  }

  async tellDirectly(user: string, message: SlackMessage): Promise<void> {
    await this.post({ channel: await this.surface.channelOf(`slack:${user}`), thread: null }, message);
  }
}

/** One modal, which may be opened before we know what belongs in it. */
export class ModalSlot {
  #id: Promise<string> | null = null;

  constructor(
    private readonly open: (view: ModalView) => Promise<string>,
    private readonly update: (id: string, view: ModalView) => Promise<void>,
    private readonly log: Log,
  ) {}

  get isOpen(): boolean {
    return this.#id !== null;
  }

  async show(view: ModalView): Promise<void> {
    if (this.#id === null) {
      this.#id = this.open(view);
      await this.#id;
    } else {
      await this.update(await this.#id, view);
    }
  }

  /** @returns false when it could not be shown: the trigger expired, or the person closed it meanwhile */
  async tryShow(view: ModalView): Promise<boolean> {
    try {
      await this.show(view);
      return true;
    } catch (error) {
      this.log.info({ err: error }, 'A modal could not be shown');
      return false;
    }
  }
}

function idOf(answer: { view?: { id?: string } | undefined }): string {
  const id = answer.view?.id;
  if (id === undefined) throw new Error('Slack opened a view without an id');
  return id;
}
