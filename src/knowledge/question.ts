/** What a question asks for: its words, what each tells, and the terms of the articles that each may mean. */
import { LANGUAGES } from '../domain/person';
import type { Language } from '../domain/person';
import type { SearchPart } from './search-part';
import { otherAspects, stemOf } from './stems';
import type { Synonyms } from './synonyms';
import type { View } from './view';
import type { Match, Vocabulary } from './vocabulary';
import { detectLanguage, isEnglish, isVague, respelt, wordsOf } from './words';
import type { Word } from './words';

/** Enough to understand any question; the rest of a pasted log would only cost time. */
const QUESTION_CHARACTERS = 10_000;
/** Different words that count. */
const QUESTION_WORDS = 60;
/** Looking up a misspelt word costs most of a question's time. */
const MISSPELT_WORDS = 16;
/** A word of fewer articles may be a misspelling itself. */
const RARE = 3;

/** How sure another word is the one that was meant. */
const FOR_RARE_WORD = 0.5;
const SYNONYM = 0.5;
const SYNONYM_OF_KNOWN_WORD = 0.25;
const OTHER_ASPECT = 0.6;
/** "shut down", where articles have "shutdown". */
const COMPOUND = 0.9;
/** From here a misspelt word is the other one, letter by letter. */
const MEANT_FROM = 0.75;
/**
 * Few articles lack many words that people use, so an unknown word is as likely one of those. Many have nearly all of them: it
 * is a slip, and the word that is meant counts almost as if it were spelt right, by this power of the likeness.
 */
const FEW_ARTICLES = 100;
const MANY_ARTICLES = 1000;
const POWER_AMONG_MANY = 0.3;
/** "winmail.dat" is asked for as one word; its parts tell a third of what they tell alone. */
const PART_OF_WORD = 0.35;
const VAGUE_WORD = 0.4;

export interface AskedWord {
  readonly text: string;
  /** In the question's language. */
  readonly stem: string;
  /** How much it tells: its rarity, less for a vague word. */
  readonly weight: number;
  /** Empty for a word that no article knows. */
  readonly matches: readonly Match[];
  /** How much surer it counts as the word that is meant than it is spelt like it, 0..1. */
  readonly doubt: number;
}

interface CommonWord {
  readonly weight: number;
  /** The words of the articles that are spelt so. */
  readonly spelt: readonly number[];
}

/** A run of letters of the question and how much it tells. */
interface AskedRun {
  readonly run: number;
  readonly weight: number;
}

export interface Question {
  readonly language: Language | null;
  /** Each once, in the order they are asked. */
  readonly words: readonly AskedWord[];
  /** The common ones, each once: they tell nothing alone, but "how long" and "not yet" do. */
  readonly common: readonly CommonWord[];
  /** Places in `words` followed by `common`, with repeats, as they follow each other. */
  readonly order: readonly number[];
  readonly runs: readonly AskedRun[];
  /** That of its words, each by how much it tells. */
  readonly doubt: number;
}

export interface QuestionParts {
  /** What the asker may see. */
  readonly view: View;
  readonly synonyms: Synonyms;
  /** Whether a part of the search is used. */
  readonly uses: (part: SearchPart) => boolean;
}

/** @param spoken the asker's language, for a question that does not show its own */
export function understand(text: string, spoken: Language | null, parts: QuestionParts): Question {
  const { view, synonyms, uses } = parts;
  const short = text.slice(0, QUESTION_CHARACTERS);
  const language = languageOf(short, view) ?? spoken;
  const lookUp = new Meanings(parts, language);
  const written = wordsOf(short, language, synonyms.phrases);
  const all = written.map((word) => lookUp.corrected(word));
  const telling = all.filter(({ stem }) => stem !== '');
  const words = new Distinct<AskedWord>();
  const common = new Distinct<CommonWord>();
  const order: (readonly [number, boolean])[] = [];
  for (const [at, word] of all.entries()) {
    if (word.stem === '') {
      order.push([common.place(word.text, () => commonWord(word.text, view)), true]);
      continue;
    }
    if (words.all.length === QUESTION_WORDS && !words.has(word.stem)) break;
    const compound = uses('compounds') ? compoundAt(at, written, short) : '';
    const asked = (): AskedWord => lookUp.asked(word, isPart(word, telling), compound);
    order.push([words.place(word.stem, asked), false]);
  }
  return {
    language,
    words: words.all,
    common: common.all,
    order: order.map(([place, isCommon]) => (isCommon ? words.all.length + place : place)),
    runs: runsOf(all, view, lookUp),
    doubt: doubtOf(words.all),
  };
}

