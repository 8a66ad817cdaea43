/** A question before it is a ticket: what was asked, what was suggested, and how it ended. */
import type { ArticleId } from './article';
import type { Language, PersonId } from './person';
import type { Intake } from './ticket';

export interface Inquiry {
  readonly id: number;
  readonly person: PersonId;
  /** As typed, without characters no database keeps (see `cleanText`), at most QUESTION_LIMIT characters. */
  readonly text: string;
  readonly language: Language;
  readonly intake: Intake;
  readonly askedAt: Date;
  /** Best first, at most three. */
  readonly suggested: readonly ArticleId[];
  readonly outcome: 'open' | 'solved' | 'ticket';
  /** The article that solved it, when the person said which. */
  readonly solvedBy: ArticleId | null;
  readonly settledAt: Date | null;
}
