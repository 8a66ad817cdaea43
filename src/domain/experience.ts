/** What use says of the articles: questions that came to an end, and what they taught. */
import type { ArticleId } from './article';
import type { Inquiry } from './inquiry';
import type { Language, PersonId } from './person';
import type { Ticket } from './ticket';

/** A question that was asked, with all that became of it. */
export interface PastQuestion extends Pick<
  Inquiry,
  'id' | 'text' | 'language' | 'askedAt' | 'suggested' | 'outcome' | 'solvedBy'
> {
  /** Whoever asked, by the same id in whichever chat they did. */
  readonly person: PersonId;
  /** Articles that they opened. */
  readonly read: readonly ArticleId[];
  /** The ticket it became. */
  readonly ticket: Pick<Ticket, 'status' | 'resolvedWith' | 'assignee'> | null;
}

/** What became of one article for everybody who asked in the same words. */
export interface Experience {
  readonly article: ArticleId;
  /** As somebody asked. */
  readonly question: string;
  readonly language: Language | null;
  /** How many people it helped; of long ago, or not for sure, counts less than one. */
  readonly helped: number;
  /** How many it did not help, counted alike. */
  readonly failed: number;
}

/** What a past question says of an article: 1 it helped, below 0 it did not. */
export interface Verdict {
  readonly article: ArticleId;
  readonly value: number;
}

const HELPED = 1;
/** It was one of those they read, and they said that it is solved, but not by which. */
const LIKELY_HELPED = 0.5;
/** They read it, and nothing more was heard of them. */
const READ = 0.25;
/** They opened a ticket all the same: that may have had other reasons. */
const SUGGESTED_IN_VAIN = -0.25;
const READ_IN_VAIN = -0.5;

/** What a past question says of each article that had a part in it. */
export function verdictsOf({ suggested, read, outcome, solvedBy, ticket }: PastQuestion): Verdict[] {
  const answer = answerTo({ solvedBy, ticket });
  const verdicts = new Map<ArticleId, number>();
  for (const article of suggested) if (outcome === 'ticket') verdicts.set(article, SUGGESTED_IN_VAIN);
  for (const article of read) {
    if (outcome === 'ticket') verdicts.set(article, READ_IN_VAIN);
    else if (answer === null) verdicts.set(article, outcome === 'solved' ? LIKELY_HELPED : READ);
  }
  if (answer !== null) verdicts.set(answer, HELPED);
  return [...verdicts].map(([article, value]) => ({ article, value }));
}

/** The article that answered for sure: whoever asked said so, or the agent who resolved the ticket. */
export function answerTo({ solvedBy, ticket }: Pick<PastQuestion, 'solvedBy' | 'ticket'>): ArticleId | null {
  return ticket === null ? solvedBy : ticket.resolvedWith;
}

/** Whether no article answered: an agent resolved the ticket without one. */
export function wasUnanswerable({ ticket }: PastQuestion): boolean {
  if (ticket === null || ticket.resolvedWith !== null || ticket.assignee === null) return false;
  return ticket.status === 'resolved' || ticket.status === 'closed';
}