function doubtOf(words: readonly AskedWord[]): number {
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? 0 : words.reduce((sum, { weight, doubt }) => sum + weight * doubt, 0) / total;
}

/** What is made once of each of some things, in the order in which they came. */
class Distinct<T> {
  readonly all: T[] = [];
  private readonly places = new Map<string, number>();

  has(key: string): boolean {
    return this.places.has(key);
  }

  place(key: string, make: () => T): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.all.length);
    return this.all.push(make()) - 1;
  }
}

/** What a common word tells next to another: the rarity of its rarest run of letters. */
function commonWord(text: string, view: View): CommonWord {
  const frequencies = view.knownRuns(text).map((run) => view.runFrequency(run));
  const spelt = LANGUAGES.map((language) => view.vocabulary.wordOf(text, language)).filter((word) => word >= 0);
  return { weight: view.rarity(Math.min(view.size, ...frequencies)), spelt };
}

/** What the text itself shows, else the language of the articles that know most of its words. */
function languageOf(text: string, { vocabulary, knows }: View): Language | null {
  const shown = detectLanguage(text);
  if (shown !== null) return shown;
  const words = wordsOf(text, null)
    .filter(({ stem }) => stem !== '')
    .slice(0, QUESTION_WORDS);
  const [en = 0, pl = 0] = ['en' as const, 'pl' as const].map(
    (language) => words.filter((word) => vocabulary.isKnown(word.text, language, knows)).length,
  );
  if (en === pl) return null;
  return en > pl ? 'en' : 'pl';
}

/** What a word tells that stands in so many articles. */
export function tellingOf(text: string, frequency: number, view: View): number {
  return (isVague(text) ? VAGUE_WORD : 1) * view.rarity(frequency);
}

/** What each stem of the articles that a question may mean tells of it. */
export function toldByStem(words: readonly AskedWord[], vocabulary: Vocabulary): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  for (const { weight, matches } of words) {
    for (const { term, similarity } of matches) {
      const stem = vocabulary.stemOf(term);
      told.set(stem, Math.max(weight * similarity, told.get(stem) ?? 0));
    }
  }
  return told;
}

/** A word and the one after it, written as one; nothing when more than space stands between. */
function compoundAt(at: number, written: readonly Word[], text: string): string {
  const [word, next] = [written[at]!, written[at + 1]];
  if (next === undefined || next.start <= word.end) return '';
  return text.slice(word.end, next.start).trim() === '' ? word.text + next.text : '';
}

function isPart(word: Word, all: readonly Word[]): boolean {
  return all.some(
    (other) => other.start <= word.start && other.end >= word.end && other.text.length > word.text.length,
  );
}

function runsOf(all: readonly Word[], view: View, lookUp: Meanings): AskedRun[] {
  const weights = new Map<number, number>();
  for (const { text } of all.slice(0, 4 * QUESTION_WORDS)) {
    const share = isVague(text) ? VAGUE_WORD : 1;
    for (const run of view.knownRuns(lookUp.spelt(text))) {
      if (!weights.has(run)) weights.set(run, share * view.rarity(view.runFrequency(run)));
    }
  }
  return [...weights].map(([run, weight]) => ({ run, weight }));
}

function powerAmong(articles: number): number {
  const many = Math.log(Math.max(1, articles / FEW_ARTICLES)) / Math.log(MANY_ARTICLES / FEW_ARTICLES);
  return 1 - (1 - POWER_AMONG_MANY) * Math.min(1, many);
}

/** Finds what the words of one question may mean. */
class Meanings {
  private lookUps = 0;
  private corrections = 0;
  /** By misspelt word: the word of the articles that it is taken for. */
  private readonly meant = new Map<string, string>();

  constructor(
    private readonly parts: QuestionParts,
    private readonly language: Language | null,
  ) {}

  /** A word that no article has, as the everyday word that it is nearer to than to any word of an article. */
  corrected(word: Word): Word {
    const { view, synonyms, uses } = this.parts;
    if (word.stem === '' || !uses('spelling') || this.isInDictionary(word)) return word;
    if (view.find(word.stem) !== undefined || synonyms.of(word.stem).size > 0) return word;
    if (this.corrections === MISSPELT_WORDS) return word;
    this.corrections += 1;
    const everyday = synonyms.nearest(word.text);
    if (everyday === undefined) return word;
    const [own] = view.similar(word.text);
    return own !== undefined && own.similarity >= everyday.similarity
      ? word
      : respelt(word, everyday.text, this.language);
  }

