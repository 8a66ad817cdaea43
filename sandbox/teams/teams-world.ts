/**
 * The outside of the local Teams stand-in: what a Teams client shows one person and what it lets them do, and what a test
 * may ask of the Bot Connector behind it. It knows nothing of any bot.
 */

/** JSON of whatever shape. */
export type Json = Record<string, unknown>;

export interface WorldPerson {
  /** What tests call this person, for example `nora`. */
  readonly key: string;
  readonly name: string;
  readonly email: string;
  /** For example `pl-PL`; `en-US` when left out. */
  readonly locale?: string;
  readonly timezone?: string;
  /** Somebody of another organisation who was invited into this one. */
  readonly guest?: boolean;
  /** Somebody who writes from another organisation. */
  readonly tenantId?: string;
  /** Whether the app is installed for them already, unheard by the bot; true when left out. */
  readonly installed?: boolean;
  /** False: a client that opens no dialogs and sends what should open one as a message. */
  readonly dialogs?: boolean;
}

export interface WorldTeam {
  readonly name: string;
  /** Keys of people. */
  readonly members: readonly string[];
  /** Their names; every team has its General besides. */
  readonly channels: readonly string[];
  /** Whether the app is installed in it already; true when left out. */
  readonly installed?: boolean;
  /** Whether the team consented to `ChannelMessage.Read.Group`; true when left out. */
  readonly rsc?: boolean;
}

/** A group chat; the app is in it, and hears what mentions it. */
interface WorldChat {
  readonly name: string;
  readonly members: readonly string[];
}

export interface TeamsWorld {
  readonly people: readonly WorldPerson[];
  readonly teams: readonly WorldTeam[];
  readonly chats?: readonly WorldChat[];
}

export interface StandInOptions {
  readonly appId: string;
  readonly tenantId: string;
  /** Where activities are delivered; may be set later. */
  readonly botUrl?: string;
  readonly world: TeamsWorld;
  /** How long an answer may take before the activity is delivered again; 15 s when left out. */
  readonly deadlineMs?: number;
  /** How often an activity that was not taken in time is delivered again, with the same id; 1 when left out. */
  readonly redeliveries?: number;
  /** How long it waits before that; not at all when left out. */
  readonly redeliveryPauseMs?: number;
}

/** An Adaptive Card as it was sent. */
export type SentCard = Json;

export interface TeamsMessage {
  /** The activity id: 13 digits, rising. */
  readonly id: string;
  /** As the connector names it: with `;messageid=` in a channel. */
  readonly conversation: string;
  /** The id of the post whose thread this is in (a post's own); null outside channels. */
  readonly thread: string | null;
  /** The key of a person, or `bot`. */
  readonly from: string;
  readonly fromBot: boolean;
  readonly text: string;
  readonly card: SentCard | null;
  /** The keys of those who see it; null when everybody in the conversation does. */
  readonly seenBy: readonly string[] | null;
  /** How often it was edited. */
  readonly edits: number;
  readonly reactions: readonly { readonly type: string; readonly people: readonly string[] }[];
}

/** What became of something a person sent. */
export interface Outcome {
  /** Whether Teams would show no error. */
  readonly ok: boolean;
  /** The HTTP status of the bot's answer; 0 when none came in time. */
  readonly status: number;
  readonly elapsedMs: number;
  readonly body: unknown;
}

/**
 * Where somebody writes: their chat with the bot, a channel or group chat by name or id (a new post in a channel), or the
 * thread of a channel message.
 */
export type Place = 'personal' | (string & {}) | { readonly threadOf: Pick<TeamsMessage, 'conversation'> };

export interface Saying {
  /** `personal` when left out. */
  readonly in?: Place;
  /** Whether the bot is mentioned, in front of the text. */
  readonly mention?: boolean;
  /** A slash command: only the bot hears it, and nobody sees it. */
  readonly targeted?: boolean;
  /** The id of the message that is quoted. */
  readonly quote?: string;
  /** The formatted text, when it is not just the text in a paragraph. */
  readonly html?: string;
}

export interface Said extends Outcome {
  readonly id: string;
  readonly conversation: string;
  /** Whether the bot is allowed to hear it. */
  readonly delivered: boolean;
}

/** What is in the inputs of a card, by the label a person sees. A choice is named by its title, a person by key. */
export type InputValues = Readonly<Record<string, string>>;

export interface Clicking {
  readonly values?: InputValues;
  /** Which of several buttons with this label, from 0. */
  readonly nth?: number;
}

export interface Clicked extends Outcome {
  /** The inputs the client itself refused, by label; nothing was sent then. */
  readonly held: Readonly<Record<string, string>>;
  /** The line shown under the card. */
  readonly notice: string | null;
  /** The card that took the place of the one clicked, for whoever clicked. */
  readonly card: SentCard | null;
  readonly dialog: Dialog | null;
}

/** A dialog that is open, or was. */
export interface Dialog {
  readonly title: string;
  /** Null when it shows only words. */
  readonly card: SentCard | null;
  readonly text: string | null;
  readonly isOpen: boolean;
  /** What its inputs hold, by label. */
  readonly values: InputValues;
  /** Fills inputs in and presses a button of it: the one with this label, or its first that submits. */
  submit(values?: InputValues, label?: string): Promise<Clicked>;
  close(): void;
}

