/** `helpdesk knowledge why`: what the search makes of a question, in words. */
import type { KnowledgeIndex } from '../knowledge/knowledge-index';
import { SEARCH_OPTIONS, searchOptions } from './search-options';
import { print, printJson, UsageError, withLibrary } from './verb';
import type { Verb } from './verb';

type Explanation = ReturnType<KnowledgeIndex['explain']>;
type Explained = Explanation['articles'][number];

export const knowledgeWhy: Verb = {
  usage: 'knowledge why "question"',
  about: 'Explains what the bot would suggest, and why.',
  details:
    "--limit N        the best N articles, shown or not (5)\n--language en|pl the asker's language\n--audience NAME  whose articles may be shown besides everyone's\n--json           the explanation as JSON",
  words: Number.POSITIVE_INFINITY,
  options: { ...SEARCH_OPTIONS, json: { type: 'boolean' } },
  run: async (values, positionals) => {
    const question = positionals.join(' ');
    if (question.trim() === '') throw new UsageError('give a question');
    const options = searchOptions(values, 5);
    return withLibrary(async (library, index, { store, learns }) => {
      await library.refresh();
      const why = index.explain(question, options);
      const calibrated = (await store.read((session) => session.past.calibration()))?.at ?? null;
      if (values.json === true) printJson(asJson(question, why, calibrated, learns));
      else print(inWords(why, calibrated, learns));
      return 0;
    });
  },
};

function asJson(question: string, why: Explanation, calibrated: Date | null, learns: boolean): object {
  const articles = why.articles.map(({ article, isShown, learned, ...figures }) => ({
    id: article.id,
    title: article.title,
    shown: isShown,
    ...figures,
    learned,
  }));
  return { question, ...why, calibrated, learning: learns ? 'on' : 'off', articles };
}

function inWords(why: Explanation, calibrated: Date | null, learns: boolean): string {
  const words = why.words.map((word) => `  ${word.text.padEnd(20)} ${percent(word.share)}  ${meaning(word)}`);
  const from = calibrated === null ? 'the default' : `calibrated on ${calibrated.toISOString().slice(0, 10)}`;
  return [
    `Language: ${why.language ?? 'not to be told'}`,
    words.length === 0
      ? 'No word of the question tells anything.'
      : 'Words that count, and their share of the question:',
    ...words,
    '',
    `An article is shown from ${why.shownFrom.toFixed(2)} on (${from}). Learning from use is ${learns ? 'on' : 'off'}.`,
    ...(why.articles.length === 0 ? ['No article has any of it: nothing is shown.'] : []),
    ...why.articles.flatMap((each, at) => ['', ...aboutArticle(each, at, why)]),
  ].join('\n');
}

/** What the words of the articles are that a word was taken for; a stem is what its forms share. */
function meaning({ means }: Explanation['words'][number]): string {
  if (means.length === 0) return 'no article knows it';
  const [first, ...others] = means.slice(0, 5).map(({ stem, similarity }) => `${stem} ${similarity.toFixed(2)}`);
  return `taken for ${[first, ...others].join(', ')}`;
}

function aboutArticle(each: Explained, at: number, why: Explanation): string[] {
  const { article, score, evidence } = each;
  const parts = [
    ['its words', evidence.words],
    ['the title', evidence.title],
    ['a sentence', evidence.line],
    ['one passage', evidence.passage],
    ['words side by side', evidence.pairs],
    ['letters', evidence.letters],
  ] as const;
  return [
    `${at + 1}. ${score.toFixed(2)}  ${article.title}  (${article.id})`,
    `   ${fate(each, at, why)}`,
    `   How like the question, 0 to 1: ${parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ')}.`,
    `   ${lesson(each)}`,
  ];
}

function fate({ article, score, isShown }: Explained, at: number, why: Explanation): string {
  const best = why.articles[0]?.score ?? 0;
  const from = why.shownFrom.toFixed(2);
  if (isShown) return why.clear ? 'Shown alone: a clear answer.' : 'Shown.';
  if (why.clear) return 'Not shown: the first is a clear answer.';
  if (best < why.shownFrom) return `Not shown: ${at === 0 ? score.toFixed(2) : 'even the best'} is below ${from}.`;
  if (why.language !== null && article.language !== null && article.language !== why.language)
    return 'Not shown: there are others in the language of the question.';
  return at < 3 ? 'Not shown: too far behind the best.' : 'Not shown: at most three are.';
}

function lesson({ learned }: Explained): string {
  if (learned === null) return 'Use taught nothing of it for this question.';
  const { change, closest } = learned;
  const what = change < 0 ? `took ${(-change).toFixed(2)} away` : `added ${change.toFixed(2)}`;
  const people = `it helped ${amount(closest.helped)}, and did not help ${amount(closest.failed)}`;
  return `Use ${what}. Most like this was asked: "${closest.question.replace(/\s+/g, ' ').slice(0, 100)}"; ${people} (older ones count less).`;
}

function amount(people: number): string {
  return people.toFixed(1).replace('.0', '');
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`.padStart(5);
}
