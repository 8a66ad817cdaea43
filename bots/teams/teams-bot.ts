/**
 * The helpdesk in Microsoft Teams. Every delivery goes the same way: gate → activity → interaction → desk → answer, and
 * nothing is answered as done before the desk has stored it. A delivery that Teams repeats gets the answer of the first.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from '../../src/chat/card';
import { channelWelcomeCard, welcomeCard } from '../../src/chat/cards/welcome-card';
import type { ChatBot, Check, Desk, PlaceBook } from '../../src/chat/chat-bot';
import type { MessageRef } from '../../src/chat/chat-surface';
import { Conversations } from '../../src/chat/conversations';
import type { Say } from '../../src/chat/words';
import { sayIn } from '../../src/chat/words';
import type { Clock } from '../../src/clock';
import type { Address, Language } from '../../src/domain/person';
import { languageOf } from '../../src/domain/person';
import type { SupportLine } from '../../src/domain/support-line';
import type { Log } from '../../src/log';
import type { Meter } from '../../src/meter';
import { within } from '../../src/patience';
import type { Listener } from '../http';
import type { Activity } from './activity';
import type { Answer } from './answer';
import { OK, TRY_AGAIN } from './answer';
import { withoutDialogs } from './card-elements';
import { checkTeams } from './checks';
import { Connector } from './connector';
import type { ConnectorSettings } from './connector';
import { CommandStage, DialogStage } from './dialogs';
import type { Filled } from './forms';
import { Gate } from './gate';
import type { GateSettings } from './gate';
import * as hear from './interaction';
import type { Heard, MessageAt, TeamsUser } from './interaction';
import { TeamsPeople, TeamsRoster } from './people';
import { channelAddress } from './place';
import { Places } from './places';
import { Screen } from './screen';
import type { Spot } from './screen';
import type { Answering } from './stage';
import { ActionStage, ButtonMessageStage, MessageStage, notice } from './stage';
import { TeamsSurface } from './teams-surface';
import type { Turns } from './turns';
import { forgetWhereabouts, isDeparture, keepWhereabouts } from './whereabouts';

export type TeamsSettings = GateSettings & ConnectorSettings;

export interface TeamsDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly meter?: Pick<Meter, 'interactionRepeated'>;
  /** What is kept of the people and channels that can be reached. */
  readonly places: PlaceBook;
  /** The ticket that a message shows, if it shows one. @throws Error when that is not known yet */
  ticketAt(message: MessageRef, place: Address): Promise<number | null>;
  /** The ticket that a message shows, or the event of one that it says. @throws the same */
  answerAt(message: MessageRef, place: Address): Promise<hear.Shown | null>;
  /** Whose tickets are shown in which channels. */
  readonly lines?: readonly Pick<SupportLine, 'name' | 'channels'>[];
  /** For people whose own language we do not know or speak. */
  readonly defaultLanguage: Language;
}

export interface TeamsBot extends ChatBot {
  /** Answers `POST /api/messages`. */
  readonly requestListener: Listener;
  /** Whether deliveries are taken just now. */
  isConnected(): boolean;
}

/** Teams gives 15 seconds; a person gives less. */
const PATIENCE = { guardMs: 2000, holdMs: 10_000 };
/** What must be known before the desk can be asked waits no longer for the database. */
const BEFORE_MS = 1000;
const REMEMBERED_DELIVERIES = 500;
const NOT_IMPLEMENTED: Answer = { status: 501 };

/** @param settings null: no credentials; then it speaks only with this machine, such as Microsoft's Agents Playground */
export function createTeamsBot(settings: TeamsSettings | null, deps: TeamsDeps): TeamsBot {
  return new Bot(settings, deps);
}

