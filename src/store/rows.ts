/** The rows that exist only to store: how an announcement waits, where a ticket is shown, what was already handled. */
import type { ArticleVersion } from '../domain/authoring';
import type { Address, PersonId } from '../domain/person';
import type { ArticleId } from '../domain/article';
import type { Announcement, TicketView } from '../domain/announcement';
import type { Calibration } from '../domain/calibration';
import type { Happening, TicketEvent } from '../domain/ticket';

/** A ticket event with its database id. `kind` repeats `what.kind` for queries. */
export interface StoredEvent extends TicketEvent {
  readonly id: number;
  readonly kind: Happening['kind'];
}

/** One place where a ticket is shown, and the message that shows it. */
export interface TicketMessage {
  readonly id: number;
  readonly ticketId: number;
  readonly place: Address;
  readonly view: TicketView;
  /** The chat's own reference; see MessageRef. */
  readonly ref: string;
  /** The ticket version it was last drawn from. */
  readonly shownVersion: number;
  /** The resolved tickets that it tells of as similar ones, as `,12,34,`; null for none. */
  readonly tellsOf: string | null;
}

/** An announcement that waits to be delivered, or was. */
export interface OutboxRow {
  readonly id: number;
  /** UNIQUE: the same thing is announced once. */
  readonly key: string;
  /** Rows of one lane are delivered one by one, in order of id. */
  readonly lane: string;
  readonly place: Address;
  readonly payload: Announcement;
  /** The interaction that caused it, for the log. */
  readonly cause: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly dueAt: Date;
  /**
   * When the first attempt began that may have been delivered though nobody noted it; null when there was none, or the chat
   * refused each.
   */
  readonly doubtfulSince: Date | null;
  /** A courier is on it until then; null when nobody is. */
  readonly leasedUntil: Date | null;
  readonly settledAt: Date | null;
  /** Why the last attempt failed; on a settled row, why it was given up. */
  readonly failure: string | null;
}

/** A message that was posted besides the cards of tickets. */
export interface PostedMessage {
  readonly id: number;
  /** Of the announcement; unique. */
  readonly key: string;
  readonly place: Address;
  /** The chat's own reference; see MessageRef. */
  readonly ref: string;
  /** Whose words are in it, when that is one ticket. */
  readonly ticketId: number | null;
  readonly payload: Announcement;
  readonly at: Date;
}

/** Somebody who is to be forgotten, as long as their last messages are still to be redrawn. */
export interface ErasureRow {
  readonly id: number;
  readonly pseudonym: PersonId;
  /** Whom to forget; empty once it is finished. */
  readonly ids: readonly PersonId[];
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** A place (`slack:C1`) or platform (`slack:`) that is left alone for a while. */
export interface Pause {
  readonly place: string;
  readonly until: Date;
}

/** An interaction whose effect is stored, and what it was about. */
export interface HandledInteraction {
  readonly key: string;
  /** The id of the ticket or question; what the repetition is answered with. */
  readonly result: number;
  readonly at: Date;
}

/** How a chat reaches a person or channel. */
export interface PlaceRow {
  readonly place: Address;
  readonly platform: string;
  /** The adapter's own notes; text to everybody else. */
  readonly reference: string;
  readonly heardAt: Date;
}

/** Whether two people of different chats, who have one verified e-mail address, are one. */
export interface IdentityLink {
  readonly id: number;
  /** Who was asked. */
  readonly person: PersonId;
  readonly other: PersonId;
  readonly state: 'asked' | 'same' | 'different';
  readonly at: Date;
}

export interface StoredVersion extends ArticleVersion {
  readonly id: number;
}

/** One place where a draft is shown for review, and the message that shows it. */
export interface DraftMessage {
  readonly id: number;
  readonly draftId: number;
  readonly place: Address;
  readonly ref: string;
  /** The version of the draft it was last drawn from. */
  readonly shownVersion: number;
}

/** A message in a ticket's thread, and which event of the ticket it says. */
export interface EventMessage {
  readonly id: number;
  readonly ticketId: number;
  readonly version: number;
  readonly ref: string;
}

/** An article that somebody opened for their question. */
export interface ArticleRead {
  readonly id: number;
  readonly inquiryId: number;
  readonly articleId: ArticleId;
  readonly at: Date;
}

/** What was found the last time the threshold was chosen; null when it was set back to the default. */
export interface CalibrationRow {
  readonly id: number;
  readonly result: Calibration | null;
  readonly at: Date;
}
