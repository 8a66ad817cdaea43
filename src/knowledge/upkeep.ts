/**
 * Keeps the index in step with the articles: one change after the other, searches going on meanwhile over what is there
 * already, and the event loop never held for long.
 */
import type { Article, ArticleId } from '../domain/article';
import type { Corpus } from './corpus';
import { Sections } from './sections';
import { turns } from './turns';

/** An article, and which version of it this is: a word of whoever keeps the articles. */
export interface StampedArticle {
  readonly article: Article;
  readonly stamp: string;
}

/** What is known of an article without reading it. */
export interface ArticleFacts {
  readonly id: ArticleId;
  readonly stamp: string;
  readonly audience: string;
}

export class Upkeep {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly corpus: Corpus) {}

  load(articles: readonly Article[]): Promise<void> {
    return this.inTurn(async () => {
      const giveWay = turns();
      const wanted = new Map(articles.map((article) => [article.id, article]));
      const put: StampedArticle[] = [];
      for (const article of wanted.values()) {
        const slot = this.corpus.slotOf(article.id);
        if (slot === undefined || !isSame(article, this.corpus.articleAt(slot))) put.push({ article, stamp: '' });
        await giveWay();
      }
      await this.apply(
        put,
        [...this.corpus.ids()].filter((id) => !wanted.has(id)),
      );
    });
  }

  change(put: readonly StampedArticle[], gone: readonly ArticleId[]): Promise<void> {
    return this.inTurn(() => this.apply(put, gone));
  }

  /** Runs the work while nothing changes. */
  hold<T>(work: (sections: Sections) => Promise<T>): Promise<T> {
    return this.inTurn(() => {
      const sections = new Sections();
      this.corpus.save(sections);
      return work(sections);
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    // What failed must not keep the next from being tried.
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** What is gone goes first: whoever may not see an article any longer must not wait for the others to be read. */
  private async apply(put: readonly StampedArticle[], gone: readonly ArticleId[]): Promise<void> {
    const giveWay = turns();
    for (const id of gone) {
      this.corpus.take(id);
      await giveWay();
    }
    for (const { article, stamp } of put) {
      const reading = this.corpus.read(article);
      let step = reading.next();
      for (; step.done !== true; step = reading.next()) await giveWay();
      this.corpus.put(step.value, stamp);
    }
  }
}

function isSame(a: Article, b: Article): boolean {
  const facts = ({ title, body, tags, language, audience, url }: Article): string =>
    JSON.stringify([title, body, tags, language, audience, url]);
  return facts(a) === facts(b);
}