class Bot implements TeamsBot {
  readonly surface: TeamsSurface;
  readonly roster: TeamsRoster;
  readonly #gate: Gate;
  /** Without credentials it is a test tool that we speak with: the Agents Playground opens no dialogs. */
  readonly #shape: <T>(json: T) => T;
  readonly #places: Places;
  readonly #people: TeamsPeople;
  readonly #connector: Connector;
  readonly #screen: Screen;
  readonly #conversations: Conversations<Heard & { readonly spot: Spot }>;
  readonly #deliveries = new Map<string, Promise<Answer>>();
  #turns: Promise<Turns> | null = null;
  #desk: Desk | null = null;
  #isOpen = false;

  constructor(
    private readonly settings: TeamsSettings | null,
    private readonly deps: TeamsDeps,
  ) {
    const { log, clock } = deps;
    this.#gate = new Gate(settings, clock, log);
    this.#shape = settings === null ? withoutDialogs : (json) => json;
    this.#connector = new Connector(settings, { clock, shape: this.#shape });
    this.#places = new Places(deps.places, deps.lines);
    this.surface = new TeamsSurface(this.#connector, this.#places);
    this.#people = new TeamsPeople(this.#connector, this.#places, settings?.allowedTenants ?? null, clock, log);
    this.roster = new TeamsRoster(this.#connector, this.#places, this.#people);
    this.#screen = new Screen(this.#connector, this.surface, log);
    this.#conversations = new Conversations(
      (heard) => this.#handle(heard),
      ({ user }) => this.#say(languageOf(user.locale) ?? this.#people.languageOf(user.id)),
      log,
      PATIENCE,
      () => deps.meter?.interactionRepeated(),
    );
  }

  readonly requestListener = (request: IncomingMessage, response: ServerResponse): void => {
    this.#receive(request)
      .catch((error: unknown): Answer => {
        this.deps.log.error({ err: error }, 'A delivery of Teams failed');
        return { status: 500 };
      })
      .then(({ status, body }) => {
        if (body === undefined) return response.writeHead(status).end();
        return response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(this.#shape(body)));
      })
      .catch(() => response.destroy());
  };

  async start(desk: Desk): Promise<void> {
    // So that nobody who writes waits for it. Without credentials only a tool on this machine may write, and few have one.
    if (this.settings !== null) await this.#load();
    this.#desk = desk;
    this.#isOpen = true;
  }

  async stop(): Promise<void> {
    this.#isOpen = false;
    await this.#conversations.finish();
  }

  isConnected(): boolean {
    return this.#isOpen;
  }

  check(channels: readonly Address[]): Promise<Check[]> {
    return checkTeams(this.#connector, this.#places, this.settings?.appId ?? null, channels);
  }

  async #receive(request: IncomingMessage): Promise<Answer> {
    // Teams repeats what is refused like this, so little is lost while we start or stop.
    if (!this.#isOpen) return TRY_AGAIN;
    const arrived = performance.now();
    const admission = await this.#gate.admit(request);
    if ('status' in admission) return admission;
    const { activity, raw } = admission;
    const turns = await this.#load();
    return turns.run(raw, () => this.#once(activity, arrived));
  }

  /** Everything of botbuilder's, loaded once. @throws Error when it cannot be */
  #load(): Promise<Turns> {
    this.#turns ??= Promise.all([import('./turns.js'), this.#connector.authentication()]).then(
      ([{ Turns }, authentication]) => new Turns(authentication, this.settings?.appId ?? ''),
    );
    return this.#turns;
  }

  /** A repeated delivery waits for the first one's answer and gets the same; one that failed is done anew. */
  #once(activity: Activity, arrived: number): Promise<Answer> {
    const key = hear.deliveryKey(activity);
    const known = key === null ? undefined : this.#deliveries.get(key);
    if (known !== undefined) this.deps.meter?.interactionRepeated();
    if (known !== undefined || key === null) return known ?? this.#take(activity, arrived);
    const answer = this.#take(activity, arrived);
    this.#deliveries.set(key, answer);
    const forget = (): void => void this.#deliveries.delete(key);
    answer.then(({ status }) => (status === 200 ? undefined : forget()), forget);
    const oldest = this.#deliveries.keys().next();
    if (this.#deliveries.size > REMEMBERED_DELIVERIES && oldest.done === false) this.#deliveries.delete(oldest.value);
    return answer;
  }

  /** @param arrived when it did, by `performance.now()`: a person waits since then */
  async #take(activity: Activity, arrived: number): Promise<Answer> {
    await this.#keep(activity);
    switch (activity.type) {
      case 'message':
        return this.#said(activity, arrived);
      case 'invoke':
        return this.#invoked(activity, arrived);
      case 'messageReaction':
        return this.#reacted(activity, arrived);
      case 'installationUpdate':
        return this.#arrived(activity);
      default:
        return OK;
    }
  }

  /** Where they are reached must be known before something is announced to them. */
  async #keep(activity: Activity): Promise<void> {
    const isOpen = this.settings === null;
    try {
      const change = isDeparture(activity) ? forgetWhereabouts : keepWhereabouts;
      await within(BEFORE_MS, change(activity, this.#places, isOpen));
    } catch (error) {
      this.deps.log.warn({ err: error }, 'Where somebody is reached in Teams could not be kept');
    }
  }

  async #said(activity: Activity, arrived: number): Promise<Answer> {
    const user = this.#userOf(activity);
    if (user === null) return OK;
    if (hear.isButton(activity)) {
      const heard = hear.fromData(activity, user);
      const spot = spotOf(activity, heard);
      const stage = new ButtonMessageStage(spot, this.#screen, this.#filled(heard, activity));
      return this.#converse(heard, spot, stage, arrived);
    }
    const ticketId = await this.#ticketAt(hear.answeredBy(activity, user));
    if (ticketId === 'unknown') return TRY_AGAIN;
    const heard = hear.fromMessage(activity, user, ticketId);
    if (heard === null) return OK;
    const spot = spotOf(activity, heard);
    return this.#converse(heard, spot, new MessageStage(spot, this.#screen), arrived);
  }

  async #reacted(activity: Activity, arrived: number): Promise<Answer> {
    const user = this.#userOf(activity);
    const message = user === null ? null : hear.reactedMessageOf(activity, user);
    if (user === null || message === null) return OK;
    const shown = await this.#answerAt([message]);
    if (shown === 'unknown') return TRY_AGAIN;
    const heard = shown === null ? null : hear.fromReaction(activity, user, shown);
    if (heard === null) return OK;
    const spot = spotOf(activity, heard);
    return this.#converse(heard, spot, new MessageStage(spot, this.#screen), arrived);
  }

  async #invoked(activity: Activity, arrived: number): Promise<Answer> {
    const user = this.#userOf(activity);
    if (user === null) return { status: 403 };
    if (activity.name === 'adaptiveCard/action' && hear.isAutomatic(activity)) return notice('');
    const isCommand = activity.name === 'composeExtension/fetchTask';
    const shown = isCommand ? await this.#answerAt(hear.commandedAt(activity, user)) : null;
    // The words of the message are in the command: they do without their ticket.
    const heard = isCommand
      ? hear.fromCommand(activity, user, shown === 'unknown' ? null : shown)
      : hear.fromData(activity, user);
    const spot = spotOf(activity, heard);
    const stage = this.#stageOf(activity, spot, this.#filled(heard, activity));
    return stage === null ? NOT_IMPLEMENTED : this.#converse(heard, spot, stage, arrived);
  }

