/**
 * What the helpdesk can do. Every operation is one transaction that stores the change, its event, what others are told
 * and that this interaction was handled; a repetition of the interaction finds the last and is answered the same.
 */
import type { Answer, AnswersParts, Asked } from './answers';
import { answeredElsewhere, Answers, foundInquiry, noteRead, noteSolved, ownInquiry } from './answers';
import type { ArticleRules } from './authoring';
import { Authoring } from './authoring';
import type { Clock } from './clock';
import { announcementsOf, isChatAddress } from './domain/announcement';
import type { Audience, Posting } from './domain/announcement';
import type { Article, ArticleId, Suggestion } from './domain/article';
import type { Group } from './domain/audience';
import type { Category } from './domain/category';
import type { Inquiry } from './domain/inquiry';
import type { Address, Language, Person, PersonId } from './domain/person';
import { SYSTEM } from './domain/person';
import { Refusal } from './domain/refusal';
import type { LineKey, Roster, SupportLine } from './domain/support-line';
import { cleanText, cut, QUESTION_LIMIT, wholeText } from './domain/text';
import type { Change, NewTicket, Ticket } from './domain/ticket';
import { decide, open, opened, openedAgain } from './domain/ticket';
import type { Acting } from './identity';
import { actorOf, answerWhetherOne, askedAbout, changeOf, elsewhere } from './identity';
import type { Act, Foreseen } from './once';
import { once, onceOrRepeated } from './once';
import { Readership } from './readership';
import { Roles } from './roles';
import { shownAt } from './shown-at';
import type { PostedMessage } from './store/rows';
import type { Session, Store } from './store/store';
import type { TicketFile } from './ticket-file';
import { readTicketFile } from './ticket-file';

/** What the helpdesk is set up to be. */
export interface DeskSetUp {
  readonly language: Language;
  /** The first line takes new requests. */
  readonly lines: readonly SupportLine[];
  readonly categories: readonly Category[];
  /** Departments and organisations that articles can be for. */
  readonly groups: readonly Group[];
  readonly closeAfterDays: number;
  /** Whether the search learns from what people say helped them. */
  readonly learning: boolean;
  readonly articles: ArticleRules;
}

/** Of somebody's own tickets so many are listed. */
const OWN = 20;

export interface Parts {
  readonly store: Store;
  readonly knowledge: AnswersParts['knowledge'];
  readonly similar: AnswersParts['similar'];
  readonly clock: Clock;
  readonly desk: DeskSetUp;
  readonly roster: Roster;
  /** Called after something was announced, so that it is delivered at once. */
  readonly wake: () => void;
  /** Told of each interaction that is stored, and whether it had been already. */
  readonly handled?: (repeated: boolean, cause: string) => void;
}

export type OpenRequest = Pick<
  NewTicket,
  'subject' | 'details' | 'priority' | 'impact' | 'urgency' | 'category' | 'inquiryId' | 'intake'
> & {
  /** Whom it is for, when an agent files it for somebody else. */
  readonly requester: PersonId | null;
};

export class Helpdesk {
  readonly roles: Roles;
  /** Articles written in a chat. */
  readonly authoring: Authoring;
  readonly answers: Answers;

  constructor(private readonly parts: Parts) {
    const { store, desk, roster, knowledge } = parts;
    const { lines, groups } = desk;
    const roles = new Roles({ store, lines, roster });
    const readership = new Readership({ lines, groups, roles, roster });
    const line = (key: LineKey): SupportLine => this.line(key);
    this.roles = roles;
    this.answers = new Answers({ store, knowledge, readership, similar: parts.similar });
    this.authoring = new Authoring({ ...parts, roles, readership, rules: desk.articles, line });
  }

  get setUp(): DeskSetUp {
    return this.parts.desk;
  }

