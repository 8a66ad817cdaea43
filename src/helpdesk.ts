/**
 * What the helpdesk can do. Every operation is one transaction that stores the change, its event, what others are told
 * and that this interaction was handled; a repetition of the interaction finds the last and is answered the same.
 */
import type { Clock } from './clock';
import { announcementsOf, isChatAddress } from './domain/announcement';
import type { Audience, Posting } from './domain/announcement';
import type { Article, ArticleId, Suggestion } from './domain/article';
import type { Category } from './domain/category';
import type { Inquiry } from './domain/inquiry';
import type { Address, Language, Person, PersonId } from './domain/person';
import { SYSTEM } from './domain/person';
import { Refusal } from './domain/refusal';
import type { LineKey, Roster, SupportLine } from './domain/support-line';
import { cleanText, cut, QUESTION_LIMIT } from './domain/text';
import type { Actor, Change, Happening, Intake, NewTicket, Ticket, TicketEvent } from './domain/ticket';
import { decide, open, opened } from './domain/ticket';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import type { Session, Store } from './store/store';

/** Who acts, by which delivery, and where it is seen already. */
export interface Act {
  readonly person: Person;
  /** The natural key of the interaction; see Interaction.id. */
  readonly cause: string;
  /** The place whose readers saw the act itself, such as the thread a note was written in. */
  readonly origin?: Address;
}

/** What the helpdesk is set up to be. */
export interface DeskSetUp {
  readonly language: Language;
  /** The first line takes new requests. */
  readonly lines: readonly SupportLine[];
  readonly categories: readonly Category[];
  readonly closeAfterDays: number;
}

export interface Parts {
  readonly store: Store;
  readonly knowledge: Pick<KnowledgeIndex, 'suggest'>;
  readonly clock: Clock;
  readonly desk: DeskSetUp;
  readonly roster: Roster;
  /** Called after something was announced, so that it is delivered at once. */
  readonly wake: () => void;
}

export type OpenRequest = Pick<
  NewTicket,
  'subject' | 'details' | 'priority' | 'impact' | 'urgency' | 'category' | 'inquiryId' | 'intake'
> & {
  /** Whom it is for, when an agent files it for somebody else. */
  readonly requester: PersonId | null;
};

/** A ticket with everything its readers are shown. */
export interface TicketFile {
  readonly ticket: Ticket;
  readonly events: readonly TicketEvent[];
  readonly line: SupportLine;
  readonly lineNames: ReadonlyMap<LineKey, string>;
  readonly inquiry: Inquiry | null;
  /** Articles the requester was offered before, best first. */
  readonly suggested: readonly Article[];
  readonly resolvedWith: Article | null;
  readonly people: ReadonlyMap<PersonId, Person>;
}

/** A question with its answers. */
export interface Answer {
  readonly inquiry: Inquiry;
  readonly suggestions: readonly Suggestion[];
}

export class Helpdesk {
  constructor(private readonly parts: Parts) {}

  get setUp(): DeskSetUp {
    return this.parts.desk;
  }

  /** Keeps the question and finds what may answer it. With `answerTo`, the answer is posted there. */
  async ask(text: string, how: { intake: Intake; language: Language; answerTo?: Address }, by: Act): Promise<Answer> {
    const question = cut(cleanText(text), QUESTION_LIMIT);
    const suggestions = this.suggest(question, how.language);
    const id = await this.once(by, async (session, at) => {
      const inquiry = await session.inquiries.add({
        person: by.person.id,
        text: question,
        language: how.language,
        intake: how.intake,
        askedAt: at,
        suggested: suggestions.map(({ article }) => article.id),
        outcome: 'open',
        solvedBy: null,
        settledAt: null,
      });
      if (how.answerTo !== undefined) {
        await session.outbox.add([{ to: how.answerTo, what: { kind: 'answer', inquiryId: inquiry.id } }], by.cause, at);
      }
      return inquiry.id;
    });
    return this.answer(id);
  }

  /** A kept question with what answers it. @throws Refusal no-such-question */
  async answer(inquiryId: number): Promise<Answer> {
    const inquiry = await this.parts.store.read((session) => session.inquiries.find(inquiryId));
    if (inquiry === null) throw new Refusal({ code: 'no-such-question' });
    return { inquiry, suggestions: this.suggest(inquiry.text, inquiry.language) };
  }

