/**
 * The helpdesk in Slack, by signed HTTP or Socket Mode: one Bolt listener for each kind of delivery. Every one goes the
 * same way: payload → interaction → desk → acknowledgement → reply, and nothing is acknowledged as done before the desk
 * has stored it.
 */
import { App } from '@slack/bolt';
import type { BlockAction, Logger } from '@slack/bolt';
import { LogLevel, WebClient } from '@slack/web-api';
import type { Reply } from '../../src/chat/card';
import type { ChatBot, Check, Desk } from '../../src/chat/chat-bot';
import type { MessageRef } from '../../src/chat/chat-surface';
import { Conversations } from '../../src/chat/conversations';
import { sayIn } from '../../src/chat/words';
import type { Clock } from '../../src/clock';
import type { Address, Language } from '../../src/domain/person';
import type { Log } from '../../src/log';
import type { Meter } from '../../src/meter';
import type { Listener } from '../http';
import { checkSlack } from './checks';
import * as hear from './interaction';
import type { Heard, Self, SlackMessageEvent, SlackReactionEvent } from './interaction';
import { SlackPeople, SlackRoster } from './people';
import { HttpReceiver, SocketReceiver } from './receivers';
import { Screen } from './screen';
import { slackErrorName, toDeliveryError } from './slack-errors';
import { SlackSurface } from './slack-surface';
import { ClickStage, CommandStage, EventStage, ModalClickStage, ShortcutStage, SubmissionStage } from './stage';
import type { Ack } from './stage';

/** Slack gives 3 seconds; an answer given well before them, on a busy machine too, beats a complete one after. https://docs.slack.dev/tools/bolt-js/concepts/acknowledge */
const GUARD_MS = 2_000;
/** A trigger id also lives 3 seconds, of which opening a modal may take one. */
const HOLD_MS = 700;
/** At once, after 1 minute, after 5 minutes. https://docs.slack.dev/apis/events-api/#retries */
const EVENT_RETRIES = 3;

export interface SlackSettings {
  readonly botToken: string;
  /** Checks HTTP deliveries; not needed for Socket Mode. */
  readonly signingSecret: string | null;
  /** Given: Socket Mode. */
  readonly appToken: string | null;
  /** The Web API's base. */
  readonly apiUrl: string;
}

export interface SlackDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly meter?: Pick<Meter, 'acknowledged' | 'interactionRepeated'>;
  /** The ticket that a message shows, if it shows one. @throws Error when that is not known yet; Slack then delivers again */
  ticketAt(message: MessageRef, place: Address): Promise<number | null>;
  /** The ticket that a message shows, or the event of one that it says. @throws the same */
  answerAt(message: MessageRef, place: Address): Promise<{ ticketId: number; version: number | null } | null>;
  /** For people whose own language we do not know or speak. */
  readonly defaultLanguage: Language;
}

export interface SlackBot extends ChatBot {
  /** Answers `POST /slack/events`; null in Socket Mode. */
  readonly requestListener: Listener | null;
  /** Whether deliveries can reach us just now. */
  isConnected(): boolean;
}

/** @throws Error when there is neither an app token nor a signing secret */
export function createSlackBot(settings: SlackSettings, deps: SlackDeps): SlackBot {
  return new Bot(settings, deps);
}

class Bot implements SlackBot {
  readonly surface: SlackSurface;
  readonly roster: SlackRoster;
  readonly requestListener: Listener | null;
  readonly #client: WebClient;
  readonly #people: SlackPeople;
  readonly #screen: Screen;
  readonly #receiver: HttpReceiver | SocketReceiver;
  readonly #conversations: Conversations<Heard>;
  #desk: Desk | null = null;
  #self: Promise<Self> | null = null;
  #connected = false;

