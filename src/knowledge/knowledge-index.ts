/**
 * Finds the articles that answer a question, or none. This file keeps the index in step with the articles, and decides what
 * is shown; what a question asks for, how well an article fits and how sure that is are decided in question.ts, ranking.ts
 * and certainty.ts.
 */
import type { Article, ArticleId, Suggestion } from '../domain/article';
import { ANYBODY } from '../domain/audience';
import type { Experience } from '../domain/experience';
import type { Language } from '../domain/person';
import { certaintyOf, CLEAR_FROM, SHOWN_FROM, SHOWN_WITH_FIRST_FROM } from './certainty';
import { Corpus } from './corpus';
import { wordingOf } from './experience';
import { Lessons } from './lessons';
import type { Learned, Taught } from './lessons';
import { passageFor } from './passages';
import { toldByStem, understand } from './question';
import type { Question } from './question';
import { Ranking } from './ranking';
import type { Candidate } from './ranking';
import type { Evidence } from './reading';
import type { SearchPart } from './search-part';
import type { Sections } from './sections';
import { standardSynonyms } from './synonyms';
import type { Synonyms } from './synonyms';
import type { View } from './view';
import { turns } from './turns';
import { Upkeep } from './upkeep';
import type { ArticleFacts, StampedArticle } from './upkeep';
import type { Phrases } from './words';

export interface SuggestOptions {
  /** At most so many suggestions; 3 when left out. */
  readonly limit?: number;
  /** The asker's language, for a question that does not show its own. */
  readonly language?: Language | null;
  /** What the reader belongs to; `everyone` alone when left out. Nothing they may not see has a part in the answer. */
  readonly audience?: Iterable<string>;
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
  /** Whether the first is the answer, and shown alone. */
  readonly clear: boolean;
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
  /** Whom the articles are for, each audience once. */
  audiences(): readonly string[];
}

/** An index that follows articles as they change, and that can be written to a file. */
export interface LiveIndex extends KnowledgeIndex {
  /** How many articles are there. */
  readonly size: number;
  /** Pairs of words that it reads as one. */
  readonly phrases: Phrases;
  /** Puts articles in, in the place of those of the same ids, and takes others out; with the promises of `load`. */
  change(put: readonly StampedArticle[], gone: readonly ArticleId[]): Promise<void>;
  /**
   * Compares what is there with how articles are kept, and from now on shows each to whom it is said to be for.
   * @param which whether these are all there should be
   * @returns what must be put in and taken out
   */
  compare(
    facts: readonly ArticleFacts[],
    which: 'all' | 'these',
  ): Promise<{ readonly put: ArticleId[]; readonly gone: ArticleId[] }>;
  /** Runs the work on the whole index while nothing changes. */
  hold<T>(work: (sections: Sections) => Promise<T>): Promise<T>;
  /**
   * Takes what `hold` gave in place of all that was there. Nothing of it is shown to anybody before `compare` said to whom.
   * @throws Error when something is missing; then all is as before
   */
  restore(sections: Sections): void;
  /** Takes everything out. */
  clear(): void;
  /** Asks itself a few questions, so that what V8 compiles at first is compiled before people ask; holds nobody up. */
  warmUp(): Promise<void>;
}

/**
 * So many questions warm it up, in a fifth of a second: of the first two hundred questions, the slowest in a hundred take
 * half the time then. Forty gave no more.
 */
const WARM_UP_QUESTIONS = 16;
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
): LiveIndex {
  return new SearchIndex(synonyms, new Set(without));
}

/** A candidate, and how sure it answers. */
interface Ranked extends Candidate {
  readonly score: number;
  readonly learned: Learned | null;
}

class SearchIndex implements LiveIndex {
  private corpus!: Corpus;
  private ranking!: Ranking;
  private upkeep!: Upkeep;
  private readonly lessons: Lessons;
  private shownFrom = SHOWN_FROM;

  constructor(
    private readonly synonyms: Synonyms,
    private readonly without: ReadonlySet<SearchPart>,
  ) {
    this.lessons = new Lessons(synonyms.phrases);
    this.clear();
  }

  get size(): number {
    return this.corpus.size;
  }

  get phrases(): Phrases {
    return this.synonyms.phrases;
  }

  load(articles: readonly Article[]): Promise<void> {
    return this.upkeep.load(articles);
  }

  learn(experience: readonly Experience[]): Promise<void> {
    return this.lessons.replace(experience);
  }

  showFrom(score: number | null): void {
    this.shownFrom = score ?? SHOWN_FROM;
  }

  change(put: readonly StampedArticle[], gone: readonly ArticleId[]): Promise<void> {
    return this.upkeep.change(put, gone);
  }

  compare(facts: readonly ArticleFacts[], which: 'all' | 'these'): Promise<{ put: ArticleId[]; gone: ArticleId[] }> {
    return this.upkeep.compare(facts, which);
  }

  hold<T>(work: (sections: Sections) => Promise<T>): Promise<T> {
    return this.upkeep.hold(work);
  }

  restore(sections: Sections): void {
    const corpus = this.emptyCorpus();
    corpus.restore(sections);
    this.open(corpus);
  }

  clear(): void {
    this.open(this.emptyCorpus());
  }

  async warmUp(): Promise<void> {
    const ids = [...this.corpus.ids()];
    const step = Math.max(1, Math.floor(ids.length / WARM_UP_QUESTIONS));
    const giveWay = turns();
    for (const id of ids.filter((_, place) => place % step === 0).slice(0, WARM_UP_QUESTIONS)) {
      const slot = this.corpus.slotOf(id);
      if (slot === undefined) continue;
      // The second letters of its words are left out, so that words are mended, too.
      this.suggest(this.corpus.articleAt(slot).title.replace(/(?<=\b\p{L})\p{L}(?=\p{L}{3})/gu, ''));
      await giveWay();
    }
  }

