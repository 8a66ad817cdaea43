/**
 * The outside of the local Slack stand-in: what a Slack client shows one person and what it lets them do. The sandbox page
 * and the end-to-end tests both stand on this, so a test plays exactly what a visitor of the sandbox plays.
 */
import type { KnownBlock, View } from '@slack/types';

export interface WorldUser {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  /** For example `en-US` or `pl-PL`. */
  readonly locale: string;
  readonly timezone: string;
}

export interface WorldChannel {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
  /** Whether the bot was invited. */
  readonly botIsMember: boolean;
  /** Hidden from whoever is no member. */
  readonly isPrivate?: boolean;
  /** Nobody can write there any more. */
  readonly isArchived?: boolean;
}

export interface World {
  readonly team: { readonly id: string; readonly domain: string };
  readonly users: readonly WorldUser[];
  readonly channels: readonly WorldChannel[];
}

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  /** Who wrote it: a user id, or the bot's user id. */
  readonly user: string;
  readonly fromBot: boolean;
  /** Seen by one person only, and lost when the stand-in stops. */
  readonly ephemeral: boolean;
  readonly edited: boolean;
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly metadata: { readonly event_type: string; readonly event_payload: Record<string, unknown> } | null;
}

export interface OpenModal {
  readonly viewId: string;
  readonly view: View;
  /** What the bot answered to the last submission, by block id. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What became of something a person sent: Slack's own words when the bot did not answer well. */
export interface Outcome {
  readonly ok: boolean;
  /** The HTTP status of the bot's answer; 0 when it did not answer within 3 seconds. */
  readonly status: number;
  readonly elapsedMs: number;
}

/** One click in a message or modal. The element is found by its action id, or by the text on it. */
export type ElementRef = { readonly actionId: string; readonly blockId?: string } | { readonly label: string };

/** What is in a modal's inputs, by the label a person sees. A choice is named by its text, a person by user id. */
export type ModalValues = Readonly<Record<string, string>>;

/** One person at their Slack client. */
export interface SlackPerson {
  readonly userId: string;
  /** Their direct-message channel with the bot; made when first asked for. */
  directMessageChannel(): Promise<string>;
  /** The messages of a channel with its threads and this person's ephemeral ones, oldest first. */
  messages(channel: string): Promise<SlackMessage[]>;
  /** The top modal, if one is open. */
  modal(): OpenModal | null;
  command(channel: string, command: string, text: string): Promise<Outcome>;
  /** Clicks a button; a link button is not clickable here. `option` picks the entry (by value or text) of a menu. */
  click(message: { channel: string; ts: string }, element: ElementRef, option?: string): Promise<Outcome>;
  /** Clicks a button inside the open modal. */
  clickInModal(element: ElementRef): Promise<Outcome>;
  submitModal(values: ModalValues): Promise<Outcome>;
  closeModal(): Promise<void>;
  globalShortcut(callbackId: string): Promise<Outcome>;
  messageShortcut(callbackId: string, message: { channel: string; ts: string }): Promise<Outcome>;
  /** Writes a message; events go to the bot as Slack would send them. Resolves with the message's ts. */
  say(channel: string, text: string, threadTs?: string): Promise<string>;
  react(message: { channel: string; ts: string }, emoji: string): Promise<void>;
  unreact(message: { channel: string; ts: string }, emoji: string): Promise<void>;
}

/** A call the bot made to the Web API, as it arrived, with what it was answered. */
export interface RecordedCall {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How the next matching calls go wrong. */
export interface Fault {
  /** For example `chat.postMessage`; every method when absent. */
  readonly method?: string;
  /** Only calls to this channel. */
  readonly channel?: string;
  /** How many calls; endless when absent. */
  readonly times?: number;
  readonly kind:
    | { readonly error: string }
    | { readonly status: number; readonly retryAfterSeconds?: number }
    /** The call is carried out, but the answer never arrives: the connection is cut. */
    | { readonly cutAfterAccepting: true }
    | { readonly hang: true };
}

export interface SlackStandIn {
  /** For `SLACK_API_URL`; ends with a slash. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly botUserId: string;
  readonly world: World;
  person(userId: string): SlackPerson;
  /** Calls back after anything a client would show has changed; gives the way to stop. */
  onChange(listener: () => void): () => void;
  calls(method?: string): RecordedCall[];
  /** What the bot sent that Slack would have refused (Block Kit limits and shapes); each was refused. */
  refusals(): string[];
  /** Gives the way to end the fault. */
  fault(fault: Fault): () => void;
  /** Invites or removes people (or the bot, by its user id), as an administrator would. */
  setMembers(channel: string, members: readonly string[]): void;
  /** Adds a channel, or makes one that exists like this: archives it, for example. */
  createChannel(channel: WorldChannel): void;
  /** Where signed HTTP deliveries go; null while the bot listens by Socket Mode. */
  setRequestUrl(url: string | null): void;
  close(): Promise<void>;
}

export interface StandInOptions {
  readonly world: World;
  /** `http://127.0.0.1:3000/slack/events`; may be set later. */
  readonly requestUrl?: string;
  /** A loopback port; any free one when absent. */
  readonly port?: number;
  /** When an event that was not taken is sent again; Slack's own delays when absent. */
  readonly retryDelaysMs?: readonly number[];
}
