/**
 * Finds the articles that answer a question. `fuse.js` matches misspelt words with the words of the articles, where it is
 * strong (short strings); words are weighed by rarity, and an article is judged by all of its words and by its best line.
 */
import Fuse from 'fuse.js';
import type { Article, Suggestion } from '../domain/article';
import type { Language } from '../domain/person';
import { passageFor } from './passages';
import { detectLanguage, wordsOf } from './words';

export interface SuggestOptions {
  /** At most so many suggestions; 3 when left out. */
  readonly limit?: number;
  /** The asker's language, for a question that does not show its own. */
  readonly language?: Language | null;
  /** Whose articles may be shown; `['everyone']` when left out. */
  readonly audience?: readonly string[];
  /** Rank without the confidence threshold and without keeping to one language. */
  readonly all?: boolean;
}

export interface KnowledgeIndex {
  /** Takes these articles in place of all that were there. */
  load(articles: readonly Article[]): void;
  /** The articles that answer, best first; none when nothing fits. Takes any text and never throws. */
  suggest(question: string, options?: SuggestOptions): Suggestion[];
}

/** Below this score a suggestion is more often a nuisance than an answer; tested in test/knowledge/questions.test.ts. */
const SHOWN_FROM_SCORE = 0.31;

/** Enough to understand any question; the rest of a pasted log would only cost time. */
const QUESTION_CHARACTERS = 10_000;
const QUESTION_WORDS = 60;
/** Looking up a misspelt word costs most of a question's time. */
const MISSPELT_WORDS = 12;
/** Articles that are looked at line by line, the best by their words. */
const CANDIDATES = 60;
/** How much an article in another language than the question's is worth. */
const OTHER_LANGUAGE = 0.6;
/** Small knowledge bases know too little of how rare a word is: as if there were so many more articles without it. */
const UNSEEN_ARTICLES = 50;
/** BM25's saturation and length normalisation, near their usual values. */
const K1 = 1.2;
const B = 0.5;
/** An article's score is so much its best line, the rest all of its words together. */
const BEST_LINE_SHARE = 0.3;
/**
 * So many rare words make a full question. One of fewer is understood with less certainty, of more with more: that keeps
 * the score comparable between a keyword and a pasted paragraph.
 */
const FULL_QUESTION_WORDS = 4;
const CERTAINTY = 0.4;

interface Term {
  readonly stem: string;
  readonly articles: number[];
  readonly frequencies: number[];
}

/** A line of an article: the terms in it, each once. */
type Line = readonly number[];

interface IndexedArticle {
  readonly article: Article;
  readonly language: Language | null;
  readonly lines: readonly Line[];
  readonly length: number;
}

/** A term of the vocabulary that stands for a word of the question. */
interface Match {
  readonly term: number;
  /** 1 for the same stem, less for a similar one. */
  readonly similarity: number;
}

interface AskedWord {
  /** How much it tells: rarity × weight. */
  readonly weight: number;
  readonly matches: readonly Match[];
}

interface Meaning {
  readonly weight: number;
  readonly similarity: number;
}

interface Scored {
  readonly index: number;
  readonly score: number;
}

/** An index without articles: call `load`. */
export function createKnowledgeIndex(): KnowledgeIndex {
  return new FuseIndex();
}

class FuseIndex implements KnowledgeIndex {
  private articles: IndexedArticle[] = [];
  private terms: Term[] = [];
  private termOf = new Map<string, number>();
  private termOfWord = new Map<string, number>();
  private spellings = new Map<string, Fuse<string>>();
  private averageLength = 1;

  load(articles: readonly Article[]): void {
    this.articles = [];
    this.terms = [];
    this.termOf = new Map();
    this.termOfWord = new Map();
    for (const article of articles) this.add(article);
    this.averageLength = this.articles.reduce((sum, each) => sum + each.length, 0) / (this.articles.length || 1);
    this.spellings = spellingsOf(this.termOfWord.keys());
  }

  suggest(question: string, options: SuggestOptions = {}): Suggestion[] {
    const { limit = 3, language = null, audience = ['everyone'], all = false } = options;
    const text = question.slice(0, QUESTION_CHARACTERS);
    const spoken = this.languageOf(text) ?? language;
    const asked = this.asked(text, spoken);
    if (asked.length === 0) return [];
    const mayShow = new Set(audience);
    const ranked = this.rank(asked, spoken, (article) => mayShow.has(article.audience));
    const shown = all ? ranked : this.worthShowing(ranked, spoken);
    return shown.slice(0, Math.max(0, limit)).map(({ index, score }) => {
      const { article } = this.articles[index]!;
      return { article, score, passage: passageFor(article, text) };
    });
  }