  /** Null for an invoke that nothing of ours causes. */
  #stageOf({ name }: Activity, spot: Spot, filled: Filled | null): Answering | null {
    switch (name) {
      case 'adaptiveCard/action':
        return new ActionStage(spot, this.#screen, filled);
      case 'task/fetch':
        return new DialogStage(spot, this.#screen, filled, false);
      case 'task/submit':
        return new DialogStage(spot, this.#screen, filled, true);
      case 'composeExtension/fetchTask':
        return new CommandStage(spot, this.#screen, filled, false);
      case 'composeExtension/submitAction':
        return new CommandStage(spot, this.#screen, filled, true);
      default:
        return null;
    }
  }

  /** Only `installationUpdate` is answered: a `conversationUpdate` comes besides it. */
  async #arrived(activity: Activity): Promise<Answer> {
    if (activity.action !== 'add') return OK;
    const say = this.#say(languageOf(activity.locale));
    const { conversation } = activity;
    if (conversation.kind === 'group') return OK;
    const channel = channelAddress(conversation.id);
    const line = this.deps.lines?.find(({ channels }) => channels.includes(channel))?.name ?? null;
    const card = conversation.kind === 'personal' ? welcomeCard(say) : channelWelcomeCard(channel, line, say);
    await this.#screen.post(activity, card).catch((error: unknown) => {
      this.deps.log.warn({ err: error }, 'The bot could not introduce itself');
    });
    return OK;
  }

  #converse(heard: Heard, spot: Spot, stage: Answering, arrived: number): Promise<Answer> {
    // What could not be shown is in the log; the delivery itself was taken.
    void this.#conversations
      .converse({ ...heard, spot }, stage, performance.now() - arrived)
      .finally(() => stage.answer(OK));
    return stage.answered;
  }

