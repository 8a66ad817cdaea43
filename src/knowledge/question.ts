/** What a question asks for: its words, what each tells, and the terms of the articles that each may mean. */
import { LANGUAGES } from '../domain/person';
import type { Language } from '../domain/person';
import type { SearchPart } from './search-part';
import { stemOf } from './stems';
import type { Synonyms } from './synonyms';
import type { View } from './view';
import type { Match } from './vocabulary';
import { detectLanguage, isVague, wordsOf } from './words';
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
const FOR_RARE_WORD = 0.8;
const OTHER_FORM = 0.5;
const SYNONYM = 0.5;
const SYNONYM_OF_KNOWN_WORD = 0.15;
const HALF_OF_WORD = 0.5;
/** "winmail.dat" is asked for as one word; its parts tell half of what they tell alone. */
const PART_OF_WORD = 0.5;
const VAGUE_WORD = 0.4;

export interface AskedWord {
  readonly text: string;
  /** In the question's language. */
  readonly stem: string;
  /** How much it tells: its rarity, less for a vague word. */
  readonly weight: number;
  /** Empty for a word that no article knows. */
  readonly matches: readonly Match[];
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
  /** Places in `words`, with repeats, as they follow each other. */
  readonly order: readonly number[];
  readonly runs: readonly AskedRun[];
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
  const all = wordsOf(short, language, synonyms.phrases);
  const telling = all.filter(({ stem }) => stem !== '');
  const places = new Map<string, number>();
  const words: AskedWord[] = [];
  const order: number[] = [];
  const lookUp = new Meanings(parts, language);
  for (const word of telling) {
    let place = places.get(word.stem);
    if (place === undefined) {
      if (words.length === QUESTION_WORDS) break;
      place = words.length;
      places.set(word.stem, place);
      words.push(lookUp.asked(word, isPart(word, telling)));
    }
    order.push(place);
  }
  return { language, words, order, runs: uses('letters') ? runsOf(all, view) : [] };
}

/** What the text itself shows, else the language of the articles that know most of its words. */
function languageOf(text: string, { vocabulary, knows }: View): Language | null {
  const shown = detectLanguage(text);
  if (shown !== null) return shown;
  const words = wordsOf(text, null).filter(({ stem }) => stem !== '').slice(0, QUESTION_WORDS);
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

function isPart(word: Word, all: readonly Word[]): boolean {
  return all.some(
    (other) => other.start <= word.start && other.end >= word.end && other.text.length > word.text.length,
  );
}

function runsOf(all: readonly Word[], view: View): AskedRun[] {
  const weights = new Map<number, number>();
  for (const { text } of all.slice(0, 4 * QUESTION_WORDS)) {
    const share = isVague(text) ? VAGUE_WORD : 1;
    for (const run of view.knownRuns(text)) {
      if (!weights.has(run)) weights.set(run, share * view.rarity(view.runFrequency(run)));
    }
  }
  return [...weights].map(([run, weight]) => ({ run, weight }));
}

/** Finds what the words of one question may mean. */
class Meanings {
  private lookUps = 0;

  constructor(
    private readonly parts: QuestionParts,
    private readonly language: Language | null,
  ) {}

  asked(word: Word, isPartOfWord: boolean): AskedWord {
    const { view, uses } = this.parts;
    const found = new Map<number, number>();
    const put = (term: number | undefined, similarity: number): void => {
      // A term may be left of articles that are gone, or be known from those that the asker may not see.
      if (term === undefined || view.frequency(term) === 0) return;
      if (similarity > (found.get(term) ?? 0)) found.set(term, similarity);
    };
    this.itself(word, put);
    const own = [...found.keys()].reduce((most, term) => Math.max(most, view.frequency(term)), 0);
    if (own < RARE && uses('spelling')) this.misspelt(word, own > 0, put);
    if (uses('forms')) for (const term of view.vocabulary.formsOf(word.stem)) put(term, OTHER_FORM);
    if (found.size === 0 && uses('joined')) this.inTwo(word.text, put);
    if (uses('synonyms')) this.synonyms(word.stem, found, own > 0, put);
    const matches = [...found].map(([term, similarity]) => ({ term, similarity }));
    matches.sort((a, b) => b.similarity - a.similarity || view.vocabulary.compareTerms(a.term, b.term));
    const frequency = own > 0 || matches[0] === undefined ? own : view.frequency(matches[0].term);
    const share = isPartOfWord ? PART_OF_WORD : 1;
    return { text: word.text, stem: word.stem, weight: share * tellingOf(word.text, frequency, view), matches };
  }

  private itself({ text, stem }: Word, put: (term: number | undefined, similarity: number) => void): void {
    const { view } = this.parts;
    put(view.find(stem), 1);
    const known = view.find(stem) !== undefined;
    if (this.language === null || !known) for (const other of LANGUAGES) put(view.find(stemOf(text, other)), 1);
  }

  private misspelt({ text }: Word, isKnown: boolean, put: (term: number, similarity: number) => void): void {
    if (this.lookUps === MISSPELT_WORDS) return;
    this.lookUps += 1;
    for (const { term, similarity } of this.parts.view.similar(text)) {
      put(term, isKnown ? FOR_RARE_WORD * similarity : similarity);
    }
  }

  /** "screenshare" is not known, "screen" and "share" are. */
  private inTwo(text: string, put: (term: number | undefined, similarity: number) => void): void {
    const { view } = this.parts;
    for (let at = 3; at <= text.length - 3; at += 1) {
      const [first, second] = [text.slice(0, at), text.slice(at)].map((half) => view.find(stemOf(half, this.language)));
      if (first === undefined || second === undefined) continue;
      put(first, HALF_OF_WORD);
      put(second, HALF_OF_WORD);
    }
  }

  private synonyms(
    stem: string,
    found: ReadonlyMap<number, number>,
    isKnown: boolean,
    put: (term: number | undefined, similarity: number) => void,
  ): void {
    const { view, synonyms } = this.parts;
    const { vocabulary } = view;
    const best = [...found].sort((a, b) => b[1] - a[1] || vocabulary.compareTerms(a[0], b[0]))[0];
    for (const other of synonyms.of(stem)) put(view.find(other), isKnown ? SYNONYM_OF_KNOWN_WORD : SYNONYM);
    if (isKnown || best === undefined) return;
    // The synonyms of what a misspelt word means.
    const [term, similarity] = best;
    for (const other of synonyms.of(vocabulary.stemOf(term))) put(view.find(other), SYNONYM * similarity);
  }
}