  private add(article: Article): void {
    const language = article.language ?? detectLanguage(`${article.title}\n${article.body}`);
    const index = this.articles.length;
    const frequencies = new Map<number, number>();
    const lines: Line[] = [];
    for (const { text, weight } of linesOf(article)) {
      const line = new Set<number>();
      for (const word of wordsOf(text, language)) {
        const term = this.termFor(word.stem);
        this.termOfWord.set(word.text, term);
        line.add(term);
        frequencies.set(term, (frequencies.get(term) ?? 0) + weight);
      }
      if (line.size > 0) lines.push([...line]);
    }
    let length = 0;
    for (const [term, frequency] of frequencies) {
      this.terms[term]!.articles.push(index);
      this.terms[term]!.frequencies.push(frequency);
      length += frequency;
    }
    this.articles.push({ article, language, lines, length });
  }

  private termFor(stem: string): number {
    let term = this.termOf.get(stem);
    if (term === undefined) {
      term = this.terms.length;
      this.terms.push({ stem, articles: [], frequencies: [] });
      this.termOf.set(stem, term);
    }
    return term;
  }

  /** What the text itself shows, else the language of the articles that know most of its words. */
  private languageOf(text: string): Language | null {
    const shown = detectLanguage(text);
    if (shown !== null) return shown;
    const known = { en: 0, pl: 0 };
    for (const language of ['en', 'pl'] as const) {
      for (const { stem } of wordsOf(text, language).slice(0, QUESTION_WORDS)) {
        const term = this.terms[this.termOf.get(stem) ?? -1];
        const inLanguage = term?.articles.some((index) => this.articles[index]!.language === language);
        if (inLanguage) known[language] += 1;
      }
    }
    if (known.en === known.pl) return null;
    return known.en > known.pl ? 'en' : 'pl';
  }

  /** The informative words of a question, each once, with the terms they may mean. */
  private asked(text: string, language: Language | null): AskedWord[] {
    const words = new Map(wordsOf(text, language).map((word) => [word.stem, word]));
    let lookUps = 0;
    return [...words.values()].slice(0, QUESTION_WORDS).map(({ text: word, stem, weight }) => {
      const term = this.termOf.get(stem);
      const matches: Match[] = term === undefined ? [] : [{ term, similarity: 1 }];
      const rare = term === undefined || this.terms[term]!.articles.length < 3;
      if (rare && lookUps < MISSPELT_WORDS) {
        lookUps += 1;
        matches.push(...this.similar(word).filter((match) => match.term !== term));
      }
      const known = matches.reduce((most, match) => Math.max(most, this.terms[match.term]!.articles.length), 0);
      return { weight: weight * this.rarity(known), matches };
    });
  }

  private similar(word: string): Match[] {
    if (word.length < 4 || /\d/.test(word)) return [];
    const found: Match[] = [];
    for (let length = word.length - 1; length <= word.length + 1; length += 1) {
      const spelling = this.spellings.get(`${word.charAt(0)}${length}`);
      for (const { item, score = 1 } of spelling?.search(word, { limit: 5 }) ?? []) {
        const lengths = Math.min(item.length, word.length) / Math.max(item.length, word.length);
        found.push({ term: this.termOfWord.get(item)!, similarity: ((1 - score) * lengths) ** 2 });
      }
    }
    return found.sort((a, b) => b.similarity - a.similarity).slice(0, 3);
  }

  private rarity(articles: number): number {
    return Math.log(1 + (this.articles.length + UNSEEN_ARTICLES) / (articles + 0.5));
  }

