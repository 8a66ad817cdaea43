/** Which articles need somebody: those that fail, those nobody has looked at for long, and those that are missing. Pure. */
import type { ArticleId } from './article';
import type { Memberships } from './audience';
import { isFor } from './audience';
import type { KeptArticle } from './authoring';
import type { Inquiry } from './inquiry';

/** What the report reads of a question; its words are '' when something was found for it. */
export type AskedQuestion = Pick<Inquiry, 'id' | 'suggested' | 'outcome' | 'language' | 'text'>;

/** What it reads of an article: not its words. */
export type ReportedArticle = Pick<KeptArticle, 'id' | 'title' | 'audience' | 'version' | 'changedAt' | 'confirmedAt'>;

/** An article that was suggested, and a ticket was opened all the same. */
export interface FailingArticle {
  readonly article: ReportedArticle;
  readonly suggested: number;
  readonly tickets: number;
  readonly solved: number;
}

export interface StaleArticle {
  readonly article: ReportedArticle;
  readonly lookedAt: Date;
}

/** Questions that are alike and for which nothing was found. */
export interface MissingArticle {
  readonly questions: number;
  /** One of them, as it was asked. */
  readonly example: string;
}

export interface ArticleReport {
  /** How many days back it looks. */
  readonly days: number;
  /** Most tickets first. */
  readonly failing: readonly FailingArticle[];
  /** Longest ago first. */
  readonly stale: readonly StaleArticle[];
  /** Most questions first. */
  readonly missing: readonly MissingArticle[];
}

/** How many articles need somebody, by why. */
export interface ArticleNeeds {
  readonly failing: number;
  readonly stale: number;
  readonly missing: number;
}

/** The part of a report that is about articles its reader may read. */
export function reportFor(report: ArticleReport, reader: Memberships): ArticleReport {
  const isForThem = ({ article }: { readonly article: ReportedArticle }): boolean => isFor(article.audience, reader);
  return { ...report, failing: report.failing.filter(isForThem), stale: report.stale.filter(isForThem) };
}

/** Fewer tickets than this are chance. */
const TICKETS_FROM = 3;

/** How often each article was suggested, and how those questions ended. */
export class Outcomes {
  private readonly counts = new Map<ArticleId, { suggested: number; tickets: number; solved: number }>();

  add({ suggested, outcome }: Pick<AskedQuestion, 'suggested' | 'outcome'>): void {
    for (const id of suggested) {
      const count = this.counts.get(id) ?? { suggested: 0, tickets: 0, solved: 0 };
      count.suggested += 1;
      if (outcome === 'ticket') count.tickets += 1;
      if (outcome === 'solved') count.solved += 1;
      this.counts.set(id, count);
    }
  }

  /** Those after which a ticket was opened three times or more, and at least as often as not. */
  failing(articles: readonly ReportedArticle[]): FailingArticle[] {
    return articles
      .flatMap((article): FailingArticle[] => {
        const count = this.counts.get(article.id);
        return count === undefined ? [] : [{ article, ...count }];
      })
      .filter(({ suggested, tickets }) => tickets >= TICKETS_FROM && tickets * 2 >= suggested)
      .sort((a, b) => b.tickets - a.tickets || byId(a.article, b.article));
  }
}

/** Those that were neither changed nor confirmed since `before`. */
export function staleArticles(articles: readonly ReportedArticle[], before: Date): StaleArticle[] {
  return articles
    .map((article) => ({ article, lookedAt: lookedAt(article) }))
    .filter((each) => each.lookedAt < before)
    .sort((a, b) => a.lookedAt.getTime() - b.lookedAt.getTime() || byId(a.article, b.article));
}

function lookedAt({ changedAt, confirmedAt }: ReportedArticle): Date {
  return confirmedAt !== null && confirmedAt > changedAt ? confirmedAt : changedAt;
}

function byId(a: ReportedArticle, b: ReportedArticle): number {
  return a.id < b.id ? -1 : 1;
}
