/**
 * What use taught, ready to be asked: past questions with the articles they ended with. A question is compared with those
 * like it; what they say of an article changes how well it fits, by a bounded amount, and nothing else.
 */
import type { ArticleId } from '../domain/article';
import type { Experience } from '../domain/experience';
import { wordingOf } from './experience';
import { tellingOf } from './question';
import type { AskedWord, Question } from './question';
import { detectLanguage, wordsOf } from './words';
import { turns } from './turns';
import type { View } from './view';
import type { Phrases, Word } from './words';

/** The most that use can add to an article's fit (0..1), and the most it can take away (docs/decisions/0021). */
export const MOST_LEARNED = 0.35;
export const MOST_UNLEARNED = 0.08;
/** Questions less like each other than this (cosine) have nothing to do with each other. */
const UNLIKE = 0.35;
/** One voice weighs 1 / (1 + this) of all there can be. */
const DOUBT = 0.5;

/** What was learned of one article for one question. */
export interface Learned {
  /** What is added to its fit, below 0 when it did not help. */
  readonly change: number;
  /** How much of the question those ask for that it helped, 0..1. */
  readonly asked: number;
  /** The past question most like this one. */
  readonly closest: Experience;
}

/** By article. */
export type Taught = ReadonlyMap<ArticleId, Learned>;

interface Lesson {
  readonly experience: Experience;
  readonly wording: string;
  /** -1..1: it helped everybody, or nobody. */
  readonly strength: number;
  /** Each once. */
  readonly words: readonly Pick<Word, 'text' | 'stem'>[];
}

/** Of an article: how far it may still be that nothing helps, or fails. */
interface Doubts {
  helps: number;
  fails: number;
  closeness: number;
  closest: Experience;
}

export class Lessons {
  private lessons: readonly Lesson[] = [];
  private byStem = new Map<string, number[]>();
  private products = new Float64Array(0);
  private best = new Float64Array(0);
  /** By lesson, how much it tells in a view, squared; 0 when nobody needed it yet. What a word tells is the reader's. */
  private squares = new WeakMap<View, Float64Array>();

  constructor(private readonly phrases: Phrases) {}

  /** Takes these in place of all before; until it is done, questions are answered from those before. */
  async replace(all: readonly Experience[]): Promise<void> {
    const giveWay = turns();
    const lessons: Lesson[] = [];
    const byStem = new Map<string, number[]>();
    for (const experience of all) {
      const { helped, failed } = experience;
      const words = this.wordsIn(experience);
      for (const { stem } of words) {
        const places = byStem.get(stem);
        if (places === undefined) byStem.set(stem, [lessons.length]);
        else places.push(lessons.length);
      }
      const strength = (helped - failed) / (helped + failed + DOUBT);
      lessons.push({ experience, wording: wordingOf(experience.question, experience.language), strength, words });
      await giveWay();
    }
    this.lessons = lessons;
    this.byStem = byStem;
    this.products = new Float64Array(lessons.length);
    this.best = new Float64Array(lessons.length);
    this.squares = new WeakMap();
  }

  /**
   * What use says of articles for this question.
   * @param unheard leave out what was asked in the same words, as if this were the first time
   */
  about({ words }: Question, view: View, unheard: string | null): Taught {
    const doubts = new Map<ArticleId, Doubts>();
    if (this.lessons.length === 0) return new Map();
    const squares = words.reduce((sum, { weight }) => sum + weight ** 2, 0);
    for (const place of this.touchedBy(words, view)) {
      const lesson = this.lessons[place]!;
      const likeness = Math.min(1, this.products[place]! / Math.sqrt(squares * this.squaresOf(place, view)));
      this.products[place] = 0;
      if (likeness > UNLIKE && lesson.wording !== unheard) count(lesson, (likeness - UNLIKE) / (1 - UNLIKE), doubts);
    }
    return new Map(
      [...doubts].map(([article, { helps, fails, closest }]) => {
        const change = MOST_LEARNED * (1 - helps) - MOST_UNLEARNED * (1 - fails);
        return [article, { change, asked: 1 - helps, closest }];
      }),
    );
  }

  /** The lessons that have a word of the question; leaves in `products` what they have in common with it. */
  private touchedBy(words: readonly AskedWord[], { vocabulary }: View): number[] {
    const { products, best } = this;
    const found: number[] = [];
    for (const { stem, weight, matches } of words) {
      const touched: number[] = [];
      const touch = (key: string, similarity: number): void => {
        for (const place of this.byStem.get(key) ?? []) {
          if (best[place] === 0) touched.push(place);
          best[place] = Math.max(best[place]!, similarity);
        }
      };
      touch(stem, 1);
      for (const { term, similarity } of matches) touch(vocabulary.stemOf(term), similarity);
      for (const place of touched) {
        if (products[place] === 0) found.push(place);
        products[place]! += best[place]! * weight ** 2;
        best[place] = 0;
      }
    }
    return found;
  }

  private squaresOf(place: number, view: View): number {
    const known = this.squares.get(view) ?? new Float64Array(this.lessons.length);
    this.squares.set(view, known);
    if (known[place] === 0) {
      for (const { text, stem } of this.lessons[place]!.words) {
        const term = view.find(stem);
        known[place] += tellingOf(text, term === undefined ? 0 : view.frequency(term), view) ** 2;
      }
    }
    return known[place]!;
  }

  private wordsIn({ question, language }: Experience): Pick<Word, 'text' | 'stem'>[] {
    const words = wordsOf(question, detectLanguage(question) ?? language, this.phrases);
    return [...new Map(words.flatMap(({ text, stem }) => (stem === '' ? [] : [[stem, { text, stem }]]))).values()];
  }
}

/** Like independent witnesses: each leaves less doubt, none leaves less than nothing. */
function count({ experience, strength }: Lesson, closeness: number, doubts: Map<ArticleId, Doubts>): void {
  const known = doubts.get(experience.article) ?? { helps: 1, fails: 1, closeness: 0, closest: experience };
  if (strength > 0) known.helps *= 1 - closeness * strength;
  else known.fails *= 1 + closeness * strength;
  if (closeness > known.closeness) Object.assign(known, { closeness, closest: experience });
  doubts.set(experience.article, known);
}
