/**
 * Finds the articles that answer a question, or none. This file keeps the index in step with the articles, and decides what
 * is shown; what a question asks for, how well an article fits and how sure that is are decided in question.ts, ranking.ts
 * and certainty.ts.
 */
import type { Article, ArticleId, Suggestion } from '../domain/article';
import type { Experience } from '../domain/experience';
import type { Language } from '../domain/person';
import { certaintyOf, CLEAR_FROM, SHOWN_FROM, SHOWN_WITH_FIRST_FROM } from './certainty';
import { Corpus } from './corpus';
import { wordingOf } from './experience';
import { Lessons } from './lessons';
import type { Learned } from './lessons';
import { passageFor } from './passages';
import { understand } from './question';
import type { Question } from './question';
import { Ranking } from './ranking';
import type { Candidate } from './ranking';
import type { Evidence } from './reading';
import type { SearchPart } from './search-part';
import { standardSynonyms } from './synonyms';
import type { Synonyms } from './synonyms';
import { turns } from './turns';

export interface SuggestOptions {
  /** At most so many suggestions; 3 when left out. */
  readonly limit?: number;
  /** The asker's language, for a question that does not show its own. */
  readonly language?: Language | null;
  /** Whose articles may be shown; `['everyone']` when left out. */
  readonly audience?: readonly string[];
  /** Rank without the confidence threshold and without keeping to one language. */
  readonly all?: boolean;
  /** As if nobody had asked it in these words before: what use taught of other questions counts. */
  readonly asNew?: boolean;
}

/** Why articles were found, for people who want to know. */
interface Explanation {
  readonly language: Language | null;
  /** The words of the question that count, with their share of what is asked, and what they were taken for. */
  readonly words: readonly {
    readonly text: string;
    readonly share: number;
    readonly means: readonly { readonly stem: string; readonly similarity: number }[];
  }[];
  /** Best first, shown or not. */
  readonly articles: readonly {
    readonly article: Article;
    readonly score: number;
    /** The evidence as one figure with what use taught, 0..1. */
    readonly fit: number;
    readonly isShown: boolean;
    /** Each part 0..1, before it is weighed. */
    readonly evidence: Evidence;
    /** What use taught of it for this question; null when nothing. */
    readonly learned: Learned | null;
  }[];
  /** From this score an article is shown. */
  readonly shownFrom: number;
}

export interface KnowledgeIndex {
  /**
   * Takes these articles in place of all that were there; those that did not change cost nothing. Searches go on meanwhile,
   * over what is there already; the event loop is never held for long.
   */
  load(articles: readonly Article[]): Promise<void>;
  /** Takes what use taught in place of what it had taught before; like `load`, it holds nobody up. */
  learn(experience: readonly Experience[]): Promise<void>;
  /** From which score on an article is shown; null for the default. */
  showFrom(score: number | null): void;
  /** The articles that answer, best first; none when nothing fits. Takes any text and never throws. */
  suggest(question: string, options?: SuggestOptions): Suggestion[];
  /** What `suggest` makes of a question, and why. */
  explain(question: string, options?: SuggestOptions): Explanation;
}

/** How much the fit of an article in another language than the question's is worth. */
const OTHER_LANGUAGE = 0.6;
/** How much the first fits better than this one tells how sure it is. */
const LEAD_OVER = 10;

/**
 * An index without articles: call `load`.
 * @param without parts of the search to leave out, to measure them
 */
export function createKnowledgeIndex(
  synonyms: Synonyms = standardSynonyms(),
  without: readonly SearchPart[] = [],
): KnowledgeIndex {
  return new SearchIndex(synonyms, new Set(without));
}

/** A candidate, and how sure it answers. */
interface Ranked extends Candidate {
  readonly score: number;
  readonly learned: Learned | null;
}

class SearchIndex implements KnowledgeIndex {
  private readonly corpus: Corpus;
  private readonly ranking: Ranking;
  private readonly lessons: Lessons;
  private readonly slots = new Map<ArticleId, number>();
  private experience: readonly Experience[] = [];
  private shownFrom = SHOWN_FROM;
  private loading: Promise<void> = Promise.resolve();

  constructor(
    private readonly synonyms: Synonyms,
    private readonly without: ReadonlySet<SearchPart>,
  ) {
    this.corpus = new Corpus(synonyms.phrases, this.uses('fuse'));
    this.ranking = new Ranking(this.corpus, this.uses);
    this.lessons = new Lessons(this.corpus, synonyms.phrases);
  }

  load(articles: readonly Article[]): Promise<void> {
    return this.next(async () => {
      const giveWay = turns();
      await this.replace(articles, giveWay);
      // What a word tells depends on the articles.
      await this.lessons.replace(this.experience, giveWay);
    });
  }

  learn(experience: readonly Experience[]): Promise<void> {
    return this.next(async () => {
      this.experience = experience;
      await this.lessons.replace(experience, turns());
    });
  }

  showFrom(score: number | null): void {
    this.shownFrom = score ?? SHOWN_FROM;
  }

  suggest(question: string, options: SuggestOptions = {}): Suggestion[] {
    const { limit = 3, all = false } = options;
    const asked = this.understand(question, options);
    const ranked = this.rank(asked, question, options);
    const shown = all ? ranked : this.worthShowing(ranked, asked.language);
    const clear = this.isClear(shown);
    return shown
      .slice(0, Math.max(0, limit))
      .map((each, place) => this.suggestion(each, asked, clear && place === 0));
  }

