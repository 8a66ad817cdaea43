/** What this desk's search learned from use, and from which score it shows an article: from the database to the index. */
import type { Clock } from './clock';
import { ANYBODY, isFor } from './domain/audience';
import type { Calibration, Trial } from './domain/calibration';
import { calibrate } from './domain/calibration';
import type { PastQuestion } from './domain/experience';
import { answerTo, wasUnanswerable } from './domain/experience';
import { experienceOf, REMEMBERED_MS } from './knowledge/experience';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import { turns } from './knowledge/turns';
import type { Store } from './store/store';

export interface LearningParts {
  readonly store: Store;
  readonly index: Pick<KnowledgeIndex, 'learn' | 'showFrom'>;
  readonly clock: Clock;
  /** Whether it learns; calibrated it is in any case. */
  readonly learns: boolean;
}

/** So many of the newest questions teach: what is older is seldom about the articles of today. */
const QUESTIONS_MOST = 20_000;
/** Read at once: others of this process wait so long for an embedded database. */
const PAGE = 500;
const DAY_MS = 86_400_000;
/** It learns at most this share of the time, however many questions there are. */
const WORKING_SHARE = 1 / 20;

export class Learning {
  private known = '';
  private restUntilMs = 0;

  constructor(private readonly parts: LearningParts) {}

  /** Brings the index in line with what is stored, whichever process stored it. */
  async refresh(): Promise<void> {
    const { store, index, clock, learns } = this.parts;
    const calibration = await store.read((session) => session.past.calibration());
    index.showFrom(calibration?.after.shownFrom ?? null);
    if (!learns || performance.now() < this.restUntilMs) return;
    const now = clock.now();
    const newest = await store.read((session) => session.past.fingerprint());
    // The past fades from day to day.
    const known = `${newest}:${Math.floor(now.getTime() / DAY_MS)}`;
    if (known === this.known) return;
    const startedMs = performance.now();
    await index.learn(await experienceOf(await pastQuestions(store, now), now));
    this.known = known;
    const endedMs = performance.now();
    this.restUntilMs = endedMs + (endedMs - startedMs) * (1 / WORKING_SHARE - 1);
  }
}

/** The newest questions that something became of, newest first. */
async function pastQuestions(store: Store, now: Date): Promise<PastQuestion[]> {
  const since = new Date(now.getTime() - REMEMBERED_MS);
  const all: PastQuestion[] = [];
  const giveWay = turns();
  for (let before = Number.MAX_SAFE_INTEGER; all.length < QUESTIONS_MOST;) {
    const page = await store.read((session) => session.past.page(since, before, PAGE));
    all.push(...page);
    if (page.length < PAGE) break;
    before = page.at(-1)!.id;
    await giveWay();
  }
  return all;
}

/** A question whose answers are known; none when nothing fits. */
export interface KnownQuestion extends Pick<PastQuestion, 'text'> {
  readonly relevant: readonly string[];
  readonly language?: PastQuestion['language'] | null;
}

/**
 * The questions of this desk of which it is known whether an article answers, and which. Those answered by an article that
 * is gone, or not for everyone, are left out: whoever may see it sees it by the same threshold.
 */
export async function historyOf(store: Store, now: Date): Promise<KnownQuestion[]> {
  // What was erased has no words left.
  const past = (await pastQuestions(store, now)).filter(({ text }) => text !== '');
  const answers = [...new Set(past.flatMap((each) => answerTo(each) ?? []))];
  const articles = await store.read((session) => session.articles.named(answers));
  return past.flatMap((each): KnownQuestion[] => {
    const { text, language } = each;
    const answer = answerTo(each);
    if (answer === null) return wasUnanswerable(each) ? [{ text, language, relevant: [] }] : [];
    const article = articles.get(answer);
    const isShown = article?.retiredAt === null && isFor(article.audience, ANYBODY);
    return isShown ? [{ text, language, relevant: [answer] }] : [];
  });
}

/**
 * Chooses the threshold on known questions, each asked as if it were for the first time.
 * @throws RangeError when there are too few of them
 */
export function calibrateOn(index: KnowledgeIndex, questions: readonly KnownQuestion[]): Calibration {
  const trials = questions.map(({ text, language = null, relevant }): Trial => {
    const found = index.suggest(text, { all: true, asNew: true, language });
    const right = found.some(({ article }) => relevant.includes(article.id));
    return { score: found[0]?.score ?? 0, right: relevant.length === 0 ? null : right };
  });
  return calibrate(trials, index.explain('').shownFrom);
}