  /** The asker says that it is solved, and by which article if they know. */
  async markSolved(inquiryId: number, articleId: ArticleId | null, by: Act): Promise<void> {
    await this.once(by, async (session, at) => {
      const inquiry = await ownInquiry(session, inquiryId, by.person.id);
      const named = articleId === null ? null : await session.articles.find(articleId);
      const solvedBy = named?.id ?? (inquiry.suggested.length === 1 ? inquiry.suggested[0] : null) ?? null;
      // Said again, it only tells which article it was; a ticket opened meanwhile stays a ticket.
      if (inquiry.outcome === 'open' || (inquiry.outcome === 'solved' && named !== null)) {
        await session.inquiries.settle(inquiryId, 'solved', solvedBy, at);
      }
      return inquiryId;
    });
  }

  /** One article, for whoever may see it. @throws Refusal no-such-article */
  async article(articleId: ArticleId): Promise<Article> {
    const article = await this.parts.store.read((session) => session.articles.find(articleId));
    if (article === null || article.audience !== 'everyone') throw new Refusal({ code: 'no-such-article' });
    return article;
  }

  async inquiry(inquiryId: number, by: Person): Promise<Inquiry> {
    return this.parts.store.read((session) => ownInquiry(session, inquiryId, by.id));
  }

  /** Opens a ticket. A question has at most one: asked again, the ticket there is comes back. */
  async open(request: OpenRequest, by: Act): Promise<Ticket> {
    const line = this.firstLine();
    const requester = await this.requesterOf(request, by, line);
    const id = await this.once(by, async (session, at) => {
      if (request.inquiryId !== null) {
        await ownInquiry(session, request.inquiryId, by.person.id);
        const earlier = await session.tickets.ofInquiry(request.inquiryId);
        if (earlier !== null) return earlier.id;
        await session.inquiries.settle(request.inquiryId, 'ticket', null, at);
      }
      if (requester.id !== by.person.id) await session.people.remember(requester);
      const newTicket: NewTicket = { ...request, line: line.key, requester: requester.id, openedBy: by.person.id };
      const ticket = await session.tickets.add(open(newTicket, at));
      const event = opened(ticket, newTicket);
      await session.tickets.addEvent(event);
      await this.announce(session, ticket, event.what, by, at);
      return ticket.id;
    });
    return this.ticket(id);
  }

  /** Does one change to a ticket. @throws Refusal when it may not be done; then nothing is changed. */
  async act(ticketId: number, change: Change, by: Act): Promise<Ticket> {
    for (;;) {
      const { line: lineKey, requester } = await this.ticket(ticketId);
      const line = this.line(lineKey);
      // The chat is asked before the transaction: nothing may wait for it inside.
      const needsAgent = !(by.person.id === requester && (change.kind === 'reopen' || isPublicComment(change)));
      const actor: Actor = {
        id: by.person.id,
        isAgent: by.person.id !== SYSTEM && needsAgent && (await this.isAgent(line, by.person.id)),
      };
      try {
        await this.once(by, (session, at) => this.change(session, ticketId, change, actor, line, by, at));
        return await this.ticket(ticketId);
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
      }
    }
  }

  /** Gives a ticket to an agent of its line. @throws Refusal */
  async assign(ticketId: number, to: PersonId, by: Act): Promise<Ticket> {
    const line = this.line((await this.ticket(ticketId)).line);
    const [assignee, toIsAgent] = await Promise.all([this.person(to), this.isAgent(line, to)]);
    await this.parts.store.write((session) => session.people.remember(assignee));
    return this.act(ticketId, { kind: 'assign', to, toIsAgent }, by);
  }

  /** @throws Refusal no-such-ticket */
  async ticket(ticketId: number): Promise<Ticket> {
    const ticket = await this.parts.store.read((session) => session.tickets.find(ticketId));
    if (ticket === null) throw new Refusal({ code: 'no-such-ticket' });
    return ticket;
  }

  /** @throws Refusal no-such-ticket */
  async file(ticketId: number): Promise<TicketFile> {
    const ticket = await this.ticket(ticketId);
    return this.parts.store.read(async (session) => {
      const events = await session.tickets.events(ticketId);
      const inquiry = ticket.inquiryId === null ? null : await session.inquiries.find(ticket.inquiryId);
      const ids = [...(inquiry?.suggested ?? []), ...(ticket.resolvedWith === null ? [] : [ticket.resolvedWith])];
      const articles = await session.articles.named(ids);
      return {
        ticket,
        events,
        line: this.line(ticket.line),
        lineNames: new Map(this.parts.desk.lines.map(({ key, name }) => [key, name])),
        inquiry,
        suggested: (inquiry?.suggested ?? []).flatMap((id) => articles.get(id) ?? []),
        resolvedWith: articles.get(ticket.resolvedWith ?? '') ?? null,
        people: await session.people.named(namedIn(ticket, events)),
      };
    });
  }

