/** Words cut down to what their inflected forms share, so that `drukarki` meets `drukarkę` and `printers` meets `printing`. */
import { stem as porter2 } from 'porter2';
import type { Language } from '../domain/person';

/**
 * Polish endings of nouns, adjectives and verbs, folded, longest first: what inflection adds to a stem. The idea, cutting
 * by length without a dictionary, is that of https://snowballstem.org/algorithms/polish/stemmer.html; the list is ours.
 */
const POLISH_ENDING =
  /(?:owaniami|owaniach|owaniem|owania|owanie|owaniu|owala|owalo|owaly|owac|ujemy|ujesz|uje|uja|uj|alismy|ilismy|lismy|iejszy|iejsza|ajacy|ajaca|ajace|iony|iona|ione|enie|enia|eniem|aniem|ania|anie|aniu|iami|iach|ami|ach|owi|ego|emu|ymi|imi|iej|ala|alo|aly|alem|alam|ila|ilo|ily|ilem|ilam|iem|ich|ych|ony|ona|one|em|om|ow|ie|ia|io|iu|ej|im|ym|aj|al|il|yl|ac|ic|yc|ec|a|e|i|o|u|y)$/;

/** What makes a verb one of what goes on, or happens again ("zapisać, zapisywać", "odzyskać, odzyskiwać", "dodać, dodawać"), with its endings. */
const GOING_ON = /(?:[yi]w|aw)(?:any|ana|ane|anych|anego|anej|anym|anie|ania|aniu|aniem|ala|alo|aly|ac|al)$/;
/** What most often makes a verb one of what is done once and over: "instalować, zainstalować", "resetować, zresetować". */
const DONE_ONCE = ['za', 'z', 's', 'po', 'u', 'na'];
/** Shorter stems begin or go on like many others. */
const VERB_FROM_LENGTH = 5;

/** Texts repeat their words, and stemming one takes longer than all else that is done with it. */
const REMEMBERED = 50_000;
const known: Readonly<Record<Language, Map<string, string>>> = { en: new Map(), pl: new Map() };

/** The stem of a folded word (lower case, no diacritics); numbers and words of three letters stay whole. */
export function stemOf(word: string, language: Language | null): string {
  if (word.length < 4) return word;
  const stems = known[language ?? 'en'];
  let stem = stems.get(word);
  if (stem === undefined) {
    stem = /\d/.test(word) ? word : language === 'pl' ? polishStem(word) : porter2(word);
    if (stems.size >= REMEMBERED) stems.clear();
    stems.set(word, stem);
  }
  return stem;
}

/** The stems that a Polish verb may have in its other aspect; most of them are no words. */
export function otherAspects(stem: string): string[] {
  const long = (other: string): boolean => other.length >= VERB_FROM_LENGTH;
  if (!long(stem)) return [];
  const without = DONE_ONCE.filter((prefix) => stem.startsWith(prefix)).map((prefix) => stem.slice(prefix.length));
  return [...without.filter(long), ...DONE_ONCE.map((prefix) => prefix + stem)];
}

function polishStem(word: string): string {
  const once = word.replace(GOING_ON, '');
  const isVerb = once !== word && once.length >= 3;
  // "zmienić, zmieniać": what is left may be hard or soft.
  const stem = (isVerb ? once : word.replace(POLISH_ENDING, '')).replace(/(?<=.{3})i$/, '');
  if (stem.length < 3) return word.length > 4 ? word.slice(0, -1) : word;
  // "drukarka, drukarce; książka, książce": the last consonant changes before an ending.
  return stem.replace(/c$/, 'k').replace(/dz$/, 'g');
}
