/** What a person is offered for their words: nothing here that they may not see. */
import type { Posting } from './domain/announcement';
import type { Article, ArticleId, Suggestion } from './domain/article';
import { AGENTS, ANYBODY, EVERYONE, isFor, wordOfLine } from './domain/audience';
import type { Inquiry } from './domain/inquiry';
import type { Address, Language, Person, PersonId } from './domain/person';
import { Refusal } from './domain/refusal';
import type { SupportLine } from './domain/support-line';
import type { Intake, Ticket } from './domain/ticket';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import type { Readership } from './readership';
import { SIMILAR_SHOWN } from './similar-tickets';
import type { SimilarTicket, SimilarTickets } from './similar-tickets';
import type { Session, Store } from './store/store';

/** How a question was asked, and where it is answered when that is not on the spot. */
export interface Asked {
  readonly intake: Intake;
  readonly language: Language;
  readonly answerTo?: Address | undefined;
  /** The message below which it was asked. */
  readonly thread?: string | undefined;
}

/** A question with its answers. */
export interface Answer {
  readonly inquiry: Inquiry;
  readonly suggestions: readonly Suggestion[];
  /** How similar requests were resolved, in the words of whoever resolved them, as far as lines publish it. */
  readonly solutions: readonly string[];
}

export interface AnswersParts {
  readonly store: Store;
  readonly knowledge: Pick<KnowledgeIndex, 'suggest' | 'audiences'>;
  readonly readership: Readership;
  readonly similar: Pick<SimilarTickets, 'find' | 'one' | 'audienceOf'>;
}

export class Answers {
  constructor(private readonly parts: AnswersParts) {}

  /** What the knowledge base offers a person for these words. */
  async suggest(question: string, language: Language, person: PersonId): Promise<Suggestion[]> {
    const { knowledge, readership } = this.parts;
    const audience = await readership.of(person, knowledge.audiences());
    return knowledge.suggest(question, { limit: 3, language, audience });
  }

  /** A kept question with what answers it, as far as its asker may see it now. @throws Refusal no-such-question */
  async answer(inquiryId: number): Promise<Answer> {
    const inquiry = await this.parts.store.read((session) => foundInquiry(session, inquiryId));
    return this.answerTo(inquiry, await this.suggest(inquiry.text, inquiry.language, inquiry.person));
  }

  /** Articles come first: similar requests fill what is left of three answers. */
  async answerTo(inquiry: Inquiry, suggestions: readonly Suggestion[]): Promise<Answer> {
    const limit = SIMILAR_SHOWN - suggestions.length;
    const similar = limit <= 0 ? [] : await this.parts.similar.find(inquiry.text, ANYBODY, { limit });
    return { inquiry, suggestions, solutions: similar.flatMap(({ ticket }) => ticket.resolution ?? []) };
  }

  /** Tickets like this one and how they were resolved, as far as any agent of the line may see it whose card it is on. */
  similarTo({ id, subject, details }: Ticket, line: SupportLine): Promise<SimilarTicket[]> {
    return this.parts.similar.find(`${subject}\n${details}`, new Set([AGENTS, wordOfLine(line)]), { besides: id });
  }

  /** A resolved ticket of another line, for agents who may see how it was resolved; null for everybody else. */
  async example(ticket: Ticket, person: PersonId): Promise<SimilarTicket | null> {
    const { similar, readership } = this.parts;
    const groups = new Set(await readership.of(person, [similar.audienceOf(ticket)]));
    // What everybody may see of it is no more than the resolution.
    groups.delete(EVERYONE);
    return similar.one(ticket.id, groups);
  }

  /** Somebody's own question. @throws Refusal no-such-question */
  inquiry(inquiryId: number, by: Person): Promise<Inquiry> {
    return this.parts.store.read((session) => ownInquiry(session, inquiryId, by.id));
  }

  /** The ticket that a question became; null when somebody else asked for it. */
  ownTicketOf(inquiryId: number, person: PersonId): Promise<Ticket | null> {
    return this.parts.store.read(async ({ tickets, identities }) => {
      const [ticket, ids] = await Promise.all([tickets.ofInquiry(inquiryId), identities.idsOf(person)]);
      return ticket !== null && ids.includes(ticket.requester) ? ticket : null;
    });
  }

  /** One article; null when it is not there, or not for this person. */
  async article(articleId: ArticleId, person: PersonId): Promise<Article | null> {
    const { store, readership } = this.parts;
    const article = await store.read((session) => session.articles.find(articleId));
    if (article === null || article.retiredAt !== null) return null;
    return isFor(article.audience, await readership.of(person, [article.audience])) ? article : null;
  }
}

/** What is announced of a question that is not answered on the spot. */
export function answeredElsewhere(inquiryId: number, { answerTo, thread }: Asked): Posting[] {
  return answerTo === undefined ? [] : [{ to: answerTo, what: { kind: 'answer', inquiryId, thread } }];
}

/** @throws Refusal no-such-question */
export async function foundInquiry(session: Session, inquiryId: number): Promise<Inquiry> {
  const inquiry = await session.inquiries.find(inquiryId);
  if (inquiry === null) throw new Refusal({ code: 'no-such-question' });
  return inquiry;
}

/** @throws Refusal no-such-question, also when somebody else asked it */
export async function ownInquiry(session: Session, inquiryId: number, person: PersonId): Promise<Inquiry> {
  const [inquiry, ids] = await Promise.all([foundInquiry(session, inquiryId), session.identities.idsOf(person)]);
  if (!ids.includes(inquiry.person)) throw new Refusal({ code: 'no-such-question' });
  return inquiry;
}

/** Notes that somebody opened an article for their question. @throws Refusal no-such-question */
export async function noteRead(
  session: Session,
  inquiryId: number,
  articleId: ArticleId,
  person: PersonId,
  at: Date,
): Promise<number> {
  await ownInquiry(session, inquiryId, person);
  await session.past.read(inquiryId, articleId, at);
  return inquiryId;
}

/**
 * Notes that a question is solved.
 * @param articleId by which article, if they said so; else the one that was suggested alone
 * @throws Refusal no-such-question
 */
export async function noteSolved(
  session: Session,
  inquiryId: number,
  articleId: ArticleId | null,
  person: PersonId,
  at: Date,
): Promise<number> {
  const { outcome, suggested } = await ownInquiry(session, inquiryId, person);
  const solvedBy = articleId ?? (suggested.length === 1 ? suggested[0] : null) ?? null;
  // Said again, it only tells which article it was; a ticket opened meanwhile stays a ticket.
  if (outcome === 'open' || (outcome === 'solved' && articleId !== null))
    await session.inquiries.settle(inquiryId, 'solved', solvedBy, at);
  return inquiryId;
}
