/** `helpdesk knowledge history|restore|report|export`: what became of articles, and back into files with them. */
import { readArticleReport, REPORT_DAYS } from '../article-report';
import { readHistory, restoreVersion } from '../article-versions';
import { systemClock } from '../clock';
import type { ArticleVersion } from '../domain/authoring';
import { differences } from '../domain/authoring';
import { Refusal } from '../domain/refusal';
import { exportArticles } from '../knowledge/article-export';
import { ImportError } from '../library';
import { NotDone, print, printJson, textOf, UsageError, withStore } from './verb';
import type { Verb } from './verb';

const STALE_AFTER_DAYS = 180;
/** A hundred years: a date has an end. */
const MOST_DAYS = 36_500;

export const knowledgeHistory: Verb = {
  usage: 'knowledge history ID [--json]',
  about: 'Shows every version of an article: who, when, what changed.',
  details: '--json  every version with its whole text',
  words: 1,
  options: { json: { type: 'boolean' } },
  run: async (values, [id]) => {
    if (id === undefined) throw new UsageError('give the id of an article');
    const { article, versions, people } = await withStore((store) =>
      store.read((session) => readHistory(session, id)),
    ).catch((error: unknown) => refused(error, noneOf(id)));
    const listed = versions.map((version, index) => {
      const before = versions[index + 1];
      return { ...version, changed: before === undefined ? [] : differences(before, version) };
    });
    if (values.json === true) {
      printJson(listed);
      return 0;
    }
    const state = article === null ? ' (removed)' : article.retiredAt === null ? '' : ' (retired)';
    print(`${versions[0]?.title ?? id}${state}\n`);
    for (const version of listed) print(versionRow(version, people.get(version.author)?.name));
    return 0;
  },
};

function versionRow(version: ArticleVersion & { changed: readonly string[] }, name: string | undefined): string {
  const author = name === undefined ? version.author : `${name} (${version.author})`;
  const approved = version.approvedBy === null ? '' : `, approved by ${version.approvedBy}`;
  const what = version.changed.join(', ') || '–';
  const words = [`v${version.version}`.padEnd(5), timeOf(version.at), version.kind.padEnd(8), `${author}${approved}`];
  return `${words.join('  ')}  ${what}`;
}

export const knowledgeRestore: Verb = {
  usage: 'knowledge restore ID VERSION',
  about: 'Makes an older version of an article the newest; brings a retired one back.',
  words: 2,
  options: {},
  run: async (_values, [id, number]) => {
    const version = Number(number?.replace(/^v/, ''));
    if (id === undefined || !Number.isSafeInteger(version) || version < 1)
      throw new UsageError(
        'give the id of an article and the number of a version, as "knowledge history ID" shows them',
      );
    await withStore((store) => store.write((session) => restoreVersion(session, id, version, systemClock.now()))).catch(
      async (error: unknown) => {
        if (error instanceof Refusal && error.reason.code === 'unchanged')
          throw new NotDone(`${id} says what version ${version} says: there is nothing to bring back`, {
            cause: error,
          });
        const versions = await withStore((store) => store.read(({ articles }) => articles.versions(id)));
        const numbers = `${id} has no version ${version}; "helpdesk knowledge history ${id}" shows those it has`;
        refused(error, versions.length === 0 ? noneOf(id) : numbers);
      },
    );
    print(`${id} is as it was in version ${version}`);
    return 0;
  },
};

/** A refusal in words for the operator. */
function refused(error: unknown, words: string): never {
  if (!(error instanceof Refusal)) throw error;
  throw new NotDone(words, { cause: error });
}

function noneOf(id: string): string {
  return `there is no article "${id}"; "helpdesk knowledge search" shows ids`;
}

export const knowledgeReport: Verb = {
  usage: 'knowledge report [--days N] [--json]',
  about: 'Lists articles that often fail, are old, or are missing.',
  details: `--days N  how many days of questions to look at (${REPORT_DAYS})\n--json    as JSON`,
  options: { days: { type: 'string' }, json: { type: 'boolean' } },
  run: async (values) => {
    const days = Number(textOf(values, 'days') ?? REPORT_DAYS);
    if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
      throw new UsageError(`--days takes a whole number from 1 to ${MOST_DAYS}`);
    const report = await withStore((store, { desk }) => {
      const staleAfterDays = desk?.articles.staleAfterDays ?? STALE_AFTER_DAYS;
      return readArticleReport(store, { now: systemClock.now(), days, staleAfterDays });
    });
    const { failing, stale, missing } = report;
    if (values.json === true) {
      printJson({
        days,
        failing: failing.map(({ article: { id, title }, ...counts }) => ({ id, title, ...counts })),
        stale: stale.map(({ article: { id, title }, lookedAt }) => ({ id, title, lookedAt })),
        missing,
      });
      return 0;
    }
    print(`Suggested, and a ticket all the same (last ${days} days)`);
    printEach(failing, ({ article: { id, title }, suggested, tickets, solved }) => {
      return `${id}  suggested ${suggested}, tickets ${tickets}, solved ${solved}  ${title}`;
    });
    print('\nNot changed or looked at for long');
    printEach(stale, ({ article: { id, title }, lookedAt }) => `${id}  ${timeOf(lookedAt)}  ${title}`);
    print(`\nAsked for, and not there (last ${days} days)`);
    printEach(missing, ({ questions, example }) => `${questions} ×  ${example.replace(/\s+/g, ' ')}`);
    return 0;
  },
};

function printEach<T>(entries: readonly T[], row: (entry: T) => string): void {
  if (entries.length === 0) print('  none');
  for (const entry of entries) print(`  ${row(entry)}`);
}

export const knowledgeExport: Verb = {
  usage: 'knowledge export FOLDER [--overwrite]',
  about: 'Writes the articles as Markdown, each into the file it has in the folder, else into a new one.',
  details:
    '--overwrite  also where a file says something that was never imported\n--json       what was written, as JSON\n\nA file that says something new is left alone and named, and the exit code is 1. Retired articles are not written.',
  words: 1,
  options: { overwrite: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (values, [folder]) => {
    if (folder === undefined) throw new UsageError('name the folder to write to');
    const articles = await withStore((store) => store.read((session) => session.articles.kept()));
    const done = await exportArticles(articles, folder, { overwrite: values.overwrite === true });
    if (!('written' in done)) throw new ImportError(done);
    if (values.json === true) printJson(done);
    else {
      const { written, changed, unchanged, conflicts, skipped, retired } = done;
      for (const [word, ids] of Object.entries({ written, changed, conflict: conflicts, skipped, retired }))
        for (const id of ids) print(`${word}  ${id}`);
      print(`${written.length} written, ${changed.length} changed, ${unchanged.length} unchanged`);
    }
    if (done.conflicts.length === 0) return 0;
    process.stderr.write(
      `helpdesk: these files say something that was never imported: ${done.conflicts.join(', ')}\nImport them first, or export again with --overwrite.\n`,
    );
    return 1;
  },
};

function timeOf(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}
