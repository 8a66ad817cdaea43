/** What a person is offered for their words: nothing here that they may not see. */
import type { Article, ArticleId, Suggestion } from './domain/article';
import { isFor } from './domain/audience';
import type { Inquiry } from './domain/inquiry';
import type { Language, Person, PersonId } from './domain/person';
import { Refusal } from './domain/refusal';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import type { Readership } from './readership';
import type { Session, Store } from './store/store';

/** A question with its answers. */
export interface Answer {
  readonly inquiry: Inquiry;
  readonly suggestions: readonly Suggestion[];
}

export interface AnswersParts {
  readonly store: Store;
  readonly knowledge: Pick<KnowledgeIndex, 'suggest' | 'audiences'>;
  readonly readership: Readership;
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
    return { inquiry, suggestions: await this.suggest(inquiry.text, inquiry.language, inquiry.person) };
  }

  /** Somebody's own question. @throws Refusal no-such-question */
  inquiry(inquiryId: number, by: Person): Promise<Inquiry> {
    return this.parts.store.read((session) => ownInquiry(session, inquiryId, by.id));
  }

  /** One article; null when it is not there, or not for this person. */
  async article(articleId: ArticleId, person: PersonId): Promise<Article | null> {
    const { store, readership } = this.parts;
    const article = await store.read((session) => session.articles.find(articleId));
    if (article === null) return null;
    return isFor(article.audience, await readership.of(person, [article.audience])) ? article : null;
  }
}

/** @throws Refusal no-such-question */
export async function foundInquiry(session: Session, inquiryId: number): Promise<Inquiry> {
  const inquiry = await session.inquiries.find(inquiryId);
  if (inquiry === null) throw new Refusal({ code: 'no-such-question' });
  return inquiry;
}

/** @throws Refusal no-such-question, also when somebody else asked it */
export async function ownInquiry(session: Session, inquiryId: number, person: PersonId): Promise<Inquiry> {
  const inquiry = await foundInquiry(session, inquiryId);
  if (!(await session.identities.idsOf(person)).includes(inquiry.person))
    throw new Refusal({ code: 'no-such-question' });
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