type OnMessage = Pick<TeamsMessage, 'conversation' | 'id'>;

/** One person at their Teams client. */
export interface TeamsClient {
  readonly key: string;
  readonly name: string;
  readonly aadObjectId: string;
  /** `29:…`, different for each bot. */
  readonly userId: string;
  /** The conversation id of their chat with the bot. */
  readonly personalChat: string;
  /** What they see of a place, oldest first; a channel with its threads. */
  messages(place?: Place): readonly TeamsMessage[];
  says(text: string, how?: Saying): Promise<Said>;
  /** The activity that `says` would deliver, undelivered. */
  draft(text: string, how?: Saying): Json;
  /** Presses a button of a card they see. @throws Error when there is none with this label */
  clicks(message: OnMessage, label: string, how?: Clicking): Promise<Clicked>;
  /** The client asks for a card that has a `refresh`. */
  refreshes(message: OnMessage): Promise<Clicked>;
  messageAction(message: OnMessage, commandId: string): Promise<Clicked>;
  reacts(message: OnMessage, type: string): Promise<Outcome>;
  unreacts(message: OnMessage, type: string): Promise<Outcome>;
  installs(): Promise<Outcome>;
  uninstalls(): Promise<Outcome>;
  /** Of this the bot hears nothing. */
  blocks(): void;
  unblocks(): void;
}

/** A team as its owner changes it. */
export interface TeamsTeam {
  readonly id: string;
  readonly name: string;
  installs(by: string): Promise<Outcome>;
  uninstalls(by: string): Promise<Outcome>;
  adds(person: string): Promise<Outcome>;
  removes(person: string): Promise<Outcome>;
}

/** A call of the bot to the connector, as it arrived, with what it was answered. */
export interface RecordedCall {
  readonly method: string;
  /** From `/v3`, decoded, with the query. */
  readonly path: string;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** 0 when it was left without an answer. */
  readonly status: number;
  readonly answer: unknown;
  readonly at: number;
}

/** Something delivered to the bot: each attempt of it. */
export interface Delivered {
  readonly activity: Json;
  readonly status: number;
  readonly attempt: number;
  readonly elapsedMs: number;
  /** When it was answered, or given up; epoch milliseconds. */
  readonly at: number;
}

/** What goes wrong with calls of the bot. Without `status`, `hang` or `cut` it is 500. */
export interface Fault {
  /** A part of the path. */
  readonly path?: string | RegExp;
  readonly method?: string;
  readonly status?: number;
  readonly code?: string;
  /** For the Retry-After header: seconds, or a date. */
  readonly retryAfter?: number | string;
  /** The call gets no answer. */
  readonly hang?: boolean;
  /** The connection is cut: before anything is stored, or after. */
  readonly cut?: 'before' | 'after';
  /** How many calls; all when left out. */
  readonly times?: number;
}

/**
 * `current`: as the real ones. `unknown`: of a key that is not published. `forged`: of another key under the published
 * key's id. `unendorsed`: of a published key that is not for Teams. `none` and `hs256`: with that algorithm, the latter with
 * the public key as the secret.
 */
export type TokenKey = 'current' | 'unknown' | 'forged' | 'unendorsed' | 'none' | 'hs256';

export interface TokenWish {
  /** In place of those of a real token; undefined leaves one out. */
  readonly claims?: Readonly<Json>;
  readonly header?: Readonly<Json>;
  readonly key?: TokenKey;
}

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TeamsStandIn {
  readonly url: string;
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly openIdMetadataUrl: string;
  readonly issuer: string;
  readonly serviceUrl: string;
  readonly botId: string;
  /** The settings that make a bot talk to this. */
  readonly env: Readonly<Record<string, string>>;
  /** Where activities are delivered. */
  botUrl: string | null;
  deadlineMs: number;
  /** Deliver everything twice at once: with the same id, or as a client that sent it again, with an id of its own. */
  twice: 'same-id' | 'new-id' | null;
  readonly calls: readonly RecordedCall[];
  readonly deliveries: readonly Delivered[];
  /** What a Teams client would not show, of everything the bot sent or answered. */
  readonly refusals: readonly string[];
  /** By key. @throws Error when there is nobody */
  person(key: string): TeamsClient;
  /** By name. @throws Error when there is none */
  team(name: string): TeamsTeam;
  /** The id of a channel or group chat, by name; `Team/General` for the first channel of a team. @throws Error */
  placeId(name: string): string;
  /** Everything in a conversation that was not deleted, oldest first, whoever sees it; a channel with its threads. */
  messages(conversation: string): readonly TeamsMessage[];
  /** @returns what ends it */
  fault(fault: Fault): () => void;
  token(wish?: TokenWish): Promise<string>;
  /** Posts something to the bot as it is: well-signed unless another token, or null for none, is given. */
  post(
    body: unknown,
    how?: { readonly token?: string | null; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<RawAnswer>;
  /** Signs with a new key from now on, and publishes only that. */
  rotateKeys(): Promise<void>;
  stop(): Promise<void>;
}
