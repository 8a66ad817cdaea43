/** From what was asked to what it teaches: each person once for an article and a question, and the past fades. */
import type { Experience, PastQuestion } from '../domain/experience';
import { verdictsOf } from '../domain/experience';
import type { PersonId } from '../domain/person';
import { turns } from './turns';
import { detectLanguage, wordsOf } from './words';

/** What was asked longer ago teaches nothing: articles, and what they are about, change. */
export const REMEMBERED_MS = 365 * 86_400_000;
/** After so long a question counts half. */
const HALF_LIFE_MS = 90 * 86_400_000;

interface Heard {
  readonly past: PastQuestion;
  /** By person, what their latest question says. */
  readonly voices: Map<PersonId, number>;
}

/**
 * What past questions teach of each article.
 * @param newestFirst whoever asked several times in the same words counts once, by how it ended the last time
 */
export async function experienceOf(newestFirst: readonly PastQuestion[], now: Date): Promise<Experience[]> {
  const heard = new Map<string, Heard>();
  const giveWay = turns();
  for (const past of newestFirst) {
    await giveWay();
    const agoMs = now.getTime() - past.askedAt.getTime();
    const words = wordingOf(past.text, past.language);
    if (words === '' || agoMs > REMEMBERED_MS) continue;
    const share = 0.5 ** (Math.max(0, agoMs) / HALF_LIFE_MS);
    for (const { article, value } of verdictsOf(past)) {
      const key = `${article}\n${words}`;
      const known = heard.get(key) ?? { past, voices: new Map<PersonId, number>() };
      if (!known.voices.has(past.person)) known.voices.set(past.person, value * share);
      heard.set(key, known);
    }
  }
  return [...heard].map(([key, { past, voices }]): Experience => {
    const values = [...voices.values()];
    return {
      article: key.slice(0, key.indexOf('\n')),
      question: past.text,
      language: past.language,
      helped: sum(values.filter((value) => value > 0)),
      failed: sum(values.filter((value) => value < 0).map(Math.abs)),
    };
  });
}

/** Equal for questions that differ only in inflection, order and common words; empty when none of the words tells anything. */
export function wordingOf(text: string, language: PastQuestion['language'] | null): string {
  const spoken = detectLanguage(text) ?? language;
  return [...new Set(wordsOf(text, spoken).map(({ stem }) => stem))].filter(Boolean).sort().join(' ');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
