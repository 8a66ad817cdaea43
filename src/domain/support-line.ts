/** A line of support: a group of agents, the channels where their tickets appear, and who leads them. */
import type { Address, Language, Person, PersonId } from './person';

export type LineKey = string;

/** When and to whom the daily summary goes. */
export interface SummarySchedule {
  /** Local wall-clock time, `HH:MM`. */
  readonly at: string;
  /** ISO weekdays, 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
  /** IANA name, for example `Europe/Warsaw`. */
  readonly timezone: string;
}

export interface SupportLine {
  readonly key: LineKey;
  readonly name: string;
  /** Every channel shows every ticket of the line. */
  readonly channels: readonly Address[];
  /** `channel-members`, or the ids of the agents. */
  readonly agents: 'channel-members' | readonly PersonId[];
  readonly managers: readonly Address[];
  readonly escalatesTo: LineKey | null;
  readonly summary: SummarySchedule | null;
  /** The language of the cards in the line's channels. */
  readonly language: Language;
  /** Days after closing until what was written is erased; absent or null: never. */
  readonly keepWordsDays?: number | null;
  readonly similarTickets: SimilarTicketsFor;
}

/**
 * Who is shown how tickets of a line were resolved, as an example for similar ones: its own agents (`line`), also those of the
 * lines it escalates to or gets tickets from (`agents`), or also requesters, who see the resolution and nothing else.
 */
export const SIMILAR_TICKETS_FOR = ['line', 'agents', 'requesters'] as const;
export type SimilarTicketsFor = (typeof SIMILAR_TICKETS_FOR)[number];

/** What only the chat knows about people. Throws when it cannot say: an unknown answer is never a yes. */
export interface Roster {
  /** Whether this address is a channel of a connected chat, with members. */
  isChannel(place: Address): boolean;
  isMember(channel: Address, person: PersonId): Promise<boolean>;
  /** Whose account theirs is, as the chat vouches for it: `slack:T…`, `slack:E…` or `teams:<tenant>`; empty for a guest. */
  homesOf(person: PersonId): Promise<readonly Address[]>;
  /** Somebody who has not written to the helpdesk yet. */
  person(id: PersonId): Promise<Person>;
}