  #filled({ id, user, intent }: Heard, activity: Activity): Filled | null {
    const data = hear.dataOf(activity);
    if (!('fields' in intent) || intent.fields === undefined || typeof data['nonce'] !== 'string') return null;
    const { fields, ...opening } = intent;
    const heard = { id: `${id}:form`, user, intent: opening };
    const reopen = (): Promise<Reply> =>
      this.#handle({ ...heard, spot: { activity, user, isForAll: false } }).catch(() => ({ kind: 'none' }));
    return { nonce: data['nonce'], fields, data, reopen };
  }

  async #handle({ user, spot, ...heard }: Heard & { readonly spot: Spot }): Promise<Reply> {
    if (this.#desk === null) throw new Error('not started');
    const { serviceUrl, conversation } = spot.activity;
    const from = await this.#people.personOf(user, { serviceUrl, conversationId: conversation.id });
    return this.#desk.handle({ ...heard, from, typed: true });
  }

  /** The ticket that one of these messages shows; `unknown` when that cannot be said just now. */
  #ticketAt(messages: readonly MessageAt[]): Promise<number | null | 'unknown'> {
    return this.#firstOf(messages, ({ ref, place }) => this.deps.ticketAt(ref, place));
  }

  /** The same, or the event of a ticket that one of them says. */
  #answerAt(messages: readonly MessageAt[]): Promise<hear.Shown | null | 'unknown'> {
    return this.#firstOf(messages, ({ ref, place }) => this.deps.answerAt(ref, place));
  }

  async #firstOf<T>(messages: readonly MessageAt[], ask: (message: MessageAt) => Promise<T | null>) {
    try {
      for (const message of messages) {
        const asked = await within(
          BEFORE_MS,
          ask(message).then((found) => ({ found })),
        );
        if (asked === null) throw new Error('not known in time');
        if (asked.found !== null) return asked.found;
      }
      return null;
    } catch (error) {
      this.deps.log.error({ err: error }, 'Whether a message shows a ticket is not known');
      return 'unknown';
    }
  }

  #userOf(activity: Activity): TeamsUser | null {
    return hear.userOf(activity, this.settings === null);
  }

  #say(language: Language | null): Say {
    return sayIn(language ?? this.deps.defaultLanguage);
  }
}

/** What comes from the knowledge base for everyone, and the help, are nobody's secret. */
function spotOf(activity: Activity, { user, intent }: Heard): Spot {
  return { activity, user, isForAll: intent.kind === 'ask' || intent.kind === 'help' };
}