  /**
   * Keeps the question and finds what may answer it. With `answerTo`, the answer is posted there: where nobody else reads it,
   * for it has all that the asker may see.
   */
  async ask(text: string, how: Asked, by: Act): Promise<Answer> {
    const question = cut(cleanText(text), QUESTION_LIMIT);
    const suggestions = await this.suggest(question, how.language, by.person.id);
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
      await session.outbox.add(answeredElsewhere(inquiry.id, how), by.cause, at);
      return inquiry.id;
    });
    // A repetition asks in the same words, so what was found fits the question it finds.
    const inquiry = await this.parts.store.read((session) => foundInquiry(session, id));
    return this.answers.answerTo(inquiry, suggestions);
  }

  /** A kept question with what answers it. @throws Refusal no-such-question */
  answer(inquiryId: number): Promise<Answer> {
    return this.answers.answer(inquiryId);
  }

  /** The asker says that it is solved, and by which article if they know. */
  async markSolved(inquiryId: number, articleId: ArticleId | null, by: Act): Promise<void> {
    // Whatever somebody may not read solves nothing, and tells nothing of whether it is there.
    const named = articleId === null ? null : await this.answers.article(articleId, by.person.id);
    await this.once(by, (session, at) => noteSolved(session, inquiryId, named?.id ?? null, by.person.id, at));
  }

  /** One article, for whoever may see it. @throws Refusal no-such-article, also when it is not for this person */
  async article(articleId: ArticleId, person: PersonId): Promise<Article> {
    const article = await this.answers.article(articleId, person);
    if (article === null) throw new Refusal({ code: 'no-such-article' });
    return article;
  }

  inquiry(inquiryId: number, by: Person): Promise<Inquiry> {
    return this.answers.inquiry(inquiryId, by);
  }

  /**
   * Notes that somebody opened an article for a question of theirs.
   * @throws Refusal no-such-question when it is somebody else's
   */
  async noteRead(inquiryId: number, articleId: ArticleId, by: Act): Promise<Inquiry> {
    await this.once(by, (session, at) => noteRead(session, inquiryId, articleId, by.person.id, at));
    return this.answers.inquiry(inquiryId, by.person);
  }

  /**
   * Opens a ticket. A question has at most one: asked again, the ticket there is comes back.
   * @throws Refusal has-a-ticket when that is finished, or was asked for in other words: they would be lost
   */
  async open(request: OpenRequest, by: Act): Promise<Ticket> {
    const line = this.firstLine();
    const requester = await this.roles.requesterFor(request.requester, by.person, line);
    return this.changed(by, async (session, at) => {
      let { details } = request;
      if (request.inquiryId !== null) {
        const { text } = await ownInquiry(session, request.inquiryId, by.person.id);
        details = wholeText(details, text);
        const earlier = await session.tickets.ofInquiry(request.inquiryId);
        if (earlier !== null) return openedAgain(earlier, { ...request, details });
        await session.inquiries.settle(request.inquiryId, 'ticket', null, at);
      }
      if (requester.id !== by.person.id) await session.people.remember(requester);
      const whose = { line: line.key, requester: requester.id, openedBy: by.person.id };
      const newTicket: NewTicket = { ...request, ...whose, details };
      const ticket = await session.tickets.add(open(newTicket, at));
      const event = opened(ticket, newTicket);
      await session.tickets.addEvent(event);
      const audience = await this.audience(session, ticket, by.origin);
      await session.outbox.add(announcementsOf(ticket, event.actor, event.what, audience), by.cause, at);
      return ticket;
    });
  }

  /**
   * Does one change to a ticket.
   * @param concerned somebody else the change is about, whom the helpdesk may not have met
   * @throws Refusal when it may not be done; then nothing is changed.
   */
  async act(ticketId: number, change: Change, by: Act, concerned?: Person): Promise<Ticket> {
    for (;;) {
      const [ids, ticket] = await this.parts.store.read(({ identities, tickets }) =>
        Promise.all([identities.idsOf(by.person.id), tickets.find(ticketId)]),
      );
      if (ticket === null) throw new Refusal({ code: 'no-such-ticket' });
      const line = this.line(ticket.line);
      // The chat is asked before the transaction: nothing may wait for it inside.
      const mayAsRequester = change.kind === 'reopen' || (change.kind === 'comment' && change.visibility === 'public');
      const needsAgent = by.person.id !== SYSTEM && !(mayAsRequester && ids.includes(ticket.requester));
      const isAgent = needsAgent && (await this.roles.isAgentBy(line, ids));
      // Decided on as it was just read, which its version vouches for; once somebody was faster, as it is by then.
      let read: Ticket | null = ticket;
      const work = async (session: Session, at: Date): Promise<Ticket> => {
        if (concerned !== undefined) await session.people.remember(concerned);
        const current = read ?? (await session.tickets.find(ticketId));
        read = null;
        return this.change(session, current, change, { ids, isAgent }, line, by, at);
      };
      try {
        return await this.changed(by, work, { result: ticketId, people: [ticket.requester] });
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
      }
    }
  }

  /** Gives a ticket to an agent of its line. @throws Refusal */
  async assign(ticketId: number, to: PersonId, by: Act): Promise<Ticket> {
    const line = this.line((await this.ticket(ticketId)).line);
    const [assignee, toIsAgent] = await Promise.all([this.roles.person(to), this.roles.isAgent(line, to)]);
    return this.act(ticketId, { kind: 'assign', to, toIsAgent }, by, assignee);
  }

  /** Whether a person asked for a ticket, in whichever chat. */
  async isRequester({ requester }: Ticket, person: PersonId): Promise<boolean> {
    return requester === person || (await this.roles.idsOf(person)).includes(requester);
  }

  /** Keeps what somebody said who was asked whether they are also `other`. @throws Refusal */
  async answerWhetherOne(other: PersonId, yes: boolean, by: Act): Promise<void> {
    const pair = [by.person.id, other] as const;
    const fresh = await Promise.all(yes ? pair.map((id) => this.parts.roster.person(id).catch(() => null)) : []);
    await this.once(by, (session, at) => answerWhetherOne(session, pair, yes, fresh, at));
  }

  /** Whom somebody is still to be asked about; null when they have answered. */
  askedAbout(person: PersonId, other: PersonId): Promise<Person | null> {
    return this.parts.store.read((session) => askedAbout(session, person, other));
  }

  /** Asks whoever only looks what whoever acts is asked: they may miss their tickets of another chat. */
  async meet(by: Act): Promise<void> {
    const others = await this.parts.store.read((session) => session.identities.unasked(by.person));
    if (others.length > 0) await this.once(by, () => Promise.resolve(0));
  }

  /** Who had a part in a line's tickets lately and cannot be picked in this person's chat, by name. */
  elsewhere(part: 'assignee' | 'requester', line: SupportLine, person: PersonId): Promise<Person[]> {
    const now = this.parts.clock.now();
    return this.parts.store.read((session) => elsewhere(session, part, line, person, now));
  }

  /** @throws Refusal no-such-ticket */
  async ticket(ticketId: number): Promise<Ticket> {
    const ticket = await this.parts.store.read((session) => session.tickets.find(ticketId));
    if (ticket === null) throw new Refusal({ code: 'no-such-ticket' });
    return ticket;
  }

  /** @throws Refusal no-such-ticket */
  async file(ticketId: number): Promise<TicketFile> {
    const { lines } = this.parts.desk;
    const lineOf = (key: LineKey): SupportLine => this.line(key);
    const file = await this.parts.store.read((session) => readTicketFile(session, ticketId, lineOf, lines));
    if (file === null) throw new Refusal({ code: 'no-such-ticket' });
    return file;
  }

  /** What a person has asked for that is not closed, newest change first; and how many there are in all. */
  ticketsOf(person: PersonId): Promise<[Ticket[], number]> {
    return this.parts.store.read(async ({ tickets, identities }) => {
      // Nearly everybody has one id.
      const own = await tickets.ofRequesterWithOneId(person, OWN);
      return own[1] > 0 ? own : tickets.ofRequester(await identities.idsOf(person), OWN);
    });
  }

  /** What waits for an agent in their lines, most urgent first, and how many in all. @throws Refusal not-an-agent */
  async queue(
    person: PersonId,
  ): Promise<{ tickets: Ticket[]; waiting: number; people: ReadonlyMap<PersonId, Person> }> {
    const lines = await this.roles.linesOf(person);
    return this.parts.store.read(async (session) => {
      const [tickets, waiting] = await session.tickets.queue(lines, 20);
      const people = await session.people.named(tickets.flatMap((ticket) => ticket.assignee ?? []));
      return { tickets, waiting, people };
    });
  }

  /** Which ticket a message shows; null when it shows none. @throws Error when it cannot be told yet; see shownAt. */
  shownAt(ref: string, place: Address): Promise<number | null> {
    return shownAt(this.parts.store, ref, place);
  }

  /**
   * The ticket that a message shows, or one of whose events it says; null when it does neither.
   * @throws Error when it cannot be told yet; see shownAt.
   */
  async answerAt(ref: string, place: Address): Promise<{ ticketId: number; version: number | null } | null> {
    const event = await this.parts.store.read((session) => session.tickets.eventAt(ref));
    if (event !== null) return { ticketId: event.ticketId, version: event.version };
    const ticketId = await this.shownAt(ref, place);
    return ticketId === null ? null : { ticketId, version: null };
  }

  /** A message that was posted besides the cards; null when it is forgotten. */
  posted(id: number): Promise<PostedMessage | null> {
    return this.parts.store.read((session) => session.posted.find(id));
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
        const shown = announcementsOf(ticket, SYSTEM, { kind: 'claimed' }, await this.audience(session, ticket));
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

  /** What the knowledge base offers a person for these words. */
  suggest(question: string, language: Language, person: PersonId): Promise<Suggestion[]> {
    return this.answers.suggest(question, language, person);
  }

  /** The five steps of every change: load, decide, save, record, announce. */
  private async change(
    session: Session,
    ticket: Ticket | null,
    change: Change,
    acting: Acting,
    line: SupportLine,
    by: Act,
    at: Date,
  ): Promise<Ticket> {
    if (ticket === null) throw new Refusal({ code: 'no-such-ticket' });
    // Escalated since the roster was asked: ask the other line's.
    if (this.line(ticket.line).key !== line.key) throw new Moved();
    const actor = actorOf(ticket, change, acting);
    const decision = decide(ticket, await changeOf(session, ticket, change), actor, line, at);
    const { ticket: left, event } = decision;
    const { tickets, outbox } = session;
    // In one breath; only reads go beside what may be refused.
    const [audience] = await Promise.all([this.audience(session, left, by.origin), tickets.save(ticket, decision)]);
    await outbox.add(announcementsOf(left, event.actor, event.what, audience), by.cause, at);
    if (by.message !== undefined) await tickets.said({ ticketId: left.id, version: left.version, ref: by.message });
    return left;
  }

  private async audience(session: Session, ticket: Ticket, origin: Address | null = null): Promise<Audience> {
    const requester = await session.people.find(ticket.requester);
    // A ticket that was opened just now is shown nowhere.
    const shown = ticket.version === 1 ? [] : await session.tickets.messages(ticket.id);
    return {
      channels: this.line(ticket.line).channels,
      shownIn: shown,
      requester: requester !== null && isChatAddress(requester.address) ? requester.address : null,
      origin,
    };
  }

  private once(by: Act, work: (session: Session, at: Date) => Promise<number>): Promise<number> {
    return once(this.parts, by, work);
  }

  /** @returns the ticket that the work left; for a repetition, as it is by now */
  private async changed(
    by: Act,
    work: (session: Session, at: Date) => Promise<Ticket>,
    foreseen?: Foreseen,
  ): Promise<Ticket> {
    let left: Ticket | null = null;
    const kept = async (session: Session, at: Date): Promise<number> => {
      left = await work(session, at);
      return left.id;
    };
    const { result, repeated } = await onceOrRepeated(this.parts, by, kept, foreseen);
    return repeated || left === null ? this.ticket(result) : left;
  }
}

/** The ticket moved to another line while its roster was asked. */
class Moved extends Error {}
