/**
 * Articles and questions for measurements, as many as wanted and always the same: words of a made-up language whose
 * frequencies follow Zipf's law (https://en.wikipedia.org/wiki/Zipf%27s_law), each article about a few words of its own.
 */
import type { Article } from '../src/domain/article';

/** Characters of an article's body: what long support articles have. */
const BODY = 2600;
/** Words there are; every article adds OWN_WORDS that no other has, as names and codes do. */
const WORDS = 40_000;
const OWN_WORDS = 4;
/** Words that an article is about, and how often one of them stands instead of any word. */
const SUBJECT = 12;
const ON_SUBJECT = 0.25;
const SYLLABLES =
  'ba be bo da de di do fa fe ga go ka ke ki ko la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi za zo'.split(
    ' ',
  );
const COMMON = 'the a is to of and in it on for with not when that this my can'.split(' ');

type Chance = () => number;

/** mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function chance(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function word(number: number): string {
  let text = '';
  for (let rest = number + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    text += SYLLABLES[rest % SYLLABLES.length];
  }
  return text;
}

/** Ranks by Zipf's law, near enough: the chance of a rank falls with the rank. */
function anyWord(next: Chance): string {
  return next() < 0.4 ? COMMON[Math.floor(next() * COMMON.length)]! : word(Math.floor(WORDS ** next()) - 1);
}

function subjectOf(number: number): string[] {
  const next = chance(number + 1);
  return Array.from({ length: SUBJECT }, (_, at) =>
    at < OWN_WORDS ? `${word(WORDS + number)}${at}x` : word(Math.floor(WORDS ** (0.4 + 0.6 * next())) - 1),
  );
}

export function madeArticles(count: number): Article[] {
  return Array.from({ length: count }, (_, number) => {
    const next = chance(1_000_003 * (number + 1));
    const subject = subjectOf(number);
    const some = (): string => (next() < ON_SUBJECT ? subject[Math.floor(next() * SUBJECT)]! : anyWord(next));
    let body = '';
    while (body.length < BODY) {
      const sentence = Array.from({ length: 6 + Math.floor(next() * 14) }, some).join(' ');
      body += next() < 0.1 ? `\n\n## ${sentence.slice(0, 40)}\n\n` : `${sentence}. `;
    }
    const title = Array.from({ length: 6 }, some).join(' ');
    return { id: `made-${number}`, title, body, tags: [], language: 'en', audience: 'everyone', url: null };
  });
}

/** Questions about some of so many articles: mostly words of theirs, some misspelt, some of nowhere. */
export function madeQuestions(articles: number, count: number): string[] {
  return Array.from({ length: count }, (_, number) => {
    const next = chance(7_919 * (number + 1));
    const subject = subjectOf(Math.floor(next() * articles));
    return Array.from({ length: 5 + Math.floor(next() * 12) }, () => {
      const asked = next() < 0.4 ? subject[Math.floor(next() * SUBJECT)]! : anyWord(next);
      const at = Math.floor(next() * asked.length);
      return next() < 0.15 && asked.length > 4 ? asked.slice(0, at) + asked.slice(at + 1) : asked;
    }).join(' ');
  });
}
