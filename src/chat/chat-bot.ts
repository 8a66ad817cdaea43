/** A chat platform as the composition root sees it. Each folder of `bots/` makes one. */
import type { Roster } from '../domain/support-line';
import type { Address } from '../domain/person';
import type { Reply } from './card';
import type { ChatSurface } from './chat-surface';
import type { Interaction } from './interaction';

/** What a bot needs of the helpdesk: it answers every interaction and never throws. */
export interface Desk {
  handle(interaction: Interaction): Promise<Reply>;
}

/**
 * What a bot keeps between processes and restarts about the people and channels it reaches: its own notes, text to
 * everybody else.
 */
export interface PlaceBook {
  find(place: Address): Promise<string | null>;
  /** Those of this bot's platform, the latest heard first. */
  latest(limit: number): Promise<readonly KeptPlace[]>;
  keep(place: Address, reference: string): Promise<void>;
}

export interface KeptPlace {
  readonly place: Address;
  readonly reference: string;
}

/** One line of `helpdesk doctor`. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** The exact thing to do, unless all is well. */
  readonly mend?: string;
}

export interface ChatBot {
  readonly surface: ChatSurface;
  readonly roster: Roster;
  /** Connects and begins to take interactions. @throws Error when the platform refuses the credentials. */
  start(desk: Desk): Promise<void>;
  /** Takes no more interactions and lets those under way finish. */
  stop(): Promise<void>;
  /** Whether the platform knows us and can reach these channels. */
  check(channels: readonly Address[]): Promise<Check[]>;
}
