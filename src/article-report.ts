/** The report on the knowledge base, counted anew each time from what was asked and how it ended. */
import type { ArticleReport, ReportedArticle } from './domain/article-report';
import { Outcomes, staleArticles } from './domain/article-report';
import { MissingArticles } from './knowledge/missing';
import type { Store } from './store/store';

const DAY_MS = 86_400_000;
/** How far back a report looks when nobody says. */
export const REPORT_DAYS = 90;
/** Questions or articles read at once. */
const PAGE = 1000;

/** Read a page at a time, so that nobody waits for all of it. @param now the end of the days it looks at */
export async function readArticleReport(
  store: Store,
  { now, days, staleAfterDays }: { now: Date; days: number; staleAfterDays: number },
): Promise<ArticleReport> {
  const from = new Date(now.getTime() - days * DAY_MS);
  const outcomes = new Outcomes();
  const missing = new MissingArticles();
  const questions = pages(0, (after) => store.read(({ inquiries }) => inquiries.outcomes(from, now, PAGE, after)));
  for await (const question of questions) {
    outcomes.add(question);
    if (question.suggested.length === 0) missing.add(question.text, question.language);
  }
  const articles: ReportedArticle[] = [];
  const headings = pages('', (after) => store.read((session) => session.articles.headings(PAGE, after)));
  for await (const article of headings) articles.push(article);
  const staleBefore = new Date(now.getTime() - staleAfterDays * DAY_MS);
  return {
    days,
    failing: outcomes.failing(articles),
    stale: staleArticles(articles, staleBefore),
    missing: missing.groupsFound(),
  };
}

/** Everything there is, read a page at a time by its id. */
async function* pages<Id, T extends { readonly id: Id }>(
  first: Id,
  read: (after: Id) => Promise<T[]>,
): AsyncGenerator<T> {
  for (let after = first; ;) {
    const page = await read(after);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