  constructor(
    private readonly settings: SlackSettings,
    private readonly deps: SlackDeps,
  ) {
    const { botToken, signingSecret, appToken, apiUrl } = settings;
    const { log, clock } = deps;
    const logger = new BoltLogger(log);
    const clientOptions = {
      slackApiUrl: apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 8_000,
      logger,
    };
    this.#client = new WebClient(botToken, clientOptions);
    this.surface = new SlackSurface(this.#client);
    this.#people = new SlackPeople(this.#client, clock, log);
    this.roster = new SlackRoster(this.#client, this.#people);
    this.#screen = new Screen(this.#client, this.surface, log);
    this.#conversations = new Conversations(
      (heard) => this.#handle(heard),
      ({ user }) => sayIn(this.#people.languageOf(user.id) ?? deps.defaultLanguage),
      log,
      { guardMs: GUARD_MS, holdMs: HOLD_MS },
      () => deps.meter?.interactionRepeated(),
    );
    if (appToken === null && !signingSecret) throw new Error('Slack needs a signing secret or an app token');
    this.#receiver =
      appToken === null
        ? new HttpReceiver(signingSecret ?? '', clock, log)
        : new SocketReceiver({ appToken, apiUrl, logger }, log, (ms) => deps.meter?.acknowledged('slack', ms));
    this.requestListener = this.#receiver instanceof HttpReceiver ? this.#receiver.requestListener : null;
    const authorize = async () => {
      const self = await this.#identify();
      return { botToken, botId: self.botId, botUserId: self.userId };
    };
    const app = new App({ receiver: this.#receiver, authorize, clientOptions, logger, convoStore: false });
    this.#listen(app);
  }

  async start(desk: Desk): Promise<void> {
    this.#desk = desk;
    try {
      await this.#identify();
    } catch (error) {
      if (toDeliveryError(error, 'auth.test').problem !== 'later') {
        throw new Error(`Slack refused the bot token: ${slackErrorName(error) ?? String(error)}`, { cause: error });
      }
      this.deps.log.warn({ err: error }, 'Slack cannot be reached yet');
    }
    await this.#receiver.start().catch((error: unknown) => {
      throw new Error(`Slack refused the app token: ${slackErrorName(error) ?? String(error)}`, { cause: error });
    });
    this.#connected = true;
  }

  async stop(): Promise<void> {
    this.#connected = false;
    await this.#receiver.stop();
    await this.#conversations.finish();
  }

  isConnected(): boolean {
    return this.#connected && (this.#receiver instanceof HttpReceiver || this.#receiver.isConnected);
  }

  check(channels: readonly Address[]): Promise<Check[]> {
    return checkSlack(this.#client, channels);
  }

  #listen(app: App): void {
    const screen = this.#screen;
    app.command(/.*/, ({ command, ack }) =>
      this.#conversations.converse(hear.fromCommand(command), new CommandStage(command, ack as Ack, screen)),
    );
    app.action(/.*/, ({ body, ack }) => this.#clicked(body as BlockAction, ack as Ack));
    app.view(/.*/, async ({ body, ack }) => {
      if (body.type !== 'view_submission') return ack();
      await this.#conversations.converse(hear.fromSubmission(body), new SubmissionStage(body, ack as Ack, screen));
    });
    app.shortcut(/.*/, async ({ body, ack }) => {
      const self = await this.#identify();
      const message = body.type === 'message_action' ? { message: await this.#named(body.message, self) } : {};
      const heard = hear.fromShortcut({ ...body, ...message }, self);
      await this.#conversations.converse(heard, new ShortcutStage(body, ack as Ack, screen));
    });
    app.options(/.*/, ({ ack }) => ack({ options: [] }));
    app.event('message', ({ event, body, context }) =>
      this.#said(event as SlackMessageEvent, body.team_id, hear.fromMessage, context.retryNum),
    );
    app.event('app_mention', ({ event, body, context }) =>
      this.#said(event, body.team_id, hear.fromMention, context.retryNum),
    );
    app.event('reaction_added', ({ event, context }) => this.#reacted(event as SlackReactionEvent, context.retryNum));
    app.error((error) => {
      this.deps.log.error({ err: error }, 'A Slack delivery failed');
      // Swallowed, it would be answered as if all were well, and never delivered again.
      return Promise.reject(error);
    });
  }

  async #clicked(body: BlockAction, ack: Ack): Promise<void> {
    const heard = hear.fromAction(body);
    if (heard === null) return ack();
    const stage =
      body.view === undefined
        ? new ClickStage(body, heard.intent, ack, this.#screen)
        : new ModalClickStage(body.view, body.trigger_id, ack, this.#screen);
    await this.#conversations.converse(heard, stage);
  }

  async #said(
    event: SlackMessageEvent,
    team: string,
    interpret: typeof hear.fromMessage,
    retry: number | undefined,
  ): Promise<void> {
    const self = await this.#identify();
    const root = hear.threadRootOf(event, self);
    const ticketId = root === null ? null : await this.deps.ticketAt(root, placeOf(event.channel, event.user));
    if (interpret(event, team, self, ticketId) === null) return;
    const heard = interpret(await this.#named(event, self), team, self, ticketId);
    if (heard === null) return;
    const { channel, thread_ts: thread = null } = event;
    const direct = event.channel_type === 'im' || channel.startsWith('D');
    await this.#conversations.overhear(
      heard,
      new EventStage({ channel, thread, user: heard.user.id, direct }, this.#screen),
      isLast(retry),
    );
  }

  async #reacted(event: SlackReactionEvent, retry: number | undefined): Promise<void> {
    const message = hear.reactedMessageOf(event, await this.#identify());
    const shown = message === null ? null : await this.deps.answerAt(message, placeOf(event.item.channel, event.user));
    const heard = shown === null ? null : hear.fromReaction(event, shown);
    if (heard === null) return;
    const place = { channel: event.item.channel ?? '', thread: null, user: event.user, direct: false };
    await this.#conversations.overhear(heard, new EventStage(place, this.#screen), isLast(retry));
  }

  /** The message with names for the people it mentions: agents cannot read ids. */
  async #named<M extends Pick<SlackMessageEvent, 'text' | 'attachments'>>(message: M, self: Self): Promise<M> {
    const { text = '', attachments = [] } = message;
    const all = [text, ...attachments.map((each) => each.text ?? '')].join(' ');
    const others = hear.mentionedIn(all).filter((id) => id !== self.userId);
    if (others.length === 0) return message;
    const people = await Promise.all(others.map((id) => this.#people.personOf({ id, name: id })));
    const names = new Map(people.map(({ id, name }) => [id.slice(6), name]));
    const named = attachments.map((each) => ({ ...each, text: hear.withNames(each.text ?? '', names) }));
    return { ...message, text: hear.withNames(text, names), attachments: named };
  }

  async #handle({ user, ...heard }: Heard): Promise<Reply> {
    if (this.#desk === null) throw new Error('not started');
    const from = await this.#people.personOf(user);
    return this.#desk.handle({ ...heard, from });
  }

  /** Who we are; asked once, and again after a failure. */
  #identify(): Promise<Self> {
    this.#self ??= this.#client.auth
      .test()
      .then(({ user_id: userId = '', bot_id: botId = '' }) => ({ userId, botId }))
      .catch((error: unknown) => {
        this.#self = null;
        throw error;
      });
    return this.#self;
  }
}

/** Nobody asks again after the last retry. */
function isLast(retry = 0): boolean {
  return retry >= EVENT_RETRIES;
}

/** The address by which the helpdesk posts there: a direct message goes to its person. */
function placeOf(channel = '', user = ''): Address {
  return `slack:${channel.startsWith('D') ? user : channel}`;
}

/** Bolt's words in our log, without its debug output: that has people's words and payloads in it. */
class BoltLogger implements Logger {
  constructor(private readonly log: Log) {}
  debug(): void {}
  info(...said: unknown[]): void {
    this.log.debug({ said: said.map(String) }, 'Bolt');
  }
  warn(...said: unknown[]): void {
    this.log.warn({ said: said.map(String) }, 'Bolt');
  }
  error(...said: unknown[]): void {
    this.log.warn({ said: said.map(String) }, 'Bolt');
  }
  setLevel(): void {}
  getLevel(): LogLevel {
    return LogLevel.INFO;
  }
  setName(): void {}
}