  /** What a person has asked for that is not closed, newest change first. */
  ticketsOf(person: PersonId): Promise<Ticket[]> {
    return this.parts.store.read((session) => session.tickets.ofRequester(person, 20));
  }

  /** What waits for an agent in their lines, most urgent first. @throws Refusal not-an-agent */
  async queue(person: PersonId): Promise<{ tickets: Ticket[]; people: ReadonlyMap<PersonId, Person> }> {
    const lines = await this.linesOf(person);
    if (lines.length === 0) throw new Refusal({ code: 'not-an-agent', line: this.firstLine().name });
    return this.parts.store.read(async (session) => {
      const tickets = await session.tickets.queue(lines, 20);
      return { tickets, people: await session.people.named(tickets.flatMap((ticket) => ticket.assignee ?? [])) };
    });
  }

  /** The lines whose agent a person is. @throws Refusal roster-unavailable */
  async linesOf(person: PersonId): Promise<LineKey[]> {
    const answers = await Promise.all(this.parts.desk.lines.map((line) => this.isAgent(line, person)));
    return this.parts.desk.lines.filter((_, index) => answers[index]).map((line) => line.key);
  }

  /** The lines whose summary a person may read: their managers, and nobody else. */
  async linesManagedBy(person: Person): Promise<SupportLine[]> {
    const { lines } = this.parts.desk;
    const answers = await Promise.all(lines.map((line) => this.isAmong(line.managers, person.id)));
    const managed = lines.filter((_, index) => answers[index]);
    if (managed.length === 0) throw new Refusal({ code: 'not-a-manager' });
    return managed;
  }

  /**
   * Which ticket a message shows; null when it shows none.
   * @param place the message's address
   * @throws Error when that cannot be told yet: a ticket was being posted there when a process died, and the message may be
   * that post. It is found when the delivery is taken up again.
   */
  async shownAt(ref: string, place: Address): Promise<number | null> {
    return this.parts.store.read(async (session) => {
      // Before the message itself: a post that is noted in between must not be missed by both looks.
      const inDoubt = await session.outbox.inDoubt(place, 20);
      const message = await session.tickets.messageAt(ref);
      if (message !== null) return message.ticketId;
      for (const { payload } of inDoubt) {
        if (payload.kind !== 'show-ticket') continue;
        const shown = await session.tickets.message(payload.ticketId, place);
        if (shown === null) throw new Error(`ticket ${payload.ticketId} may be shown there, or not: ask again`);
        if (shown.ref === ref) return payload.ticketId;
      }
      return null;
    });
  }

  /** Closes what was resolved some days ago and not reopened. @returns how many. */
  async closeResolved(): Promise<number> {
    const now = this.parts.clock.now();
    const before = new Date(now.getTime() - this.parts.desk.closeAfterDays * 86_400_000);
    const due = await this.parts.store.read((session) => session.tickets.resolvedBefore(before, 100));
    for (const ticket of due) {
      const system: Person = { id: SYSTEM, name: SYSTEM, email: null, language: null, address: SYSTEM };
      await this.act(
        ticket.id,
        { kind: 'close' },
        { person: system, cause: `close:${ticket.id}:v${ticket.version}` },
      ).catch(ignoreRefusal);
    }
    return due.length;
  }

  /** Posts every active ticket anew, after the messages that showed them were lost. @returns how many. */
  async repostActive(): Promise<number> {
    const at = this.parts.clock.now();
    const active = await this.parts.store.read((session) => session.tickets.active());
    for (const { id } of active) {
      await this.parts.store.write(async (session) => {
        await session.tickets.forgetMessages(id);
        const ticket = await session.tickets.find(id);
        if (ticket === null) return;
        const shown = announcementsOf(ticket, SYSTEM, { kind: 'claimed' }, await this.audience(session, ticket, null));
        const anew = shown.map(({ to, what }) => ({ to, what: { ...what, again: at.getTime() } }) as Posting);
        await session.outbox.add(anew, 'repost', at);
      });
    }
    this.parts.wake();
    return active.length;
  }

  line(key: LineKey): SupportLine {
    // A line that was taken out of the configuration leaves its tickets to the first line.
    return this.parts.desk.lines.find((line) => line.key === key) ?? this.firstLine();
  }

  firstLine(): SupportLine {
    const line = this.parts.desk.lines[0];
    if (line === undefined) throw new Error('The configuration has no support line');
    return line;
  }

  /** What the knowledge base offers for these words. */
  suggest(question: string, language: Language): Suggestion[] {
    return this.parts.knowledge.suggest(question, { limit: 3, language });
  }

