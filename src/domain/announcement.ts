/** What each change tells whom. Announcements are stored beside the change and drawn only when they are delivered. */
import type { Address, PersonId } from './person';
import { platformOf } from './person';
import type { LineKey } from './support-line';
import type { Happening, Ticket } from './ticket';

/** Who looks at a ticket there: the agents of a line in their channel, or its requester in private. */
export type TicketView = 'line' | 'requester';

export type Announcement =
  /** Make the ticket's message in this place show the ticket as it is: post it, or redraw it. */
  | {
      readonly kind: 'show-ticket';
      readonly ticketId: number;
      readonly version: number;
      readonly view: TicketView;
      /** Epoch milliseconds of a wish to post it anew, because its message was lost. */
      readonly again?: number;
    }
  /** Say one event in the thread of the ticket's message. */
  | { readonly kind: 'tell'; readonly ticketId: number; readonly version: number; readonly view: TicketView }
  /** Answer a question that was asked in a direct message; below this message of it, when it was asked in a thread. */
  | { readonly kind: 'answer'; readonly inquiryId: number; readonly thread?: string | undefined }
  /** Ask somebody whether they are also this person of another chat. */
  | { readonly kind: 'same-person'; readonly person: PersonId; readonly other: PersonId }
  /** Make the draft's message in this place show the draft as it is, for somebody to review it. */
  | { readonly kind: 'review'; readonly draftId: number; readonly version: number }
  /** Tell whoever wrote a draft what became of it. */
  | { readonly kind: 'reviewed'; readonly draftId: number; readonly version: number }
  /** Draw a message anew that was posted before: words were erased. */
  | {
      readonly kind: 'redraw';
      /** Its number among the posted messages. */
      readonly posted: number;
      /** Epoch milliseconds of the wish. */
      readonly again: number;
    }
  /** The summary of a line, delivered on this local date (`YYYY-MM-DD`). */
  | {
      readonly kind: 'summary';
      readonly line: LineKey;
      readonly date: string;
      /** Epoch milliseconds of a wish to have it now, besides the one at its hour. */
      readonly again?: number;
    };

/** An announcement with its place. */
export interface Posting {
  readonly to: Address;
  readonly what: Announcement;
}

/** Equal for the same announcement made twice, by whichever process. */
export function keyOf({ to, what }: Posting): string {
  switch (what.kind) {
    case 'show-ticket':
    case 'tell':
      return `${what.kind}:${what.ticketId}:v${what.version}:${to}${'again' in what ? `:${what.again}` : ''}`;
    case 'answer':
      return `answer:${what.inquiryId}:${to}`;
    case 'redraw':
      return `redraw:${what.posted}:${what.again}`;
    // Equal whichever of the two is asked, so that only one is.
    case 'same-person':
      return `same-person:${[what.person, what.other].sort().join(':')}`;
    case 'review':
    case 'reviewed':
      return `${what.kind}:${what.draftId}:v${what.version}:${to}`;
    case 'summary':
      return `summary:${what.line}:${what.date}:${to}${what.again === undefined ? '' : `:${what.again}`}`;
  }
}

/** What must arrive in order: everything about one ticket in one place. */
export function laneOf({ to, what }: Posting): string {
  switch (what.kind) {
    case 'show-ticket':
    case 'tell':
      return `ticket:${what.ticketId}@${to}`;
    case 'review':
    case 'reviewed':
      return `draft:${what.draftId}@${to}`;
    case 'answer':
    case 'same-person':
    case 'summary':
    case 'redraw':
      return `${what.kind}@${to}`;
  }
}

export interface Audience {
  /** The channels of the line the ticket is in now. */
  readonly channels: readonly Address[];
  /** Every place that shows the ticket already and to whom: a former line's channels, a requester's former address. */
  readonly shownIn: readonly { readonly place: Address; readonly view: TicketView }[];
  /** Where the requester is told in private; null when no chat reaches them. */
  readonly requester: Address | null;
  /** Where the actor did it: what is seen there anyhow is not repeated there. */
  readonly origin: Address | null;
}

/** Who is told of one event, and where. Nobody is told what they have just seen themselves. */
export function announcementsOf(ticket: Ticket, actor: PersonId, what: Happening, audience: Audience): Posting[] {
  const { id: ticketId, version } = ticket;
  const { channels, origin, requester } = audience;
  const shows = changesCards(what) ? placesShowing(what, audience) : [];
  const tellsLine = isForLine(what) ? channels.filter((to) => to !== origin) : [];
  const tellsRequester =
    requester !== null && isForRequester(what, actor === ticket.requester, origin) ? [requester] : [];
  return [
    ...shows.map(({ to, view }): Posting => ({ to, what: { kind: 'show-ticket', ticketId, version, view } })),
    ...tellsLine.map((to): Posting => ({ to, what: { kind: 'tell', ticketId, version, view: 'line' } })),
    ...tellsRequester.map((to): Posting => ({ to, what: { kind: 'tell', ticketId, version, view: 'requester' } })),
  ];
}

function placesShowing(what: Happening, audience: Audience): { to: Address; view: TicketView }[] {
  const { channels, shownIn, requester } = audience;
  const shown = (view: TicketView): Address[] => shownIn.filter((each) => each.view === view).map(({ place }) => place);
  const toRequester = new Set([...(requester === null ? [] : [requester]), ...shown('requester')]);
  // Whoever was shown the requester's side never gets the agents'.
  const toLine = new Set([...channels, ...shown('line')].filter((place) => !toRequester.has(place)));
  const places = [
    ...[...toLine].map((to) => ({ to, view: 'line' as const })),
    ...[...toRequester].map((to) => ({ to, view: 'requester' as const })),
  ];
  // Closing, and erasing what was seen, is the end of what people have seen; it is no news to anybody else.
  return what.kind === 'closed' || what.kind === 'erased'
    ? places.filter(({ to }) => shownIn.some(({ place }) => place === to))
    : places;
}

/** A comment is read in the thread; everything else changes what the card says. */
function changesCards(what: Happening): boolean {
  return what.kind !== 'commented' || what.visibility === 'public';
}

/** What agents should notice even when they do not look at the card. */
function isForLine(what: Happening): boolean {
  return ['commented', 'waiting', 'assigned', 'escalated', 'reopened', 'resolved'].includes(what.kind);
}

/**
 * What a requester finds in their thread: what agents say to them, and their own words where those were typed in a form and
 * not in the thread. Everything else they see in their status message.
 */
function isForRequester(what: Happening, own: boolean, origin: Address | null): boolean {
  if (what.kind === 'commented') return what.visibility === 'public' && !(own && origin !== null);
  if (what.kind === 'reopened') return !own || what.reason !== '';
  return (what.kind === 'waiting' || what.kind === 'resolved') && !own;
}

/** Whether a chat can deliver to this address, as opposed to e-mail. */
export function isChatAddress(address: Address): boolean {
  return !['mailto', 'system', ''].includes(platformOf(address));
}