  /** A word, or what it is taken for. */
  spelt(text: string): string {
    return this.meant.get(text) ?? text;
  }

  asked(word: Word, isPartOfWord: boolean, compound: string): AskedWord {
    const { view, uses } = this.parts;
    const found = new Map<number, number>();
    const put = (term: number | undefined, similarity: number): void => {
      // A term may be left of articles that are gone, or be known from those that the asker may not see.
      if (term === undefined || view.frequency(term) === 0) return;
      if (similarity > (found.get(term) ?? 0)) found.set(term, similarity);
    };
    this.itself(word, put);
    const own = [...found.keys()].reduce((most, term) => Math.max(most, view.frequency(term)), 0);
    const doubt = this.isDoubtful(word, own) ? this.misspelt(word, own > 0, put) : 0;
    if (this.language === 'pl') for (const other of otherAspects(word.stem)) put(view.find(other), OTHER_ASPECT);
    if (uses('synonyms')) this.synonyms(word.stem, found, own > 0, put);
    if (compound !== '') put(view.find(stemOf(compound, this.language)), COMPOUND);
    const matches = [...found].map(([term, similarity]) => ({ term, similarity }));
    matches.sort((a, b) => b.similarity - a.similarity || this.byUse(a.term, b.term));
    const frequency = own > 0 || matches[0] === undefined ? own : view.frequency(matches[0].term);
    const share = isPartOfWord ? PART_OF_WORD : 1;
    const weight = share * tellingOf(word.text, frequency, view);
    return { text: word.text, stem: word.stem, weight, matches, doubt };
  }

  /** Of two terms that are as like a word the commoner is meant sooner. */
  private byUse(a: number, b: number): number {
    const { view } = this.parts;
    return view.frequency(b) - view.frequency(a) || view.vocabulary.compareTerms(a, b);
  }

  private itself({ text, stem }: Word, put: (term: number | undefined, similarity: number) => void): void {
    const { view } = this.parts;
    put(view.find(stem), 1);
    const known = view.find(stem) !== undefined;
    if (this.language === null || !known) for (const other of LANGUAGES) put(view.find(stemOf(text, other)), 1);
  }

  /** What a dictionary has is meant as it is spelt, also where no article has it: "heating" is no "hearing". */
  private isInDictionary({ text }: Word): boolean {
    return this.language !== 'pl' && isEnglish(text);
  }

  /** @param frequency in how many articles the word is */
  private isDoubtful(word: Word, frequency: number): boolean {
    return this.parts.uses('spelling') && (frequency === 0 ? !this.isInDictionary(word) : frequency < RARE);
  }

  /** @returns how much surer it is taken for another word than it is spelt like it */
  private misspelt({ text }: Word, isKnown: boolean, put: (term: number, similarity: number) => void): number {
    if (this.lookUps === MISSPELT_WORDS) return 0;
    this.lookUps += 1;
    const similar = this.parts.view.similar(text);
    const [best] = similar;
    if (best !== undefined && !isKnown && best.similarity >= MEANT_FROM) this.meant.set(text, best.text);
    const power = powerAmong(this.parts.view.size);
    for (const { term, similarity } of similar) {
      put(term, isKnown ? FOR_RARE_WORD * similarity : similarity ** power);
    }
    return best === undefined || isKnown ? 0 : 1 - best.similarity ** (1 - power);
  }

  private synonyms(
    stem: string,
    found: ReadonlyMap<number, number>,
    isKnown: boolean,
    put: (term: number | undefined, similarity: number) => void,
  ): void {
    const { view, synonyms } = this.parts;
    const { vocabulary } = view;
    const best = [...found].sort((a, b) => b[1] - a[1] || this.byUse(a[0], b[0]))[0];
    for (const other of synonyms.of(stem)) put(view.find(other), isKnown ? SYNONYM_OF_KNOWN_WORD : SYNONYM);
    if (isKnown || best === undefined) return;
    // The synonyms of what a misspelt word means.
    const [term, similarity] = best;
    for (const other of synonyms.of(vocabulary.stemOf(term))) put(view.find(other), SYNONYM * similarity);
  }
}
