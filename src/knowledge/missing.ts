/** Questions that are alike, put together by the stems of their words: each joins the group it has most words in common with. */
import type { MissingArticle } from '../domain/article-report';
import { LANGUAGES } from '../domain/person';
import type { Language } from '../domain/person';
import { detectLanguage, wordsOf } from './words';

interface Group {
  readonly stems: ReadonlySet<string>;
  readonly example: string;
  questions: number;
}

/** Of one question alone nobody can say that others ask it too. */
const QUESTIONS_FROM = 2;
/** Two questions are alike when they share so many stems, or all that one of them has. */
const SHARED = 2;
/** Of a pasted log the rest would only cost time. */
const STEMS = 30;

function stemsOf(text: string, language: Language | null): Set<string> {
  const stems = wordsOf(text, language).map(({ stem }) => stem);
  return new Set(stems.filter((stem) => stem.length > 1).slice(0, STEMS));
}

export class MissingArticles {
  private readonly groups: Group[] = [];
  /** The groups that have a stem, so that a question is compared with those alone. */
  private readonly having = new Map<string, Group[]>();

  /** A question for which nothing was found. */
  add(text: string, language: Language | null): void {
    const detected = detectLanguage(text);
    // Words that do not say their language may have been asked by somebody of another one before.
    const languages = detected === null ? [...new Set([language, ...LANGUAGES, null])] : [detected];
    const readings = languages.map((each) => stemsOf(text, each)).filter(({ size }) => size > 0);
    const [own] = readings;
    if (own === undefined) return;
    const [best] = readings.flatMap((stems) => this.alike(stems)).sort((a, b) => b.shared - a.shared);
    if (best === undefined) this.begin(text, own);
    else best.group.questions += 1;
  }

  /** The groups that a question with these stems may join, and how many they share. */
  private alike(stems: ReadonlySet<string>): { group: Group; shared: number }[] {
    const shared = new Map<Group, number>();
    for (const stem of stems)
      for (const group of this.having.get(stem) ?? []) shared.set(group, (shared.get(group) ?? 0) + 1);
    return [...shared]
      .filter(([{ stems: others }, count]) => count >= Math.min(SHARED, stems.size, others.size))
      .map(([group, count]) => ({ group, shared: count }));
  }

  /** Most questions first. */
  groupsFound(): MissingArticle[] {
    return this.groups
      .filter(({ questions }) => questions >= QUESTIONS_FROM)
      .sort((a, b) => b.questions - a.questions)
      .map(({ questions, example }) => ({ questions, example }));
  }

  private begin(example: string, stems: ReadonlySet<string>): void {
    const group: Group = { stems, example, questions: 1 };
    this.groups.push(group);
    for (const stem of stems) this.having.set(stem, [...(this.having.get(stem) ?? []), group]);
  }
}