  private rank(asked: readonly AskedWord[], spoken: Language | null, mayShow: (article: Article) => boolean): Scored[] {
    const total = asked.reduce((sum, word) => sum + word.weight, 0);
    const certainty = (total / this.rarity(0) / FULL_QUESTION_WORDS) ** CERTAINTY;
    const candidates: (Scored & { factor: number })[] = [];
    for (const [index, sum] of this.byWords(asked)) {
      const { article, language } = this.articles[index]!;
      if (!mayShow(article)) continue;
      const foreign = spoken !== null && language !== null && language !== spoken;
      const factor = foreign ? OTHER_LANGUAGE * certainty : certainty;
      candidates.push({ index, factor, score: factor * (sum / total) });
    }
    const meanings = meaningsOf(asked);
    return candidates
      .sort(better)
      .slice(0, CANDIDATES)
      .map(({ index, factor, score }) => {
        const line = factor * this.bestLine(asked, meanings, index);
        return { index, score: Math.min(1, (1 - BEST_LINE_SHARE) * score + BEST_LINE_SHARE * line) };
      })
      .sort(better);
  }

  /** For each article with one of the words: the sum of the words' weights, each as far as the article is about it. */
  private byWords(asked: readonly AskedWord[]): Map<number, number> {
    const sums = new Map<number, number>();
    for (const { weight, matches } of asked) {
      const best = new Map<number, number>();
      for (const { term, similarity } of matches) {
        const { articles, frequencies } = this.terms[term]!;
        articles.forEach((index, at) => {
          const norm = K1 * (1 - B + (B * this.articles[index]!.length) / this.averageLength);
          const value = (similarity * frequencies[at]!) / (frequencies[at]! + norm);
          if (value > (best.get(index) ?? 0)) best.set(index, value);
        });
      }
      for (const [index, value] of best) sums.set(index, (sums.get(index) ?? 0) + weight * value);
    }
    return sums;
  }

  /** The cosine of the question and the line of the article that is most like it. */
  private bestLine(asked: readonly AskedWord[], meanings: ReadonlyMap<number, Meaning>, index: number): number {
    const question = asked.reduce((sum, word) => sum + word.weight ** 2, 0);
    let best = 0;
    for (const line of this.articles[index]!.lines) {
      let common = 0;
      let length = 0;
      for (const term of line) {
        const meaning = meanings.get(term);
        const weight = meaning?.weight ?? this.rarity(this.terms[term]!.articles.length);
        length += weight ** 2;
        if (meaning !== undefined) common += meaning.similarity * weight ** 2;
      }
      best = Math.max(best, common / Math.sqrt(question * length));
    }
    return best;
  }

  private worthShowing(ranked: readonly Scored[], spoken: Language | null): Scored[] {
    const fitting = ranked.filter(({ score }) => score >= SHOWN_FROM_SCORE);
    const first = fitting[0] && this.articles[fitting[0].index]!.language;
    const language = spoken ?? first ?? null;
    const own = fitting.filter(({ index }) => [language, null].includes(this.articles[index]!.language));
    return own.length > 0 ? own : fitting;
  }
}

/** For each term that a word of the question may mean: how much it tells and how sure that is. */
function meaningsOf(asked: readonly AskedWord[]): Map<number, Meaning> {
  const meanings = new Map<number, Meaning>();
  for (const { weight, matches } of asked) {
    for (const { term, similarity } of matches) {
      if (similarity > (meanings.get(term)?.similarity ?? 0)) meanings.set(term, { weight, similarity });
    }
  }
  return meanings;
}

function better(a: Scored, b: Scored): number {
  return b.score - a.score || a.index - b.index;
}

/** Terms by first letter and length, so that a misspelt word is compared with some hundred others and not with all. */
function spellingsOf(words: Iterable<string>): Map<string, Fuse<string>> {
  const groups = new Map<string, string[]>();
  for (const word of words) {
    if (word.length < 3 || /\d/.test(word)) continue;
    const group = `${word.charAt(0)}${word.length}`;
    const others = groups.get(group);
    if (others) others.push(word);
    else groups.set(group, [word]);
  }
  const options = { includeScore: true, threshold: 0.3, ignoreFieldNorm: true };
  return new Map([...groups].map(([group, spelt]) => [group, new Fuse(spelt, options)]));
}

/** The lines of an article with their weight: its title and tags say best what it is about. */
function linesOf(article: Article): { text: string; weight: number }[] {
  const lines = [{ text: article.title, weight: 4 }];
  for (const tag of article.tags) lines.push({ text: tag, weight: 2 });
  let symptoms = false;
  for (const text of article.body.split('\n')) {
    const heading = text.startsWith('#');
    if (heading) symptoms = /symptom|objaw/i.test(text);
    lines.push({ text, weight: heading || symptoms ? 2 : 1 });
  }
  return lines;
}