  explain(question: string, options: SuggestOptions = {}): Explanation {
    const { limit = 3 } = options;
    const asked = this.understand(question, options);
    const ranked = this.rank(asked, question, options);
    const shown = new Set(this.worthShowing(ranked, asked.language).map(({ slot }) => slot));
    const total = asked.words.reduce((sum, { weight }) => sum + weight, 0);
    const { stems } = this.corpus.vocabulary;
    return {
      language: asked.language,
      words: asked.words.map(({ text, weight, matches }) => ({
        text,
        share: weight / total,
        means: matches.map(({ term, similarity }) => ({ stem: stems[term]!, similarity })),
      })),
      articles: ranked.slice(0, Math.max(0, limit)).map(({ slot, score, fit, evidence, learned }) => ({
        article: this.corpus.articles[slot]!.article,
        score,
        fit,
        isShown: shown.has(slot),
        evidence,
        learned,
      })),
      shownFrom: this.shownFrom,
    };
  }

  private readonly uses = (part: SearchPart): boolean => !this.without.has(part);

  /** One change at a time; one that failed must not keep the next from being tried. */
  private next(change: () => Promise<void>): Promise<void> {
    this.loading = this.loading.catch(() => undefined).then(change);
    return this.loading;
  }

  private async replace(articles: readonly Article[], giveWay: () => Promise<void>): Promise<void> {
    const wanted = new Map(articles.map((article) => [article.id, article]));
    for (const [id, slot] of [...this.slots]) {
      const article = wanted.get(id);
      if (article !== undefined && isSame(article, this.corpus.articles[slot]!.article)) continue;
      this.corpus.remove(slot);
      this.slots.delete(id);
      await giveWay();
    }
    for (const [id, article] of wanted) {
      if (this.slots.has(id)) continue;
      this.slots.set(id, this.corpus.add(article));
      await giveWay();
    }
  }

  private understand(question: string, { language = null }: SuggestOptions): Question {
    return understand(question, language, { corpus: this.corpus, synonyms: this.synonyms, uses: this.uses });
  }

  private rank(asked: Question, question: string, options: SuggestOptions): Ranked[] {
    const { audience = ['everyone'], language = null, asNew = false } = options;
    const mayShow = new Set(audience);
    const { corpus } = this;
    const taught = this.lessons.about(asked, asNew ? wordingOf(question, language) : null);
    const besides = [...taught.keys()].flatMap((id) => this.slots.get(id) ?? []);
    const fitting = this.ranking
      .rank(asked, ({ article }) => mayShow.has(article.audience), besides)
      .map((each) => {
        const learned = taught.get(this.idOf(each)) ?? null;
        const share = this.isForeign(each.slot, asked.language) ? OTHER_LANGUAGE : 1;
        return { ...each, learned, fit: Math.max(0, Math.min(1, share * each.fit + (learned?.change ?? 0))) };
      })
      .sort((a, b) => b.fit - a.fit || (this.idOf(a) < this.idOf(b) ? -1 : 1));
    const rareWords = asked.words.reduce((sum, { weight }) => sum + weight, 0) / corpus.rarity(0);
    const last = fitting[LEAD_OVER]?.fit ?? 0;
    let atMost = 1;
    return fitting.map((each) => {
      const { fit, evidence, learned } = each;
      const told = Math.max(evidence.words, learned?.asked ?? 0) * rareWords;
      const signs = { fit, lead: Math.max(0, fit - last), told, articles: corpus.size };
      atMost = Math.min(atMost, certaintyOf(signs));
      return { ...each, score: atMost };
    });
  }

  private idOf({ slot }: Candidate): ArticleId {
    return this.corpus.articles[slot]!.article.id;
  }

  private isForeign(slot: number, spoken: Language | null): boolean {
    const { language } = this.corpus.articles[slot]!;
    return spoken !== null && language !== null && language !== spoken;
  }

  private worthShowing(ranked: readonly Ranked[], spoken: Language | null): Ranked[] {
    const first = ranked[0];
    if (first === undefined || first.score < this.shownFrom) return [];
    const fitting = ranked.filter(({ score }) => score >= SHOWN_WITH_FIRST_FROM);
    const language = spoken ?? this.corpus.articles[first.slot]!.language;
    const own = fitting.filter(({ slot }) => !this.isForeign(slot, language));
    return own[0] !== undefined && own[0].score >= this.shownFrom ? own : fitting;
  }

  private isClear([first, second]: readonly Ranked[]): boolean {
    return first !== undefined && first.score >= CLEAR_FROM && (second === undefined || second.score < this.shownFrom);
  }

  private suggestion({ slot, score }: Ranked, { words }: Question, clear: boolean): Suggestion {
    const { corpus, synonyms } = this;
    const { article } = corpus.articles[slot]!;
    const tells = (stem: string): number => {
      const term = corpus.vocabulary.find(stem);
      const told = words.map(({ weight, matches }) => weight * (matches.find((each) => each.term === term)?.similarity ?? 0));
      return term === undefined ? 0 : Math.max(0, ...told);
    };
    // Reading Markdown takes longer than finding the article: the passage is made when it is looked at.
    let passage: ReturnType<typeof passageFor> | undefined;
    const read = (): ReturnType<typeof passageFor> => (passage ??= passageFor(article, tells, synonyms.phrases));
    return {
      article,
      score,
      clear,
      get passage() {
        return read().text;
      },
      get found() {
        return read().found;
      },
    };
  }
}

function isSame(a: Article, b: Article): boolean {
  const facts = ({ title, body, tags, language, audience, url }: Article): string =>
    JSON.stringify([title, body, tags, language, audience, url]);
  return a === b || facts(a) === facts(b);
}
