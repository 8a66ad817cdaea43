/**
 * Text as the search sees it: folded words, the common ones left out, cut down to a stem so that `drukarki` meets
 * `drukarkę` and `printers` meets `printing`. Also tells English from Polish by simple signs.
 */
import type { Language } from '../domain/person';

/** No real word is longer; what is longer is a pasted token and would only cost time. */
const WORD_LIMIT = 40;

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

/** Different writings of one thing, after folding. */
const SAME: Readonly<Record<string, string>> = {
  email: 'mail',
  emails: 'mail',
  mejl: 'mail',
  mejle: 'mail',
  mails: 'mail',
  wlan: 'wifi',
  pwd: 'password',
  pass: 'password',
  passwd: 'password',
  pc: 'computer',
  komp: 'komputer',
  kompa: 'komputer',
  lapek: 'laptop',
  lapka: 'laptop',
  fone: 'phone',
  mobile: 'phone',
  cell: 'phone',
  cellphone: 'phone',
  komorka: 'telefon',
  komorke: 'telefon',
  smartfon: 'telefon',
  apka: 'aplikacja',
  apki: 'aplikacja',
  mic: 'microphone',
  majk: 'mikrofon',
  cam: 'camera',
  webcam: 'camera',
  kamerka: 'kamera',
  login: 'signin',
  logon: 'signin',
  '2fa': 'mfa',
};

/** One word of a text. */
export interface Word {
  /** Folded: lower case, without diacritics and apostrophes. */
  readonly text: string;
  /** What is compared. */
  readonly stem: string;
  /** 1 for a telling word, less for one said of almost any trouble. */
  readonly weight: number;
}

/** Lower case, without diacritics (`ł` too), apostrophes and half surrogates; "Wi-Fi", "e-mail", "sign in" as one word. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{Mn}'’`\p{Cs}]/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replace(/\bwi[- ]fi\b/g, 'wifi')
    .replace(/\be-(?=mail)/g, 'e')
    .replace(/\b(?:sign|log)(?:ged|ging|ning|s)?[- ](?:in|into|on)\b/g, 'signin');
}

/** The words of a text that say something, in order, repeats included. */
export function wordsOf(text: string, language: Language | null): Word[] {
  const words: Word[] = [];
  for (const [token] of fold(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = token.slice(0, WORD_LIMIT);
    if (word.length < 2 || STOP_WORDS.en.has(word) || STOP_WORDS.pl.has(word)) {
      // "to", "do" and "on" are common in both languages; a stop word of either tells nothing in the other.
      continue;
    }
    const same = SAME[word] ?? word;
    words.push({ text: same, stem: stemOf(same, language), weight: VAGUE.has(same) ? 0.4 : 1 });
  }
  return words;
}

const POLISH_ENDING =
  /(?:owaniami|owaniach|owaniem|owania|owanie|owaniu|owala|owalo|owaly|owac|uje|uja|alismy|ilismy|lismy|iejszy|iejsza|ajacy|ajaca|ajace|iony|iona|ione|enie|enia|eniem|aniem|ania|anie|aniu|iami|iach|ami|ach|owi|ego|emu|ymi|imi|iej|ala|alo|aly|alem|alam|ila|ilo|ily|ilem|ilam|iem|ich|ych|ony|ona|one|em|om|ow|ie|ia|io|iu|ej|im|ym|aj|al|il|yl|ac|ic|yc|ec|a|e|i|o|u|y)$/;
const ENGLISH_ENDING = /(?:ations|ation|ingly|ings|ing|edly|ions|ion|ments|ment|ies|ied|ers|ed|er|es|ly|s|e|y)$/;

/** What is left of a folded word without its ending; at least three letters, and numbers and short words stay whole. */
function stemOf(word: string, language: Language | null): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  const stem = word.replace(language === 'pl' ? POLISH_ENDING : ENGLISH_ENDING, '');
  if (stem.length < 3) return word.length > 4 ? word.slice(0, -1) : word;
  // "drukarka, drukarce", "stop, stopped": the last consonant changes or doubles before an ending.
  return language === 'pl' ? stem.replace(/c$/, 'k').replace(/dz$/, 'g') : stem.replace(/([bdfglmnprt])\1$/, '$1');
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