  suggest(question: string, options: SuggestOptions = {}): Suggestion[] {
    const { limit = 3, all = false } = options;
    const view = this.viewFor(options);
    const asked = this.understand(question, view, options);
    const ranked = this.rank(asked, view, this.taught(question, asked, view, options));
    const worth = this.worthShowing(ranked, asked.language);
    const clear = this.isClear(worth);
    return (all ? ranked : clear ? worth.slice(0, 1) : worth)
      .slice(0, Math.max(0, limit))
      .map((each, place) => this.suggestion(each, asked, clear && place === 0));
  }

  explain(question: string, options: SuggestOptions = {}): Explanation {
    const { limit = 3 } = options;
    const view = this.viewFor(options);
    const asked = this.understand(question, view, options);
    const ranked = this.rank(asked, view, this.taught(question, asked, view, options));
    const worth = this.worthShowing(ranked, asked.language);
    const clear = this.isClear(worth);
    const shown = new Set((clear ? worth.slice(0, 1) : worth.slice(0, 3)).map(({ slot }) => slot));
    const total = asked.words.reduce((sum, { weight }) => sum + weight, 0);
    const { vocabulary } = this.corpus;
    return {
      language: asked.language,
      words: asked.words.map(({ text, weight, matches }) => ({
        text,
        share: weight / total,
        means: matches.map(({ term, similarity }) => ({ stem: vocabulary.stemOf(term), similarity })),
      })),
      articles: ranked.slice(0, Math.max(0, limit)).map(({ slot, score, fit, evidence, learned }) => ({
        article: this.corpus.articleAt(slot),
        score,
        fit,
        isShown: shown.has(slot),
        evidence,
        learned,
      })),
      clear,
      shownFrom: this.shownFrom,
    };
  }

  private readonly uses = (part: SearchPart): boolean => !this.without.has(part);

  private emptyCorpus(): Corpus {
    return new Corpus(this.synonyms.phrases, this.uses('fuse'));
  }

  private open(corpus: Corpus): void {
    this.corpus = corpus;
    this.ranking = new Ranking(corpus, this.uses);
    this.upkeep = new Upkeep(corpus);
  }

  audiences(): readonly string[] {
    return this.corpus.audiences();
  }

  private viewFor({ audience = ANYBODY }: SuggestOptions): View {
    return this.corpus.viewOf(new Set(audience));
  }

  private understand(question: string, view: View, { language = null }: SuggestOptions): Question {
    return understand(question, language, { view, synonyms: this.synonyms, uses: this.uses });
  }

  private taught(
    question: string,
    asked: Question,
    view: View,
    { language = null, asNew = false }: SuggestOptions,
  ): Taught {
    return this.lessons.about(asked, view, asNew ? wordingOf(question, language) : null);
  }

  private rank(asked: Question, view: View, taught: Taught): Ranked[] {
    const besides = [...taught.keys()].flatMap((id) => this.corpus.slotOf(id) ?? []);
    const fitting = this.ranking
      .rank(asked, view, besides)
      .map((each) => {
        const learned = taught.get(this.idOf(each)) ?? null;
        const share = this.isForeign(each.slot, asked.language) ? OTHER_LANGUAGE : 1;
        return { ...each, learned, fit: Math.max(0, Math.min(1, share * each.fit + (learned?.change ?? 0))) };
      })
      .sort((a, b) => b.fit - a.fit || (this.idOf(a) < this.idOf(b) ? -1 : 1));
    const rareWords = asked.words.reduce((sum, { weight }) => sum + weight, 0) / view.rarity(0);
    const last = fitting[LEAD_OVER]?.fit ?? 0;
    let atMost = 1;
    return fitting.map((each) => {
      const { fit, evidence, learned } = each;
      // A past question that led to an article counts as its text, and as its title.
      const asLearned = (part: number): number => Math.max(part, learned?.asked ?? 0);
      const signs = {
        ...{ fit, lead: Math.max(0, fit - last), articles: view.size, doubt: asked.doubt },
        ...{ told: asLearned(evidence.words) * rareWords, title: asLearned(evidence.title) },
      };
      atMost = Math.min(atMost, certaintyOf(signs));
      return { ...each, score: atMost };
    });
  }

  private idOf({ slot }: Candidate): ArticleId {
    return this.corpus.idAt(slot);
  }

  private isForeign(slot: number, spoken: Language | null): boolean {
    const language = this.corpus.languageAt(slot);
    return spoken !== null && language !== null && language !== spoken;
  }

  private worthShowing(ranked: readonly Ranked[], spoken: Language | null): Ranked[] {
    const first = ranked[0];
    if (first === undefined || first.score < this.shownFrom) return [];
    const fitting = ranked.filter(({ score }) => score >= SHOWN_WITH_FIRST_FROM);
    const language = spoken ?? this.corpus.languageAt(first.slot);
    const own = fitting.filter(({ slot }) => !this.isForeign(slot, language));
    return own[0] !== undefined && own[0].score >= this.shownFrom ? own : fitting;
  }

  private isClear([first, second]: readonly Ranked[]): boolean {
    return first !== undefined && first.score >= CLEAR_FROM && (second === undefined || second.score < this.shownFrom);
  }

  private suggestion({ slot, score }: Ranked, { words }: Question, clear: boolean): Suggestion {
    const { corpus, synonyms } = this;
    const article = corpus.articleAt(slot);
    // Reading Markdown takes longer than finding the article: the passage is made when it is looked at.
    let passage: ReturnType<typeof passageFor> | undefined;
    const read = (): ReturnType<typeof passageFor> =>
      (passage ??= passageFor(article, toldByStem(words, corpus.vocabulary), synonyms.phrases));
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
