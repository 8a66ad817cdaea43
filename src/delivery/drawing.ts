/** What an announcement looks like now: the ticket is read when it is delivered, never when it was announced. */
import { answerCard } from '../chat/cards/answer-card';
import type { DraftFile } from '../draft-file';
import { reviewCard, reviewedCard } from '../chat/cards/article-cards';
import { readerOf } from '../chat/cards/reader';
import type { Reader } from '../chat/cards/reader';
import { similarParts } from '../chat/cards/similar-tickets';
import { samePersonCard } from '../chat/cards/same-person-card';
import { statusCard } from '../chat/cards/status-card';
import { erasedCard } from '../chat/cards/erased-card';
import { threadCard, withoutThread } from '../chat/cards/thread-card';
import { ticketCard } from '../chat/cards/ticket-card';
import type { Card } from '../chat/card';
import type { Announcement, TicketView } from '../domain/announcement';
import { audienceOfTickets, isFor, wordOfLine } from '../domain/audience';
import type { Address, Language } from '../domain/person';
import type { TicketEvent } from '../domain/ticket';
import { isActive } from '../domain/ticket-status';
import type { Helpdesk } from '../helpdesk';
import type { TicketFile } from '../ticket-file';
import type { OutboxRow } from '../store/rows';
import type { Drawing } from './mirrors';

export interface DrawingParts {
  readonly helpdesk: Helpdesk;
  /** The summary of a line delivered on a local date, in a language. */
  readonly summary: (line: string, date: string, language: Language) => Promise<Card>;
}

function drawReview(file: DraftFile, place: Address, reader: Reader): Drawing {
  const { id: draftId, version } = file.draft;
  const moved = !file.line.channels.includes(place);
  return { kind: 'mirror', of: 'draft', card: reviewCard(file, moved, reader), draftId, version };
}

async function drawAnswer(
  { inquiryId, thread }: Extract<Announcement, { kind: 'answer' }>,
  helpdesk: Helpdesk,
  reader: (language: Language) => Reader,
): Promise<Drawing> {
  const answer = await helpdesk.answer(inquiryId);
  const { say } = reader(answer.inquiry.language);
  return { kind: 'message', card: answerCard(answer, helpdesk.firstLine().name, say), ticketId: null, thread };
}

function orNothing(card: Card | null): Drawing {
  return card === null ? { kind: 'nothing' } : { kind: 'message', card, ticketId: null };
}

function tellCard(file: TicketFile, event: TicketEvent, view: TicketView, reader: Reader, threaded: boolean) {
  const card = threadCard(file, event, view, reader);
  return card === null || threaded ? card : withoutThread(card, file, reader);
}

/** A ticket in a channel: with similar ones where it is worked on. */
async function agentsCard(
  file: TicketFile,
  place: Address,
  reader: Reader,
  helpdesk: Helpdesk,
): Promise<{ card: Card; tellsOf: number[] }> {
  const { ticket, line } = file;
  const moved = !line.channels.includes(place);
  const similar = moved || !isActive(ticket.status) ? [] : await helpdesk.answers.similarTo(ticket, line);
  const shown = moved && !showsHow(file, place, helpdesk) ? { ...file, ticket: { ...ticket, resolution: null } } : file;
  const card = ticketCard(shown, moved, reader, similarParts(similar, reader.say));
  return { card, tellsOf: similar.map((each) => each.ticket.id) };
}

/** Whether the agents of a line that handed a ticket on may be shown how it was resolved. */
function showsHow({ ticket }: TicketFile, place: Address, { setUp: { lines } }: Helpdesk): boolean {
  const readers = lines.filter(({ channels }) => channels.includes(place)).map(wordOfLine);
  return isFor(audienceOfTickets(ticket.line, lines), new Set(readers));
}

/** How a courier draws its rows. */
export function drawer({ helpdesk, summary }: DrawingParts): (row: OutboxRow, threaded: boolean) => Promise<Drawing> {
  const reader = (language: Language): Reader => readerOf(language, helpdesk.setUp);

  async function draw(what: Announcement, place: Address, threaded: boolean): Promise<Drawing> {
    switch (what.kind) {
      case 'show-ticket':
        return show(await helpdesk.file(what.ticketId), what.view, place, threaded);
      case 'tell':
        return tell(await helpdesk.file(what.ticketId), what.version, what.view, place, threaded);
      case 'answer':
        return drawAnswer(what, helpdesk, reader);
      case 'same-person': {
        const other = await helpdesk.askedAbout(what.person, what.other);
        return orNothing(other === null ? null : samePersonCard(other, reader(await languageAt(what.person)).say));
      }
      case 'review':
        return drawReview(await helpdesk.authoring.file(what.draftId), place, reader(languageIn(place)));
      case 'reviewed':
        return orNothing(reviewedCard(await helpdesk.authoring.file(what.draftId), reader(await languageAt(place))));
      case 'redraw':
        return redraw(what.posted, threaded);
      case 'summary':
        return { kind: 'message', card: await summary(what.line, what.date, await languageAt(place)), ticketId: null };
    }
  }

  /** What it says now; what only quoted somebody says that it was erased. */
  async function redraw(posted: number, threaded: boolean): Promise<Drawing> {
    const message = await helpdesk.posted(posted);
    if (message === null) return { kind: 'nothing' };
    const { place, payload, ref } = message;
    const now = ['tell', 'summary', 'reviewed'].includes(payload.kind) ? await draw(payload, place, threaded) : null;
    const card = now?.kind === 'message' ? now.card : erasedCard(reader(await languageAt(place)).say);
    return { kind: 'redraw', card, ref };
  }

  async function show(file: TicketFile, view: TicketView, place: Address, threaded: boolean): Promise<Drawing> {
    const { id: ticketId, version } = file.ticket;
    const forReader = reader(languageOfView(file, view, place));
    const onlyCard = { card: statusCard(file, forReader, threaded), tellsOf: [] };
    const drawn = view === 'line' ? await agentsCard(file, place, forReader, helpdesk) : onlyCard;
    return { kind: 'mirror', of: 'ticket', ...drawn, ticketId, version, view };
  }

  function tell(file: TicketFile, version: number, view: TicketView, place: Address, threaded: boolean): Drawing {
    const event = file.events.find((each) => each.version === version);
    const forReader = reader(languageOfView(file, view, place));
    const card = event === undefined ? null : tellCard(file, event, view, forReader, threaded);
    // Agents point at answers in their channel; where a requester is told is nobody's to keep.
    const says = view === 'line' ? { says: version } : {};
    return card === null ? { kind: 'nothing' } : { kind: 'message', card, ticketId: file.ticket.id, ...says };
  }

  function languageOfView({ ticket, people }: TicketFile, view: TicketView, place: Address): Language {
    return (view === 'line' ? null : people.get(ticket.requester)?.language) ?? languageIn(place);
  }

  /** Of the line whose channel it is. */
  function languageIn(place: Address): Language {
    return helpdesk.setUp.lines.find((line) => line.channels.includes(place))?.language ?? helpdesk.setUp.language;
  }

  /** Of the person who reads there; a channel reads in the language of the desk. */
  async function languageAt(place: Address): Promise<Language> {
    const person = await helpdesk.roles.person(place).catch(() => null);
    return person?.language ?? helpdesk.setUp.language;
  }

  return (row, threaded) => draw(row.payload, row.place, threaded);
}
