/** Words that stand for others, from `knowledge/synonyms.yaml`: what the search looks for besides the words of a question. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { LANGUAGES } from '../domain/person';
import { Spelling } from './spelling';
import { stemOf } from './stems';
import { everydayWords, fold } from './words';
import type { Phrases } from './words';

export interface Synonyms {
  /** Pairs of words that are one: "log in" is "login". */
  readonly phrases: Phrases;
  /** The stems that mean what the stem means. */
  readonly of: (stem: string) => ReadonlySet<string>;
  /** The everyday word, or the word with synonyms, that a word may be a misspelling of, whether or not an article has it. */
  readonly nearest: (text: string) => { readonly text: string; readonly similarity: number } | undefined;
}

interface SynonymFile {
  readonly same?: readonly (readonly string[])[] | null;
  readonly kind?: Readonly<Record<string, readonly string[]>> | null;
}

interface Entry {
  readonly text: string;
  /** In each language. */
  readonly stems: readonly string[];
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Reads the texts of synonyms files, as one: `same`, lists of words of one meaning, and `kind`, what a word is a kind of.
 * Phrases of more than two words are passed over.
 * @throws when one is not YAML
 */
export function parseSynonyms(...texts: readonly string[]): Synonyms {
  const files = texts.map((text) => (parse(text) ?? {}) as SynonymFile);
  const phrases = new Set<string>();
  const stems = new Map<string, Set<string>>();
  const everyday = everydayWords();
  const entry = (written: string): string => {
    const [first = '', second, ...rest] = fold(String(written)).trim().split(/\s+/);
    if (second === undefined) {
      everyday.push(first);
      return first;
    }
    if (rest.length > 0) return '';
    phrases.add(`${stemOf(first, 'en')} ${second}`);
    return stemOf(first, 'en') + second;
  };
  // A word of one language may stand in a text of the other.
  const entries = (written: readonly string[]): Entry[] =>
    written
      .map(entry)
      .filter((text) => text !== '')
      .map((text) => ({ text, stems: LANGUAGES.map((language) => stemOf(text, language)) }));
  const link = (from: readonly Entry[], to: readonly Entry[]): void => {
    for (const word of from)
      for (const key of word.stems) {
        const meant = stems.get(key) ?? new Set();
        for (const other of to) if (other.text !== word.text) for (const stem of other.stems) meant.add(stem);
        if (meant.size > 0) stems.set(key, meant);
      }
  };
  for (const { same, kind } of files) {
    for (const group of same ?? []) {
      const words = entries(group);
      link(words, words);
    }
    for (const [word, broader] of Object.entries(kind ?? {})) link(entries([word]), entries(broader));
  }
  return { phrases, of: (stem) => stems.get(stem) ?? NONE, nearest: nearestOf(everyday) };
}

function nearestOf(words: readonly string[]): Synonyms['nearest'] {
  const known = [...new Set(words)];
  const spelling = new Spelling({ textOf: (word) => known[word]!, compare: (a, b) => a - b }, false);
  known.forEach((text, word) => spelling.learn(text, word));
  return (text) => {
    const [best] = spelling.similar(text, () => 1);
    return best === undefined ? undefined : { text: known[best.word]!, similarity: best.similarity };
  };
}

let ours: Synonyms | undefined;

/** The synonyms that come with the helpdesk; read once. */
export function standardSynonyms(): Synonyms {
  return (ours ??= parseSynonyms(readFileSync(fileOf(__dirname), 'utf8')));
}

/**
 * Those, and a desk's own.
 * @param file of the desk's; null when it has none
 * @throws Error when it cannot be read
 */
export function synonymsWith(file: string | null): Synonyms {
  if (file === null) return standardSynonyms();
  return parseSynonyms(readFileSync(fileOf(__dirname), 'utf8'), readFileSync(file, 'utf8'));
}

/** The sources and the built program lie at different depths below the package. */
function fileOf(folder: string): string {
  const up = path.join(folder, '..', '..');
  const root = path.basename(up) === 'dist' ? path.join(up, '..') : up;
  return path.join(root, 'knowledge', 'synonyms.yaml');
}
