/** `helpdesk knowledge import` and `search`. */
import { createInterface } from 'node:readline';
import { searchLines } from '../knowledge/search-lines';
import { SEARCH_OPTIONS, searchOptions } from './search-options';
import { print, printJson, UsageError, withLibrary } from './verb';
import type { Verb } from './verb';

export const knowledgeImport: Verb = {
  usage: 'knowledge import PATH… [--prune] [--dry-run]',
  about: 'Imports articles from Markdown, JSON lines or CSV; files or folders.',
  details:
    '--prune     remove articles that are in none of the files\n--dry-run   show the difference, change nothing\n--json      the difference as JSON\n\nNothing of an import is applied when a file is broken.',
  words: Number.POSITIVE_INFINITY,
  options: { prune: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (values, paths) => {
    if (paths.length === 0) throw new UsageError('name at least one file or folder to import');
    const dryRun = values['dry-run'] === true;
    const { added, changed, unchanged, removed } = await withLibrary((library) =>
      library.import(paths, { prune: values.prune === true, dryRun }),
    );
    if (values.json === true) printJson({ added, changed, unchanged, removed, dryRun });
    else {
      for (const [word, ids] of Object.entries({ added, changed, removed }))
        for (const id of ids) print(`${word}  ${id}`);
      print(
        `${dryRun ? 'Would be: ' : ''}${added.length} added, ${changed.length} changed, ${unchanged.length} unchanged, ${removed.length} removed`,
      );
    }
    return 0;
  },
};

export const knowledgeSearch: Verb = {
  usage: 'knowledge search "question" | --stdin',
  about: 'Shows what the bot would suggest.',
  details:
    '--limit N        at most N (3; with --all 10)\n--language en|pl the asker\'s language\n--audience NAMES what the asker belongs to, such as agents,department:finance\n--all            rank without the confidence threshold of the bot\n--stdin          read JSON lines {"id","text"}, write {"id","results":[{"id","score"}]}, in order\n--json           the suggestions as JSON',
  words: Number.POSITIVE_INFINITY,
  options: {
    ...SEARCH_OPTIONS,
    all: { type: 'boolean' },
    stdin: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (values, positionals) => {
    const all = values.all === true;
    const options = { ...searchOptions(values, all ? 10 : 3), all };
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
