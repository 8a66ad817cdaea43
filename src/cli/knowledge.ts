/** `helpdesk knowledge …`: import, search, evaluate. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { LANGUAGES } from '../domain/person';
import type { Language } from '../domain/person';
import { evaluate } from '../knowledge/evaluate';
import type { Winner } from '../knowledge/article-file';
import type { EvaluationQuery } from '../knowledge/evaluate';
import type { SuggestOptions } from '../knowledge/knowledge-index';
import { searchLines } from '../knowledge/search-lines';
import { print, printJson, textOf, UsageError, withLibrary } from './verb';
import type { Values, Verb } from './verb';

export const knowledgeImport: Verb = {
  usage: 'knowledge import PATH… [--prune] [--dry-run]',
  about: 'Imports articles from Markdown, JSON lines or CSV; files or folders.',
  details:
    '--prune       remove articles that are in none of the files, but for those made in a chat\n--dry-run     show the difference, change nothing\n--take-files  where a chat and the file changed the same article, the file counts\n--keep-chat   there the chat counts, until the file changes again\n--json        the difference as JSON\n\nNothing of an import is applied when a file is broken. An article that both a chat and its file have changed is a\nconflict: it is named and left as it is, the others are imported, and the exit code is 1. What a chat has changed is\nkept as long as its file stays as it was.',
  words: Number.POSITIVE_INFINITY,
  options: {
    prune: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    'take-files': { type: 'boolean' },
    'keep-chat': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (values, paths) => {
    if (paths.length === 0) throw new UsageError('name at least one file or folder to import');
    const dryRun = values['dry-run'] === true;
    const how = { prune: values.prune === true, dryRun, winner: winnerOf(values) };
    const difference = await withLibrary((library) => library.import(paths, how));
    const { added, changed, unchanged, removed, kept, conflicts } = difference;
    if (values.json === true) printJson({ added, changed, unchanged, removed, kept, conflicts, dryRun });
    else {
      for (const [word, ids] of Object.entries({ added, changed, removed, kept, conflict: conflicts }))
        for (const id of ids) print(`${word}  ${id}`);
      const counts = `${added.length} added, ${changed.length} changed, ${unchanged.length} unchanged, ${removed.length} removed`;
      const inChat = kept.length + conflicts.length === 0 ? '' : `, ${kept.length} kept as edited in a chat`;
      print(`${dryRun ? 'Would be: ' : ''}${counts}${inChat}`);
    }
    if (conflicts.length === 0) return 0;
    process.stderr.write(
      `helpdesk: changed both in a chat and in the files: ${conflicts.join(', ')}\nThey were left as the chat has them. "helpdesk knowledge history ID" shows who changed what; then import again with\n--take-files or --keep-chat, or write them into the files with "helpdesk knowledge export FOLDER --overwrite".\n`,
    );
    return 1;
  },
};

function winnerOf(values: Values): Winner {
  const [file, chat] = [values['take-files'] === true, values['keep-chat'] === true];
  if (file && chat) throw new UsageError('choose one of --take-files and --keep-chat');
  if (file) return 'file';
  return chat ? 'chat' : 'neither';
}

export const knowledgeSearch: Verb = {
  usage: 'knowledge search "question" | --stdin',
  about: 'Shows what the bot would suggest.',
  details:
    '--limit N        at most N (3; with --all 10)\n--language en|pl the asker\'s language\n--audience NAME  whose articles may be shown besides everyone\'s\n--all            rank without the confidence threshold of the bot\n--stdin          read JSON lines {"id","text"}, write {"id","results":[{"id","score"}]}, in order\n--json           the suggestions as JSON',
  words: Number.POSITIVE_INFINITY,
  options: {
    limit: { type: 'string' },
    language: { type: 'string' },
    audience: { type: 'string' },
    all: { type: 'boolean' },
    stdin: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (values, positionals) => {
    const options = searchOptions(values);
    const question = positionals.join(' ');
    if (values.stdin !== true && question.trim() === '') throw new UsageError('give a question, or --stdin');
    return withLibrary(async (library, index) => {
      await library.refresh();
      if (values.stdin === true) {
        for await (const line of searchLines(index, createInterface({ input: process.stdin }), options)) print(line);
        return 0;
      }
      const suggestions = index.suggest(question, options);
      if (values.json === true)
        printJson(
          suggestions.map(({ article, score, passage }) => ({ id: article.id, title: article.title, score, passage })),
        );
      else if (suggestions.length === 0) print('Nothing fits.');
      else
        for (const { article, score, passage } of suggestions)
          print(`${score.toFixed(2)}  ${article.title}  (${article.id})\n      ${passage}\n`);
      return 0;
    });
  },
};

function searchOptions(values: Values): SuggestOptions {
  const all = values.all === true;
  const limit = Number(textOf(values, 'limit') ?? (all ? 10 : 3));
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--limit takes a whole number from 1');
  const audience = textOf(values, 'audience');
  return {
    limit,
    all,
    language: languageOption(values),
    ...(audience === undefined ? {} : { audience: ['everyone', audience] }),
  };
}

function languageOption(values: Values): Language | null {
  const text = textOf(values, 'language');
  const language = LANGUAGES.find((known) => known === text);
  if (text !== undefined && language === undefined)
    throw new UsageError(`--language takes one of ${LANGUAGES.join(', ')}`);
  return language ?? null;
}

export const knowledgeEvaluate: Verb = {
  usage: 'knowledge evaluate QUERIES.jsonl',
  about: 'Measures the search on questions whose answers are known.',
  details:
    'Each line: {"id","text","relevant":[ids]}; an empty "relevant" means that nothing fits.\n--json  the figures as JSON',
  words: 1,
  options: { json: { type: 'boolean' } },
  run: async (values, [path]) => {
    if (path === undefined) throw new UsageError('name the file of questions');
    const queries = parseQueries(await readFile(path, 'utf8'), path);
    const figures = await withLibrary(async (library, index) => {
      await library.refresh();
      return evaluate(index, queries);
    });
    if (values.json === true) printJson(figures);
    else
      for (const [name, value] of Object.entries<number>({ ...figures }))
        print(`${name.padEnd(16)}${Number.isInteger(value) ? value : value.toFixed(3)}`);
    return 0;
  },
};

function parseQueries(text: string, path: string): EvaluationQuery[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const query = JSON.parse(line) as EvaluationQuery;
      if (typeof query.text !== 'string' || !Array.isArray(query.relevant))
        throw new Error('"text" and "relevant" are needed');
      return [query];
    } catch (error) {
      throw new Error(`${path}:${index + 1}  ${(error as Error).message}`, { cause: error });
    }
  });
}