  /** The five steps of every change: load, decide, save, record, announce. */
  private async change(
    session: Session,
    ticketId: number,
    change: Change,
    actor: Actor,
    line: SupportLine,
    by: Act,
    at: Date,
  ): Promise<number> {
    const ticket = await session.tickets.find(ticketId);
    if (ticket === null) throw new Refusal({ code: 'no-such-ticket' });
    // Escalated since the roster was asked: ask the other line's.
    if (this.line(ticket.line).key !== line.key) throw new Moved();
    const decision = decide(ticket, change, actor, line, at);
    await session.tickets.save(decision);
    await this.announce(session, decision.ticket, decision.event.what, by, at);
    return ticketId;
  }

  private async announce(session: Session, ticket: Ticket, what: Happening, by: Act, at: Date): Promise<void> {
    const audience = await this.audience(session, ticket, by.origin ?? null);
    await session.outbox.add(announcementsOf(ticket, by.person.id, what, audience), by.cause, at);
  }

  private async audience(session: Session, ticket: Ticket, origin: Address | null): Promise<Audience> {
    const requester = await session.people.find(ticket.requester);
    const shown = await session.tickets.messages(ticket.id);
    return {
      channels: this.line(ticket.line).channels,
      shownIn: shown.filter(({ view }) => view === 'line').map(({ place }) => place),
      requester: requester !== null && isChatAddress(requester.address) ? requester.address : null,
      origin,
    };
  }

  /** Runs the work unless this interaction was handled already; either way gives the result. */
  private async once(by: Act, work: (session: Session, at: Date) => Promise<number>): Promise<number> {
    const at = this.parts.clock.now();
    const result = await this.parts.store.write(async (session) => {
      const earlier = await session.interactions.resultOf(by.cause);
      if (earlier !== null) return earlier;
      // First, so that a repetition under way at the same moment waits here for this one's outcome.
      await session.interactions.begin(by.cause, at);
      if (by.person.id !== SYSTEM) await session.people.remember(by.person);
      const fresh = await work(session, at);
      await session.interactions.finish(by.cause, fresh);
      return fresh;
    });
    this.parts.wake();
    return result;
  }

  private async requesterOf(request: OpenRequest, by: Act, line: SupportLine): Promise<Person> {
    if (request.requester === null || request.requester === by.person.id) return by.person;
    if (!(await this.isAgent(line, by.person.id))) throw new Refusal({ code: 'not-an-agent', line: line.name });
    return this.person(request.requester);
  }

  /** Somebody known, or else asked of the chat. @throws Refusal roster-unavailable */
  async person(id: PersonId): Promise<Person> {
    const known = await this.parts.store.read((session) => session.people.find(id));
    if (known !== null) return known;
    try {
      return await this.parts.roster.person(id);
    } catch {
      throw new Refusal({ code: 'roster-unavailable' });
    }
  }

  isAgent(line: SupportLine, person: PersonId): Promise<boolean> {
    return line.agents === 'channel-members'
      ? this.isAmong(line.channels, person)
      : Promise.resolve(line.agents.includes(person));
  }

  /** Whether a person is one of these, or a member of one of these channels. Not knowing is not a yes. */
  private async isAmong(places: readonly Address[], person: PersonId): Promise<boolean> {
    if (places.includes(person)) return true;
    const channels = places.filter((place) => this.parts.roster.isChannel(place));
    const answers = await Promise.allSettled(channels.map((channel) => this.parts.roster.isMember(channel, person)));
    if (answers.some((answer) => answer.status === 'fulfilled' && answer.value)) return true;
    if (answers.some((answer) => answer.status === 'rejected')) throw new Refusal({ code: 'roster-unavailable' });
    return false;
  }
}

/** The ticket moved to another line while its roster was asked. */
class Moved extends Error {}

function isPublicComment(change: Change): boolean {
  return change.kind === 'comment' && change.visibility === 'public';
}

async function ownInquiry(session: Session, inquiryId: number, person: PersonId): Promise<Inquiry> {
  const inquiry = await session.inquiries.find(inquiryId);
  if (inquiry === null || inquiry.person !== person) throw new Refusal({ code: 'no-such-question' });
  return inquiry;
}

function namedIn(ticket: Ticket, events: readonly TicketEvent[]): PersonId[] {
  const inEvents = events.flatMap(({ actor, what }) => (what.kind === 'assigned' ? [actor, what.to] : [actor]));
  return [ticket.requester, ticket.openedBy, ...(ticket.assignee === null ? [] : [ticket.assignee]), ...inEvents];
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
}
