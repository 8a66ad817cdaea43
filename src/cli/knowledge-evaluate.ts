/** `helpdesk knowledge evaluate`: how good the search is, and from which score on it should show an article. */
import { readFile } from 'node:fs/promises';
import { systemClock } from '../clock';
import type { Calibration } from '../domain/calibration';
import { NEEDED_OF_EACH, WRONGLY_SHOWN_MOST } from '../domain/calibration';
import { SHOWN_FROM } from '../knowledge/certainty';
import { evaluate } from '../knowledge/evaluate';
import type { EvaluationQuery } from '../knowledge/evaluate';
import { calibrateOn, historyOf } from '../learning';
import type { Store } from '../store/store';
import { print, printJson, refuseFolder, UsageError, withLibrary, withStore } from './verb';
import type { Verb } from './verb';

const UNKNOWN_NAMED = 10;

export const knowledgeEvaluate: Verb = {
  usage: 'knowledge evaluate QUERIES.jsonl | --calibrate [QUERIES.jsonl] | --reset',
  about: 'Measures the search on questions whose answers are known, or calibrates it on them.',
  details:
    'Each line: {"id","text","relevant":[ids]}; an empty "relevant" means that nothing fits.\n--calibrate  choose from which score on the bot shows an article: on the file, or on what was asked here and how it ended\n--reset      return to the default\n--json       the figures as JSON',
  words: 1,
  options: { calibrate: { type: 'boolean' }, reset: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async ({ calibrate, reset, json }, [path]) => {
    if (reset === true) {
      if (calibrate === true || path !== undefined) throw new UsageError('--reset stands alone');
      return returnToDefault();
    }
    if (path === undefined && calibrate !== true) throw new UsageError('name the file of questions, or --calibrate');
    if (path !== undefined) refuseFolder(path);
    const queries = path === undefined ? null : parseQueries(await readFile(path, 'utf8'), path);
    if (calibrate === true) return chooseThreshold(queries, json === true);
    const figures = await withLibrary(async (library, index, { store }) => {
      await library.refresh();
      await warnOfUnknown(queries ?? [], store);
      return evaluate(index, queries ?? []);
    });
    if (json === true) printJson(figures);
    else
      for (const [name, value] of Object.entries<number>({ ...figures })) print(`${name.padEnd(16)}${written(value)}`);
    return 0;
  },
};

/** A share of no questions is none. */
function written(figure: number): string {
  if (Number.isNaN(figure)) return '–';
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(3);
}

async function chooseThreshold(queries: readonly EvaluationQuery[] | null, json: boolean): Promise<number> {
  return withLibrary(async (library, index, { store }) => {
    await library.refresh();
    await warnOfUnknown(queries ?? [], store);
    const questions = queries ?? (await historyOf(store, systemClock.now()));
    const unanswerable = questions.filter(({ relevant }) => relevant.length === 0).length;
    const answerable = questions.length - unanswerable;
    if (Math.min(answerable, unanswerable) < NEEDED_OF_EACH) {
      process.stderr.write(tooFew(answerable, unanswerable, queries === null));
      return 1;
    }
    const result = calibrateOn(index, questions);
    await store.write((session) => session.past.calibrated(result, systemClock.now()));
    if (json) printJson(result);
    else print(outcome(result));
    return 0;
  });
}

function tooFew(answerable: number, unanswerable: number, isHistory: boolean): string {
  const one = answerable === 1 ? 'There is 1 question' : `There are ${answerable} questions`;
  const have = `${one} that an article answers and ${unanswerable} that none does; it takes ${NEEDED_OF_EACH} of each to calibrate on.`;
  const mend = isHistory
    ? 'A question counts when somebody said that an article solved it, or when its ticket was resolved, with an article or without. Until there are enough, give a file of questions.'
    : 'Add some, each with its "relevant" articles, empty when nothing fits.';
  return `helpdesk: ${have}\n${mend} Nothing was changed.\n`;
}

function outcome({ answerable, unanswerable, before, after }: Calibration): string {
  const row = (name: string, of: (figures: Calibration['after']) => number): string =>
    `${name.padEnd(16)}${of(before).toFixed(2).padEnd(10)}${of(after).toFixed(2)}`;
  const strict =
    after.wronglyShown > WRONGLY_SHOWN_MOST
      ? '\nMore than one in ten of those whom no article helps are still shown one: these questions are much like answered ones.'
      : '';
  return [
    `${answerable} questions that an article answers, ${unanswerable} that none does.`,
    `${''.padEnd(16)}${'before'.padEnd(10)}after`,
    row('shown from', ({ shownFrom }) => shownFrom),
    row('shown right', ({ shownRight }) => shownRight),
    row('wrongly shown', ({ wronglyShown }) => wronglyShown),
    `From now on the bot shows an article from ${after.shownFrom.toFixed(2)} on. "helpdesk knowledge evaluate --reset" returns to the default.${strict}`,
  ].join('\n');
}

async function returnToDefault(): Promise<number> {
  await withStore((store) => store.write((session) => session.past.calibrated(null, systemClock.now())));
  print(`From now on the bot shows an article from ${SHOWN_FROM.toFixed(2)} on, the default.`);
  return 0;
}

/** An answer that is not there is never found: with a slip in an id the figures say nothing of the search. */
async function warnOfUnknown(queries: readonly EvaluationQuery[], store: Store): Promise<void> {
  const ids = [...new Set(queries.flatMap(({ relevant }) => relevant))];
  const known = await store.read((session) => session.articles.named(ids));
  const unknown = ids.filter((id) => known.get(id)?.retiredAt !== null);
  if (unknown.length === 0) return;
  const more = unknown.length > UNKNOWN_NAMED ? ', …' : '';
  const names = unknown.slice(0, UNKNOWN_NAMED).join(', ');
  process.stderr.write(
    `helpdesk: no article here has the id ${names}${more}: what it would answer counts as not found.\n`,
  );
}

function parseQueries(text: string, path: string): EvaluationQuery[] {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const query = JSON.parse(line) as Partial<EvaluationQuery> | null;
      const isIds = Array.isArray(query?.relevant) && query.relevant.every((id) => typeof id === 'string');
      if (typeof query?.text !== 'string' || !isIds)
        throw new Error('"text" and "relevant" are needed: {"id":"1","text":"my question","relevant":["an-article"]}');
      return [query as EvaluationQuery];
    } catch (error) {
      throw new Error(`${path}:${index + 1}  ${(error as Error).message}`, { cause: error });
    }
  });
}
