/** The report on the knowledge base, counted anew each time from what was asked and how it ended. */
import type { ArticleReport } from './domain/article-report';
import { Outcomes, staleArticles } from './domain/article-report';
import { MissingArticles } from './knowledge/missing';
import type { Store } from './store/store';

const DAY_MS = 86_400_000;
/** How far back a report looks when nobody says. */
export const REPORT_DAYS = 90;
/** Questions read at once. */
const PAGE = 1000;

/** Read a page at a time, so that nobody waits for all of it. @param now the end of the days it looks at */
export async function readArticleReport(
  store: Store,
  { now, days, staleAfterDays }: { now: Date; days: number; staleAfterDays: number },
): Promise<ArticleReport> {
  const from = new Date(now.getTime() - days * DAY_MS);
  const outcomes = new Outcomes();
  const missing = new MissingArticles();
  for (let after = 0, more = true; more;) {
    const page = await store.read(({ inquiries }) => inquiries.since(from, PAGE, after));
    for (const question of page) {
      if (question.askedAt >= now) continue;
      outcomes.add(question);
      if (question.suggested.length === 0) missing.add(question.text, question.language);
    }
    after = page.at(-1)?.id ?? after;
    more = page.length === PAGE;
  }
  const articles = await store.read((session) => session.articles.headings());
  const staleBefore = new Date(now.getTime() - staleAfterDays * DAY_MS);
  return {
    days,
    failing: outcomes.failing(articles),
    stale: staleArticles(articles, staleBefore),
    missing: missing.groupsFound(),
  };
}
